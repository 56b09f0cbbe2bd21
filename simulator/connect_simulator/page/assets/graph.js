// Draw a flow as a graph, with the path of the call.

import { branch, nameOf } from "./blocks.js";
import { byId, clear, draw, make } from "./dom.js";
import { arrow, block, curve, label, legend, round } from "./drawing.js";
import { group } from "./groups.js";
import { layout, ROOMY, TIGHT } from "./layout.js";

const MIN_ROOMY_HEIGHT = 940; // A window of this height has room for blocks with two lines.
const SMS_FLOW = "SmsFlow";
const TITLES = { VoiceFlow: "Voice flow", OfferModule: "Offer module", CustomerQueueFlow: "Customer queue flow", SmsFlow: "SMS flow" };

export class Graph {
  #drawn = new Map();
  #shown = "";
  #playing = ""; // The flow of the latest step; the page may show another one.
  #ofCall = ""; // The flow or module that the call is in.
  #isSelected = false; // The visitor selected the shown flow, so it stays.

  constructor(flows) {
    this.#draw(flows);
    for (const name of Object.keys(flows)) {
      const tab = make("button", { type: "button", id: `tab-${name}` }, TITLES[name] ?? name);
      tab.append(make("span", { class: "hidden", hidden: true }, ", current flow of the call"));
      tab.addEventListener("click", () => {
        this.#isSelected = true;
        this.#show(name);
      });
      byId("flows").append(tab);
    }
    byId("legend").append(...legend());
    this.start();
  }

  // Draw the flows of a call with other template parameters or in another language.
  redraw(flows) {
    this.#draw(flows);
    this.#show(this.#shown);
  }

  // Start a new call without a path.
  start() {
    for (const name of this.#drawn.keys()) this.#clear(name);
    clear(byId("path"));
    this.#isSelected = false;
    const [voice] = this.#drawn.keys();
    this.#ofCall = voice;
    this.#play(voice);
  }

  // The call enters a flow.
  enter(name) {
    this.#drawn.get(name).last = null;
    this.#ofCall = name;
    this.#mark(name);
  }

  step(name, action, branchName) {
    this.#ofCall = name;
    this.#play(name);
    this.#light(name, action, branchName);
  }

  // Light the first blocks of the flow of a new text; the call goes on, so its flow stays.
  startText(steps) {
    if (!steps) return; // The text is not delivered, or not new.
    this.#clear(SMS_FLOW);
    for (const { action, branch: name } of steps) this.#light(SMS_FLOW, action, name);
  }

  // Show how the flow of a text goes on after the customer's reply or silence.
  continueText(steps) {
    if (!steps.length) return;
    this.#play(SMS_FLOW);
    for (const { action, branch: name } of steps) this.#light(SMS_FLOW, action, name);
    this.#drawn.get(SMS_FLOW).svg.classList.add("over");
  }

  #draw(flows) {
    const size = innerHeight < MIN_ROOMY_HEIGHT && innerWidth > 700 ? TIGHT : ROOMY;
    for (const [name, flow] of Object.entries(flows)) {
      const grouped = group(flow);
      this.#drawn.set(name, { ...drawFlow(name, layout(grouped, size), grouped, size), last: null });
    }
  }

  #clear(name) {
    const drawn = this.#drawn.get(name);
    drawn.last = null;
    drawn.svg.classList.remove("over");
    for (const lit of drawn.svg.querySelectorAll(".lit, .now, .busy")) lit.classList.remove("lit", "now", "busy");
    for (const each of drawn.svg.querySelectorAll(".label")) each.remove();
  }

  #play(name) {
    this.#mark(name);
    if (!this.#isSelected && this.#shown !== name) this.#show(name);
  }

  #mark(name) {
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

  #light(name, action, branchName) {
    const drawn = this.#drawn.get(name);
    const { svg, nodes, edges, flow } = drawn;
    const block = flow.nodes.find((node) => node.ids.includes(action));
    if (!block) return; // The template parameters have changed during the call.
    if (action === flow.start) drawn.last = null;
    svg.querySelector(".now")?.classList.remove("now", "busy");
    const edge = drawn.last && edges.get(`${drawn.last} ${block.id}`);
    if (edge) {
      edge.path.classList.add("lit");
      svg.querySelector(".edges").append(edge.path);
      if (branchName) label(svg, edge, branch(branchName));
    }
    nodes.get(block.id).classList.add("lit", "now");
    drawn.last = block.id;
    byId("path").append(make("li", {}, `${branchName ? `${branch(branchName)}: ` : ""}${nameOf(block)} (${action})`));
    this.#scrollTo(nodes.get(block.id));
  }

  // Mark the block whose function is running. After the call, the block of an event is already lit.
  busy(action) {
    const { svg, nodes } = this.#drawn.get(this.#ofCall);
    if (!nodes.has(action) || nodes.get(action).classList.contains("lit")) return;
    svg.querySelector(".now")?.classList.remove("now");
    nodes.get(action).classList.add("now", "busy");
    this.#scrollTo(nodes.get(action));
  }

  // Fade the branches that the call did not take.
  end() {
    for (const [name, { svg }] of this.#drawn) {
      if (name !== SMS_FLOW && svg.querySelector(".lit")) svg.classList.add("over");
    }
    this.stop();
  }

  stop() {
    this.#drawn.get(this.#ofCall).svg.querySelector(".now")?.classList.remove("busy");
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
    preserveAspectRatio: "xMidYMin meet",
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
    const box = block(node, size);
    box.setAttribute("transform", `translate(${round(x - size.width / 2)} ${round(y - size.height / 2)})`);
    blocks.append(box);
    nodes.set(node.id, box);
  }
  svg.append(lines, blocks, draw("g", { class: "labels" }));
  return { svg, nodes, edges, flow };
}
