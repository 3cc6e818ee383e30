/** The plan as it stands: each letter with its dates, to read, to keep, and to note when it went out. */

import { button, el } from "../shared/dom.js";
import { today, written } from "../shared/dates.js";
import { facts, paper } from "../shared/letters.js";
import { text, wordFor } from "../shared/texts.js";

/**
 * @typedef {object} Acts what a step can ask of the page
 * @property {(id: string) => Promise<string>} read
 * @property {(id: string, form: "txt" | "pdf", name: string) => void} save
 * @property {(step: string, event: {kind: string, on: string, reference?: string, outcome?: string}) => void} record
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
    document ? documentPart(document, `letter-${number}`, titleOf(step), acts) : null,
    recordPart(step, number, document, acts));
}

/** @param {import("./session.js").Event[]} events */
function eventList(events) {
  if (!events?.length) return null;
  return el("ul", { class: "events" }, ...events.map(({ kind, on }) =>
    el("li", {}, text("case.step.event", { kind: wordFor("case.event", kind), date: written(on) ?? "" }))));
}

/** @param {import("./session.js").CaseDocument} document @param {string} name @param {string} title @param {Acts} acts */
function documentPart({ id }, name, title, acts) {
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
  const save = (form, label) => {
    const it = button(label, () => acts.save(id, form, `${name}.${form}`));
    it.append(el("span", { class: "unseen" }, `: ${title}`));
    return it;
  };
  const files = el("div", { class: "choices" }, save("txt", text("case.step.text")), save("pdf", text("case.step.pdf")));
  return el("div", {}, files, letter);
}

/** A letter the person sends is noted as sent by them; after that, an answer can be noted. */
function recordPart(step, number, document, acts) {
  const sent = step.events?.some(({ kind }) => kind === "sent");
  const kind = sent ? "answered" : step.mode === "self" && document ? "sent" : null;
  if (!kind) return null;
  const on = el("input", { id: `on-${number}`, type: "date", max: today(), value: today() });
  const outcome = kind === "answered" ? outcomeChoice(number) : null;
  const reference = el("input", {
    id: `reference-${number}`, type: "text", autocomplete: "off", spellcheck: "false", maxlength: 120,
  });
  const submit = (event) => {
    event.preventDefault();
    if (!on.value || on.value > today()) return acts.complain(text("case.record.missing"));
    const kept = reference.value.trim();
    acts.record(step.id, { kind, on: on.value, ...(kept && { reference: kept }), ...(outcome && { outcome: outcome.value }) });
  };
  return el("details", { class: "record" },
    el("summary", {}, text(`case.record.${kind}`), el("span", { class: "unseen" }, `: ${titleOf(step)}`)),
    el("form", { class: "fields", autocomplete: "off", novalidate: true, on: { submit } },
      el("div", {}, el("label", { for: on.id }, text("case.record.on")), on),
      outcome && el("div", {}, el("label", { for: outcome.id }, text("case.record.outcome")), outcome),
      el("div", {}, el("label", { for: reference.id }, text("case.record.reference")), reference),
      el("button", { type: "submit", class: "action" }, text("case.record.save"))));
}

/** @param {number} number */
function outcomeChoice(number) {
  return el("select", { id: `outcome-${number}` },
    ...["removed", "partial", "refused", "other"].map((id) => el("option", { value: id }, text(`case.outcome.${id}`))));
}

/** @param {import("./session.js").Step} step */
function titleOf(step) {
  return step.title ?? text("case.step.untitled");
}
