"""Coming back with the code: what the page shows, passes on, and forgets."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.widget.visits import CODE, NEW_CODE, NOTHING, CaseApi, Visit, enter_code

pytestmark = pytest.mark.browser


@pytest.fixture
def api(visit: Visit) -> CaseApi:
    served = CaseApi()
    visit.context.route("**/api/v1/cases/**", served.serve)
    return served


@pytest.fixture
def case_page(visit: Visit, api: CaseApi) -> Page:
    page = visit.open("/case")
    enter_code(page, CODE.lower().replace("-", " "))
    page.wait_for_selector(".step")
    return page


def test_the_code_stays_out_of_addresses_and_of_the_page(visit: Visit, case_page: Page) -> None:
    assert case_page.url == f"{visit.url}/case"
    assert all(CODE[:4].lower() not in request.url.lower() for request in visit.requests)
    assert case_page.input_value("#code") == ""
    assert visit.stored() == NOTHING


def test_a_wrong_code_is_told_kindly_and_can_be_corrected(visit: Visit, api: CaseApi) -> None:
    page = visit.open("/case")

    enter_code(page, "AAAA-AAAA")
    page.wait_for_selector("#trouble p")

    assert page.input_value("#code") == "AAAA-AAAA"
    assert not page.is_visible("#screen-case")


def test_dates_are_written_out_and_openings_are_shown(case_page: Page) -> None:
    assert "22 December 2026" in case_page.inner_text("#steps")
    assert "first look" in case_page.inner_text("#openings")
    assert "We have it." in case_page.inner_text("#thread")


def test_a_letter_can_be_read_without_leaving_a_file(visit: Visit, case_page: Page) -> None:
    case_page.click(".letter summary")
    case_page.wait_for_selector(".paper")

    assert "please erase it." in case_page.inner_text(".paper")


def test_a_saved_letter_has_a_name_that_tells_nothing(case_page: Page) -> None:
    with case_page.expect_download() as waiting:
        case_page.locator(".step .choices button").last.click()

    assert waiting.value.suggested_filename == "letter-1.pdf"


def test_a_message_to_the_team_arrives_as_written(case_page: Page, api: CaseApi) -> None:
    case_page.fill("#thread-text", "A <b>new</b> link")
    with case_page.expect_response("**/thread"):
        case_page.click("#thread-form button")

    assert ("POST", "/current/thread", {"text": "A <b>new</b> link"}) in api.got


def test_a_sent_date_is_recorded_and_never_in_the_future(case_page: Page, api: CaseApi) -> None:
    case_page.click(".record summary")
    case_page.fill(".record input[type=date]", "2999-01-01")
    case_page.click(".record button")
    case_page.wait_for_selector("#trouble p")
    case_page.fill(".record input[type=date]", "2026-01-02")
    with case_page.expect_response("**/events"):
        case_page.click(".record button")

    posted = [(path, body) for method, path, body in api.got if method == "POST" and path.endswith("/events")]
    assert posted == [("/current/steps/r0w/events", {"kind": "sent", "on": "2026-01-02"})]


def test_an_answer_is_recorded_with_what_it_was(case_page: Page, api: CaseApi) -> None:
    api.case["steps"][0]["events"] = [{"kind": "sent", "on": "2026-01-02"}]
    case_page.reload()
    enter_code(case_page, CODE)
    case_page.click(".record summary")
    case_page.fill(".record input[type=date]", "2026-02-03")
    case_page.select_option(".record select", "refused")
    case_page.fill(".record input[type=text]", "AB-1")
    with case_page.expect_response("**/events"):
        case_page.click(".record button")

    told = next(body for method, path, body in api.got if path.endswith("/events"))
    assert told == {"kind": "answered", "on": "2026-02-03", "reference": "AB-1", "outcome": "refused"}


def test_one_wrong_tap_erases_nothing(case_page: Page, api: CaseApi) -> None:
    case_page.click("#erase button")
    case_page.wait_for_selector("#erase .big")
    case_page.locator("#erase .choices button").first.click()

    assert not api.erased
    assert case_page.is_visible(".step")


def test_erasing_empties_the_page_too(case_page: Page, api: CaseApi) -> None:
    case_page.click("#erase button")
    case_page.locator("#erase .choices button").last.click()
    case_page.wait_for_selector("#screen-erased:visible")

    assert api.erased
    assert "Request to erase" not in case_page.content()


def make_new_code(page: Page) -> None:
    page.click("#own-code button")
    page.locator("#own-code .choices button").last.click()
    page.wait_for_selector("#own-code .code-slot")


def test_a_new_code_is_hidden_until_it_is_asked_for_and_gone_when_they_go_on(case_page: Page, api: CaseApi) -> None:
    make_new_code(case_page)
    assert NEW_CODE[:4] not in case_page.content()

    case_page.click("#own-code .code-slot button")
    assert case_page.inner_text("#own-code .code").replace("\n", "") == NEW_CODE

    with case_page.expect_response("**/current"):
        case_page.click("#own-code .end .action")
    assert NEW_CODE[:4] not in case_page.content()
    assert ("PUT", "/current/receipt", {}) in api.got


def test_one_wrong_tap_changes_no_code(case_page: Page, api: CaseApi) -> None:
    case_page.click("#own-code button")
    case_page.locator("#own-code .choices button").first.click()

    assert [path for _, path, _ in api.got if path.endswith("/receipt")] == []
    assert case_page.locator("#own-code > div > button").count() == 2


def test_a_new_code_stays_until_it_is_written_down_whatever_else_they_do(case_page: Page) -> None:
    make_new_code(case_page)

    case_page.fill("#thread-text", "one more thing")
    with case_page.expect_response("**/current"):
        case_page.click("#thread-form button")

    assert case_page.is_visible("#own-code .code-slot")


def test_no_code_is_asked_twice_and_empties_the_page(case_page: Page, api: CaseApi) -> None:
    case_page.locator("#own-code button").last.click()
    case_page.locator("#own-code .choices button").last.click()
    case_page.wait_for_selector("#screen-closed:visible")

    assert api.given_up
    assert not api.erased
    assert "Request to erase" not in case_page.content()


def test_a_locked_case_shows_nothing_and_asks_for_the_code(case_page: Page, api: CaseApi) -> None:
    api.locked = True
    case_page.fill("#thread-text", "more")
    case_page.click("#thread-form button")
    case_page.wait_for_selector("#screen-code:visible")

    assert "Request to erase" not in case_page.content()
    assert case_page.inner_text("#trouble")


def test_the_real_service_opens_nothing_for_a_made_up_code(visit: Visit) -> None:
    page = visit.open("/case")
    enter_code(page, "0000-0000-0000-0000-0000-0000-0")
    page.wait_for_selector("#trouble p")

    assert not page.is_visible("#screen-case")
    assert visit.refused() == []


def test_exit_locks_the_case_for_whoever_picks_up_the_device(visit: Visit, api: CaseApi, case_page: Page) -> None:
    visit.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))

    case_page.click("#exit")
    case_page.wait_for_url("https://www.bbc.co.uk/**")

    assert ("DELETE", "/session", None) in api.got
