// Shows what is told, one thing after the other, with rests between; or drops what nobody is to see any more.

import { notice } from "./notices.js";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const pace = Number(new URLSearchParams(location.search).get("pace") ?? (still ? 0.3 : 1));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, pace * milliseconds));

export class Player {
  #show;
  #toShow = [];
  #shows = false;
  #drops = []; // each with the kinds that are dropped, and what ends it
  #wake = () => {};

  constructor(show) {
    this.#show = show;
  }

  async add(told) {
    this.#toShow.push(told);
    if (this.#shows) return;
    this.#shows = true;
    while (this.#toShow.length) await this.#one(this.#toShow.shift());
    this.#shows = false;
  }

  // From now on, without a rest, until something is told for which `until` holds; "*" is any kind.
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

  async #one(told) {
    this.#drops = this.#drops.filter(({ until }) => !until(told));
    if (this.#drops.some(({ kinds }) => kinds === "*" || kinds.includes(told.kind))) return;
    try {
      await this.#show[told.kind]?.(told);
    } catch (error) {
      notice(`A "${told.kind}" could not be shown: ${error.message}`);
    }
  }
}
