/** The conversation page: joins composer, answers, messages, receipt and exit to one conversation. */

import { button, byId, el, focusOn } from "../shared/dom.js";
import { installExit } from "../shared/exit.js";
import { installIdleCover } from "../shared/idle.js";
import { openReceipt } from "../shared/receipt.js";
import { text } from "../shared/texts.js";
import { newComeBack } from "./comeback.js";
import { newComposer } from "./composer.js";
import { newConversation } from "./conversation.js";
import { clearAnswers, mine, showAnswers, theirs } from "./messages.js";
import { screens } from "./screens.js";

const SHOW_WORK_AFTER_MS = 400;
const GONE = new Set([401, 403, 404, 410]);
const REFUSED = new Set([400, 409, 413, 415, 422]);

const conversation = newConversation();
const composer = newComposer((words) => say({ text: words }, words));
const comeBack = newComeBack(resume);
const screen = screens();
/** @type {{said: import("../shared/types.js").Said, bubble: HTMLElement, messages: import("../shared/types.js").Message[]} | null} */
let turn = null;
/** @type {import("../shared/types.js").Message[]} */
let newest = [];

installExit(() => conversation.end());
installIdleCover();
refuseFiles();
begin();

async function begin() {
  composer.show(true);
  composer.setBusy(true);
  await working(() => conversation.start());
}

/** Instead of what has begun: the conversation that was put away. @param {string} code */
async function resume(code) {
  composer.setBusy(true);
  clearAnswers();
  await working(() => conversation.resume(code), () => resume(code), () => {
    composer.setBusy(false);
    showAnswers(newest, say);
    tell("talk.no_such_code");
    comeBack.focus();
  });
}

/** @param {import("../shared/types.js").Said} said @param {string} label as the person reads it back */
async function say(said, label) {
  if (turn) return;
  const bubble = mine(label);
  byId("log").append(bubble);
  turn = { said, bubble, messages: newest };
  comeBack.show(false);
  clearAnswers();
  composer.setBusy(true);
  keepFocus();
  toBottom();
  await working(() => conversation.say(said));
}

/**
 * @param {() => Promise<import("../shared/types.js").Answer>} ask
 * @param {() => void} [again] after trouble that may pass
 * @param {() => void} [refused] after a no that ends nothing
 */
async function working(ask, again = () => working(() => conversation.again()), refused) {
  byId("trouble").replaceChildren();
  const timer = setTimeout(() => status(text("talk.working")), SHOW_WORK_AFTER_MS);
  const outcome = await ask().then((answer) => () => answered(answer), (trouble) => () => failed(trouble, again, refused));
  clearTimeout(timer);
  status("");
  if (!left()) outcome();
}

/** @param {string} words */
function status(words) {
  if (!left()) byId("status").textContent = words;
}

/** Exit has emptied the page while we waited. */
function left() {
  return !document.body.firstElementChild;
}

/** @param {import("../shared/types.js").Answer} answer */
function answered(answer) {
  if (turn) takeRoom();
  if (answer.token) byId("log").replaceChildren(); // a new conversation: the old words go
  comeBack.show(Boolean(answer.token) && !answer.resumed);
  turn = null;
  newest = answer.messages;
  const receipt = newest.find(({ code }) => code);
  if (receipt?.kind === "pause") return paused(receipt.code);
  const shown = newest.filter((message) => message !== receipt).map(theirs);
  byId("log").append(...shown);
  if (answer.ended) return ended("talk.ended");
  showAnswers(newest, say);
  composer.setFor(newest.at(-1));
  composer.setBusy(false);
  if (receipt) openReceipt(receipt, afterReceipt);
  if (receipt) screen.show("receipt");
  else if (shown.length) toNewest(shown[0]);
}

function afterReceipt() {
  screen.show("talk");
  toBottom();
  keepFocus();
}

/** Over on this device, as after an exit; what was said of it stands beside the code. @param {string} code */
function paused(code) {
  const words = newest.map((message) => message.text).filter(Boolean).join("\n\n");
  byId("log").replaceChildren();
  ended("talk.paused");
  openReceipt({ text: words, code }, afterReceipt, { none: false });
  newest = [];
  screen.show("receipt");
}

/** @param {{status: number, passing: boolean}} trouble @param {() => void} again @param {() => void} [refused] */
function failed(trouble, again, refused) {
  if (refused && !trouble.passing) return refused();
  if (GONE.has(trouble.status)) return ended("talk.gone");
  if (REFUSED.has(trouble.status) && turn) return takeBack(trouble.status);
  const words = text({ 0: "talk.no_answer", 429: "talk.busy", 503: "talk.busy" }[trouble.status] ?? "talk.failed");
  byId("trouble").replaceChildren(el("p", {}, words), button(text("talk.again"), again, "action"));
  toBottom();
}

/** The server will not take this as it is: the words go back to the box, the answers stay. @param {number} status */
function takeBack(status) {
  const { said, bubble, messages } = turn;
  turn = null;
  bubble.remove();
  if ("text" in said) composer.giveBack(said.text);
  showAnswers(messages, say);
  composer.setBusy(false);
  const reason = { 409: "talk.stale", 413: "talk.refused_long" }[status] ?? "talk.refused";
  tell(reason);
}

/** @param {string} path */
function tell(path) {
  byId("trouble").replaceChildren(el("p", {}, text(path)));
  toBottom();
}

/** @param {string} why */
function ended(why) {
  conversation.end();
  turn = null;
  composer.show(false);
  comeBack.show(false);
  clearAnswers();
  byId("trouble").replaceChildren(el("p", {}, text(why)), button(text("talk.restart"), restart, "action"));
  toBottom();
}

function restart() {
  byId("log").replaceChildren();
  begin();
  composer.focus();
}

/** The box keeps the focus; on a touch screen that would only raise the keyboard over the answers. */
function keepFocus() {
  if (composer.hasFocus() || window.matchMedia("(pointer: fine)").matches) composer.focus();
  else focusOn(byId("log"));
}

/** Starts reading where the new words start. @param {HTMLElement} first */
function toNewest(first) {
  const top = first.getBoundingClientRect().top + window.scrollY - byId("top").offsetHeight - 12;
  window.scrollTo(0, top);
}

/** Once they have begun, the host page gives us the whole height of the window. */
function takeRoom() {
  if (window.parent !== window) window.parent.postMessage({ type: "recourse:size", height: window.screen.height }, "*");
}

function toBottom() {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

/** A dropped picture must neither arrive nor open in the page. */
function refuseFiles() {
  const refuse = (event) => {
    const files = (event.dataTransfer ?? event.clipboardData)?.types.includes("Files");
    if (!files) return;
    event.preventDefault();
    if (event.type !== "dragover") status(text("talk.no_files"));
  };
  ["dragover", "drop", "paste"].forEach((name) => window.addEventListener(name, refuse));
}
