/** An opened case: the session token lives in this closure only; the code is sent once and not kept. */

import { call, callJson } from "../shared/api.js";

const CASES = "/api/v1/cases";
const CURRENT = `${CASES}/current`;

/**
 * @typedef {{kind: string, on: string}} Event
 * @typedef {object} Step
 * @property {string} id
 * @property {string} [step] the plan's name for it, which its document carries
 * @property {string | null} document
 * @property {string | null} title
 * @property {string} recipient
 * @property {string} state
 * @property {string | null} due
 * @property {string | null} available_from
 * @property {"self" | "host"} mode
 * @property {boolean} [by_email] it goes to a mailbox
 * @property {Event[]} events
 *
 * @typedef {object} Next a step that the law opens today and that waits for a yes
 * @property {string} step
 * @property {string} title
 * @property {string} recipient
 * @property {string[]} needs
 * @property {string[]} [notices] what to know before it is sent
 * @property {string | null} due
 * @property {string | null} closes
 * @property {string} sha256
 * @property {boolean} [by_email]
 * @property {import("../shared/types.js").Explained} explained
 *
 * @typedef {{kind: string, on: string, reference?: string, outcome?: string, refusal?: string, automated?: string}} Told
 * @typedef {{id: string, step: string, title: string, recipient: string, carries?: number}} CaseDocument
 * @typedef {{on: string, role: string, purpose: string}} Opening
 * @typedef {{id: string, from: string, on: string, text: string}} Entry
 * @typedef {{status: string, submitted_on: string, steps: Step[], next: Next[], documents: CaseDocument[], openings: Opening[], thread: Entry[]}} Case
 */

export function newSession() {
  /** @type {string | null} */
  let token = null;

  /** The first answer holds what the second request must show. @param {string} path */
  async function inTwoSteps(path) {
    const { confirm } = await callJson("DELETE", path, { token });
    return call("DELETE", path, { token, headers: { "X-Confirm": confirm } });
  }

  return {
    /** @param {string} receipt as typed; the server forgives case, spaces and dashes */
    async open(receipt) {
      ({ token } = await callJson("POST", `${CASES}/open`, { body: { receipt } }));
    },
    /** @returns {Promise<Case>} */
    read: () => callJson("GET", CURRENT, { token }),
    /** @param {"documents.zip" | "calendar.ics"} name */
    file: (name) => call("GET", `${CURRENT}/${name}`, { token }),
    /** @param {string} id @param {"txt" | "pdf" | "eml"} form */
    document: (id, form) => call("GET", `${CURRENT}/documents/${encodeURIComponent(id)}.${form}`, { token }),
    /** @param {string} text */
    write: (text) => call("POST", `${CURRENT}/thread`, { token, body: { text } }),
    /** @param {string} step @param {string} sha256 of the text that was read */
    agree: (step, sha256) => call("POST", `${CURRENT}/steps/${encodeURIComponent(step)}/consent`, { token, body: { sha256 } }),
    /** @param {string} step @param {Told} event */
    record: (step, event) => call("POST", `${CURRENT}/steps/${encodeURIComponent(step)}/events`, { token, body: event }),
    /** @returns {Promise<string>} the new code; the old one has stopped */
    async newCode() {
      return (await callJson("PUT", `${CURRENT}/receipt`, { token, body: {} })).receipt;
    },
    noCode: () => inTwoSteps(`${CURRENT}/receipt`),
    erase: () => inTwoSteps(CURRENT),
    /** Drops the token here and has the server drop the rest; nobody waits for the answer. */
    end() {
      if (!token) return;
      const spent = token;
      token = null;
      call("DELETE", `${CASES}/session`, { token: spent, keepalive: true }).catch(() => undefined);
    },
  };
}
