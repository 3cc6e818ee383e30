/**
 * A code, in a place of its own. It enters the page only while it is shown, and this closure forgets it
 * when the person goes on.
 */

import { button, byId, el, focusOn, paragraphs } from "./dom.js";
import { text } from "./texts.js";

/**
 * @param {{text?: string, code: string}} message
 * @param {() => void} goOn called once, when the person has what they want
 * @param {{place?: HTMLElement, none?: boolean}} [how] `none`: whether to have no code is offered
 */
export function openReceipt({ text: words, code }, goOn, { place = byId("receipt-body"), none = true } = {}) {
  const finish = () => {
    code = "";
    place.replaceChildren();
    goOn();
  };
  place.replaceChildren(
    ...paragraphs(words || text("receipt.intro")),
    el("p", { class: "warning" }, text("receipt.warning")),
    codePart(() => code),
    checkPart(() => code),
    el("div", { class: "choices end" }, button(text("receipt.continue"), finish, "action"), none ? noCodePart(finish) : null));
}

/** @param {() => string} code */
function codePart(code) {
  const slot = el("div", { class: "code-slot" });
  const status = el("p", { role: "status", class: "quiet" });
  const hide = () => {
    status.textContent = "";
    slot.replaceChildren(button(text("receipt.show"), show, "action"));
    focusOn(slot.querySelector("button"));
  };
  const show = () => {
    const shown = el("p", { class: "code", translate: "no", tabindex: "-1" }, ...spoken(code()));
    const copy = () => copyText(code(), shown).then((done) => {
      status.textContent = text(done ? "receipt.copied" : "receipt.not_copied");
    });
    slot.replaceChildren(shown, el("div", { class: "choices" },
      button(text("receipt.copy"), copy), button(text("receipt.hide"), hide)));
    focusOn(shown);
  };
  slot.append(button(text("receipt.show"), show, "action"));
  return el("div", {}, slot, status);
}

/** Groups may wrap at the dashes only. @param {string} code */
function spoken(code) {
  const groups = code.split("-");
  return groups.map((group, at) => el("span", {}, at < groups.length - 1 ? `${group}-` : group));
}

/** Offered, never demanded. @param {() => string} code */
function checkPart(code) {
  const box = el("input", {
    id: "check-code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 8,
    "aria-describedby": "check-result",
  });
  const result = el("p", { id: "check-result", role: "status" });
  const compare = (event) => {
    event.preventDefault();
    const same = plain(box.value) === plain(code()).slice(0, 4);
    result.textContent = text(same ? "receipt.check_right" : "receipt.check_wrong");
  };
  return el("form", { class: "check", autocomplete: "off", on: { submit: compare } },
    el("label", { for: "check-code" }, text("receipt.check")),
    el("div", { class: "row" }, box, el("button", { type: "submit", class: "choice" }, text("receipt.check_button"))),
    result);
}

/** As forgiving as the receipt page: case, spaces, dashes, and letters that look like digits. @param {string} typed */
function plain(typed) {
  return typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}

/** @param {() => void} finish */
function noCodePart(finish) {
  const slot = el("div", { class: "no-code" });
  const ask = () => {
    const question = el("p", { tabindex: "-1" }, text("receipt.none_sure"));
    slot.replaceChildren(question, el("div", { class: "choices" },
      button(text("receipt.none_yes"), finish), button(text("receipt.none_no"), reset)));
    focusOn(question);
  };
  const reset = () => slot.replaceChildren(button(text("receipt.none"), ask));
  reset();
  return slot;
}

/**
 * @param {string} words
 * @param {HTMLElement} shown selected instead when the clipboard is closed to us
 * @returns {Promise<boolean>}
 */
async function copyText(words, shown) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    window.getSelection()?.selectAllChildren(shown);
    return document.execCommand("copy");
  }
}
