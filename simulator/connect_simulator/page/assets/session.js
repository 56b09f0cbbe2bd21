// The connection to the simulator: what is done here, and the feed of what happens there.

const PLACE = "/simulator/page/";

export async function get(path) {
  const answer = await fetch(PLACE + path);
  if (!answer.ok) throw new Error(`The simulator answered ${answer.status}.`);
  return answer.json();
}

export class Session {
  #name;
  #failed;

  static async begin(told, failed) {
    const session = new Session();
    session.#failed = failed;
    session.#name = (await post("sessions", {})).name;
    const feed = new EventSource(`${PLACE}sessions/${session.#name}/feed`);
    feed.addEventListener("message", (event) => told(JSON.parse(event.data)));
    feed.addEventListener("error", () => {
      if (feed.readyState === EventSource.CLOSED) failed("This session has ended. Load the page anew.");
    });
    return session;
  }

  // What is done is done in this order.
  #before = Promise.resolve();

  do(name, body = {}) {
    this.#before = this.#before.then(() => post(`sessions/${this.#name}/${name}`, body)).catch((error) => this.#failed(error.message));
    return this.#before;
  }
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(PLACE + path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}
