/** Builds elements from text only, so that nothing a person or a server says can become markup. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [props] attributes; `on` holds listeners, `true` an empty attribute
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") Object.entries(value).forEach(([event, act]) => node.addEventListener(event, act));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/**
 * A blank line starts a paragraph; single line breaks are kept by the style sheet.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function paragraphs(text) {
  return text.split(/\n{2,}/).filter((part) => part.trim()).map((part) => el("p", {}, part));
}

/**
 * @param {string} label
 * @param {() => void} act
 * @param {string} [look] class name
 * @returns {HTMLButtonElement}
 */
export function button(label, act, look = "choice") {
  return /** @type {HTMLButtonElement} */ (el("button", { type: "button", class: look, on: { click: act } }, label));
}

/** Moves focus without scrolling the host page around us. @param {HTMLElement} node */
export function focusOn(node) {
  if (node.tabIndex < 0) node.setAttribute("tabindex", "-1");
  node.focus({ preventScroll: true });
}
