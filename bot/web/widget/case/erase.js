/** Erasing the case. */

import { byId } from "../shared/dom.js";
import { askTwice } from "./twice.js";

/**
 * @param {ReturnType<import("./session.js").newSession>} session
 * @param {<T>(ask: () => Promise<T>) => Promise<T | null>} attempt
 * @param {() => void} erased
 */
export function showErase(session, attempt, erased) {
  askTwice(byId("erase"), "case.erase", async () => {
    if (!(await attempt(() => session.erase()))) return;
    session.end();
    erased();
  });
}
