// The page: what happens in the simulator is shown one thing after the other, at a pace that can be followed.

import { Behind } from "./behind.js";
import { Caller } from "./caller.js";
import { byId, hide, make, time } from "./dom.js";
import { Graph } from "./graph.js";
import { lines, named, Operator } from "./operator.js";
import { Phone } from "./phone.js";
import { get, Session } from "./session.js";
import { STORIES } from "./stories.js";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const pace = Number(new URLSearchParams(location.search).get("pace") ?? (still ? 0.3 : 1));
const MILLISECONDS = { step: 260, heard: 1300, text: 700, waiting: 300, invoking: 350, acting: 1500, flow: 2500 };
const PAUSE = /^<speak>/; // a silence in the loop of the queue

const behind = new Behind();
const stack = await get("stack");
const graph = new Graph(stack.flows);
const operator = new Operator(stack, () => session.do("choose", operator.choices));
const phone = new Phone((text) => session.do("reply", { text }));
const caller = new Caller((name, body) => {
  toDo.shift(); // by the story, or by the visitor, who was quicker
  session.do(name, body);
});
const toShow = [];
let showing = false;
let toDo = [];
let callsMade = 0;
const session = await Session.begin((told) => {
  toShow.push(told);
  if (!showing) showAll();
}, notice);

const SHOW = {
  call() {
    behind.begin();
    graph.begin();
    caller.begin();
    byId("heard").replaceChildren();
    hide(byId("work-off"));
  },
  async flow({ flow }) {
    await rest(graph.hasPath ? MILLISECONDS.flow : 0);
    graph.enter(flow);
  },
  contact: ({ contact }) => behind.contact(contact),
  async step({ action, came_by, heard }) {
    graph.step(action, came_by);
    caller.goes();
    await rest(MILLISECONDS.step);
    for (const text of heard.filter((each) => !PAUSE.test(each))) {
      hear(text);
      await rest(MILLISECONDS.heard);
    }
  },
  async waiting({ what_for }) {
    caller.waits(what_for);
    await rest(MILLISECONDS.waiting);
    actByStory();
  },
  async invoking({ action }) {
    behind.invoking();
    graph.busy(action);
    await rest(MILLISECONDS.invoking);
  },
  answered(told) {
    behind.answered(told);
    if (told.answer?.Status === "DEFERRED") byId("work-off").hidden = false;
  },
  async text(told) {
    behind.text(told);
    if (!told.repeated) phone.text(told);
    byId("messages").closest(".phone").scrollIntoView({ block: "nearest" });
    await rest(MILLISECONDS.text);
  },
  ended({ how }) {
    caller.ended(how);
    graph.end();
  },
  event: () => behind.from("event"),
  batch: () => behind.from("batch"),
  "worked-off"({ left }) {
    if (left === 0) hide(byId("work-off"));
  },
  reply: (told) => phone.reply(told),
  refused: ({ message }) => notice(message),
};

async function showAll() {
  showing = true;
  try {
    while (toShow.length) await show(toShow.shift());
  } finally {
    showing = false;
  }
}

async function show(told) {
  try {
    await SHOW[told.kind]?.(told);
  } catch (error) {
    notice(`A "${told.kind}" could not be shown: ${error.message}`);
  }
}

const rest = (milliseconds) => new Promise((done) => setTimeout(done, pace * milliseconds));

function hear(text) {
  const list = byId("heard");
  list.append(make("li", {}, text));
  list.scrollTop = list.scrollHeight;
}

// The caller does what comes next in the story, unless the visitor is quicker.
async function actByStory() {
  if (!byId("by-itself").checked || !toDo.length) return;
  const call = callsMade;
  const [next] = toDo;
  await rest(MILLISECONDS.acting);
  if (call !== callsMade || toDo[0] !== next || caller.isTyping) return;
  if (next === "again") {
    session.do("hang-up");
    beginCall(toDo.slice(1));
  } else if (/^[\d*#]+$/.test(next)) caller.press(next);
  else caller.act(next);
}

function beginCall(does) {
  callsMade += 1;
  toDo = [...does];
  session.do("choose", operator.choices);
  session.do("call", {
    number: byId("number").value.replace(/[\s()-]/g, ""),
    language: byId("language").value,
    attributes: named(byId("attributes").value),
  });
}

function tellStory() {
  const story = STORIES[byId("story").selectedIndex];
  byId("story-text").textContent = story.text;
  byId("number").value = story.number;
  byId("attributes").value = lines(story.attributes);
  operator.tell(story);
  session.do("choose", operator.choices);
  phone.empty();
}

function notice(message) {
  byId("notice").textContent = message;
  byId("notice").hidden = false;
  setTimeout(() => (byId("notice").hidden = true), 6000);
}

byId("caller-form").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("notice").hidden = true;
  beginCall(STORIES[byId("story").selectedIndex].does);
});
byId("work-off").addEventListener("click", () => {
  byId("fault").value = "";
  session.do("choose", operator.choices);
  session.do("work-off");
});
byId("story").append(...STORIES.map(({ name }) => make("option", {}, name)));
byId("story").addEventListener("change", tellStory);
behind.begin();
byId("clock").textContent = time(Date.now() / 1000);
tellStory();
document.documentElement.dataset.ready = "true";
