// Draw the parts of a graph: blocks, edges, labels and the legend.

import { descriptionOf, GLYPHS, KINDS, kindOf, nameOf } from "./blocks.js";
import { draw, make } from "./dom.js";

export function block(node, { width, height }) {
  const kind = kindOf(node);
  const description = descriptionOf(node);
  const isTall = height > 30;
  return draw("g", { class: `node ${kind}`, "data-ids": node.ids.join(" ") },
    draw("title", {}, `${nameOf(node)}${description && `: ${description}`} (${node.ids.join(", ")})`),
    draw("rect", { width, height, rx: 8 }),
    glyph(kind, 15, height / 2),
    draw("text", { class: "id", x: 29, y: isTall ? 15.5 : height / 2 + 4.2 }, nameOf(node)),
    ...(isTall ? [draw("text", { class: "words", x: 29, y: 28.5 }, description)] : []));
}

const glyph = (kind, x, y) =>
  draw("g", { transform: `translate(${x} ${y})` }, draw("circle", { r: 8.5 }), draw("path", { class: "glyph", d: GLYPHS[kind] }));

export function legend() {
  return Object.entries(KINDS).map(([kind, title]) =>
    make("li", {}, draw("svg", { viewBox: "0 0 17 17", width: 17, height: 17, class: `node ${kind}`, "aria-hidden": "true" }, glyph(kind, 8.5, 8.5)), title));
}

export function arrow(id, kind) {
  const marker = { id, class: kind, viewBox: "0 0 8 8", refX: 5, refY: 4, markerWidth: 7, markerHeight: 7 };
  return draw("marker", { ...marker, orient: "auto", markerUnits: "userSpaceOnUse" }, draw("path", { d: "M0 0 8 4 0 8z" }));
}

// Draw an edge: vertical beside blocks, curved between rows.
export function curve(points) {
  let path = `M${at(...points[0])}`;
  points.slice(1).forEach(([x, y], index) => {
    const [fromX, fromY] = points[index];
    const middle = (fromY + y) / 2;
    path += Math.abs(x - fromX) < 0.5 ? `L${at(x, y)}` : `C${at(fromX, middle)} ${at(x, middle)} ${at(x, y)}`;
  });
  return path;
}

const at = (x, y) => `${round(x)} ${round(y)}`;

export function label(svg, { points }, text) {
  const [x, y] = points[0];
  const [toX, toY] = points[1];
  const [atX, atY] = [round(x + (toX - x) * 0.5), round(y + (toY - y) * 0.5)];
  const width = text.length * 6.8 + 12;
  svg.querySelector(".labels").append(
    draw("g", { class: "label" },
      draw("rect", { x: atX - width / 2, y: atY - 7.5, width, height: 15, rx: 7.5 }),
      draw("text", { x: atX, y: atY + 3.5, "text-anchor": "middle" }, text)),
  );
}

export const round = (number) => Math.round(10 * number) / 10;
