// The customer's phone: the SMS conversation.

import { byId, clear, hide, make, pretty, time } from "./dom.js";

const SUBTYPES = { "connect:SMS": "Text message", "connect:WhatsApp": "WhatsApp" };
const FLOW_ENDS = {
  WAITING: "Waiting for a reply",
  QUEUED: "Waiting for an agent",
  DISCONNECTED: "The conversation has ended",
  ANSWERED: "An agent has answered",
  ENDED: "The agent has ended the conversation",
};
const NEXT = { "no-reply": "WAITING", "answer-text": "QUEUED", "end-text": "ANSWERED" };
const OPTED_OUT = "AWS added this number to the opt-out list and sends no more messages to it.";
const NOT_DELIVERED = "Not delivered: the number is opted out. AWS does not document what Amazon Connect learns about it.";

export class Phone {
  #number = "";
  #state = "";

  constructor(send) {
    this.clear();
    byId("reply-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("reply").value.trim();
      if (text) send("reply", { text });
      byId("reply").value = "";
    });
    for (const name of Object.keys(NEXT)) byId(name).addEventListener("click", () => send(name));
  }

  // Show the caller's number until a message is for another one.
  clear(number = "") {
    this.#number = number;
    clear(byId("messages"), make("li", { class: "none" }, "No messages yet"));
    byId("sender").textContent = "The customer's phone";
    byId("kind").textContent = pretty(number);
    this.#setReplyEnabled(false);
    this.#show("");
  }

  message({ request, contact, sender, subtype, at, steps, flow_end, delivered }) {
    const { Address: number } = contact.CustomerEndpoint;
    byId("sender").textContent = pretty(sender);
    byId("kind").textContent = SUBTYPES[subtype] ?? "";
    byId("clock").textContent = time(at);
    this.#add(make("li", { class: "when" }, number === this.#number ? time(at) : `${time(at)}, to ${pretty(number)}`));
    this.#number = number;
    if (!delivered) {
      this.#add(make("li", { class: "note undelivered" }, NOT_DELIVERED));
      return;
    }
    const message = request.InitialSystemMessage;
    this.#add(make("li", { class: "from-them" }, message ? message.Content : "A message template of Amazon Connect"));
    this.conversation({ steps, flow_end });
    this.#setReplyEnabled(true);
    document.querySelector(".phone").classList.add("rings");
    setTimeout(() => document.querySelector(".phone").classList.remove("rings"), 700);
  }

  reply({ text, at, opted_out }) {
    byId("clock").textContent = time(at);
    this.#add(make("li", { class: "from-me" }, text));
    if (opted_out) this.#add(make("li", { class: "note" }, OPTED_OUT));
  }

  // Show what the SMS flow does after a reply, or without one.
  conversation({ steps, flow_end }) {
    for (const text of steps.flatMap((step) => step.prompts)) this.#add(make("li", { class: "from-them" }, text));
    this.#show(flow_end);
  }

  // Show what the conversation waits for, or how it ended, and the button that continues it.
  #show(state) {
    if (state !== this.#state && state in FLOW_ENDS) this.#add(make("li", { class: "note" }, FLOW_ENDS[state]));
    this.#state = state;
    for (const [name, when] of Object.entries(NEXT)) {
      if (state === when) byId(name).hidden = false;
      else hide(byId(name));
    }
  }

  #add(item) {
    const list = byId("messages");
    list.querySelector(".none")?.remove();
    list.append(item);
    list.scrollTop = list.scrollHeight;
  }

  #setReplyEnabled(isEnabled) {
    byId("reply").disabled = byId("send").disabled = !isEnabled;
  }
}
