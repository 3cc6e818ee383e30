/**
 * The one script a host site loads: <recourse-widget> inserts an iframe of our origin and nothing else.
 * The host page can neither read nor write the conversation; the two sides only speak about size and exit.
 */
(() => {
  const FRAME = new URL("frame", document.currentScript.src);
  // Pop-ups: a helpline's site opens beside the conversation instead of ending it.
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox";
  const SMALLEST = 320;
  const TALLEST = 960;

  class RecourseWidget extends HTMLElement {
    /** @type {HTMLIFrameElement | undefined} */
    #frame;
    /** True while Shift is held for something else, such as a capital letter. */
    #shiftUsed = false;

    connectedCallback() {
      if (this.#frame) return;
      this.style.display = "block";
      this.#frame = this.#build();
      this.append(this.#frame);
      window.addEventListener("message", this.#onMessage);
      window.addEventListener("keydown", this.#onKeyDown, true);
      window.addEventListener("keyup", this.#onKeyUp, true);
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#onMessage);
      window.removeEventListener("keydown", this.#onKeyDown, true);
      window.removeEventListener("keyup", this.#onKeyUp, true);
      this.#frame?.remove();
      this.#frame = undefined;
    }

    #build() {
      const frame = document.createElement("iframe");
      frame.title = this.getAttribute("label") ?? "Notes";
      frame.setAttribute("sandbox", SANDBOX);
      frame.setAttribute("allow", "clipboard-write");
      frame.referrerPolicy = "no-referrer";
      frame.loading = "lazy"; // nothing starts for a visitor who never scrolls here
      frame.src = FRAME.href;
      Object.assign(frame.style, { border: "0", display: "block", width: "100%", height: "min(44rem, 100vh)" });
      return frame;
    }

    /** @param {MessageEvent} event */
    #onMessage = (event) => {
      if (event.origin !== FRAME.origin || event.source !== this.#frame?.contentWindow) return;
      if (event.data?.type === "recourse:size") this.#resize(event.data.height);
      if (event.data?.type === "recourse:exit") this.#exit(event.data.to);
    };

    /** @param {unknown} height in CSS pixels, as the frame would like it */
    #resize(height) {
      if (!Number.isFinite(height)) return;
      const room = Math.max(SMALLEST, Math.min(window.innerHeight, TALLEST));
      this.#frame.style.height = `${Math.min(Math.max(SMALLEST, height), room)}px`;
      if (height >= room) this.scrollIntoView({ block: "nearest" });
    }

    /** A sandboxed frame may move the top page only after a tap; three Shifts are no tap, so we do it for it. */
    #exit(to) {
      const target = new URL(to);
      if (!["https:", "http:"].includes(target.protocol)) return;
      this.remove();
      window.location.replace(target);
    }

    #onKeyDown = (event) => {
      this.#shiftUsed = event.key === "Shift" ? event.repeat && this.#shiftUsed : true;
    };

    #onKeyUp = (event) => {
      if (event.key !== "Shift" || this.#shiftUsed) return;
      this.#frame?.contentWindow?.postMessage({ type: "recourse:shift" }, FRAME.origin);
    };
  }

  if (!customElements.get("recourse-widget")) customElements.define("recourse-widget", RecourseWidget);
})();
