/** A document as a letter: who it goes to, who may come to see it, and every word of it. */

import { el } from "./dom.js";
import { text, wordFor, wordList, written } from "./texts.js";

/** @param {import("./types.js").Letter} letter @param {number} at its place in the order, from 0 */
export function letterElement(letter, at) {
  return el("details", { class: "letter" },
    el("summary", {},
      el("span", { class: "letter-title" }, `${at + 1}. ${letter.title}`),
      el("span", { class: "letter-to" }, text("common.letter.to", { recipient: letter.recipient }))),
    facts([
      ["common.letter.state", letter.state && wordFor("common.state", letter.state)],
      ["common.letter.due", letter.carries?.map(({ title, due }) => `${title}: ${written(due)}`) ?? written(letter.due)],
      ["common.letter.due_means", letter.explained?.due_means],
      ["common.letter.needs", wordList("common.need", letter.needs)],
      ["common.letter.notices", letter.notices],
      ["common.letter.seen_by", wordList("common.seen_by", letter.seen_by)],
      ...reasons(letter.explained),
    ]),
    paper(letter.text));
}

/** Word for word as it would be sent. @param {string} words */
export function paper(words) {
  return el("div", { class: "paper" }, words);
}

/** What it rests on, who learns what, what is unsure, what comes next. @param {import("./types.js").Explained} [explained] */
export function reasons(explained) {
  if (!explained) return [];
  const { articles, learns, ways, uncertain, next } = explained;
  const linked = articles.some(({ address }) => address);
  return [
    ["common.letter.learns", learns],
    ["common.letter.ways", ways],
    ["common.letter.uncertain", uncertain],
    ["common.letter.next", next],
    ["common.letter.articles", [...articles.map(article), linked && el("span", { class: "quiet" }, text("common.letter.new_tab"))]],
  ];
}

/** A new tab, with no way back to this one; the exit cannot close that one, and the words below say so. */
function article({ text: words, address }) {
  return address ? el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, words) : words;
}

/** @param {import("./types.js").Row[]} rows text path and value or values; empty ones are left out */
export function facts(rows) {
  const kept = rows.map(([path, value]) => [path, [value].flat().filter(Boolean)]).filter(([, values]) => values.length);
  return kept.length
    ? el("dl", { class: "facts" }, ...kept.flatMap(([path, values]) => [el("dt", {}, text(path)), ...values.map((one) => el("dd", {}, one))]))
    : null;
}
