/** What cannot be undone is asked twice, so that one wrong tap does nothing. */

import { button, el, focusOn } from "../shared/dom.js";
import { text } from "../shared/texts.js";

/**
 * @param {HTMLElement} place
 * @param {string} path of the texts: label, last, yes, no
 * @param {() => Promise<void>} act after the yes
 */
export function askTwice(place, path, act) {
  const first = () => place.replaceChildren(button(text(`${path}.label`), ask));
  const ask = () => {
    const question = el("p", { tabindex: "-1", class: "big" }, text(`${path}.last`));
    place.replaceChildren(question, el("div", { class: "choices" },
      button(text(`${path}.no`), first, "action"),
      button(text(`${path}.yes`), act)));
    focusOn(question);
  };
  first();
}
