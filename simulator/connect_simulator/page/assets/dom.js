// Build elements from text only, so that no event or flow can add HTML.

export const byId = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export const clear = (element, ...children) => element.replaceChildren(...children);

// Use aria-disabled, because a button with the attribute `disabled` would lose the focus.
export function setEnabled(element, isEnabled) {
  element.setAttribute("aria-disabled", String(!isEnabled));
}

export const isDisabled = (element) => element.getAttribute("aria-disabled") === "true";

// Hide an element; if it has the focus, move the focus to the call button.
export function hide(element) {
  if (element === document.activeElement) byId("call").focus();
  element.hidden = true;
}

export function time(seconds) {
  return new Date(1000 * seconds).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// Format a North American number with spaces; leave others unchanged.
export const pretty = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}
