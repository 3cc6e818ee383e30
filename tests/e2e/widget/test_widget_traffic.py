"""What the widget leaves in the browser, asks of the network, and weighs."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from tests.e2e.widget.visits import NOTHING, Visit, say

pytestmark = pytest.mark.browser

BUDGET = 25_000


def take_part(visit: Visit, path: str) -> None:
    place = visit.talk(path)
    say(place, "hello")
    place.wait_for_selector("#log .mine ~ .ours")


def test_a_conversation_left_in_the_browser_would_be_found_by_whoever_owns_it(visit: Visit) -> None:
    take_part(visit, "/")

    assert visit.stored() == NOTHING
    assert visit.context.cookies() == []


def test_another_company_would_learn_of_the_visit_from_a_single_request(visit: Visit) -> None:
    take_part(visit, "/")
    visit.open("/case")
    visit.open("/privacy")

    assert visit.foreign() == []


def test_a_page_that_needs_what_its_policy_forbids_breaks_for_someone(visit: Visit) -> None:
    take_part(visit, "/")

    assert visit.refused() == []
    assert visit.errors == []


def test_the_token_would_stay_in_history_and_logs_if_it_were_in_an_address(visit: Visit) -> None:
    take_part(visit, "/widget/frame")

    turn = visit.asked("POST", "/turn")[0]
    token = turn.headers["authorization"].removeprefix("Bearer ")
    assert token
    assert all(token not in request.url for request in visit.requests)


def test_a_heavy_widget_does_not_load_on_a_bad_connection(visit: Visit) -> None:
    bodies: dict[str, bytes] = {}
    visit.page.on("response", lambda r: bodies.__setitem__(r.url, r.body()) if "/api/" not in r.url else None)
    visit.talk("/")
    visit.page.wait_for_load_state("networkidle")

    widget = {url: body for url, body in bodies.items() if "/widget/" in url}
    weight = sum(len(gzip.compress(body, 6)) for body in widget.values())
    assert len(widget) > 5
    assert weight <= BUDGET


def test_a_page_title_would_tell_whoever_looks_over_the_shoulder(visiting: Callable[..., Visit]) -> None:
    titles = {visiting().open(path).title() for path in ("/", "/widget/frame", "/case", "/privacy")}

    assert titles == {"Notes"}
