// The caller: the keypad, and what can be done at the moment.

import { byId, clear, hide, make, may, mayNot } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const LINE = { KEY: "Press a key", DIGITS: "Type a number, then #", AGENT: "In line for an agent" };
const ENDED = { QUEUED: "In line for an agent", HUNG_UP: "The caller has hung up", ANSWERED: "Talking to an agent", DISCONNECTED: "The call has ended", OVER: "In line, in silence" };

export class Caller {
  #waitsFor = "";
  #typed = "";
  #do;

  constructor(does) {
    this.#do = does;
    for (const key of KEYS) {
      const button = make("button", { type: "button", "data-key": key, "aria-disabled": "true" }, make("b", {}, key), make("small", { "aria-hidden": "true" }, LETTERS[key] ?? ""));
      button.addEventListener("click", () => this.press(key));
      byId("keypad").append(button);
    }
    for (const name of ["let-pass", "wait", "answer", "hang-up"]) {
      byId(name).addEventListener("click", () => mayNot(byId(name)) || this.act(name));
    }
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
      this.press(event.key);
    });
  }

  // No call, or none any more that anybody watches.
  rest() {
    byId("call").textContent = "Call";
    hide(byId("hang-up"));
    this.#type("");
    this.#become("", "Not on the phone");
  }

  // The flow cannot go on, and the caller can only hang up.
  stuck(why) {
    this.#become("", why);
  }

  begin() {
    byId("call").textContent = "Call again";
    byId("hang-up").hidden = false;
    may(byId("hang-up"), true);
    this.#type("");
    this.#become("", "Connected");
  }

  // A story that has no more to do leaves it to the visitor.
  waits(whatFor, isLeft) {
    this.#type("");
    this.#become(whatFor, LINE[whatFor] + (isLeft && whatFor !== "AGENT" ? ": it is yours to do" : ""));
  }

  // Keys do nothing until the flow asks again.
  goes() {
    this.#become("", "On the line");
  }

  ended(how) {
    this.#become("", ENDED[how], how === "QUEUED");
    if (how !== "QUEUED") hide(byId("hang-up"));
  }

  get isTyping() {
    return this.#typed !== "";
  }

  press(keys) {
    if (this.#waitsFor !== "KEY" && this.#waitsFor !== "DIGITS") return;
    for (const key of keys) {
      const button = document.querySelector(`[data-key="${key}"]`);
      button.classList.add("pressed");
      setTimeout(() => button.classList.remove("pressed"), 250);
      this.#type(this.#typed + key);
    }
    if (this.#waitsFor === "KEY" || keys.endsWith("#")) this.act("press", { keys: this.#typed });
  }

  act(name, body) {
    this.#become("", name === "hang-up" ? ENDED.HUNG_UP : "On the line");
    if (name === "hang-up") may(byId(name), false);
    this.#do(name, body);
  }

  #become(whatFor, line, inLine = whatFor === "AGENT") {
    this.#waitsFor = whatFor;
    byId("line").textContent = line;
    byId("line").dataset.for = whatFor;
    const asked = whatFor === "KEY" || whatFor === "DIGITS";
    for (const key of byId("keypad").children) may(key, asked);
    may(byId("let-pass"), asked);
    for (const name of ["wait", "answer"]) may(byId(name), whatFor === "AGENT");
    byId("hang-up").textContent = inLine ? "Hang up while waiting" : "Hang up";
  }

  #type(text) {
    this.#typed = text;
    clear(byId("typed"), text);
  }
}
