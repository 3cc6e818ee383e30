/** The code of the case: another one in its place, or none. */

import { byId, el } from "../shared/dom.js";
import { openReceipt } from "../shared/receipt.js";
import { text } from "../shared/texts.js";
import { askTwice } from "./twice.js";

/**
 * @param {ReturnType<import("./session.js").newSession>} session
 * @param {<T>(ask: () => Promise<T>) => Promise<T | null>} attempt
 * @param {{changed: () => void, givenUp: () => void}} then
 */
export function showCode(session, attempt, { changed, givenUp }) {
  const place = byId("own-code");
  if (place.querySelector(".code-slot")) return; // a new code stands there until it was written down
  const [another, none] = [el("div", {}), el("div", {})];
  place.replaceChildren(another, none);

  askTwice(another, "case.code.another", async () => {
    const code = await attempt(() => session.newCode());
    if (code) openReceipt({ text: text("case.code.intro"), code }, changed, { place, none: false });
  });
  askTwice(none, "case.code.none", async () => {
    if (!(await attempt(() => session.noCode()))) return;
    session.end();
    givenUp();
  });
}
