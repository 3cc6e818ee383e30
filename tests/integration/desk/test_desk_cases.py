"""A case is opened for a stated purpose, written down first, by those whose team was given it, and by nobody else."""

from __future__ import annotations

import multiprocessing
import os

import pytest
from sqlalchemy import event

from casework import casefile
from casework.records import CaseGone, Kind, NewRecord, add_record
from casework.store import audit
from casework.store.shreds import shred
from desk import sessions
from desk.accounts import Accounts
from desk.cases import OPEN_MINUTES, NotForYourTeam, NotOpen, OpenCases, read_case, state_purpose
from desk.keyring import KeyRing, SecretMissing
from encryption.errors import CannotOpen
from recourse.key_providers import Files
from tests.integration.desk.homes import LINK, NAME, STATEMENT, TALK, bytes_on_disk, form_of
from tests.integration.erasing import erase


def member_of(home, *families):
    """A logged-in member of these teams, without a browser."""
    accounts = Accounts(home.services())
    member = home.enrol("bob", *families, accounts=accounts)
    unlocked = accounts.log_in("bob", "seven herons under a tin roof", member.fresh_code())
    token = sessions.start(home.services(), unlocked.member_id, unlocked.key)
    return sessions.resume(home.services(), token.text)


def openings(home):
    return [(e.case_id, e.purpose) for _, e in audit.entries(home.databases.cases, "desk") if e.action == "opened"]


def told(home, case_id):
    """What the person is told of who opened their case, read with a team's key."""
    key = home.installation.team_keys["triage"]
    opened = casefile.open_with_team(home.databases, case_id, "triage", key)
    return [record.value for record in opened.read(Kind.OPENING)]


def test_nothing_of_a_case_is_shown_before_a_purpose(desk, case_id):
    answer = desk.get(f"/cases/{case_id}")

    assert answer.headers["location"] == f"/cases/{case_id}/open"
    assert STATEMENT not in answer.text


@pytest.mark.parametrize("purpose", ["", "curiosity", "FIRST_LOOK", "first_look "])
def test_a_purpose_that_is_not_on_the_list_opens_nothing_and_writes_nothing(desk, home, case_id, purpose):
    form = form_of(desk.get(f"/cases/{case_id}/open").text)

    answer = desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": purpose})

    assert answer.status_code == 422
    assert desk.get(f"/cases/{case_id}").status_code == 303
    assert openings(home) == []


def test_an_opening_is_written_for_the_host_and_for_the_person(opened, home, case_id):
    assert openings(home) == [(case_id, "first_look")]
    assert told(home, case_id) == [{"role": "caseworker", "purpose": "first_look"}]


def test_the_audit_chain_of_a_day_at_the_desk_verifies(opened, home):
    (key,) = home.manifest.verifying_keys("audit-desk")

    head = audit.verify(home.databases.cases, "desk", key.verify)

    assert head.seq >= 0


def test_a_case_whose_opening_cannot_be_written_down_stays_closed(home, case_id):
    staff = member_of(home)
    broken = home.services(process="worker", keyring=KeyRing(Files(home.folder / "elsewhere")))

    with pytest.raises(SecretMissing):
        state_purpose(broken, staff, case_id, "first_look")
    with pytest.raises(NotOpen):
        read_case(home.services(), staff, case_id, OpenCases())
    assert openings(home) == []


def _open_and_die(home, staff, case_id):
    """In a process of its own: state a purpose, then die where the first seed would be fetched for decryption."""
    databases = home.databases
    for _, engine in databases.each():
        engine.dispose(close=False)
    services, open_cases = home.services(), OpenCases()
    open_cases.remember(staff, case_id, state_purpose(services, staff, case_id, "deadline"), home.clock.now)
    event.listen(
        databases.cases, "before_cursor_execute", lambda *args: os._exit(9) if "wrap.seed" in args[2] else None
    )
    read_case(services, staff, case_id, open_cases)


def test_a_desk_killed_before_it_decrypts_has_already_written_who_wanted_to_look(home, case_id):
    staff = member_of(home)
    process = multiprocessing.get_context("fork").Process(target=_open_and_die, args=(home, staff, case_id))

    process.start()
    process.join(30)

    assert process.exitcode == 9
    assert openings(home) == [(case_id, "deadline")]
    assert told(home, case_id) == [{"role": "caseworker", "purpose": "deadline"}]


