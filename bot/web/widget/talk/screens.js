/** One screen at a time: the conversation, the receipt, the privacy notice. */

import { byId, focusOn } from "../shared/dom.js";

const NAMES = ["talk", "receipt", "privacy"];

export function screens() {
  let current = "talk";

  /** @param {string} name */
  function show(name) {
    current = name;
    NAMES.forEach((each) => (byId(`screen-${each}`).hidden = each !== name));
    byId("privacy-open").setAttribute("aria-expanded", String(name === "privacy"));
    window.scrollTo(0, 0);
    const heading = byId(`screen-${name}`).querySelector("h2");
    if (name !== "talk" && heading) focusOn(heading);
  }

  let before = { name: "talk", scroll: 0 };
  byId("privacy-open").addEventListener("click", () => {
    if (current === "privacy") return close();
    before = { name: current, scroll: window.scrollY };
    show("privacy");
  });
  byId("privacy-close").addEventListener("click", () => close());

  function close() {
    show(before.name);
    window.scrollTo(0, before.scroll);
    focusOn(byId("privacy-open"));
  }

  return { show };
}
