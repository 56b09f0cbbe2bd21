// The details of a call: its contacts, and each invocation with its request, response and log.

import { byId, clear, make, time } from "./dom.js";
import { json } from "./json.js";
import { decisionOf, outcomeOf } from "./outcomes.js";

const RESPONSE_TITLES = { flow: "Response to the flow", event: "Response to the event", batch: "Response to SQS" };

const REPEATED = "Sent again with the same client token: Connect returns the contact that already exists.";

export class Details {
  #contacts = new Map();
  #source = "flow";
  #invocations = [];

  start() {
    this.#contacts.clear();
    this.#source = "flow";
    this.#invocations = [];
    clear(byId("contacts"), make("p", { class: "hint" }, "No contact"));
    clear(byId("invocations"), make("li", { class: "hint" }, "The function has not been invoked"));
    this.#show(null);
    pill({ status: "" });
  }

  setSource(source) {
    this.#source = source;
  }

  contact(contact) {
    this.#contacts.set(contact.Id, contact);
    const all = [...this.#contacts.values()];
    clear(byId("contacts"), make("ul", { class: "contacts" }, ...all.map((each) => card(each, this.#contacts))));
  }

  // Why a caller gets no offer, or another one.
  decision(decision) {
    const outcome = decisionOf(decision);
    if (outcome) pill(outcome);
  }

  callback({ number }) {
    pill({ status: "CALLBACK", text: `An agent calls ${number} back.` });
  }

  invoking() {
    if (!this.#isSettled) pill({ status: "…", text: "The function is running" });
  }

  result(result) {
    const outcome = outcomeOf(this.#source, result);
    const invocation = { source: this.#source, result, outcome, requests: [] };
    if (!this.#invocations.length) clear(byId("invocations"));
    this.#invocations.push(invocation);
    const row = make("button", { type: "button" },
      `${outcome.source}: `, make("b", { "data-status": outcome.status }, outcome.status), outcome.reason && ` ${outcome.reason}`);
    row.addEventListener("click", () => this.#show(invocation));
    invocation.row = row;
    byId("invocations").append(make("li", {}, row));
    if (outcome.status !== "IGNORED" || !this.#isSettled) pill({ ...outcome, from: this.#source });
    this.#show(invocation);
    this.#source = "flow";
  }

  requests({ requests }) {
    const invocation = this.#invocations.at(-1);
    if (!invocation) return;
    invocation.requests.push(...requests);
    this.#show(invocation);
  }

  repeated() {
    this.#invocations.at(-1).isRepeated = true;
    this.#show(this.#invocations.at(-1));
  }

  get #isSettled() {
    return ["STARTED", "DEFERRED"].includes(byId("outcome").dataset.status);
  }

  #show(invocation) {
    for (const each of this.#invocations) each.row.setAttribute("aria-pressed", String(each === invocation));
    const { source = "flow", result = null, requests = [], isRepeated = false } = invocation ?? {};
    byId("response-title").textContent = RESPONSE_TITLES[source];
    clear(byId("response"), ...(result ? response(result) : [make("p", { class: "hint" }, "No response")]));
    clear(byId("request"), ...(requests.length ? requests.flatMap(request) : [make("p", { class: "hint" }, "No request was sent")]));
    if (isRepeated) byId("request").prepend(make("p", { class: "hint" }, REPEATED));
    clear(byId("log"), ...(result ? result.log.map(logLine) : [make("p", { class: "hint" }, "Nothing")]));
  }
}

function pill({ status, reason = "", text = "", from = "" }) {
  const box = byId("outcome");
  clear(box, ...(status ? [make("strong", {}, status), make("span", {}, text), make("code", {}, reason)] : []));
  box.dataset.status = status.replace(" ", "_");
  box.dataset.source = from;
}

function request({ request, outcome, count }) {
  const times = count > 1 ? `, ${count} times` : "";
  return [make("p", { class: outcome === "accepted" ? "accepted" : "rejected" }, `${outcome}${times}`), json(request)];
}

function response({ response, error, timed_out, milliseconds }) {
  return [
    response?.Status ? table(response) : json(response ?? error ?? {}),
    make("p", { class: "hint" }, timed_out ? "no response in time" : `after ${milliseconds} ms`),
  ];
}

function card(contact, all) {
  const isMessage = contact.Channel === "CHAT";
  const facts = [
    ["Channel", isMessage ? contact.SegmentAttributes["connect:Subtype"].ValueString : contact.Channel],
    ["Customer", contact.CustomerEndpoint?.Address ?? "withheld"],
    ["Contact id", contact.Id],
    ...Object.entries(contact.Attributes ?? {}),
  ];
  const related = contact.RelatedContactId;
  const state = contact.DisconnectTimestamp ? "ended" : contact.AgentInfo ? "with an agent" : contact.QueueInfo ? "in the queue" : "";
  return make("li", { class: isMessage ? "message" : "call" },
    make("p", {}, make("strong", {}, isMessage ? "SMS contact" : "Call"), ` since ${time(contact.InitiationTimestamp)}${state ? `, ${state}` : ""}`),
    ...(related ? [make("p", { class: "related" }, all.has(related) ? "related to the call" : `related to ${related}`)] : []),
    make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])));
}

function table(response) {
  const rows = Object.entries(response).map(([name, value]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)));
  return make("table", {}, make("tbody", {}, ...rows));
}

// A log line; one in CloudWatch's embedded metric format is marked as metrics.
function logLine(line) {
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
