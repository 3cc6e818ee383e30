"""A case with a refused letter at the desk: what can come next, read and nothing more, open to everyone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework import queues
from casework.documents.document import fingerprint
from casework.queues import Happening
from casework.records import Kind
from casework.states import EventKind
from encryption.token import Token, conversation_keys
from tests.e2e.desk.test_desk_day import Day, join, log_in
from tests.integration.desk.homes import a_submission

pytestmark = pytest.mark.browser


@pytest.fixture
def day(page, address):
    return Day(page, address)


def refused(home) -> None:
    """The request to erase went out and was refused, as its person noted it."""
    row = next(s for s in queues.page(home.databases, "platform/x", home.clock.now).steps if s.document == "doc-art17")
    on = home.clock.now.date()
    for kind, detail in ((EventKind.SENT, {}), (EventKind.ANSWERED, {"outcome": "refused", "refusal": "identity"})):
        queues.record_event(home.databases, row.id, Happening(kind=kind, on=on, detail=detail), home.clock.now)


@pytest.mark.parametrize("page", ["dark", "light"], indirect=True)
def test_what_comes_next_is_read_and_not_agreed_to(day, home):
    case_id = home.a_case()
    refused(home)
    page = day.page
    log_in(day, home, join(day, home))
    page.goto(f"{day.url}/cases/{case_id}/open")
    page.check("text=First look at a new case")
    page.click("main button")
    page.wait_for_selector("#next-title")

    offered = page.locator("section[aria-labelledby=next-title]")
    offered.locator("summary", has_text="Reply to a refusal").click()
    page.locator("#letters-title ~ details summary").first.click()
    page.evaluate("window.scrollTo(0, 0)")  # what lies half under the bar has no size of its own
    day.stop("12-next")

    assert "They want proof of identity" in page.inner_text("main")
    assert "Waits for the person's yes" in offered.inner_text()
    assert offered.locator("button:visible").count() == offered.locator("button.copy:visible").count()


@pytest.mark.parametrize("page", ["light"], indirect=True)
def test_an_answer_is_recorded_with_its_reason(day, home):
    case_id = home.a_case()
    row = next(s for s in queues.page(home.databases, "platform/x", home.clock.now).steps if s.document == "doc-art17")
    sent = Happening(kind=EventKind.SENT, on=home.clock.now.date(), detail={})
    queues.record_event(home.databases, row.id, sent, home.clock.now)
    page = day.page
    log_in(day, home, join(day, home))
    page.goto(f"{day.url}/cases/{case_id}/open")
    page.check("text=First look at a new case")
    page.click("main button")

    step = page.locator("article", has_text="Request to erase")
    step.locator("summary", has_text="answer").first.click()
    step.get_by_label("They refused").check()
    step.get_by_label("the reason they gave").select_option("not_us")
    step.get_by_label("Who decided").select_option("yes")
    day.stop("13-answer")
    step.get_by_role("button", name="Record").locator("visible=true").click()
    page.wait_for_selector("text=They say that they are not responsible · A machine decided")


@pytest.mark.parametrize("page", ["dark", "light"], indirect=True)
def test_what_a_letter_lacks_is_told_in_words_and_not_by_colour_alone(day, home):
    """A letter of an older version of the law data: what the law asks for today is not all in it."""
    keys = conversation_keys(Token.new())
    whole = a_submission(home.installation, home.law, home.clock.now, case_id=keys.case_id, receipt=keys.receipt)
    home.submit(replace(whole, records=tuple(_shortened(record) for record in whole.records)))
    page = day.page
    log_in(day, home, join(day, home))
    page.goto(f"{day.url}/cases/{keys.case_id}/open")
    page.check("text=First look at a new case")
    page.click("main button")
    page.locator("#letters-title ~ details summary").first.click()
    page.wait_for_selector(".lacking:visible")
    page.evaluate("window.scrollTo(0, 0)")
    day.stop("14-lacking")

    assert "every link, byte for byte: its words are not in the text" in page.inner_text(".lacking:visible")


def _shortened(record):
    if record.kind is not Kind.DOCUMENT:
        return record
    text = "To: X\n\nPlease erase it."
    return replace(record, value={**record.value, "text": text, "sha256": fingerprint(text), "slots": []})
