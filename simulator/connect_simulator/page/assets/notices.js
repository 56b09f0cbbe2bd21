// What is said at the foot of the page: for a moment, or for as long as it is so; and beside a field, until it changes.

import { byId, make } from "./dom.js";

const MOMENT = 6000;
let timer;

export function notice(message, { stays = false, ends = false } = {}) {
  clearTimeout(timer);
  byId("notice-text").textContent = message;
  byId("load-anew").hidden = !ends;
  byId("notice").hidden = false;
  if (!stays && !ends) timer = setTimeout(quiet, MOMENT);
}

export function quiet() {
  if (!byId("load-anew").hidden) return; // what has ended stays so
  clearTimeout(timer);
  byId("notice").hidden = true;
}

// What is wrong with a field is said beside it.
export function mark(field, message) {
  unmark(field);
  const id = `${field.id}-wrong`;
  field.after(make("p", { id, class: "wrong", role: "alert" }, message));
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  for (let place = field.closest("details"); place; place = place.parentElement.closest("details")) place.open = true;
  field.focus();
  field.addEventListener("input", () => unmark(field), { once: true });
}

function unmark(field) {
  byId(`${field.id}-wrong`)?.remove();
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
}
