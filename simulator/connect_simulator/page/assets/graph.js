// Draw a flow as a graph, with the path of the call.

import { BLOCKS, branch, GLYPHS, KINDS, descriptionOf } from "./blocks.js";
import { byId, clear, draw, make } from "./dom.js";
import { layout, ROOMY, TIGHT } from "./layout.js";

const MIN_ROOMY_HEIGHT = 940; // A window of this height has room for blocks with two lines.
const TITLES = { VoiceFlow: "Voice flow", CustomerQueueFlow: "Customer queue flow" };

export class Graph {
  #drawn = new Map();
  #shown = "";
  #playing = ""; // The flow that is played; the page may show another one.
  #last = null;
  #isSelected = false; // The visitor selected the shown flow, so it stays.
  #hasStarted = false;

  constructor(flows) {
    const size = innerHeight < MIN_ROOMY_HEIGHT && innerWidth > 700 ? TIGHT : ROOMY;
    for (const [name, flow] of Object.entries(flows)) {
      this.#drawn.set(name, drawFlow(name, layout(flow, size), flow, size));
      const tab = make("button", { type: "button", id: `tab-${name}` }, TITLES[name]);
      tab.append(make("span", { class: "hidden", hidden: true }, ", current flow of the call"));
      tab.addEventListener("click", () => {
        this.#isSelected = true;
        this.#show(name);
      });
      byId("flows").append(tab);
    }
    this.start();
  }

