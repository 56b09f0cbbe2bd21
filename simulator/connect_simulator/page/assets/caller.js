// The caller: the keypad, and the buttons that work at the moment.

import { byId, clear, hide, isDisabled, make, setEnabled } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const PROMPTS = { KEY: "Press a key", DIGITS: "Type a number, then #", AGENT: "Waiting for an agent" };
const ENDED = { QUEUED: "Waiting for an agent", HUNG_UP: "The caller has hung up", ANSWERED: "Talking to an agent", DISCONNECTED: "The call has ended", FLOW_ENDED: "Waiting in silence" };

export class Caller {
  #expects = "";
  #typed = "";
  #send;

  constructor(send) {
    this.#send = send;
    for (const key of KEYS) {
      const button = make("button", { type: "button", "data-key": key, "aria-disabled": "true" }, make("b", {}, key), make("small", { "aria-hidden": "true" }, LETTERS[key] ?? ""));
      button.addEventListener("click", () => this.press(key));
      byId("keypad").append(button);
    }
    for (const name of ["press-nothing", "wait", "connect-agent", "hang-up"]) {
      byId(name).addEventListener("click", () => isDisabled(byId(name)) || this.act(name));
    }
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
      this.press(event.key);
    });
  }

  // There is no call on the page.
  clear() {
    byId("call").textContent = "Call";
    hide(byId("hang-up"));
    this.#type("");
    this.#setState("", "Not on the phone");
  }

  // The flow cannot continue, and the caller can only hang up.
  stop(reason) {
    this.#setState("", reason);
  }

  start() {
    byId("call").textContent = "Call again";
    byId("hang-up").hidden = false;
    setEnabled(byId("hang-up"), true);
    this.#type("");
    this.#setState("", "Connected");
  }

  // At the end of a story, the visitor continues.
  waits(expects, isLeft) {
    this.#type("");
    this.#setState(expects, PROMPTS[expects] + (isLeft && expects !== "AGENT" ? ": your turn" : ""));
  }

  // The keys are disabled until the flow asks again.
  continues() {
    this.#setState("", "Connected");
  }

  ended(reason) {
    this.#setState("", ENDED[reason], reason === "QUEUED");
    if (!["QUEUED", "ANSWERED"].includes(reason)) hide(byId("hang-up"));
  }

  get isTyping() {
    return this.#typed !== "";
  }

  press(keys) {
    if (this.#expects !== "KEY" && this.#expects !== "DIGITS") return;
    for (const key of keys) {
      const button = document.querySelector(`[data-key="${key}"]`);
      button.classList.add("pressed");
      setTimeout(() => button.classList.remove("pressed"), 250);
      this.#type(this.#typed + key);
    }
    if (this.#expects === "KEY" || keys.endsWith("#")) this.act("press", { keys: this.#typed });
  }

  act(name, body) {
    this.#setState("", name === "hang-up" ? ENDED.HUNG_UP : "Connected");
    if (name === "hang-up") setEnabled(byId(name), false);
    this.#send(name, body);
  }

  #setState(expects, line, isQueued = expects === "AGENT") {
    this.#expects = expects;
    byId("line").textContent = line;
    byId("line").dataset.for = expects;
    const asked = expects === "KEY" || expects === "DIGITS";
    for (const key of byId("keypad").children) setEnabled(key, asked);
    setEnabled(byId("press-nothing"), asked);
    for (const name of ["wait", "connect-agent"]) setEnabled(byId(name), expects === "AGENT");
    byId("hang-up").textContent = isQueued ? "Hang up while waiting" : "Hang up";
  }

  #type(text) {
    this.#typed = text;
    clear(byId("typed"), text);
  }
}
