// The customer's phone: the text conversation as it arrives.

import { byId, clear, make, time } from "./dom.js";

const SUBTYPES = { "connect:SMS": "Text message", "connect:WhatsApp": "WhatsApp" };
const TAKEN = { QUEUED: "In line for an agent" };

export class Phone {
  constructor(send) {
    this.empty();
    byId("reply-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("reply").value.trim();
      if (text) send(text);
      byId("reply").value = "";
    });
  }

  empty() {
    clear(byId("messages"), make("li", { class: "none" }, "No messages yet"));
    this.#mayReply(false);
  }

  text({ request, at, taken }) {
    const message = request.InitialSystemMessage;
    const kind = SUBTYPES[request.SegmentAttributes["connect:Subtype"].ValueString] ?? "";
    byId("kind").textContent = kind;
    byId("clock").textContent = time(at);
    const content = message ? message.Content : "A message template of Amazon Connect";
    this.#add(make("li", { class: "when" }, time(at)));
    this.#add(make("li", { class: "from-them" }, content));
    if (taken in TAKEN) this.#add(make("li", { class: "note" }, TAKEN[taken]));
    this.#mayReply(true);
    document.querySelector(".phone").classList.add("rings");
    setTimeout(() => document.querySelector(".phone").classList.remove("rings"), 700);
  }

  reply({ text, at }) {
    byId("clock").textContent = time(at);
    this.#add(make("li", { class: "from-me" }, text));
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
