/** The words of this page, which come with it as data from templates/texts; and dates in words. */

const words = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/**
 * The text at a dotted path, with `{name}` filled in. A missing text shows its path, never nothing.
 * @param {string} path
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function text(path, values = {}) {
  const found = lookUp(path);
  if (typeof found !== "string") return path;
  return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The wording of an id such as a state; an id without wording is shown with its dashes opened.
 * @param {string} path
 * @param {string} id
 * @returns {string}
 */
export function wordFor(path, id) {
  const found = lookUp(`${path}.${id}`);
  return typeof found === "string" ? found : id.replace(/[-_]/g, " ");
}

/** @param {string} path @param {string[] | undefined} ids */
export function wordList(path, ids) {
  return (ids ?? []).map((id) => wordFor(path, id)).join(" · ");
}

/** @param {string} path */
function lookUp(path) {
  return path.split(".").reduce((level, key) => (level && Object.hasOwn(level, key) ? level[key] : undefined), words);
}

const language = document.documentElement.lang || "en-GB";
const DAY = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat(language, {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

/**
 * @param {string | null | undefined} iso a day (2026-12-22) or a moment with its offset
 * @returns {string | null}
 */
export function written(iso) {
  if (!iso) return null;
  const dayOnly = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return (dayOnly ? DAY : MOMENT).format(date);
}

/** Today where the person is, as a day. @returns {string} */
export function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
