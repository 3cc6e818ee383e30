/** Covers the page when nobody has touched it for a while, for whoever walks past. */

import { byId, focusOn } from "./dom.js";

const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "scroll", "input"];

/** Needs #cover and #cover-show beside a #content; the exit stays outside of both. */
export function installIdleCover() {
  const limit = Number(document.body.dataset.idleMinutes || 10) * 60_000;
  const cover = byId("cover");
  const content = byId("content");
  let last = Date.now();
  let before = { focus: null, scroll: 0 };

  const check = () => {
    if (cover.hidden && Date.now() - last >= limit) blank();
  };
  const blank = () => {
    before = { focus: document.activeElement, scroll: window.scrollY };
    content.hidden = true;
    cover.hidden = false;
    focusOn(byId("cover-show"));
  };
  const show = () => {
    last = Date.now();
    cover.hidden = true;
    content.hidden = false;
    window.scrollTo(0, before.scroll);
    if (before.focus instanceof HTMLElement) focusOn(before.focus);
  };

  SIGNS_OF_LIFE.forEach((sign) =>
    window.addEventListener(sign, () => (last = Date.now()), { passive: true, capture: true }));
  document.addEventListener("visibilitychange", check);
  byId("cover-show").addEventListener("click", show);
  setInterval(check, 5000);
}
