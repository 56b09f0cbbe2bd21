// The operator's settings, read from the fields of the page.

import { byId, make } from "./dom.js";
import { markInvalid } from "./notices.js";

const CHECKS = { opted_out: "opted-out", is_switched_off: "switched-off", has_queue: "has-queue" };

export class Operator {
  #variables;

  constructor({ variables, faults }, changed) {
    this.#variables = variables;
    for (const kind of faults) byId("fault").append(make("option", { value: kind }, kind.replaceAll("_", " ")));
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
    byId("parameters").value = toLines(story.parameters);
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
    if (!parameters) return null;
    const settings = Object.entries(this.#variables)
      .map(([name, value]) => [name, value, byId(`setting-${name}`).value])
      .filter(([, initial, current]) => initial !== current)
      .map(([name, , current]) => [name, current]);
    return {
      settings: Object.fromEntries(settings),
      parameters,
      fault: byId("fault").value,
      operation: byId("operation").value,
      times: byId("times").value ? Number(byId("times").value) : null,
      ...Object.fromEntries(Object.entries(CHECKS).map(([name, id]) => [name, byId(id).checked])),
    };
  }
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
