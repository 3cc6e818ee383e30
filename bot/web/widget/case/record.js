/** Writing down what became of a letter: sent on a day, answered with what. */

import { el } from "../shared/dom.js";
import { text, today } from "../shared/texts.js";

const OUTCOMES = ["removed", "partial", "refused", "extended", "other"];
const REASONS = ["", "identity", "public_interest", "not_us", "use_form", "fee", "other"];
const SAID_NO = new Set(["refused", "partial"]);

/**
 * A letter the person sends is noted as sent by them; after that, an answer can be noted.
 * @param {import("./session.js").Step} step
 * @param {number} number
 * @param {import("./session.js").CaseDocument | undefined} document
 * @param {import("./steps.js").Acts} acts
 * @param {string} title
 */
export function recordPart(step, number, document, acts, title) {
  const sent = step.events?.some(({ kind }) => kind === "sent");
  const kind = sent ? "answered" : step.mode === "self" && document ? "sent" : null;
  if (!kind) return null;
  const on = el("input", { id: `on-${number}`, type: "date", max: today(), value: today() });
  const answer = kind === "answered" ? answerPart(number) : null;
  const reference = el("input", {
    id: `reference-${number}`, type: "text", autocomplete: "off", spellcheck: "false", maxlength: 120,
  });
  const submit = (event) => {
    event.preventDefault();
    if (!on.value || on.value > today()) return acts.complain(text("case.record.missing"));
    const kept = reference.value.trim();
    acts.record(step.id, { kind, on: on.value, ...(kept && { reference: kept }), ...answer?.told() });
  };
  return el("details", { class: "record" },
    el("summary", {}, text(`case.record.${kind}`), el("span", { class: "unseen" }, `: ${title}`)),
    el("form", { class: "fields", autocomplete: "off", novalidate: true, on: { submit } },
      field(on, "case.record.on"),
      ...(answer?.fields ?? []),
      field(reference, "case.record.reference"),
      el("button", { type: "submit", class: "action" }, text("case.record.save"))));
}

/** What they answered; after a no also the reason, and whether a machine gave it. Neither has to be told. @param {number} number */
function answerPart(number) {
  const outcome = choice(`outcome-${number}`, OUTCOMES, "case.outcome");
  const refusal = choice(`refusal-${number}`, REASONS, "case.refusal");
  const automated = choice(`automated-${number}`, ["", "yes", "no"], "case.automated");
  const more = [field(refusal, "case.record.refusal"), field(automated, "case.record.automated")];
  const look = () => more.forEach((each) => (each.hidden = !SAID_NO.has(outcome.value)));
  outcome.addEventListener("change", look);
  look();
  const told = () => ({
    outcome: outcome.value,
    ...(SAID_NO.has(outcome.value) && refusal.value && { refusal: refusal.value }),
    ...(SAID_NO.has(outcome.value) && automated.value && { automated: automated.value }),
  });
  return { fields: [field(outcome, "case.record.outcome"), ...more], told };
}

/** @param {string} id @param {string[]} values "" for what is not told @param {string} path */
function choice(id, values, path) {
  return el("select", { id }, ...values.map((value) => el("option", { value }, text(`${path}.${value || "none"}`))));
}

/** @param {HTMLElement} box @param {string} path */
function field(box, path) {
  return el("div", {}, el("label", { for: box.id }, text(path)), box);
}
