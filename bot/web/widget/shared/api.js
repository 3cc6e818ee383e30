/** Speaks to our own origin: no cookie, no cache, no referrer; the token travels in a header only. */

const PATIENCE_MS = 30_000;
/** The machine is busy or hiccuped: asking again, with the same id, may work. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The server answered, and the answer is no (RFC 9457). */
export class Problem extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`problem ${status}`);
    this.status = status;
    this.passing = PASSING.has(status);
  }
}

/** No answer came: we cannot know whether the request arrived. */
export class NoAnswer extends Error {
  status = 0;
  passing = true;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {import("./types.js").Ask} [ask]
 * @returns {Promise<Response>} only when the status is 2xx
 */
export async function call(method, path, { token, body, headers = {}, keepalive = false, signal } = {}) {
  const sent = { Accept: "application/json, application/problem+json, */*;q=0.1", ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, PATIENCE_MS);
  signal?.addEventListener("abort", stop);
  try {
    const response = await fetch(path, {
      method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), keepalive,
      signal: limit.signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error",
    });
    if (!response.ok) throw new Problem(response.status);
    return response;
  } catch (trouble) {
    throw trouble instanceof Problem ? trouble : new NoAnswer();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * Also a body that breaks off counts as no answer.
 * @param {string} method
 * @param {string} path
 * @param {import("./types.js").Ask} [ask]
 */
export async function callJson(method, path, ask) {
  const response = await call(method, path, ask);
  try {
    return await response.json();
  } catch {
    throw new NoAnswer();
  }
}
