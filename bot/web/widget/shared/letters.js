/** A document as a letter: who it goes to, who may come to see it, and every word of it. */

import { el } from "./dom.js";
import { written } from "./dates.js";
import { text, wordFor, wordList } from "./texts.js";

/**
 * @typedef {object} Letter
 * @property {string} id
 * @property {string} recipient
 * @property {string} title
 * @property {string} text
 * @property {string | null} [due]
 * @property {string} [state]
 * @property {string[]} [needs]
 * @property {string[]} [seen_by]
 */

/** @param {Letter} letter */
export function letterElement(letter) {
  return el("details", { class: "letter" },
    el("summary", {},
      el("span", { class: "letter-title" }, letter.title),
      el("span", { class: "letter-to" }, text("common.letter.to", { recipient: letter.recipient }))),
    facts([
      ["common.letter.state", letter.state && wordFor("common.state", letter.state)],
      ["common.letter.due", written(letter.due)],
      ["common.letter.needs", wordList("common.need", letter.needs)],
      ["common.letter.seen_by", wordList("common.seen_by", letter.seen_by)],
    ]),
    paper(letter.text));
}

/** Word for word as it would be sent. @param {string} words */
export function paper(words) {
  return el("div", { class: "paper" }, words);
}

/** @param {[string, string | null | undefined | ""][]} rows text path and value; empty ones are left out */
export function facts(rows) {
  const kept = rows.filter(([, value]) => value);
  return kept.length
    ? el("dl", { class: "facts" }, ...kept.flatMap(([path, value]) => [el("dt", {}, text(path)), el("dd", {}, value)]))
    : null;
}
