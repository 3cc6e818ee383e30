/** The answers a person can tap. They belong to the newest messages only and go when one is taken. */

import { button, byId, el } from "../shared/dom.js";
import { text } from "../shared/texts.js";

/**
 * @param {import("./messages.js").Message[]} messages
 * @param {(said: import("./conversation.js").Said, label: string) => void} take
 */
export function showAnswers(messages, take) {
  clearAnswers();
  for (const message of messages) {
    if (!message.choices?.length) continue;
    byId("answers").append(message.multi ? several(message.choices, take) : one(message.choices, take));
  }
}

export function clearAnswers() {
  byId("answers").replaceChildren();
}

/** @param {{id: string, label: string}[]} choices */
function one(choices, take) {
  return el("div", { role: "group", "aria-label": text("talk.choices"), class: "choices" },
    ...choices.map(({ id, label }) => button(label, () => take({ choice: id }, label))));
}

/** @param {{id: string, label: string}[]} choices */
function several(choices, take) {
  const boxes = choices.map(({ id }) => el("input", { type: "checkbox", value: id }));
  const done = () => {
    const ticked = choices.filter((_, at) => boxes[at].checked);
    if (ticked.length) take({ choices: ticked.map(({ id }) => id) }, ticked.map(({ label }) => label).join(", "));
  };
  return el("fieldset", { class: "choices" },
    el("legend", {}, text("talk.several")),
    ...choices.map(({ label }, at) => el("label", { class: "choice tick" }, boxes[at], label)),
    button(text("talk.done"), done, "action"));
}
