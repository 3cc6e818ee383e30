"""
The whole way, with nothing left out between: a person in the widget, a sealed case, a caseworker who opens it.

Guards against parts that pass alone and fail together, and against a person's words lying about in clear.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.browser

PASSWORD = "a long sentence that nobody says 7"
NAME, EMAIL = "Robin Examplewick", "robin@examplewick.example"
LINK = "https://x.com/examplewick/status/1234567890123456789"
STATEMENT = "They took the photo from my allotment page and my colleagues laughed about marrowfat."
STORY = f"someone used grok to undress a photo of me and posted it here {LINK} , I'm in Leeds"
WORDS = ("Examplewick", "examplewick", "allotment", "marrowfat", "undress", "Leeds", "1234567890123456789")

# Question by a choice that it offers → what the person does: tap a label, or type.
TAP, TYPE = "tap", "type"
WAY: tuple[tuple[str, str, str], ...] = (
    ("Yes, you may", TAP, "Yes, you may"),
    ("Someone is near", TAP, "Yes, it's okay"),
    ("Something I did", TAP, "Me"),
    ("United Kingdom", TYPE, STORY),
    ("Yes, that's right", TAP, "Yes, that's right"),
    ("Under 18", TAP, "18 or over"),
    ("Under 18 in one or more", TAP, "18 or over in all"),
    ("All made by AI", TAP, "All made by AI"),
    ("No, that's all", TAP, "No, that's all"),
    ("Yes, still there", TAP, "Yes, still there"),
    ("In a post on X (@Grok)", TAP, "In a post on X (@Grok)"),
    ("No, nobody yet", TAP, "No, nobody yet"),
    ("Get it taken down", TYPE, "I want it gone and I want to complain to the regulator"),
    ("Keep the proof safe", TAP, "That's all"),
    ("Yes, they might", TAP, "No"),
    ("With my real name", TAP, "With my real name"),
    ("Yes, a safe e-mail", TAP, "Yes, a safe e-mail"),
    ("Yes, it's right", TAP, "Yes, it's right"),
)


class Talk:
    """The widget as a person uses it: waits for the question, then taps or types."""

    def __init__(self, frame: FrameLocator) -> None:
        self.frame = frame

    def offered(self) -> list[str]:
        self.frame.locator("#send[aria-disabled=false]").wait_for()
        return self.frame.locator("#answers button").all_inner_texts()

    def tap(self, label: str) -> None:
        self.frame.locator("#answers button", has_text=re.compile(f"^{re.escape(label)}$")).first.click()

    def type(self, words: str) -> None:
        self.frame.locator("#words").fill(words)
        self.frame.locator("#send").click()

    def wait_for_more_than(self, messages: int) -> None:
        """Until the assistant has answered: a message after theirs, or the screen with the code."""
        for _ in range(300):
            if self.frame.locator("#screen-receipt").is_visible():
                return
            if self.frame.locator("#log .message").count() > messages:
                return
            time.sleep(0.1)
        pytest.fail("the assistant did not answer")

    def answer(self, script: dict[str, tuple[str, str]]) -> str | None:
        """Do what the script says for one of the labels on offer; returns the label, None when none is known."""
        known = [label for label in self.offered() if label in script]
        if not known:
            return None
        how, what = script[known[0]]
        self.tap(what) if how == TAP else self.type(what)
        return known[0]


SCRIPT = {cue: (how, what) for cue, how, what in WAY}
FREE = {"name": NAME, "mail": EMAIL, "words": STATEMENT}


def tell(page: Page, address: str) -> str:
    """Go through the conversation; returns the receipt code."""
    page.goto(address)
    frame = page.frame_locator("recourse-widget iframe")
    page.locator("recourse-widget iframe").scroll_into_view_if_needed()
    talk = Talk(frame)
    steps = {**SCRIPT, **AFTER_THE_PLAN}
    for _ in range(60):
        if frame.locator("#screen-receipt").is_visible():
            return code_of(frame)
        before = frame.locator("#log .message").count()
        if talk.answer(steps) is None:
            talk.type(free_answer(frame))
        talk.wait_for_more_than(before + 1)
    pytest.fail("the conversation did not come to an end")


AFTER_THE_PLAN = {
    "Go on": (TAP, "Go on"),
    "Yes, this one may go": (TAP, "Yes, this one may go"),
    "Yes, these may go": (TAP, "Yes, these may go"),
    "I'll send them": (TAP, "I'll send them"),
    "Yes, put it in": (TAP, "Yes, put it in"),
    "Yes, lock it and hand it over": (TAP, "Yes, lock it and hand it over"),
}


def free_answer(frame: FrameLocator) -> str:
    """The last question asks for a name, an e-mail or their own words."""
    asked = frame.locator("#log .message").last.inner_text().lower()
    return next((text for key, text in FREE.items() if key in asked), STATEMENT)


def code_of(frame: FrameLocator) -> str:
    frame.get_by_role("button", name="Show the code").click()
    code = frame.locator("#screen-receipt .code").text_content() or ""
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", code.strip()), "the receipt screen shows a code"
    return code.strip()


def enrol_and_log_in(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("#login", "ada")
    page.click("text=Next")
    seed = page.get_attribute("input[name=seed]", "value") or ""
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.fill("#code", pyotp.TOTP(seed).now())
    page.click("text=Finish")
    page.click("text=Log in")
    page.fill("#login", "ada")
    page.fill("#password", PASSWORD)
    # The code of enrolment is used up: the next one is accepted a step early.
    page.fill("#code", pyotp.TOTP(seed).at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)))
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('All queues')")


def clear_words(home: Path) -> list[str]:
    """Which of the person's words lie in clear in any file of the installation, its logs included."""
    return [
        f"{word} in {path.name}"
        for path in home.rglob("*")
        if path.is_file()
        for word in WORDS
        if word.encode() in path.read_bytes()
    ]


def test_a_complaint_from_the_first_word_to_the_caseworker(browser: Browser, service) -> None:
    person = browser.new_context().new_page()
    person.set_default_timeout(30_000)
    code = tell(person, service.url)
    assert clear_words(service.home) == []
    assert [word for word in WORDS if any(word in line for line in service.printed)] == []

    person.goto(f"{service.url}/case")
    person.fill("#code", code.lower())
    person.get_by_role("button", name="Open").click()
    person.wait_for_selector("#screen-case:visible")
    assert "X Internet Unlimited Company" in person.inner_text("#steps")

    staff = browser.new_context().new_page()
    staff.set_default_timeout(30_000)
    enrol_and_log_in(staff, service.enrolment_link)
    staff.click("nav.queues a:has-text('X')")
    staff.click("tr:has-text('Request to erase') >> text=Take")
    staff.check("text=First look at a new case")
    staff.click("main button")
    staff.wait_for_selector("h1:has-text('Case')")
    staff.click("article:has-text('Request to erase') >> text=Read the letter")
    letter = staff.inner_text("details[open] .letter")
    assert LINK in letter
    assert NAME in letter
    staff.click("text=In their own words")
    assert staff.is_visible("text=marrowfat")
    assert clear_words(service.home) == []
