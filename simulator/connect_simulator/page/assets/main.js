// The page: show what happens in the simulator, one entry of the feed after the other.

import { Caller } from "./caller.js";
import { Details } from "./details.js";
import { byId, hide, make, time } from "./dom.js";
import { showFunnel } from "./funnel.js";
import { Graph } from "./graph.js";
import { hideNotice, markInvalid, showNotice } from "./notices.js";
import { Operator, parseLines, toLines } from "./operator.js";
import { Phone } from "./phone.js";
import { Player } from "./player.js";
import { get, Session } from "./session.js";
import { STORIES } from "./stories.js";

const MILLISECONDS = { step: 260, prompt: 1300, message: 700, waiting: 300, invoking: 350, acting: 1500 };
const SILENCE = /^<speak>/; // A pause in the prompts of the queue.
const isHungUp = ({ kind, reason }) => reason === "HUNG_UP" || ["call", "left", "error"].includes(kind);
const TEXT_ACTIONS = ["no-reply", "answer-text", "end-text"];
const FIELDS = ["number", "attributes", "parameters", "stack_parameters", "times", "events"];

const details = new Details();
const stack = await get("stack");
const graph = new Graph(stack.flows);
const operator = new Operator(stack, choose);
const phone = new Phone((command, body) => session.do(command, body));
const caller = new Caller((command, body) => {
  if (command === "hang-up") {
    actions = [];
    player.drop(["flow", "step", "waiting", "ended"], isHungUp);
  } else actions.shift(); // The story or the visitor has done this action.
  session.do(command, body);
});
let actions = [];
let callsMade = 0, timesLeft = 0;
const player = new Player({
  call() {
    hideNotice();
    caller.start();
    clear();
  },
  left() {},
  graphs: ({ flows }) => graph.redraw(flows),
  flow: ({ flow }) => graph.enter(flow),
  contact: ({ contact }) => details.contact(contact),
  async step({ call, flow, action, branch, prompts, attributes }) {
    graph.step(flow, action, branch);
    details.decision(attributes.offerDecision);
    caller.continues();
    await player.rest(MILLISECONDS.step);
    for (const text of prompts.filter((each) => !SILENCE.test(each))) {
      if (player.isDropping) return;
      showPrompt(text);
      await player.rest(MILLISECONDS.prompt);
    }
    if (!player.isDropping) session.do("next", { call });
  },
  async waiting({ expects }) {
    const isAutomatic = byId("autoplay").checked;
    caller.waits(expects, isAutomatic && !actions.length);
    await player.rest(MILLISECONDS.waiting);
    if (isAutomatic && actions.length) runNextAction();
  },
  async invoking({ action }) {
    details.invoking();
    graph.busy(action);
    await player.rest(MILLISECONDS.invoking);
  },
  result: (result) => details.result(result),
  requests: (entry) => details.requests(entry),
  async message(message) {
    details.contact(message.contact);
    if (message.repeated) return details.repeated();
    phone.message(message);
    graph.startText(message.steps);
    byId("messages").closest(".phone").scrollIntoView({ block: "nearest" });
    await player.rest(MILLISECONDS.message);
  },
  queue({ records }) {
    if (records) byId("process-queue").hidden = false;
    else hide(byId("process-queue"));
  },
  ended({ reason }) {
    caller.ended(reason);
    graph.end();
  },
  event: () => details.setSource("event"),
  batch: () => details.setSource("batch"),
  reply(reply) {
    phone.reply(reply);
    if (reply.opted_out) operator.optedOut();
  },
  conversation(conversation) {
    details.contact(conversation.contact);
    phone.conversation(conversation);
    graph.continueText(conversation.steps);
    if (byId("autoplay").checked && [...TEXT_ACTIONS, "hang-up"].includes(actions[0])) runNextAction();
  },
  funnel: showFunnel,
  callback: ({ callback }) => details.callback(callback),
  error({ message, stops, is_of_flow }) {
    if (!stops) return showNotice(message);
    actions = [];
    caller.stop("The flow cannot continue");
    graph.stop();
    showNotice(`The flow stops here: ${message}`, { stays: true, isCalm: is_of_flow });
  },
});
const session = await Session.start({
  entry: (entry) => player.add(entry),
  rejected(message, field) {
    const input = FIELDS.includes(field) ? byId(field) : byId(`setting-${field}`);
    if (input) markInvalid(input, message);
    else showNotice(message);
  },
  closed(message) {
    showNotice(message, { ends: true });
    byId("call").disabled = true;
  },
});

function showPrompt(text) {
  const list = byId("heard");
  list.querySelector(".none")?.remove();
  list.append(make("li", {}, text));
  list.scrollTop = list.scrollHeight;
}

// Run the next action of the story, unless the visitor is faster.
async function runNextAction() {
  const call = callsMade;
  const [next] = actions;
  await player.pause(MILLISECONDS.acting);
  if (call !== callsMade || actions[0] !== next || caller.isTyping) return;
  if (next === "again") startCall(actions.slice(1));
  else if (TEXT_ACTIONS.includes(next)) session.do(actions.shift());
  else if (next.startsWith("reply ")) session.do("reply", { text: actions.shift().slice(6) });
  else if (/^[\d*#]+$/.test(next)) caller.press(next);
  else caller.act(next);
}

// Send the operator's choices; resolve to whether the simulator accepted them.
async function choose() {
  const { choices } = operator;
  return choices !== null && session.do("choose", choices);
}

async function startCall(storyActions) {
  const attributes = parseLines(byId("attributes"));
  if (!attributes || !(await choose())) return;
  callsMade += 1;
  actions = [];
  const number = byId("number").value.replace(/[\s().\u2010-\u2015-]/g, "");
  if (await session.do("call", { number, language: byId("language").value, attributes })) actions = [...storyActions];
}

function clear() {
  byId("heard").replaceChildren();
  graph.start();
  details.start();
}

function selectStory() {
  const story = STORIES[byId("story").selectedIndex];
  byId("story-text").textContent = story.text;
  byId("number").value = story.number;
  byId("language").value = story.language;
  byId("attributes").value = toLines(story.attributes);
  operator.fill(story);
  actions = [];
  callsMade += 1;
  const leaving = (timesLeft += 1);
  player.drop("*", ({ left }) => left >= leaving); // Skip the rest of the previous call.
  session.do("leave");
  const chosen = choose();
  clear();
  hideNotice();
  byId("heard").append(make("li", { class: "none" }, "Press Call to start a call that continues by SMS."));
  caller.clear();
  phone.clear(story.number);
  hide(byId("process-queue"));
  return chosen;
}

byId("caller-form").addEventListener("submit", (event) => {
  event.preventDefault();
  hideNotice();
  startCall(STORIES[byId("story").selectedIndex].actions);
});
byId("process-queue").addEventListener("click", () => {
  byId("fault").value = "";
  choose();
  session.do("process-queue");
});
byId("reload").addEventListener("click", () => location.reload());
byId("story").append(...STORIES.map(({ name }) => make("option", {}, name)));
byId("story").addEventListener("change", selectStory);
byId("clock").textContent = time(Date.now() / 1000);
showFunnel({});
await selectStory();
document.documentElement.dataset.ready = "true";
