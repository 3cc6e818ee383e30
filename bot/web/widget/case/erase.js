/** Erasing in two steps, so that one wrong tap destroys nothing. */

import { button, byId, el, focusOn } from "../shared/dom.js";
import { text } from "../shared/texts.js";

/**
 * @param {ReturnType<import("./session.js").newSession>} session
 * @param {<T>(ask: () => Promise<T>) => Promise<T | null>} attempt
 * @param {() => void} erased
 */
export function showErase(session, attempt, erased) {
  const place = byId("erase");
  const first = () => place.replaceChildren(button(byId("erase-title").textContent, ask));

  async function ask() {
    const confirm = await attempt(() => session.askErase());
    if (!confirm) return;
    const question = el("p", { tabindex: "-1", class: "big" }, text("case.erase.last"));
    place.replaceChildren(question, el("div", { class: "choices" },
      button(text("case.erase.no"), first, "action"),
      button(text("case.erase.yes"), () => second(confirm))));
    focusOn(question);
  }

  async function second(confirm) {
    if (!(await attempt(() => session.erase(confirm)))) return;
    session.end();
    erased();
  }

  first();
}
