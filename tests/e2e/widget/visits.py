"""A visitor in a real browser, and the two interfaces as their contract describes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Frame, Page, Request, Route

RECORD_REFUSALS = """
window.refusals = [];
document.addEventListener('securitypolicyviolation', (e) => window.refusals.push(e.violatedDirective + ' ' + e.blockedURI));
"""
STORED = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookie: document.cookie,
  indexed: (await indexedDB.databases()).map((d) => d.name), cache: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING: dict[str, Any] = {"local": [], "session": [], "cookie": "", "indexed": [], "cache": [], "workers": 0}
AXE_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True},
    "forced": {"forced_colors": "active", "reduced_motion": "reduce"},
}
AWAY = "https://elsewhere.example/"
CODE = "7K3M-Q9TX-2HVD-P8RA-W5NC-6JZE-4"
NEW_CODE = "9ZBC-4WTX-2HVD-P8RA-W5NC-6JZE-M"
STEP = "doc-art17@x"


@dataclass(kw_only=True)
class Visit:
    """One person, one browser context."""

    context: BrowserContext
    page: Page
    url: str
    requests: list[Request] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    # Playwright marks its listeners, so they have to be ours: a built-in `append` cannot be marked.
    def note_request(self, request: Request) -> None:
        self.requests.append(request)

    def note_error(self, error: Error) -> None:
        self.errors.append(str(error))

    def open(self, path: str, **values: Any) -> Page:
        self.page.goto(self.url + path, **values)
        return self.page

    def talk(self, path: str = "/widget/frame") -> Frame:
        """Opens the conversation and waits until one can write: the page itself, or the frame inside a host page."""
        self.open(path)
        place = self.page.main_frame
        if path != "/widget/frame":
            self.page.locator("recourse-widget iframe").scroll_into_view_if_needed()
            self.page.wait_for_selector("recourse-widget iframe")
            handle = self.page.query_selector("recourse-widget iframe")
            place = (handle and handle.content_frame()) or place
        place.wait_for_selector("#log .message")
        place.wait_for_selector("#send[aria-disabled=false]")
        return place

    def foreign(self) -> list[str]:
        home = urlsplit(self.url).netloc
        return [
            r.url for r in self.requests if urlsplit(r.url).netloc != home and not r.url.startswith(("data:", "blob:"))
        ]

    def asked(self, method: str, ending: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and urlsplit(r.url).path.endswith(ending)]

    def stored(self) -> dict[str, Any]:
        return dict(self.page.evaluate(STORED))

    def refused(self) -> list[str]:
        return [line for frame in self.page.frames for line in frame.evaluate("window.refusals ?? []")]

    def barriers(self, place: Page | Frame | None = None) -> list[str]:
        """What axe finds wrong, one readable line each; contrast is held to 7:1."""
        found = Axe().run(place or self.page, options=AXE_RULES).response["violations"]
        return [f"{v['id']}: {node['target']}" for v in found for node in v["nodes"]]


def say(place: Page | Frame, words: str) -> None:
    """Sends a message of the talk; what comes back is for the caller to wait for."""
    place.fill("#words", words)
    place.press("#words", "Enter")


def enter_code(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.press("#code", "Enter")


def fits(place: Page | Frame) -> bool:
    """Nothing has to be moved sideways to be read."""
    return bool(place.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def reply(route: Route, status: int, body: Any) -> None:
    kind = "application/json" if status < 400 else "application/problem+json"
    route.fulfill(status=status, content_type=kind, body=json.dumps(body) if body is not None else "")


def document(step: str, recipient: str, **more: Any) -> dict[str, Any]:
    link = "https://x.com/name/status/1790000000000000000?s=20&a-tail-that-has-to-wrap-on-a-phone=0123456789"
    text = f"To: {recipient}\n\nPlease erase it.\n{link}\n\n{{{{name}}}} is a handle\n________"
    return {
        "id": step,
        "step": step,
        "recipient": recipient,
        "title": f"Letter {step}",
        "text": text,
        "sha256": "0" * 64,
        "due": "2026-12-22",
        "state": "ready",
        "needs": ["name", "email"],
        "seen_by": ["the account that posted it"],
        **more,
    }


def later(state: str, **more: Any) -> dict[str, Any]:
    step = {"step": f"{state}@y", "title": "A later letter", "recipient": "Y", "state": state, "needs": []}
    return {**step, "available_from": None, "due": None, **more}


def choices(*labels: str) -> dict[str, Any]:
    offered = [{"id": f"opaque-{at}", "label": label} for at, label in enumerate(labels)]
    return {"kind": "choices", "text": "Which?", "choices": offered}


def a_case() -> dict[str, Any]:
    step = {
        "id": "r0w",
        "step": STEP,
        "document": "doc-art17",
        "title": "Request to erase",
        "recipient": "X",
        "state": "ready",
    }
    return {
        "status": "received",
        "submitted_on": "2026-11-22",
        "steps": [{**step, "due": "2026-12-22", "available_from": None, "mode": "self", "events": []}],
        "documents": [{"id": STEP, "step": STEP, "title": "Request to erase", "recipient": "X"}],
        "openings": [{"on": "2026-11-22", "role": "caseworker", "purpose": "first_look"}],
        "thread": [{"id": "1", "from": "desk", "on": "2026-11-22", "text": "We have it."}],
    }


class CaseApi:
    """The case API as the contract describes it."""

    def __init__(self) -> None:
        self.case = a_case()
        self.got: list[tuple[str, str, Any]] = []
        self.locked = False
        self.erased = False
        self.given_up = False

    def serve(self, route: Route) -> None:
        request = route.request
        path = unquote(urlsplit(request.url).path).removeprefix("/api/v1/cases")
        self.got.append((request.method, path, request.post_data_json if request.post_data else None))
        if path == "/open":
            return self.open(route)
        if self.locked or request.headers.get("authorization") != "Bearer session":
            return reply(route, 401, {"status": 401})
        if path == "/session":
            return reply(route, 204, None)
        return self.current(route, request.method, path.removeprefix("/current"))

    def open(self, route: Route) -> None:
        typed = json.loads(route.request.post_data or "")["receipt"].upper().replace("-", "").replace(" ", "")
        if typed != CODE.replace("-", ""):
            return reply(route, 404, {"status": 404})
        return reply(route, 200, {"token": "session"})

    def current(self, route: Route, method: str, rest: str) -> None:
        if rest.startswith("/documents/"):
            return route.fulfill(status=200, content_type="text/plain", body="Dear X,\nplease erase it.")
        if method == "POST":
            return reply(route, 201, {})
        if method == "PUT":
            return reply(route, 200, {"receipt": NEW_CODE})
        if rest == "/receipt":
            self.given_up = route.request.headers.get("x-confirm") == "sure"
            return reply(route, 204, None) if self.given_up else reply(route, 202, {"confirm": "sure"})
        if method == "DELETE":
            self.erased = route.request.headers.get("x-confirm") == "sure"
            return reply(route, 204, None) if self.erased else reply(route, 202, {"confirm": "sure"})
        return reply(route, 200, self.case)
