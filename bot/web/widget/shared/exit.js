/**
 * Leaving at once: the page is empty before anything else happens, and no failure can stop it.
 * Shift three times does the same as the button; other keys in between start the count again.
 */

import { byId } from "./dom.js";
import { text } from "./texts.js";

const PRESSES = 3;
const WINDOW_MS = 5000;
const GIVE_UP_MS = 1500;

/**
 * @param {() => void} end drops the token and asks the server to shred; never awaited
 */
export function installExit(end) {
  const link = /** @type {HTMLAnchorElement} */ (byId("exit"));
  const go = () => leave(link.href, end);
  const press = shiftCounter(link, go);

  link.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") go();
  });
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.type === "recourse:shift") press.shift();
  });
  listenForShift(press);
  forgetWhenGone(end);
}

/**
 * @param {string} to
 * @param {() => void} end
 */
function leave(to, end) {
  document.body.replaceChildren();
  document.title = "";
  try {
    end();
  } finally {
    goAway(to);
  }
}

/** @param {string} to */
function goAway(to) {
  const framed = window.parent !== window;
  // Any target origin: the message says nothing but "leave", and the host's origin is not ours to know.
  if (framed) window.parent.postMessage({ type: "recourse:exit", to }, "*");
  try {
    window.top.location.replace(to);
  } catch {
    // The sandbox wants a tap for this; the host page's element does it instead.
  }
  if (framed) setTimeout(() => window.location.replace("about:blank"), GIVE_UP_MS);
}

/**
 * @param {HTMLElement} link
 * @param {() => void} go
 */
function shiftCounter(link, go) {
  let count = 0;
  let timer = 0;
  const say = (words) => (byId("exit-status").textContent = words);
  const reset = () => {
    count = 0;
    clearTimeout(timer);
    if (link.dataset.presses) say("");
    delete link.dataset.presses;
  };
  const shift = () => {
    count += 1;
    if (count >= PRESSES) return go();
    link.dataset.presses = String(count);
    say(text(PRESSES - count === 1 ? "common.exit.once" : "common.exit.more", { count: PRESSES - count }));
    clearTimeout(timer);
    timer = setTimeout(reset, WINDOW_MS);
  };
  return { shift, reset };
}

/** @param {{shift: () => void, reset: () => void}} press */
function listenForShift(press) {
  let used = false;
  window.addEventListener("keydown", (event) => {
    if (event.key === "Shift") {
      if (!event.repeat) used = false;
      return;
    }
    used = true;
    press.reset();
  }, true);
  window.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && !used) press.shift();
  }, true);
}

/**
 * Reload, Back and closing end the conversation too; a page kept for Back must not bring it up again.
 * @param {() => void} end
 */
function forgetWhenGone(end) {
  window.addEventListener("pagehide", () => {
    document.body.replaceChildren();
    end();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
