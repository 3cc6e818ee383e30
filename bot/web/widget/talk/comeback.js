/** Going on with a conversation that was put away: offered at the opening, and gone with the first answer. */

import { byId, focusOn } from "../shared/dom.js";

/** @param {(code: string) => void} take called with what was typed */
export function newComeBack(take) {
  const place = /** @type {HTMLDetailsElement} */ (byId("come-back"));
  const box = /** @type {HTMLInputElement} */ (byId("come-back-code"));

  place.addEventListener("toggle", () => {
    if (!place.open) return;
    box.scrollIntoView({ block: "center" }); // out from under the box for words
    focusOn(box);
  });
  byId("come-back-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim()) take(box.value.trim());
    else focusOn(box);
  });

  return {
    /** @param {boolean} on */
    show(on) {
      place.hidden = !on;
      place.open = false;
      box.value = "";
    },
    focus: () => focusOn(box),
  };
}
