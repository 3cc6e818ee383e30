/** Draws what was said, one element a message; kinds we do not know are shown as text. */

import { el, paragraphs } from "../shared/dom.js";
import { written } from "../shared/dates.js";
import { letterElement } from "../shared/letters.js";
import { text, wordFor, wordList } from "../shared/texts.js";

/**
 * @typedef {object} Message
 * @property {string} kind text | notice | choices | receipt | pause | plan | contact
 * @property {string} [text]
 * @property {{id: string, label: string}[]} [choices]
 * @property {boolean} [long] the next text may be 20,000 characters
 * @property {Contact[]} [contacts]
 * @property {import("../shared/letters.js").Letter[]} [documents]
 * @property {Clock[]} [clocks]
 * @property {string} [code]
 *
 * @typedef {{name: string, phone?: string, text?: string, email?: string, web?: string, hours?: string}} Contact
 * @typedef {{title: string, recipient: string, state: string, needs?: string[], available_from?: string | null}} Clock
 */

/** @param {Message} message */
export function theirs(message) {
  return bubble(`message ours ${message.kind === "notice" ? "notice" : ""}`, who(message),
    ...paragraphs(message.clocks?.length ? "" : message.text ?? ""), // a plan's text is its clocks, for plainer channels
    contactList(message.contacts),
    letterList(message.documents),
    clockList(message.clocks),
    choiceCount(message.choices));
}

/** @param {string} words */
export function mine(words) {
  return bubble("message mine", text("talk.you"), el("p", {}, words));
}

/** @param {string} look @param {string} speaker @param {...(Node | null)} body */
function bubble(look, speaker, ...body) {
  return el("div", { class: look.trim() }, el("p", { class: "who" }, speaker), el("div", { class: "bubble" }, ...body));
}

/** @param {Message} message */
function who(message) {
  return text(message.kind === "notice" ? "talk.notice" : "talk.assistant");
}

/** Heard, not seen: the buttons stand outside of the live region. @param {Message["choices"]} choices */
function choiceCount(choices) {
  return choices?.length ? el("p", { class: "unseen" }, text("talk.choice_count", { count: choices.length })) : null;
}

/** @param {Contact[] | undefined} contacts */
function contactList(contacts) {
  return contacts?.length ? el("ul", { class: "contacts" }, ...contacts.map(contactCard)) : null;
}

/** @param {Contact} contact */
function contactCard({ name, phone, text: message, email, web, hours }) {
  return el("li", {},
    el("p", { class: "contact-name" }, name),
    phone ? el("p", {}, `${text("talk.contact.phone")} `, el("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone)) : null,
    message ? el("p", {}, text("talk.contact.text", { text: message })) : null,
    email ? el("p", {}, text("talk.contact.email", { email })) : null,
    web ? webLine(web) : null,
    hours ? el("p", { class: "quiet" }, hours) : null);
}

/** A new tab, with no way back to this one: opening a helpline must not end the conversation. @param {string} web */
function webLine(web) {
  const href = /^https?:\/\//i.test(web) ? web : `https://${web}`;
  const link = el("a", { href, rel: "noopener noreferrer", target: "_blank" }, web.replace(/^https?:\/\//i, ""));
  return el("p", {}, `${text("talk.contact.web")} `, link, el("span", { class: "quiet" }, text("talk.contact.new_tab")));
}

/** @param {Message["documents"]} documents */
function letterList(documents) {
  return documents?.length ? el("div", { class: "letters" }, ...documents.map(letterElement)) : null;
}

/** @param {Clock[] | undefined} clocks */
function clockList(clocks) {
  if (!clocks?.length) return null;
  return el("div", {}, el("h3", {}, text("talk.later")), el("ul", { class: "clocks" }, ...clocks.map(clockLine)));
}

/** What comes later, and what it waits for. @param {Clock} clock */
function clockLine({ title, recipient, state, needs, available_from: from }) {
  const reason = () => {
    if (state === "blocked" && needs?.length) return text("talk.missing", { missing: wordList("common.need", needs) });
    return from ? text("talk.from", { date: written(from) ?? "" }) : wordFor("common.state", state);
  };
  return el("li", {},
    el("span", { class: "contact-name" }, title),
    el("span", {}, text("common.letter.to", { recipient })),
    el("span", { class: "quiet" }, reason()));
}
