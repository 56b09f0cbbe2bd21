// What is behind a call: the contacts, and each invocation with its request, its response and its log.

import { byId, clear, make, time } from "./dom.js";
import { json } from "./json.js";
import { outcomeOf } from "./outcomes.js";

const GOT = { flow: "What the flow got", event: "What came of the event", batch: "What SQS got" };

const REPEATED = "Again, with the same client token: Connect answers with the contact that there is.";

export class Behind {
  #contacts = new Map();
  #source = "flow";
  #invocations = [];

  begin() {
    this.#contacts.clear();
    this.#source = "flow";
    this.#invocations = [];
    clear(byId("contacts"), make("p", { class: "hint" }, "No contact"));
    clear(byId("invocations"), make("li", { class: "hint" }, "The function was not invoked"));
    this.#show(null);
    pill({ status: "" });
  }

  from(source) {
    this.#source = source;
  }

  contact(contact) {
    this.#contacts.set(contact.Id, contact);
    const all = [...this.#contacts.values()];
    clear(byId("contacts"), make("ul", { class: "contacts" }, ...all.map((each) => card(each, this.#contacts))));
  }

  invoking() {
    if (!this.#isDone) pill({ status: "…", text: "The function is working" });
  }

  answered(told) {
    const outcome = outcomeOf(this.#source, told);
    const invocation = { source: this.#source, told, outcome, requests: [] };
    if (!this.#invocations.length) clear(byId("invocations"));
    this.#invocations.push(invocation);
    const row = make("button", { type: "button" },
      `${outcome.source}: `, make("b", { "data-status": outcome.status }, outcome.status), outcome.reason && ` ${outcome.reason}`);
    row.addEventListener("click", () => this.#show(invocation));
    invocation.row = row;
    byId("invocations").append(make("li", {}, row));
    if (outcome.status !== "IGNORED" || !this.#isDone) pill({ ...outcome, from: this.#source });
    this.#show(invocation);
    this.#source = "flow";
  }

  received({ requests }) {
    const invocation = this.#invocations.at(-1);
    if (!invocation) return;
    invocation.requests.push(...requests);
    this.#show(invocation);
  }

  repeats() {
    this.#invocations.at(-1).repeats = true;
    this.#show(this.#invocations.at(-1));
  }

  get #isDone() {
    return ["STARTED", "DEFERRED"].includes(byId("outcome").dataset.status);
  }

  #show(invocation) {
    for (const each of this.#invocations) each.row.setAttribute("aria-pressed", String(each === invocation));
    const { source = "flow", told = null, requests = [], repeats = false } = invocation ?? {};
    byId("response-title").textContent = GOT[source];
    clear(byId("response"), ...(told ? response(told) : [make("p", { class: "hint" }, "No answer")]));
    clear(byId("request"), ...(requests.length ? requests.flatMap(request) : [make("p", { class: "hint" }, "Nothing was sent")]));
    if (repeats) byId("request").prepend(make("p", { class: "hint" }, REPEATED));
    clear(byId("log"), ...(told ? told.log.map(logged) : [make("p", { class: "hint" }, "Nothing")]));
  }
}

function pill({ status, reason = "", text = "", from = "" }) {
  const box = byId("outcome");
  clear(box, ...(status ? [make("strong", {}, status), make("span", {}, text), make("code", {}, reason)] : []));
  box.dataset.status = status.replace(" ", "_");
  box.dataset.source = from;
}

function request({ request, answer, times }) {
  const often = times > 1 ? `, ${times} times` : "";
  return [make("p", { class: answer === "taken" ? "taken" : "refusal" }, `${answer}${often}`), json(request)];
}

function response({ answer, raised, silent, milliseconds }) {
  return [
    answer?.Status ? table(answer) : json(answer ?? raised ?? {}),
    make("p", { class: "hint" }, silent ? "no answer in time" : `after ${milliseconds} ms`),
  ];
}

function card(contact, all) {
  const isText = contact.Channel === "CHAT";
  const facts = [
    ["Channel", isText ? contact.SegmentAttributes["connect:Subtype"].ValueString : contact.Channel],
    ["Customer", contact.CustomerEndpoint?.Address ?? "withheld"],
    ["Contact id", contact.Id],
    ...Object.entries(contact.Attributes ?? {}),
  ];
  const related = contact.RelatedContactId;
  const state = contact.DisconnectTimestamp ? "ended" : contact.AgentInfo ? "with an agent" : contact.QueueInfo ? "in line" : "";
  return make("li", { class: isText ? "text" : "call" },
    make("p", {}, make("strong", {}, isText ? "Text" : "Call"), ` since ${time(contact.InitiationTimestamp)}${state ? `, ${state}` : ""}`),
    ...(related ? [make("p", { class: "related" }, all.has(related) ? "related to the call" : `related to ${related}`)] : []),
    make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])));
}

function table(answer) {
  const rows = Object.entries(answer).map(([name, value]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)));
  return make("table", {}, make("tbody", {}, ...rows));
}

// A line of the log; those that are metrics in CloudWatch's format say so.
function logged(line) {
  try {
    const value = JSON.parse(line);
    const kind = value._aws ? "metrics" : (value.level ?? "").toLowerCase();
    return make("details", { class: `log ${kind}` }, make("summary", {}, make("b", {}, kind), ` ${value.message ?? names(value)}`), json(value));
  } catch {
    return make("pre", {}, line);
  }
}

function names(value) {
  return value._aws?.CloudWatchMetrics?.flatMap((each) => each.Metrics.map((metric) => metric.Name)).join(", ") ?? "";
}
