// The funnel of the session: what the function has counted in its metrics, from the request to the saved call.

import { byId, clear, make } from "./dom.js";

// Each stage with its metric, and the metrics of those that did not reach it or whose result is not known.
const STAGES = [
  ["Asked for", "AskedFor", []],
  ["Eligible", "Eligible", []],
  ["Started", "Started", []],
  ["Delivered", "Delivered", [["not delivered", "NotDelivered"], ["unknown", "DeliveryUnknown"]]],
  ["Replied", "Replied", [["no reply", "NotReplied"], ["unknown", "ReplyUnknown"]]],
  ["Answered by text", "Answered", [["ended without an agent", "EndedUnanswered"]]],
  ["Calls saved", "Saved", [["by phone", "AnsweredByPhone"], ["unknown", "CallEndUnknown"]]],
];

// Show the counts, and the event that the function has counted last.
export function showFunnel({ counts = {}, event = "" }) {
  const asked = counts.AskedFor ?? 0;
  clear(byId("funnel"), ...STAGES.map((stage) => item(stage, counts, asked)));
  if (event) byId("funnel-event").textContent = `Latest event: ${event}`;
}

function item([name, metric, others], counts, asked) {
  const count = counts[metric] ?? 0;
  const rest = others.map(([label, other]) => `${counts[other] ?? 0} ${label}`).join(", ");
  return make("li", { "data-metric": metric },
    make("p", {}, make("b", {}, String(count)), ` ${name}`),
    make("meter", { min: 0, max: Math.max(asked, count, 1), value: count, "aria-label": name }),
    make("small", {}, rest));
}
