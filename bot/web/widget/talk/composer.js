/** Where the person writes. Their words are never cut and never lost to an error. */

import { byId, focusOn } from "../shared/dom.js";
import { text } from "../shared/texts.js";

const SHORT = 2_000;
const LONG = 20_000;

/** @param {(words: string) => void} send called with words that fit */
export function newComposer(send) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const box = /** @type {HTMLTextAreaElement} */ (byId("words"));
  const counter = byId("counter");
  let limit = SHORT;
  let ownWords = false;
  let busy = false;

  const length = () => [...box.value].length; // as the server counts, not as UTF-16 does
  const look = () => {
    const left = limit - length();
    const close = left <= limit / 10 ? text("talk.left", { count: left }) : "";
    counter.textContent = left < 0 ? text("talk.too_long", { count: -left }) : close;
    counter.classList.toggle("over", left < 0);
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 4}px`;
  };
  const submit = () => {
    const words = box.value.trim();
    if (busy || !words) return focusOn(box);
    if (length() > limit) return byId("status").replaceChildren(counter.textContent);
    box.value = "";
    look();
    send(words);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (ownWords ? !(event.ctrlKey || event.metaKey) : event.shiftKey) return;
    event.preventDefault();
    submit();
  });

  return {
    /** @param {boolean} on while an answer is awaited; typing stays possible */
    setBusy(on) {
      busy = on;
      byId("send").setAttribute("aria-disabled", String(on));
    },
    /** @param {import("../shared/types.js").Message} [asked] where their own words are asked for, Enter starts a line */
    setFor(asked) {
      limit = asked?.long ? LONG : SHORT;
      ownWords = asked?.own_words === true;
      byId("hint").textContent = text(ownWords ? "talk.hint_long" : "talk.hint");
      box.classList.toggle("long", ownWords);
      look();
    },
    /** @param {string} words that were not taken */
    giveBack(words) {
      box.value = box.value ? `${words}\n${box.value}` : words;
      look();
    },
    focus: () => focusOn(box),
    hasFocus: () => form.contains(document.activeElement),
    show: (on) => (form.hidden = !on),
  };
}
