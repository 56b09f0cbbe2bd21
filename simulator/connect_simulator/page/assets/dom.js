// Elements are made of text only: nothing that comes from an event or a flow is ever read as HTML.

export const byId = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

export function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export const clear = (element, ...children) => element.replaceChildren(...children);

// A button that can do nothing now keeps the focus, which one that is disabled would lose.
export function may(element, does) {
  element.setAttribute("aria-disabled", String(!does));
}

export const mayNot = (element) => element.getAttribute("aria-disabled") === "true";

// What goes while it has the focus leaves it to the button that begins the next call.
export function hide(element) {
  if (element === document.activeElement) byId("call").focus();
  element.hidden = true;
}

export function time(seconds) {
  return new Date(1000 * seconds).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// A number of North America as it is written there; of elsewhere, as it is.
export const pretty = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}
