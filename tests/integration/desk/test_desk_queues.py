"""The queues: nearest clock first, page after page, nothing twice, nothing missed."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from casework import queues
from casework.submission import NewStep
from tests.integration.desk.homes import form_of


def a_step(number: int, queue: str = "platform/x", **changes) -> NewStep:
    due = dt.date(2026, 12, 1) + dt.timedelta(days=number % 20)
    parts = {
        "id": f"doc-art17@{number}",
        "queue": queue,
        "document": "doc-art17",
        "detail": {},
        "consented": "aa" * 32,
        "due": due,
    }
    return NewStep(**{**parts, **changes})


def shown(page: str) -> list[str]:
    return re.findall(r'href="/cases/[0-9a-f]+#step-([0-9a-f]+)"', page)


def walk(desk, address: str) -> list[str]:
    found = []
    while address:
        page = desk.get(address).text
        found += shown(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    return found


@pytest.mark.parametrize("start", ["/", "/queues/platform/x"])
def test_paging_shows_every_step_once(home, desk, start):
    home.a_case(records=(), steps=tuple(a_step(n) for n in range(queues.PAGE * 2 + 7)))

    found = walk(desk, start)

    assert len(found) == queues.PAGE * 2 + 7
    assert len(set(found)) == len(found)


def test_all_queues_together_are_in_the_order_of_their_clocks(home, desk):
    home.a_case(records=(), steps=tuple(a_step(n, "platform/x" if n % 2 else "regulator/ico") for n in range(70)))

    order = [queues.step(home.databases, step, home.clock.now).clock for step in walk(desk, "/")]

    assert order == sorted(order)
    assert len(order) == 70


def test_every_number_leads_to_what_it_counts(home, desk):
    home.a_case(records=(), steps=(*(a_step(n) for n in range(4)), a_step(9, consented=None)))
    page = desk.get("/queues/platform/x").text

    links = re.findall(r'<a href="([^"]+)"[^>]*>[^<]+ <b>(\d+)</b>', page)

    assert {int(number) for _, number in links} == {5, 4, 1}
    for address, number in links:
        assert len(walk(desk, address)) == int(number)


def test_taking_from_the_queue_shows_who_holds_it(home, desk, desk_of):
    home.a_case(records=(), steps=(a_step(1),))
    step = shown(desk.get("/").text)[0]
    desk.post(f"/steps/{step}/take", data={"form": form_of(desk.get("/").text)})
    bob = desk_of(home.enrol("bob"))

    assert ">ada<" in bob.get("/").text.replace(" ", "").replace("\n", "")
    taken = bob.post(f"/steps/{step}/take", data={"form": form_of(bob.get("/").text)})
    assert "problem=Taken" in taken.headers["location"]
    desk.post(f"/steps/{step}/release", data={"form": form_of(desk.get("/").text)})
    assert queues.step(home.databases, step, home.clock.now).lease_owner is None


@pytest.mark.parametrize(
    "asked", ["?after=x", "?after=~", "?state=nonsense", "?after=9999~zzz", "?problem=<b>&done=<b>"]
)
def test_a_made_up_address_shows_a_page(home, desk, asked):
    home.a_case()

    answer = desk.get(f"/queues/platform/x{asked}")

    assert answer.status_code == 200
    assert "<b><" not in answer.text


def test_a_site_without_a_row_is_a_queue_by_its_name(home, desk):
    home.a_case(records=(), steps=(a_step(1, "platform/pictures.example"),))

    page = desk.get("/").text

    assert "pictures.example" in desk.get("/queues/platform/pictures.example").text
    assert 'href="/queues/platform/pictures.example"' in page
