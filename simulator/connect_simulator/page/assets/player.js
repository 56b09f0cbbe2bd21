// Show the entries of the feed one after the other, with pauses, or skip those that no longer matter.

import { showNotice } from "./notices.js";

const isMotionReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
const pace = Number(new URLSearchParams(location.search).get("pace") ?? (isMotionReduced ? 0.3 : 1));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, pace * milliseconds));

export class Player {
  #show;
  #entries = [];
  #isShowing = false;
  #drops = []; // The kinds to skip, and a test for the entry that ends the skipping.
  #wake = () => {};

  constructor(show) {
    this.#show = show;
  }

  async add(entry) {
    this.#entries.push(entry);
    if (this.#isShowing) return;
    this.#isShowing = true;
    while (this.#entries.length) await this.#one(this.#entries.shift());
    this.#isShowing = false;
  }

  // Skip entries of these kinds ("*" means all) and all pauses, until an entry passes the test `until`.
  drop(kinds, until) {
    this.#drops.push({ kinds, until });
    this.#wake();
  }

  get isDropping() {
    return this.#drops.length > 0;
  }

  rest(milliseconds) {
    if (this.isDropping) return Promise.resolve();
    return Promise.race([wait(milliseconds), new Promise((done) => (this.#wake = done))]);
  }

  pause = wait;

  async #one(entry) {
    this.#drops = this.#drops.filter(({ until }) => !until(entry));
    if (this.#drops.some(({ kinds }) => kinds === "*" || kinds.includes(entry.kind))) return;
    try {
      await this.#show[entry.kind]?.(entry);
    } catch (error) {
      showNotice(`Cannot show "${entry.kind}": ${error.message}`);
    }
  }
}
