// The connection to the simulator: send commands, and receive the feed.

const PREFIX = "/simulator/page/";

export async function get(path) {
  const response = await fetch(PREFIX + path);
  if (!response.ok) throw new Error(`The simulator responded with the status ${response.status}.`);
  return response.json();
}

export class Session {
  #name;
  #listener;
  #feed = null;
  #last = "";
  #previous = Promise.resolve();

  // `listener` has functions for an entry of the feed, a rejected command, and the end of the session.
  static async start(listener) {
    const session = new Session();
    session.#listener = listener;
    session.#name = (await post("sessions", {})).name;
    session.#watch();
    document.addEventListener("visibilitychange", () => session.#watch());
    return session;
  }

  // Send a command after the previous ones; resolve to whether the simulator accepted it.
  do(command, body = {}) {
    this.#previous = this.#previous.then(() => this.#post(command, body));
    return this.#previous;
  }

  async #post(command, body) {
    try {
      await post(`sessions/${this.#name}/${command}`, body);
      return true;
    } catch (error) {
      if (error.status === 404) this.#listener.closed("This session has ended.");
      else if (error.status) this.#listener.rejected(error.message, error.field);
      else this.#listener.closed("The simulator does not respond.");
      return false;
    }
  }

  // A browser opens at most six connections to a server for all tabs, so a hidden tab uses none.
  #watch() {
    if (document.visibilityState === "hidden") {
      this.#feed?.close();
      this.#feed = null;
    } else if (!this.#feed) {
      const feed = (this.#feed = new EventSource(`${PREFIX}sessions/${this.#name}/feed?last=${this.#last}`));
      feed.addEventListener("message", (event) => {
        this.#last = event.lastEventId;
        this.#listener.entry(JSON.parse(event.data));
      });
      feed.addEventListener("error", () => {
        if (feed.readyState === EventSource.CLOSED) this.#listener.closed("This session has ended.");
      });
    }
  }
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(PREFIX + path, { method: "POST", headers, body: JSON.stringify(body) });
  const result = await response.json();
  if (!response.ok) throw Object.assign(new Error(result.message), { status: response.status, field: result.field });
  return result;
}
