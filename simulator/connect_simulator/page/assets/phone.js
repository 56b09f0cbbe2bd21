// The customer's phone: the SMS conversation.

import { byId, clear, make, pretty, time } from "./dom.js";

const SUBTYPES = { "connect:SMS": "Text message", "connect:WhatsApp": "WhatsApp" };
const FLOW_ENDS = {
  WAITING: "Waiting for a reply",
  QUEUED: "Waiting for an agent",
  DISCONNECTED: "The conversation has ended",
};
const OPTED_OUT = "AWS added this number to the opt-out list and sends no more messages to it.";
const NOT_DELIVERED = "Not delivered: the number is opted out. AWS does not document what Amazon Connect learns about it.";

export class Phone {
  #number = "";

  constructor(send) {
    this.clear();
    byId("reply-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("reply").value.trim();
      if (text) send("reply", { text });
      byId("reply").value = "";
    });
    byId("no-reply").addEventListener("click", () => send("no-reply"));
  }

  // Show the caller's number until a message is for another one.
  clear(number = "") {
    this.#number = number;
    clear(byId("messages"), make("li", { class: "none" }, "No messages yet"));
    byId("sender").textContent = "The customer's phone";
    byId("kind").textContent = pretty(number);
    this.#setReplyEnabled(false);
    this.#waitsForReply("");
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
    if (flow_end in FLOW_ENDS) this.#add(make("li", { class: "note" }, FLOW_ENDS[flow_end]));
    this.#waitsForReply(flow_end);
  }

  #waitsForReply(flowEnd) {
    byId("no-reply").hidden = flowEnd !== "WAITING";
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
