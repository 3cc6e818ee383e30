"""What can come next, and what is weighed before a yes: read first, agreed to word for word, open to everyone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Route

from tests.e2e.widget.visits import CODE, CaseApi, Visit, enter_code, fits, reply, say

pytestmark = pytest.mark.browser

EXPLAINED = {
    "articles": [
        {"text": "UK GDPR, Article 17: To have it erased", "address": "https://www.legislation.gov.uk/eur/2016/679/article/17"},
        {"text": "The platform's own rules on intimate images", "address": None},
    ],
    "uncertain": ["We do not know who runs forum.example. Our team may have to find out first."],
    "learns": ["Those it goes to: the name you give and how to reach you.", "The account that posted it: the name you give."],
    "ways": ["Under a name you choose: A name that you choose will do."],
    "due_means": "They must answer by then. They may take two more months, but they must tell you so in time.",
    "next": ["If they are late: Reminder of an overdue answer or Complaint to the Information Commissioner."],
}  # fmt: skip
REMINDER = "doc-reminder@x"
NEXT = {
    "step": REMINDER, "document": "doc-reminder", "title": "Reminder of an overdue answer", "recipient": "X",
    "state": "ready", "needs": [], "due": None, "closes": "2027-02-01", "sha256": "a" * 64, "seen_by": ["recipient"],
    "by_email": True, "notices": ["The form asks for a file."], "explained": EXPLAINED,
}  # fmt: skip
WEIGHED = [
    {"id": "police_first", "title": "Police first, or down first", "text": "Some proof can go with a post.",
     "ways": ["Talk to the police first.", "Send the letters now."]},
    {"id": "lumen", "title": "Public archives of notices", "text": "Some firms give copies to Lumen.", "ways": ["Give no name."]},
]  # fmt: skip


class NextApi(CaseApi):
    """With an offered step; `other` is what the consent route answers."""

    def __init__(self, **more: Any) -> None:
        super().__init__()
        self.case["next"] = [{**NEXT, **more}]
        self.case["steps"][0]["by_email"] = True
        self.answer = 204

    def current(self, route: Route, method: str, rest: str) -> None:
        if rest.endswith("/consent"):
            return reply(route, self.answer, None if self.answer == 204 else {"status": self.answer})
        if rest in ("/documents.zip", "/calendar.ics"):
            return route.fulfill(status=200, content_type="application/octet-stream", body="file")
        return super().current(route, method, rest)


def opened(visit: Visit, api: CaseApi) -> Page:
    visit.context.route("**/api/v1/cases/**", api.serve)
    page = visit.open("/case")
    enter_code(page, CODE)
    page.wait_for_selector("#next .step")
    return page


def picture(visit: Visit, name: str) -> None:
    """For whoever wants to look: one picture a state, where WIDGET_PICTURES says."""
    folder = os.environ.get("WIDGET_PICTURES")
    if folder:
        look = visit.page.evaluate(
            "(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') + innerWidth"
        )
        visit.page.screenshot(path=str(Path(folder) / f"{name}-{look}.png"), full_page=True)


def consents(api: CaseApi) -> list[Any]:
    return [body for method, path, body in api.got if path.endswith("/consent")]


def test_a_yes_before_the_letter_was_opened_is_none(visit: Visit) -> None:
    api = NextApi()
    page = opened(visit, api)

    page.click("#next .action")
    page.wait_for_selector("#trouble p")

    assert "read it first" in page.inner_text("#trouble")
    assert consents(api) == []


def test_a_yes_goes_with_the_hash_of_the_text_that_was_read(visit: Visit) -> None:
    api = NextApi()
    page = opened(visit, api)

    page.click("#next .letter summary")
    page.wait_for_selector("#next .paper")
    with page.expect_response("**/consent"):
        page.click("#next .action")

    assert ("POST", f"/current/steps/{REMINDER}/consent", {"sha256": "a" * 64}) in api.got
    page.wait_for_selector("#status:has-text('you said yes')")


def test_a_letter_that_reads_differently_today_is_shown_again(visit: Visit) -> None:
    api = NextApi()
    api.answer = 422
    page = opened(visit, api)
    page.click("#next .letter summary")
    page.wait_for_selector("#next .paper")
    api.case["next"][0]["sha256"] = "b" * 64

    page.click("#next .action")
    page.wait_for_selector("#trouble:has-text('read it once more')")
    page.wait_for_selector("#next .letter:not([open])")
    api.answer = 204
    page.click("#next .letter summary")
    page.wait_for_selector("#next .paper")
    with page.expect_response("**/consent"):
        page.click("#next .action")

    assert [body["sha256"][0] for body in consents(api)] == ["a", "b"]


def test_a_step_that_lacks_something_takes_no_yes(visit: Visit) -> None:
    page = opened(visit, NextApi(state="blocked", needs=["name"]))

    assert page.locator("#next .action").count() == 0
    assert "The form asks for a file." in page.inner_text("#next")
    assert "your name" in page.inner_text("#next")


@pytest.mark.parametrize(("at", "name"), [(0, "letters.zip"), (1, "dates.ics")])
def test_what_is_saved_has_a_name_that_tells_nothing(visit: Visit, at: int, name: str) -> None:
    page = opened(visit, NextApi())

    with page.expect_download() as waiting:
        page.locator("#take-away button").nth(at).click()

    assert waiting.value.suggested_filename == name


def test_an_e_mail_draft_is_there_where_the_letter_goes_to_a_mailbox(visit: Visit) -> None:
    page = opened(visit, NextApi())

    with page.expect_download() as waiting:
        page.locator("#steps .step .choices button").last.click()

    assert waiting.value.suggested_filename == "letter-1.eml"


def test_a_refusal_is_noted_with_its_reason_and_the_machine(visit: Visit) -> None:
    api = NextApi()
    api.case["steps"][0]["events"] = [{"kind": "sent", "on": "2026-01-02"}]
    page = opened(visit, api)
    page.click(".record summary")
    page.fill(".record input[type=date]", "2026-02-03")
    assert not page.is_visible("#refusal-1")
    page.select_option("#outcome-1", "refused")
    page.select_option("#refusal-1", "identity")
    page.select_option("#automated-1", "yes")

    with page.expect_response("**/events"):
        page.click(".record button")

    told = next(body for _, path, body in api.got if path.endswith("/events"))
    assert told == {
        "kind": "answered",
        "on": "2026-02-03",
        "outcome": "refused",
        "refusal": "identity",
        "automated": "yes",
    }


def test_more_time_is_noted_without_a_reason(visit: Visit) -> None:
    api = NextApi()
    api.case["steps"][0]["events"] = [{"kind": "sent", "on": "2026-01-02"}]
    page = opened(visit, api)
    page.click(".record summary")
    page.select_option("#outcome-1", "refused")
    page.select_option("#refusal-1", "fee")
    page.select_option("#outcome-1", "extended")

    with page.expect_response("**/events"):
        page.click(".record button")

    told = next(body for _, path, body in api.got if path.endswith("/events"))
    assert (told["outcome"], told.get("refusal")) == ("extended", None)


def test_what_comes_next_shuts_no_one_out(looking: Visit) -> None:
    api = NextApi()
    api.case["steps"][0]["events"] = [{"kind": "sent", "on": "2026-01-02"}]
    page = opened(looking, api)
    page.click("#next .letter summary")
    page.wait_for_selector("#next .paper")
    page.click("#next .more summary")
    page.click(".record summary")
    page.select_option("#outcome-1", "refused")
    picture(looking, "case-next")

    assert looking.barriers() == []
    assert fits(page)
    assert looking.refused() == []


def talked(visit: Visit, answering: Callable[..., Any], kinds: dict[str, Any]) -> Frame:
    plan = dict(kinds["plan"])
    plan["documents"] = [{**one, "explained": EXPLAINED} for one in plan["documents"]]
    plan["clocks"] = [{**one, "explained": EXPLAINED} for one in plan["clocks"]]
    answering(
        visit,
        [kinds["choices"]],
        [plan, {"kind": "plan", "text": "In one text.", "weighed": WEIGHED}, kinds["choices"]],
    )
    page = visit.talk()
    say(page, "hello")
    page.wait_for_selector("#log .letters")
    return page


def test_a_plan_is_explained_letter_by_letter_with_the_law_to_read(
    looking: Visit, answering: Callable[..., Any], kinds: dict[str, Any]
) -> None:
    page = talked(looking, answering, kinds)
    page.locator(".letter summary").first.click()
    page.locator(".more summary").first.click()
    picture(looking, "plan")

    link = page.locator(".letter[open] .facts a").first
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    assert "does not close that one" in page.inner_text(".letter[open] .facts")
    assert looking.barriers() == []
    assert fits(page)


def test_what_is_weighed_stands_before_the_question_and_the_first_is_open(
    visit: Visit, answering: Callable[..., Any], kinds: dict[str, Any]
) -> None:
    page = talked(visit, answering, kinds)

    assert "Talk to the police first." in page.inner_text("#log")
    assert page.locator("details.letter[open] .letter-title").all_inner_texts() == ["Police first, or down first"]
    assert "In one text." not in page.inner_text("#log")