def test_a_case_that_then_does_not_open_is_still_written_down(home, case_id):
    staff, open_cases = member_of(home), OpenCases()
    shred(home.databases.keys, case_id)

    open_cases.remember(staff, case_id, state_purpose(home.services(), staff, case_id, "first_look"), home.clock.now)

    with pytest.raises(CannotOpen):
        read_case(home.services(), staff, case_id, open_cases)
    assert openings(home) == [(case_id, "first_look")]


def test_an_opened_case_closes_by_itself(opened, home, case_id):
    home.clock.forward(minutes=10)
    assert opened.get(f"/cases/{case_id}").status_code == 200
    for _ in range(OPEN_MINUTES // 10):
        home.clock.forward(minutes=10)
        opened.get("/")

    assert opened.get(f"/cases/{case_id}").headers["location"] == f"/cases/{case_id}/open"


def test_putting_a_case_away_closes_it_at_once(opened, case_id):
    opened.post(f"/cases/{case_id}/away", data={"form": form_of(opened.get("/").text)})

    assert opened.get(f"/cases/{case_id}").status_code == 303


def test_what_one_member_opened_is_not_open_to_another(opened, home, desk_of, case_id):
    bob = desk_of(home.enrol("bob"))

    assert bob.get(f"/cases/{case_id}").headers["location"] == f"/cases/{case_id}/open"


def test_a_member_of_another_team_opens_nothing_and_leaves_no_trace_with_the_person(home, case_id):
    staff = member_of(home, "safeguarding")

    with pytest.raises(NotForYourTeam):
        state_purpose(home.services(), staff, case_id, "first_look")
    assert told(home, case_id) == []


def test_a_member_of_another_team_does_not_even_see_the_queue(home, desk_of, case_id):
    bob = desk_of(home.enrol("bob", "safeguarding"))

    assert bob.get("/queues/platform/x").status_code == 403
    assert "Request to erase" not in bob.get("/").text


def test_a_member_cannot_take_a_step_of_another_team(home, desk, desk_of, case_id):
    bob = desk_of(home.enrol("bob", "safeguarding"))
    step = desk.get("/").text.split("/steps/")[1].split("/")[0]

    answer = bob.post(f"/steps/{step}/take", data={"form": form_of(bob.get("/").text)})

    assert answer.status_code == 403


def test_a_case_that_never_was_and_one_that_was_erased_look_the_same(desk, home, case_id):
    form = form_of(desk.get("/").text)
    erase(home.databases, case_id)

    answers = {
        (a.status_code, a.text)
        for a in (
            desk.post(f"/cases/{one}/open", data={"form": form, "purpose": "first_look"}) for one in (case_id, "0" * 32)
        )
    }

    assert len(answers) == 1
    with pytest.raises(CaseGone):
        state_purpose(home.services(), member_of(home), case_id, "first_look")


def test_the_case_shows_what_the_person_sent(opened, case_id):
    page = opened.get(f"/cases/{case_id}").text

    for shown in (NAME, LINK, TALK, "Request for erasure under Article 17 UK GDPR", "United Kingdom · England"):
        assert shown in page


def test_hidden_characters_are_shown_and_do_nothing(opened, case_id):
    page = opened.get(f"/cases/{case_id}").text

    assert "\u202e" not in page
    assert "U+202E" in page


def test_nothing_that_anyone_wrote_is_a_link(opened, case_id):
    page = opened.get(f"/cases/{case_id}").text

    assert 'href="http' not in page
    assert f'data-copy="{LINK}"' in page


def test_hostile_words_stay_words(home, desk, case_id):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}'
    add_record(
        home.databases, case_id, NewRecord(kind=Kind.THREAD, value={"from": "person", "text": hostile}), home.clock.now
    )
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "person_wrote"})

    page = desk.get(f"/cases/{case_id}").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_opening_a_case_leaves_no_word_of_it_on_the_disk(opened, folder, case_id):
    opened.get(f"/cases/{case_id}")
    stored = bytes_on_disk(folder)

    for word in (NAME, TALK, "canary statement", "canary_handle"):
        assert word.encode() not in stored
