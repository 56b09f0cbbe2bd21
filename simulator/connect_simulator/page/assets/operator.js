// The operator's settings, read from the fields of the page.

import { failures, nameOf } from "./blocks.js";
import { byId, make } from "./dom.js";
import { markInvalid } from "./notices.js";

const CHECKS = { opted_out: "opted-out", is_switched_off: "switched-off", has_queue: "has-queue" };

export class Operator {
  #variables;
  #failures;

  constructor({ variables, faults, flows }, changed) {
    this.#variables = variables;
    for (const kind of faults) byId("fault").append(make("option", { value: kind }, kind.replaceAll("_", " ")));
    this.#failures = failures(flows);
    for (const type of this.#failures.keys()) byId("failing").append(make("option", { value: type }, nameOf({ type, ids: [] })));
    for (const [name, value] of Object.entries(variables)) {
      const input = make("input", { id: `setting-${name}`, type: "text", value, spellcheck: "false", autocomplete: "off" });
      byId("settings").append(make("label", { for: input.id }, name), input);
    }
    byId("operator").addEventListener("change", changed);
  }

  fill(story) {
    byId("fault").value = story.fault ?? "";
    byId("times").value = story.times ?? "";
    byId("operation").selectedIndex = 0;
    byId("opted-out").checked = story.opted_out === true;
    byId("switched-off").checked = story.switched_off === true;
    byId("has-queue").checked = story.has_queue !== false;
    byId("wait-seconds").value = story.wait ?? "";
    byId("hours").value = story.hours ?? "open";
    byId("staff").value = story.staff ?? "2";
    byId("events").value = "";
    byId("failing").value = "";
    byId("parameters").value = toLines(story.parameters);
    byId("stack_parameters").value = toLines(story.stack_parameters);
    for (const [name, value] of Object.entries(this.#variables)) {
      byId(`setting-${name}`).value = story.settings[name] ?? value;
    }
  }

  // The customer replied STOP on the phone.
  optedOut() {
    byId("opted-out").checked = true;
  }

  // The choices, or null if a line is not valid.
  get choices() {
    const parameters = parseLines(byId("parameters"));
    const stackParameters = parseLines(byId("stack_parameters"));
    if (!parameters || !stackParameters) return null;
    const failing = byId("failing").value;
    const settings = Object.entries(this.#variables)
      .map(([name, value]) => [name, value, byId(`setting-${name}`).value])
      .filter(([, initial, current]) => initial !== current)
      .map(([name, , current]) => [name, current]);
    return {
      settings: Object.fromEntries(settings),
      parameters,
      stack_parameters: stackParameters,
      block_errors: failing ? { [failing]: this.#failures.get(failing) } : {},
      queue: queue(),
      events: byId("events").value,
      fault: byId("fault").value,
      operation: byId("operation").value,
      times: byId("times").value ? Number(byId("times").value) : null,
      ...Object.fromEntries(Object.entries(CHECKS).map(([name, id]) => [name, byId(id).checked])),
    };
  }
}

// The queue as the flows of the next call find it; an empty field is a metric that Amazon Connect does not know.
function queue() {
  const [wait, staff] = ["wait-seconds", "staff"].map((id) => byId(id).value.trim());
  const number = (text) => (/^\d+$/.test(text) ? Number(text) : text || null);
  return {
    is_open: { open: true, closed: false }[byId("hours").value] ?? null,
    reports: { VOICE: { wait_seconds: number(wait) }, CHAT: staff ? { agents_staffed: number(staff) } : null },
  };
}

export const toLines = (members) => Object.entries(members).map(([name, value]) => `${name}=${value}`).join("\n");

// Parse lines such as customerName=Jane. If a line is not valid, mark the field and return null.
export function parseLines(field) {
  const lines = field.value.split("\n").filter((line) => line.trim());
  const invalid = lines.find((line) => !/^\s*[^=\s][^=]*=/.test(line));
  if (invalid !== undefined) {
    markInvalid(field, `Each line must have the form name=value (got "${invalid.trim()}").`);
    return null;
  }
  return Object.fromEntries(lines.map((line) => {
    const middle = line.indexOf("=");
    return [line.slice(0, middle).trim(), line.slice(middle + 1).trim()];
  }));
}
