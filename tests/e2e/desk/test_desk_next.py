"""A case with a refused letter at the desk: what can come next, read and nothing more, open to everyone."""

from __future__ import annotations

import pytest

from casework import queues
from casework.queues import Happening
from casework.states import EventKind
from tests.e2e.desk.test_desk_day import Day, join, log_in

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
