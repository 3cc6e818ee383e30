/** The page a person comes back to: opens a case with the code, shows it, and passes on what they decide. */

import { button, byId, el, focusOn } from "../shared/dom.js";
import { installExit } from "../shared/exit.js";
import { installIdleCover } from "../shared/idle.js";
import { text, wordFor, written } from "../shared/texts.js";
import { showCode } from "./code.js";
import { showErase } from "./erase.js";
import { nextElement } from "./next.js";
import { newSession } from "./session.js";
import { stepElement } from "./steps.js";

const SCREENS = ["code", "case", "closed", "erased"];
const OF_THE_CASE = ["steps", "take-away", "next", "thread", "openings", "own-code", "erase", "case-status", "case-submitted"];
const LOCKED = new Set([401, 403]);

const REASONS = { 0: "case.no_answer", 413: "case.too_long", 429: "case.busy", 503: "case.busy" };

const session = newSession();

installExit(() => session.end());
installIdleCover();
byId("code-form").addEventListener("submit", openCase);
byId("thread-form").addEventListener("submit", write);

async function openCase(event) {
  event.preventDefault();
  const box = /** @type {HTMLInputElement} */ (byId("code"));
  if (!box.value.trim()) return complain(text("case.missing_code"));
  const found = await attempt(async () => {
    await session.open(box.value.trim());
    return session.read();
  }, (status) => ([400, 401, 403, 404, 422].includes(status) ? text("case.wrong_code") : null));
  if (!found) return focusOn(box);
  box.value = "";
  show("case");
  draw(found);
  focusOn(byId("status-title"));
}

async function write(event) {
  event.preventDefault();
  const box = /** @type {HTMLTextAreaElement} */ (byId("thread-text"));
  const words = box.value.trim();
  if (!words) return complain(text("case.thread.empty"));
  if (!(await attempt(() => session.write(words)))) return;
  box.value = "";
  await refresh("case.thread.sent");
}

/** @param {string} said path of what to tell afterwards */
async function refresh(said) {
  const found = await attempt(() => session.read());
  if (!found) return;
  draw(found);
  byId("status").textContent = text(said);
}

/** @type {import("./steps.js").Acts} */
const acts = {
  complain,
  async read(id) {
    const response = await attempt(() => session.document(id, "txt"));
    if (!response) throw new Error("not read");
    return response.text();
  },
  fetch: (id, form) => session.document(id, form),
  async save(fetch, name) {
    const blob = await attempt(async () => (await fetch()).blob());
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    el("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    byId("status").textContent = text("case.step.saved");
  },
  async record(step, event) {
    if (await attempt(() => session.record(step, event))) await refresh("case.record.saved");
  },
  async agree(step, sha256) {
    let other = false; // the letter reads differently today: no yes was taken, and it is shown as it would go now
    const changed = (status) => (other = status === 422) && text("case.next.changed");
    if (await attempt(() => session.agree(step, sha256), (status) => changed(status) || null)) return refresh("case.next.agreed");
    const found = other && (await session.read().catch(() => null));
    if (found) draw(found);
  },
};

/** @param {import("./session.js").Case} found */
function draw(found) {
  byId("case-status").textContent = wordFor("case.status", found.status);
  byId("case-submitted").textContent = text("case.submitted", { date: written(found.submitted_on) ?? "" });
  const steps = found.steps.map((step, at) => stepElement(step, at + 1, documentOf(found, step), acts));
  fill("steps", steps, "li", "case.step.none");
  fill("next", (found.next ?? []).map((next, at) => nextElement(next, at + 1, acts)), "li", "case.next.none");
  byId("take-away").replaceChildren(...takeAway(found));
  fill("thread", found.thread.map(entry), "p", "case.thread.none");
  fill("openings", found.openings.map(opening), "li", "case.opening.none");
  showCode(session, attempt, { changed, givenUp: () => show("closed") });
  showErase(session, attempt, () => show("erased"));
}

/** All letters in one file, and the days for a calendar; each only where there is something in it. */
function takeAway({ documents, steps, next }) {
  const owed = steps.some(({ state, due, available_from: from }) =>
    (["sent", "acknowledged", "answered"].includes(state) && due) || (state === "waiting" && from));
  const files = [
    documents.length && ["documents.zip", "letters.zip", "case.all.letters"],
    (owed || next?.some(({ closes }) => closes)) && ["calendar.ics", "dates.ics", "case.all.dates"],
  ].filter(Boolean);
  if (!files.length) return [];
  const save = ([file, name, label]) => button(text(label), () => acts.save(() => session.file(file), name));
  return [el("div", { class: "choices" }, ...files.map(save)), el("p", { class: "quiet" }, text("case.all.hint"))];
}

async function changed() {
  await refresh("case.code.changed");
  focusOn(byId("own-code-title"));
}

/** @param {string} id @param {HTMLElement[]} children @param {string} tag @param {string} otherwise said when empty */
function fill(id, children, tag, otherwise) {
  byId(id).replaceChildren(...(children.length ? children : [el(tag, { class: "quiet" }, text(otherwise))]));
}

/**
 * The letter that belongs to a step.
 * @param {import("./session.js").Case} found
 * @param {import("./session.js").Step} step
 */
function documentOf({ documents }, step) {
  return documents.find(({ step: of }) => of === (step.step ?? step.id));
}

/** @param {import("./session.js").Entry} said */
function entry({ from, on, text: words }) {
  const mine = from === "person";
  const who = text(mine ? "case.thread.you" : "case.thread.team");
  return el("div", { class: mine ? "entry mine" : "entry" },
    el("p", { class: "who" }, `${who} · ${written(on) ?? ""}`),
    el("p", {}, words));
}

/** @param {import("./session.js").Opening} opened */
function opening({ on, role, purpose }) {
  const words = { role: wordFor("case.role", role), date: written(on) ?? "", purpose: wordFor("case.purpose", purpose) };
  return el("li", {}, text("case.opening.line", words));
}

/**
 * Runs a request and tells, in words, when it fails; resolves to null then.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(status: number) => string | null} [special]
 * @returns {Promise<T | null>}
 */
async function attempt(ask, special = () => null) {
  complain("");
  const timer = setTimeout(() => (byId("status").textContent = text("case.working")), 400);
  byId("status").textContent = "";
  try {
    return await ask();
  } catch (trouble) {
    failed(trouble.status, special(trouble.status));
    return null;
  } finally {
    clearTimeout(timer);
    if (document.body.firstElementChild) byId("status").textContent = "";
  }
}

/** @param {number} status @param {string | null} words */
function failed(status, words) {
  if (!document.body.firstElementChild) return; // exit came first
  if (!words && LOCKED.has(status)) {
    session.end();
    show("code");
    complain(text("case.locked"));
    return focusOn(byId("code"));
  }
  complain(words ?? text(REASONS[status] ?? (status >= 500 ? "case.failed" : "case.refused")));
}

/** @param {string} words */
function complain(words) {
  byId("trouble").replaceChildren(...(words ? [el("p", {}, words)] : []));
  if (words) byId("trouble").scrollIntoView({ block: "center" });
}

/** Screens that are not shown are emptied of the case. @param {string} name */
function show(name) {
  SCREENS.forEach((each) => (byId(`screen-${each}`).hidden = each !== name));
  window.scrollTo(0, 0);
  if (name !== "case") OF_THE_CASE.forEach((id) => byId(id).replaceChildren());
  if (["closed", "erased"].includes(name)) focusOn(byId(`${name}-title`));
}
