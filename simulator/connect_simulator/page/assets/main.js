// The page: what happens in the simulator is shown one thing after the other, at a pace that can be followed.

import { Behind } from "./behind.js";
import { Caller } from "./caller.js";
import { byId, hide, make, time } from "./dom.js";
import { Graph } from "./graph.js";
import { mark, notice, quiet } from "./notices.js";
import { lines, named, Operator } from "./operator.js";
import { Phone } from "./phone.js";
import { Player } from "./player.js";
import { get, Session } from "./session.js";
import { STORIES } from "./stories.js";

const MILLISECONDS = { step: 260, heard: 1300, text: 700, waiting: 300, invoking: 350, acting: 1500 };
const PAUSE = /^<speak>/; // a silence in the loop of the queue
const isHungUp = ({ kind, how }) => how === "HUNG_UP" || ["call", "left", "refused"].includes(kind);
const FIELDS = ["number", "attributes", "parameters", "times"];

const behind = new Behind();
const stack = await get("stack");
const graph = new Graph(stack.flows);
const operator = new Operator(stack, choose);
const phone = new Phone((text) => session.do("reply", { text }));
const caller = new Caller((name, body) => {
  if (name === "hang-up") {
    toDo = [];
    player.drop(["flow", "step", "waiting", "ended"], isHungUp);
  } else toDo.shift(); // by the story, or by the visitor, who was quicker
  session.do(name, body);
});
let toDo = [];
let callsMade = 0;
let timesLeft = 0;
const player = new Player({
  call() {
    quiet();
    caller.begin();
    clean();
  },
  left() {},
  flow: ({ flow }) => graph.enter(flow),
  contact: ({ contact }) => behind.contact(contact),
  async step({ call, action, came_by, heard }) {
    graph.step(action, came_by);
    caller.goes();
    await player.rest(MILLISECONDS.step);
    for (const text of heard.filter((each) => !PAUSE.test(each))) {
      if (player.isDropping) return;
      hear(text);
      await player.rest(MILLISECONDS.heard);
    }
    if (!player.isDropping) session.do("on", { call });
  },
  async waiting({ what_for }) {
    graph.waits();
    const byStory = byId("by-itself").checked;
    caller.waits(what_for, byStory && !toDo.length);
    await player.rest(MILLISECONDS.waiting);
    if (byStory && toDo.length) actByStory();
  },
  async invoking({ action }) {
    behind.invoking();
    graph.busy(action);
    await player.rest(MILLISECONDS.invoking);
  },
  answered: (told) => behind.answered(told),
  received: (told) => behind.received(told),
  async text(told) {
    behind.contact(told.contact);
    if (told.repeated) return behind.repeats();
    phone.text(told);
    byId("messages").closest(".phone").scrollIntoView({ block: "nearest" });
    await player.rest(MILLISECONDS.text);
  },
  queue({ records }) {
    if (records) byId("work-off").hidden = false;
    else hide(byId("work-off"));
  },
  ended({ how }) {
    caller.ended(how);
    graph.end();
  },
  event: () => behind.from("event"),
  batch: () => behind.from("batch"),
  reply(told) {
    phone.reply(told);
    if (told.stopped) operator.stopped();
  },
  refused({ message, stops }) {
    if (!stops) return notice(message);
    toDo = [];
    caller.stuck("The flow does not go on");
    graph.stop();
    notice(`The simulator stops here: ${message}`, { stays: true });
  },
});
const session = await Session.begin({
  told: (told) => player.add(told),
  refused(message, field) {
    const place = FIELDS.includes(field) ? byId(field) : byId(`setting-${field}`);
    if (place) mark(place, message);
    else notice(message);
  },
  gone(message) {
    notice(message, { ends: true });
    byId("call").disabled = true;
  },
});

function hear(text) {
  const list = byId("heard");
  list.querySelector(".none")?.remove();
  list.append(make("li", {}, text));
  list.scrollTop = list.scrollHeight;
}

// The caller does what comes next in the story, unless the visitor is quicker.
async function actByStory() {
  const call = callsMade;
  const [next] = toDo;
  await player.pause(MILLISECONDS.acting);
  if (call !== callsMade || toDo[0] !== next || caller.isTyping) return;
  if (next === "again") beginCall(toDo.slice(1));
  else if (/^[\d*#]+$/.test(next)) caller.press(next);
  else caller.act(next);
}

// Whether the choices were taken.
async function choose() {
  const { choices } = operator;
  return choices !== null && session.do("choose", choices);
}

async function beginCall(does) {
  const attributes = named(byId("attributes"));
  if (!attributes || !(await choose())) return;
  callsMade += 1;
  toDo = [];
  const number = byId("number").value.replace(/[\s().\u2010-\u2015-]/g, "");
  if (await session.do("call", { number, language: byId("language").value, attributes })) toDo = [...does];
}

function clean() {
  byId("heard").replaceChildren();
  graph.begin();
  behind.begin();
}

function tellStory() {
  const story = STORIES[byId("story").selectedIndex];
  byId("story-text").textContent = story.text;
  byId("number").value = story.number;
  byId("language").value = story.language;
  byId("attributes").value = lines(story.attributes);
  operator.tell(story);
  toDo = [];
  callsMade += 1;
  const leaving = (timesLeft += 1);
  player.drop("*", ({ left }) => left >= leaving); // what is still told of a call that nobody watches any more
  session.do("leave");
  const chosen = choose();
  clean();
  quiet();
  byId("heard").append(make("li", { class: "none" }, "Press Call: somebody rings, and the call becomes a text."));
  caller.rest();
  phone.empty(story.number);
  return chosen;
}

byId("caller-form").addEventListener("submit", (event) => {
  event.preventDefault();
  quiet();
  beginCall(STORIES[byId("story").selectedIndex].does);
});
byId("work-off").addEventListener("click", () => {
  byId("fault").value = "";
  choose();
  session.do("work-off");
});
byId("load-anew").addEventListener("click", () => location.reload());
byId("story").append(...STORIES.map(({ name }) => make("option", {}, name)));
byId("story").addEventListener("change", tellStory);
byId("clock").textContent = time(Date.now() / 1000);
await tellStory();
document.documentElement.dataset.ready = "true";
