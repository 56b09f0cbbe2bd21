// The connection to the simulator: what is done here, and the feed of what happens there.

const PLACE = "/simulator/page/";

export async function get(path) {
  const answer = await fetch(PLACE + path);
  if (!answer.ok) throw new Error(`The simulator answered ${answer.status}.`);
  return answer.json();
}

export class Session {
  #name;
  #hears;
  #feed = null;
  #last = "";
  #before = Promise.resolve();

  // `hears` is told of what happens, of what is refused, and when there is no session any more.
  static async begin(hears) {
    const session = new Session();
    session.#hears = hears;
    session.#name = (await post("sessions", {})).name;
    session.#watch();
    document.addEventListener("visibilitychange", () => session.#watch());
    return session;
  }

  // What is done is done in this order; whether it was taken.
  do(name, body = {}) {
    this.#before = this.#before.then(() => this.#post(name, body));
    return this.#before;
  }

  async #post(name, body) {
    try {
      await post(`sessions/${this.#name}/${name}`, body);
      return true;
    } catch (error) {
      if (error.status === 404) this.#hears.gone("This session has ended.");
      else if (error.status) this.#hears.refused(error.message, error.field);
      else this.#hears.gone("The simulator does not answer.");
      return false;
    }
  }

  // A browser has six connections to a server for all of its tabs: one that nobody sees takes none.
  #watch() {
    if (document.visibilityState === "hidden") {
      this.#feed?.close();
      this.#feed = null;
    } else if (!this.#feed) {
      const feed = (this.#feed = new EventSource(`${PLACE}sessions/${this.#name}/feed?last=${this.#last}`));
      feed.addEventListener("message", (event) => {
        this.#last = event.lastEventId;
        this.#hears.told(JSON.parse(event.data));
      });
      feed.addEventListener("error", () => {
        if (feed.readyState === EventSource.CLOSED) this.#hears.gone("This session has ended.");
      });
    }
  }
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(PLACE + path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.message), { status: answer.status, field: told.field });
  return told;
}
