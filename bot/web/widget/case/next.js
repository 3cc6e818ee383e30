/** What can come next: each step that the law opens today, to read, and to say yes to once it was read. */

import { button, el } from "../shared/dom.js";
import { facts, reasons } from "../shared/letters.js";
import { text, wordList, written } from "../shared/texts.js";
import { letterPart } from "./steps.js";

/**
 * @param {import("./session.js").Next} next
 * @param {number} number counted from one
 * @param {import("./steps.js").Acts} acts
 */
export function nextElement(next, number, acts) {
  const [learns, ...rest] = reasons(next.explained);
  const part = letterPart({ id: next.step, name: `next-${number}`, title: next.title, byEmail: next.by_email }, acts);
  return el("li", { class: "step" },
    el("h3", {}, next.title),
    el("p", {}, text("case.step.to", { recipient: next.recipient })),
    facts([
      ["common.letter.due", written(next.due)],
      ["common.letter.due_means", next.due && next.explained.due_means],
      ["case.next.closes", written(next.closes)],
      ["common.letter.needs", wordList("common.need", next.needs)],
      ["common.letter.notices", next.notices],
      learns,
    ]),
    el("details", { class: "more" },
      el("summary", {}, text("case.next.more"), el("span", { class: "unseen" }, `: ${next.title}`)), facts(rest)),
    part,
    next.needs.length ? el("p", { class: "quiet" }, text("case.next.lacking")) : yesPart(next, part, acts));
}

/** The yes is to a text that was read: the letter must have been opened here. */
function yesPart(next, part, acts) {
  const yes = button(text("case.next.yes"), () => {
    if (!part.querySelector(".paper")) return acts.complain(text("case.next.read_first"));
    acts.agree(next.step, next.sha256);
  }, "action");
  yes.append(el("span", { class: "unseen" }, `: ${next.title}`));
  return el("div", { class: "yes" }, el("p", { class: "quiet" }, text("case.next.your_yes")), yes);
}