  // Start a new call without a path.
  start() {
    for (const { svg } of this.#drawn.values()) {
      svg.classList.remove("over");
      for (const lit of svg.querySelectorAll(".lit, .now, .busy")) lit.classList.remove("lit", "now", "busy");
      for (const label of svg.querySelectorAll(".label")) label.remove();
    }
    clear(byId("path"));
    this.#isSelected = false;
    [this.#playing] = this.#drawn.keys();
    this.#enter(this.#playing);
    this.#show(this.#playing);
  }

  // Keep showing the previous flow until this one runs a block, so that a waiting caller's path stays visible.
  enter(name) {
    this.#enter(name);
    if (!this.#shown) this.#show(name);
  }

  #enter(name) {
    this.#last = null;
    this.#hasStarted = false;
    this.#playing = name;
    for (const each of this.#drawn.keys()) {
      byId(`tab-${each}`).classList.toggle("here", each === name);
      byId(`tab-${each}`).querySelector(".hidden").hidden = each !== name;
    }
  }

  #show(name) {
    this.#shown = name;
    clear(byId("graph"), this.#drawn.get(name).svg);
    for (const each of this.#drawn.keys()) {
      byId(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
    }
  }

  // From now on, the next step shows this flow.
  waits() {
    this.#hasStarted = true;
  }

  step(action, branchName) {
    if (this.#hasStarted && !this.#isSelected) this.#show(this.#playing);
    const { svg, nodes, edges, flow } = this.#drawn.get(this.#playing);
    svg.querySelector(".now")?.classList.remove("now", "busy");
    const edge = this.#last && edges.get(`${this.#last} ${action}`);
    if (edge) {
      edge.path.classList.add("lit");
      svg.querySelector(".edges").append(edge.path);
      if (branchName) label(svg, edge, branch(branchName));
    }
    nodes.get(action).classList.add("lit", "now");
    this.#last = action;
    const block = flow.nodes.find((node) => node.id === action);
    byId("path").append(make("li", {}, `${branchName ? `${branch(branchName)}: ` : ""}${action} (${BLOCKS[block.type] ?? block.type})`));
    this.#scrollTo(nodes.get(action));
  }

  // Mark the block whose function is running. After the call, the block of an event is already lit.
  busy(action) {
    const { svg, nodes } = this.#drawn.get(this.#playing);
    if (!nodes.has(action) || nodes.get(action).classList.contains("lit")) return;
    svg.querySelector(".now")?.classList.remove("now");
    nodes.get(action).classList.add("now", "busy");
    this.#scrollTo(nodes.get(action));
  }

  // Fade the branches that the call did not take.
  end() {
    this.#drawn.get(this.#playing).svg.classList.add("over");
    this.stop();
  }

  stop() {
    this.#drawn.get(this.#playing).svg.querySelector(".now")?.classList.remove("busy");
  }

  // Scroll the graph to a block.
  #scrollTo(node) {
    if (this.#shown !== this.#playing) return;
    const box = byId("graph");
    const [inner, outer] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollBy({
      left: inner.left + inner.width / 2 - outer.left - outer.width / 2,
      top: inner.top + inner.height / 2 - outer.top - outer.height / 2,
    });
  }
}

function drawFlow(name, picture, flow, size) {
  const svg = draw("svg", {
    viewBox: `0 0 ${Math.ceil(picture.width)} ${picture.height}`,
    width: Math.ceil(picture.width),
    height: picture.height,
    role: "img",
    "aria-label": `${TITLES[name]}: ${flow.nodes.length} blocks; the path taken is listed below`,
  });
  svg.append(draw("defs", {}, arrow(`${name}-arrow`, "arrow"), arrow(`${name}-arrow-lit`, "arrow taken")));
  const edges = new Map();
  const lines = draw("g", { class: "edges" });
  for (const edge of picture.edges) {
    const failing = edge.names.every((each) => each.endsWith("Error")) ? " failing" : "";
    const path = draw("path", { d: curve(edge.points), class: `edge ${name}${failing}` });
    lines.append(path);
    edges.set(`${edge.from} ${edge.to}`, { path, points: edge.points });
  }
  const nodes = new Map();
  const blocks = draw("g", {});
  for (const { node, x, y } of picture.nodes) {
    const group = block(node, size);
    group.setAttribute("transform", `translate(${round(x - size.width / 2)} ${round(y - size.height / 2)})`);
    blocks.append(group);
    nodes.set(node.id, group);
  }
  svg.append(lines, blocks, draw("g", { class: "labels" }));
  return { svg, nodes, edges, flow };
}

function block(node, { width, height }) {
  const kind = KINDS[node.type] ?? "set";
  const description = descriptionOf(node);
  const isTall = height > 30;
  return draw("g", { class: `node ${kind}` },
    draw("title", {}, `${BLOCKS[node.type] ?? node.type}${description && `: ${description}`}`),
    draw("rect", { width, height, rx: 8 }),
    draw("circle", { cx: 15, cy: height / 2, r: 8.5 }),
    draw("path", { class: "glyph", d: GLYPHS[kind], transform: `translate(15 ${height / 2})` }),
    draw("text", { class: "id", x: 29, y: isTall ? 15.5 : height / 2 + 4.2 }, node.id),
    ...(isTall ? [draw("text", { class: "words", x: 29, y: 28.5 }, description)] : []));
}

function arrow(id, kind) {
  const marker = { id, class: kind, viewBox: "0 0 8 8", refX: 5, refY: 4, markerWidth: 7, markerHeight: 7 };
  return draw("marker", { ...marker, orient: "auto", markerUnits: "userSpaceOnUse" }, draw("path", { d: "M0 0 8 4 0 8z" }));
}

// Draw an edge: vertical beside blocks, curved between rows.
function curve(points) {
  let path = `M${at(...points[0])}`;
  points.slice(1).forEach(([x, y], index) => {
    const [fromX, fromY] = points[index];
    const middle = (fromY + y) / 2;
    path += Math.abs(x - fromX) < 0.5 ? `L${at(x, y)}` : `C${at(fromX, middle)} ${at(x, middle)} ${at(x, y)}`;
  });
  return path;
}

const at = (x, y) => `${round(x)} ${round(y)}`;

function label(svg, { points }, text) {
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

const round = (number) => Math.round(10 * number) / 10;
