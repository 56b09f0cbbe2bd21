// Show a value as JSON, with colors for names, strings and other values.

import { make } from "./dom.js";

export function json(value) {
  return make("pre", {}, make("code", {}, ...parts(value, "")));
}

function parts(value, margin) {
  if (typeof value === "string") return [make("span", { class: "json-text" }, JSON.stringify(value))];
  if (value === null || typeof value !== "object") return [make("span", { class: "json-other" }, JSON.stringify(value))];
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Object.entries(value);
  if (!entries.length) return [open + close];
  const inner = `${margin}  `;
  const lines = entries.flatMap(([name, member], index) => [
    index ? `,\n${inner}` : `\n${inner}`,
    ...(Array.isArray(value) ? [] : [make("span", { class: "json-name" }, JSON.stringify(name)), ": "]),
    ...parts(member, inner),
  ]);
  return [open, ...lines, `\n${margin}${close}`];
}
