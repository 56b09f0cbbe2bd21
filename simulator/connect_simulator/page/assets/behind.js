// What is behind a call: the contacts, the request, the response and the log.

import { byId, clear, make, time } from "./dom.js";
import { json } from "./json.js";

const BY = { flow: "What the flow got", event: "What came of the event", batch: "What SQS got" };

export class Behind {
  #contacts = new Map();
  #source = "flow";

  begin() {
    this.#contacts.clear();
    this.#source = "flow";
    for (const [id, text] of [["contacts", "No contact"], ["request", "No request"], ["response", "No answer"], ["log", "Nothing"]]) {
      clear(byId(id), make("p", { class: "hint" }, text));
    }
    byId("response-title").textContent = BY.flow;
    this.#outcome("", "");
  }

  from(source) {
    this.#source = source;
    byId("response-title").textContent = BY[source];
  }

  contact(contact) {
    this.#contacts.set(contact.Id, contact);
    const all = [...this.#contacts.values()];
    clear(byId("contacts"), make("ul", { class: "contacts" }, ...all.map((each) => card(each, this.#contacts))));
  }

  invoking() {
    this.#outcome("…", "The function is working");
  }

  answered({ answer, raised, silent, milliseconds, log }) {
    const status = raised ? "FAILED" : silent ? "NO ANSWER" : (answer?.Status ?? "DONE");
    const reason = raised ? raised.reason : (answer?.Reason ?? "");
    this.#outcome(status, [reason, answer?.Message ?? raised?.text ?? ""].filter(Boolean).join(" · "));
    clear(byId("response"), answer?.Status ? table(answer) : json(answer ?? raised ?? {}));
    if (!silent) byId("response").append(make("p", { class: "hint" }, `after ${milliseconds} ms`));
    clear(byId("log"), ...log.map(logged));
  }

  text({ request, contact, repeated }) {
    const told = repeated ? "Again, with the same client token: Connect answers with the contact that there is." : "";
    clear(byId("request"), ...(told ? [make("p", { class: "hint" }, told)] : []), json(request));
    this.contact(contact);
  }

  #outcome(status, text) {
    const box = byId("outcome");
    clear(box, ...(status ? [make("strong", {}, status), make("span", {}, text)] : []));
    box.dataset.status = status.replace(" ", "_");
    box.dataset.source = this.#source;
  }
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
