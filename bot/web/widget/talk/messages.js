/** Draws what was said, one element a message, and the answers to tap; kinds we do not know are shown as text. */

import { button, byId, el, paragraphs } from "../shared/dom.js";
import { facts, letterElement, reasons } from "../shared/letters.js";
import { text, wordFor, wordList, written } from "../shared/texts.js";

/** @param {import("../shared/types.js").Message} message */
export function theirs(message) {
  return bubble(`message ours ${message.kind === "notice" ? "notice" : ""}`, who(message),
    // A plan's text is what stands below, for plainer channels.
    ...paragraphs(message.clocks?.length || message.weighed ? "" : message.text ?? ""),
    contactList(message.contacts),
    letterList(message.documents),
    clockList(message.clocks),
    weighedList(message.weighed),
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

/** @param {import("../shared/types.js").Message} message */
function who(message) {
  return text(message.kind === "notice" ? "talk.notice" : "talk.assistant");
}

/** Heard, not seen: the buttons stand outside of the live region. @param {import("../shared/types.js").Message["choices"]} choices */
function choiceCount(choices) {
  return choices?.length ? el("p", { class: "unseen" }, text("talk.choice_count", { count: choices.length })) : null;
}

/** @param {import("../shared/types.js").Contact[]} contacts */
function contactList(contacts) {
  return contacts?.length ? el("ul", { class: "contacts" }, ...contacts.map(contactCard)) : null;
}

/** @param {import("../shared/types.js").Contact} contact */
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

/** @param {import("../shared/types.js").Letter[]} documents */
function letterList(documents) {
  return documents?.length ? el("div", { class: "letters" }, ...documents.map(letterElement)) : null;
}

/** @param {import("../shared/types.js").Clock[]} clocks */
function clockList(clocks) {
  if (!clocks?.length) return null;
  return el("div", {}, el("h3", {}, text("talk.later")), el("ul", { class: "clocks" }, ...clocks.map(clockLine)));
}

/** What comes later, and what it waits for. @param {import("../shared/types.js").Clock} clock */
function clockLine({ title, recipient, state, needs, available_from: from, explained }) {
  const reason = () => {
    if (state === "blocked" && needs?.length) return text("talk.missing", { missing: wordList("common.need", needs) });
    return from ? text("talk.from", { date: written(from) ?? "" }) : wordFor("common.state", state);
  };
  return el("li", {},
    el("span", { class: "contact-name" }, title),
    el("span", {}, text("common.letter.to", { recipient })),
    el("span", { class: "quiet" }, reason()),
    explained ? el("details", { class: "more" },
      el("summary", {}, text("talk.more"), el("span", { class: "unseen" }, `: ${title}`)), facts(reasons(explained))) : null);
}

/** The first one is open: what cannot be undone comes first. @param {import("../shared/types.js").Weighed[]} weighed */
function weighedList(weighed) {
  return weighed?.length ? el("div", { class: "letters" }, ...weighed.map(({ title, text: words, ways }, at) =>
    el("details", { class: "letter", open: !at },
      el("summary", {}, el("span", { class: "letter-title" }, title)),
      el("p", {}, words),
      el("ul", {}, ...ways.map((way) => el("li", {}, way)))))) : null;
}

/**
 * The answers a person can tap belong to the newest messages only and go when one is taken.
 * @param {import("../shared/types.js").Message[]} messages
 * @param {(said: import("../shared/types.js").Said, label: string) => void} take
 */
export function showAnswers(messages, take) {
  const asked = messages.filter(({ choices }) => choices?.length);
  byId("answers").replaceChildren(...asked.map(({ choices }) =>
    el("div", { role: "group", "aria-label": text("talk.choices"), class: "choices" },
      ...choices.map(({ id, label }) => button(label, () => take({ choice: id }, label))))));
}

export function clearAnswers() {
  byId("answers").replaceChildren();
}
