"""What a person reads of their own case days later: no date that was true only on the day they handed it over."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.web.app import IntakeServices, build_app
from casework import queues
from casework.queues import Happening
from casework.states import EventKind
from encryption.keys import new_installation
from encryption.token import Token, conversation_keys
from tests.integration.desk.homes import Clock, Home, a_submission
from tests.integration.web.conftest import NOW, Visitor

CURRENT = "/api/v1/cases/current"
LEFT_OUT = "doc-art17@x"
LATER = dt.timedelta(days=6)


@pytest.fixture
def home(databases, law, tmp_path):
    return Home(folder=tmp_path, databases=databases, installation=new_installation(NOW), law=law, clock=Clock(NOW))


@pytest.fixture
def receipt(home):
    keys = conversation_keys(Token.new())
    whole = a_submission(home.installation, home.law, NOW, case_id=keys.case_id, receipt=keys.receipt)
    steps = tuple(replace(step, consented=None) if step.id == LEFT_OUT else step for step in whole.steps)
    home.submit(replace(whole, steps=steps))
    return keys.receipt.code


@pytest.fixture
def their_page(home, receipt):
    """Answers with the case as its person sees it now."""
    parts = {"databases": home.databases, "ledger": home.ledger, "law": home.law, "clock": home.clock}
    services = IntakeServices(conversations=None, **parts)
    visitor = Visitor(build_app(services))

    def look():
        steps = visitor.ask("GET", CURRENT, headers=bearer_of(visitor, receipt)).json()["steps"]
        return {step["step"]: step for step in steps}

    look.visitor = visitor
    yield look
    visitor.close()


def bearer_of(visitor, receipt):
    opened = visitor.ask("POST", "/api/v1/cases/open", json={"receipt": receipt}).json()
    return {"Authorization": f"Bearer {opened['token']}"}


def test_a_letter_not_sent_yet_has_the_date_that_sending_it_today_would_give(home, their_page):
    home.clock.now = NOW + LATER

    report = their_page()["doc-osa20A@x"]

    assert report["state"] == "ready"
    assert report["due"] == (home.clock.now + dt.timedelta(hours=48)).isoformat()


def test_a_letter_that_was_sent_keeps_the_date_of_that_day(home, their_page):
    due = NOW + dt.timedelta(hours=48)
    sent = Happening(kind=EventKind.SENT, on=NOW.date(), due=due)
    queues.record_event(home.databases, their_page()["doc-osa20A@x"]["id"], sent, NOW)
    home.clock.now = NOW + dt.timedelta(hours=20)

    assert their_page()["doc-osa20A@x"]["due"] == due.isoformat()


def test_a_letter_that_nobody_agreed_to_promises_no_answer(their_page):
    left_out = their_page()[LEFT_OUT]

    assert (left_out["state"], left_out["due"]) == ("unconsented", None)


def test_leaving_locks_the_case_at_once_for_whoever_got_hold_of_the_token(their_page, receipt):
    visitor = their_page.visitor
    bearer = bearer_of(visitor, receipt)

    assert visitor.ask("DELETE", "/api/v1/cases/session", headers=bearer).status_code == 204
    assert visitor.ask("GET", CURRENT, headers=bearer).status_code == 401
    assert visitor.ask("DELETE", "/api/v1/cases/session", headers=bearer).status_code == 204
