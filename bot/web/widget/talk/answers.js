/** The answers a person can tap. They belong to the newest messages only and go when one is taken. */

import { button, byId, el } from "../shared/dom.js";
import { text } from "../shared/texts.js";

/**
 * @param {import("./messages.js").Message[]} messages
 * @param {(said: import("./conversation.js").Said, label: string) => void} take
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
