// The flow as a graph, with the path that the call took.

import { byId, clear, draw, make } from "./dom.js";
import { HEIGHT, WIDTH, layout } from "./layout.js";

// As the flow designer names the blocks.
const BLOCKS = {
  Compare: "Check contact attributes",
  ConnectParticipantWithLexBot: "Get customer input (Lex)",
  DisconnectParticipant: "Disconnect",
  EndFlowExecution: "End flow",
  GetParticipantInput: "Get customer input",
  InvokeLambdaFunction: "AWS Lambda function",
  MessageParticipant: "Play prompt",
  MessageParticipantIteratively: "Loop prompts",
  TransferContactToQueue: "Transfer to queue",
  UpdateContactAttributes: "Set contact attributes",
  UpdateContactEventHooks: "Set customer queue flow",
  UpdateContactTargetQueue: "Set working queue",
  UpdateContactTextToSpeechVoice: "Set voice",
};
const KINDS = {
  Compare: "check",
  DisconnectParticipant: "end",
  EndFlowExecution: "end",
  GetParticipantInput: "ask",
  InvokeLambdaFunction: "function",
  MessageParticipant: "say",
  MessageParticipantIteratively: "say",
  TransferContactToQueue: "end",
};
const TITLES = { VoiceFlow: "Voice flow", CustomerQueueFlow: "Customer queue flow" };

export class Graph {
  #drawn = new Map();
  #shown = "";
  #playing = ""; // and another one may be shown
  #last = null;

  constructor(flows) {
    for (const [name, flow] of Object.entries(flows)) {
      this.#drawn.set(name, drawn(name, layout(flow), flow));
      const tab = make("button", { type: "button", id: `tab-${name}` }, TITLES[name]);
      tab.addEventListener("click", () => this.show(name));
      byId("flows").append(tab);
    }
    this.begin();
    this.enter(Object.keys(flows)[0]);
  }

  // A new call: nothing is lit.
  begin() {
    for (const { svg } of this.#drawn.values()) {
      for (const lit of svg.querySelectorAll(".lit, .now, .busy")) lit.classList.remove("lit", "now", "busy");
      for (const label of svg.querySelectorAll(".label")) label.remove();
    }
    clear(byId("path"));
    this.#last = null;
  }

  get hasPath() {
    return this.#last !== null;
  }

  enter(name) {
    this.#last = null;
    this.#playing = name;
    this.show(name);
  }

  show(name) {
    this.#shown = name;
    clear(byId("graph"), this.#drawn.get(name).svg);
    for (const each of this.#drawn.keys()) {
      byId(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
    }
  }

  step(action, cameBy) {
    const { svg, nodes, edges, flow } = this.#drawn.get(this.#playing);
    svg.querySelector(".now")?.classList.remove("now", "busy");
    const edge = this.#last && edges.get(`${this.#last} ${action}`);
    if (edge) {
      edge.path.classList.add("lit");
      svg.querySelector(".edges").append(edge.path);
      if (cameBy) label(svg, edge, cameBy);
    }
    nodes.get(action).classList.add("lit", "now");
    this.#last = action;
    const block = flow.nodes.find((node) => node.id === action);
    byId("path").append(make("li", {}, `${cameBy ? `${cameBy}: ` : ""}${action} (${BLOCKS[block.type] ?? block.type})`));
    this.#bringIntoView(nodes.get(action));
  }

  // The function works at this block, which is lit already when an event comes later.
  busy(action) {
    const { svg, nodes } = this.#drawn.get(this.#playing);
    if (!nodes.has(action) || nodes.get(action).classList.contains("lit")) return;
    svg.querySelector(".now")?.classList.remove("now");
    nodes.get(action).classList.add("now", "busy");
    this.#bringIntoView(nodes.get(action));
  }

  end() {
    this.#drawn.get(this.#playing).svg.querySelector(".now")?.classList.remove("busy");
  }

  // On a narrow screen the graph is wider than what shows of it.
  #bringIntoView(node) {
    const box = byId("graph");
    if (this.#shown !== this.#playing || box.scrollWidth <= box.clientWidth) return;
    const { left, width } = node.getBoundingClientRect();
    const middle = left + width / 2 - box.getBoundingClientRect().left + box.scrollLeft;
    box.scrollTo({ left: middle - box.clientWidth / 2 });
  }
}

function drawn(name, picture, flow) {
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
    const group = draw("g", {
      class: `node ${KINDS[node.type] ?? "set"}`,
      transform: `translate(${round(x - WIDTH / 2)} ${round(y - HEIGHT / 2)})`,
    });
    group.append(
      draw("title", {}, BLOCKS[node.type] ?? node.type),
      draw("rect", { width: WIDTH, height: HEIGHT, rx: 8 }),
      draw("circle", { cx: 13, cy: HEIGHT / 2, r: 3.5 }),
      draw("text", { x: 23, y: HEIGHT / 2 + 4 }, node.id),
    );
    blocks.append(group);
    nodes.set(node.id, group);
  }
  svg.append(lines, blocks, draw("g", { class: "labels" }));
  return { svg, nodes, edges, flow };
}

function arrow(id, kind) {
  const marker = { id, class: kind, viewBox: "0 0 8 8", refX: 5, refY: 4, markerWidth: 7, markerHeight: 7 };
  return draw("marker", { ...marker, orient: "auto", markerUnits: "userSpaceOnUse" }, draw("path", { d: "M0 0 8 4 0 8z" }));
}

// A spline that begins and ends at its points, upright, and smoothly follows those between.
function curve(points) {
  const [[x, y], [toX, toY]] = [points[0], points.at(-1)];
  const middle = (y + toY) / 2;
  if (points.length === 2) return `M${at(x, y)}C${at(x, middle)} ${at(toX, middle)} ${at(toX, toY)}`;
  const lead = (points[1][1] - y) * 0.4;
  const end = (toY - points.at(-2)[1]) * 0.4;
  const knots = [[x, y], [x, y + lead], ...points.slice(1, -1), [toX, toY - end], [toX, toY]];
  let path = `M${at(x, y)}`;
  for (let index = 1; index < knots.length - 2; index += 1) {
    const [[px, py], [qx, qy]] = [knots[index], knots[index + 1]];
    path += `Q${at(px, py)} ${at((px + qx) / 2, (py + qy) / 2)}`;
  }
  const [px, py] = knots.at(-2);
  return `${path}Q${at(px, py)} ${at(toX, toY)}`;
}

const at = (x, y) => `${round(x)} ${round(y)}`;

function label(svg, { points }, text) {
  const [x, y] = points[0];
  const [toX, toY] = points[1];
  const [atX, atY] = [round(x + (toX - x) * 0.5), round(y + (toY - y) * 0.5)];
  const width = text.length * 6.1 + 12;
  svg.querySelector(".labels").append(
    draw("g", { class: "label" },
      draw("rect", { x: atX - width / 2, y: atY - 7.5, width, height: 15, rx: 7.5 }),
      draw("text", { x: atX, y: atY + 3.5, "text-anchor": "middle" }, text)),
  );
}

const round = (number) => Math.round(10 * number) / 10;
