/**
 * One conversation with the server. The token lives in this closure and nowhere else: it dies with the page.
 * A turn keeps its id until it is answered, so that asking again can never double an answer.
 */

import { Problem, call, callJson } from "../shared/api.js";

const PATH = "/api/v1/conversations";
const SECOND_TRY_MS = 1500;

export function newConversation() {
  /** @type {string | null} */
  let token = null;
  /** @type {({id: string} & import("../shared/types.js").Said) | null} */
  let pending = null;
  let line = new AbortController();
  /** One attempt to go on with a code: sent again it is the same, so that no lost answer uses up the code. */
  let coming = { resume: "", id: "" };

  /** @returns {Promise<import("../shared/types.js").Answer>} */
  async function start() {
    const answer = await callJson("POST", PATH, {
      body: { language: document.documentElement.lang.slice(0, 2) }, signal: line.signal,
    });
    token = answer.token;
    return answer;
  }

  /** @param {import("../shared/types.js").Said} said @returns {Promise<import("../shared/types.js").Answer>} */
  function say(said) {
    pending = { id: turnId(), ...said };
    return sendPending();
  }

  /** Goes on with what was put away; what was begun here meanwhile is left. @param {string} code @returns {Promise<import("../shared/types.js").Answer>} */
  async function resume(code) {
    if (code !== coming.resume) coming = { resume: code, id: turnId() };
    const answer = await twice(() => callJson("POST", PATH, { body: coming, signal: line.signal }));
    end();
    token = answer.token;
    return { ...answer, resumed: true };
  }

  /** Sends the unanswered turn. @returns {Promise<import("../shared/types.js").Answer>} */
  function sendPending() {
    return token ? twice(attempt) : start();
  }

  /** Once more by itself when nothing came back. @param {() => Promise<import("../shared/types.js").Answer>} ask @returns {Promise<import("../shared/types.js").Answer>} */
  async function twice(ask) {
    try {
      return await ask();
    } catch (trouble) {
      if (!trouble.passing || line.signal.aborted) throw trouble;
      await new Promise((resolve) => setTimeout(resolve, SECOND_TRY_MS));
      return ask();
    }
  }

  async function attempt() {
    try {
      const answer = await callJson("POST", `${PATH}/turn`, { token, body: pending, signal: line.signal });
      if (answer.token) token = answer.token; // the server began a new conversation in place of this one
      pending = null;
      return answer;
    } catch (trouble) {
      if (trouble instanceof Problem && !trouble.passing) pending = null;
      throw trouble;
    }
  }

  /** Drops the token here and has the server shred the rest; nobody waits for the answer. */
  function end() {
    line.abort();
    line = new AbortController();
    pending = null;
    coming = { resume: "", id: "" };
    if (!token) return;
    const spent = token;
    token = null;
    call("DELETE", PATH, { token: spent, keepalive: true }).catch(() => undefined);
  }

  return { start, resume, say, again: sendPending, end };
}

function turnId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
