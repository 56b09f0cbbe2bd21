// The customer's phone: the text conversation as it arrives.

import { byId, clear, make, pretty, time } from "./dom.js";

const SUBTYPES = { "connect:SMS": "Text message", "connect:WhatsApp": "WhatsApp" };
const TAKEN = { QUEUED: "In line for an agent" };
const STOPPED = "AWS has put this number on the opt-out list, and does not try to text it again.";
const NOT_DELIVERED = "Not delivered: the number has sent STOP. What Amazon Connect learns of that is not documented by AWS.";

export class Phone {
  #number = "";

  constructor(send) {
    this.empty();
    byId("reply-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("reply").value.trim();
      if (text) send(text);
      byId("reply").value = "";
    });
  }

  // The caller's number, until a text is for another one.
  empty(number = "") {
    this.#number = number;
    clear(byId("messages"), make("li", { class: "none" }, "No messages yet"));
    byId("sender").textContent = "The customer's phone";
    byId("kind").textContent = pretty(number);
    this.#mayReply(false);
  }

  text({ request, contact, sender, subtype, at, taken, delivered }) {
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
    if (taken in TAKEN) this.#add(make("li", { class: "note" }, TAKEN[taken]));
    this.#mayReply(true);
    document.querySelector(".phone").classList.add("rings");
    setTimeout(() => document.querySelector(".phone").classList.remove("rings"), 700);
  }

  reply({ text, at, stopped }) {
    byId("clock").textContent = time(at);
    this.#add(make("li", { class: "from-me" }, text));
    if (stopped) this.#add(make("li", { class: "note" }, STOPPED));
  }

  #add(item) {
    const list = byId("messages");
    list.querySelector(".none")?.remove();
    list.append(item);
    list.scrollTop = list.scrollHeight;
  }

  #mayReply(may) {
    byId("reply").disabled = byId("send").disabled = !may;
  }
}
