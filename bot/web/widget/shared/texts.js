/** The words of this page: they come with it as data, from templates/texts. */

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
