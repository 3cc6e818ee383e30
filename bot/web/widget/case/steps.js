/** The plan as it stands: each letter with its dates, to read, to keep, and to note when it went out. */

import { button, el } from "../shared/dom.js";
import { facts, paper } from "../shared/letters.js";
import { text, wordFor, written } from "../shared/texts.js";
import { recordPart } from "./record.js";

/**
 * @typedef {object} Acts what a step can ask of the page
 * @property {(id: string) => Promise<string>} read
 * @property {(id: string, form: "txt" | "pdf" | "eml") => Promise<Response>} fetch
 * @property {(fetch: () => Promise<Response>, name: string) => void} save
 * @property {(step: string, event: import("./session.js").Told) => void} record
 * @property {(step: string, sha256: string) => void} agree
 * @property {(words: string) => void} complain
 */

/**
 * @param {import("./session.js").Step} step
 * @param {number} number counted from one; names the saved file, since a telling name would stay on the device
 * @param {import("./session.js").CaseDocument | undefined} document
 * @param {Acts} acts
 */
export function stepElement(step, number, document, acts) {
  return el("li", { class: "step" },
    el("h3", {}, titleOf(step)),
    el("p", {}, text("case.step.to", { recipient: step.recipient })),
    facts([
      ["case.step.state", wordFor("common.state", step.state)],
      [step.state === "ready" ? "common.letter.due" : "case.step.due", written(step.due)],
      ["case.step.from", written(step.available_from)],
      ["case.step.mode", wordFor("case.mode", step.mode)],
    ]),
    eventList(step.events),
    document?.carries > 1 ? el("p", {}, text("case.step.together")) : null,
    document ? letterPart({ id: document.id, name: `letter-${number}`, title: titleOf(step), byEmail: step.by_email }, acts) : null,
    recordPart(step, number, document, acts, titleOf(step)));
}

/** @param {import("./session.js").Event[]} events */
function eventList(events) {
  if (!events?.length) return null;
  return el("ul", { class: "events" }, ...events.map(({ kind, on }) =>
    el("li", {}, text("case.step.event", { kind: wordFor("case.event", kind), date: written(on) ?? "" }))));
}

/**
 * The letter to read here and to save; it is fetched when it is opened.
 * @param {{id: string, name: string, title: string, byEmail?: boolean}} letter `name` of the saved file: one that tells nothing
 * @param {Acts} acts
 */
export function letterPart({ id, name, title, byEmail }, acts) {
  const place = el("div", {});
  const letter = el("details", { class: "letter" },
    el("summary", {},
      el("span", { class: "letter-title" }, text("case.step.read")),
      el("span", { class: "unseen" }, `: ${title}`)),
    place);
  letter.addEventListener("toggle", async () => {
    if (!letter.open || place.firstChild) return;
    try {
      place.replaceChildren(paper(await acts.read(id)));
    } catch {
      letter.open = false; // the page has already said what went wrong
    }
  });
  const save = (form) => {
    const it = button(text(`case.step.${form}`), () => acts.save(() => acts.fetch(id, form), `${name}.${form}`));
    it.append(el("span", { class: "unseen" }, `: ${title}`));
    return it;
  };
  const forms = byEmail ? ["txt", "pdf", "eml"] : ["txt", "pdf"];
  return el("div", {}, el("div", { class: "choices" }, ...forms.map(save)), letter);
}

/** @param {import("./session.js").Step} step */
function titleOf(step) {
  return step.title ?? text("case.step.untitled");
}
