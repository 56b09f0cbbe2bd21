// Notices at the bottom of the page, and errors beside a field.

import { byId, make } from "./dom.js";

const SHOWN_MILLISECONDS = 6000;
let timer;

// Show a message for a moment, or until the next call (`stays`), or for ever (`ends`). It is an error unless `isCalm`.
export function showNotice(message, { stays = false, ends = false, isCalm = false } = {}) {
  clearTimeout(timer);
  byId("notice").classList.toggle("calm", isCalm);
  byId("notice-text").textContent = message;
  byId("reload").hidden = !ends;
  byId("notice").hidden = false;
  if (!stays && !ends) timer = setTimeout(hideNotice, SHOWN_MILLISECONDS);
}

export function hideNotice() {
  if (!byId("reload").hidden) return; // The session has ended.
  clearTimeout(timer);
  byId("notice").hidden = true;
}

// Show an error beside a field until the field changes.
export function markInvalid(field, message) {
  unmark(field);
  const id = `${field.id}-error`;
  field.after(make("p", { id, class: "field-error", role: "alert" }, message));
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  for (let place = field.closest("details"); place; place = place.parentElement.closest("details")) place.open = true;
  field.focus();
  field.addEventListener("input", () => unmark(field), { once: true });
}

function unmark(field) {
  byId(`${field.id}-error`)?.remove();
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
}
