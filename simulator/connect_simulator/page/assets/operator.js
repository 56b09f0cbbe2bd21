// What the operator has set, as the fields of the page say it.

import { byId, make } from "./dom.js";
import { mark } from "./notices.js";

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

  tell(story) {
    byId("fault").value = story.fault ?? "";
    byId("times").value = story.times ?? "";
    byId("operation").selectedIndex = 0;
    byId("opted-out").checked = story.opted_out === true;
    byId("switched-off").checked = story.switched_off === true;
    byId("has-queue").checked = story.has_queue === true;
    byId("parameters").value = lines(story.parameters);
    for (const [name, value] of Object.entries(this.#variables)) {
      byId(`setting-${name}`).value = story.settings[name] ?? value;
    }
  }

  // The customer has sent STOP, as a reply on the phone.
  stopped() {
    byId("opted-out").checked = true;
  }

  // None when a line says nothing that can be chosen.
  get choices() {
    const parameters = named(byId("parameters"));
    if (!parameters) return null;
    const settings = Object.entries(this.#variables)
      .map(([name, value]) => [name, value, byId(`setting-${name}`).value])
      .filter(([, usual, now]) => usual !== now)
      .map(([name, , now]) => [name, now]);
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

export const lines = (members) => Object.entries(members).map(([name, value]) => `${name}=${value}`).join("\n");

// The names and values of lines such as customerName=Jane; none, and it is said, when one is not like that.
export function named(field) {
  const written = field.value.split("\n").filter((line) => line.trim());
  const wrong = written.find((line) => !/^\s*[^=\s][^=]*=/.test(line));
  if (wrong !== undefined) {
    mark(field, `"${wrong.trim()}" is not name=value.`);
    return null;
  }
  return Object.fromEntries(written.map((line) => {
    const middle = line.indexOf("=");
    return [line.slice(0, middle).trim(), line.slice(middle + 1).trim()];
  }));
}
