"""What a caseworker records about a step, and what the desk refuses to record."""

from __future__ import annotations

import datetime as dt
import io
import re

import pypdf
import pytest
from sqlalchemy import delete

from casework import casefile, queues
from casework.records import Kind
from casework.states import EventKind, StepState
from casework.store import audit
from casework.store.database import writing
from casework.store.tables.cases import WRAP
from casework.submission import NewStep
from tests.integration.desk.homes import NAME, a_submission, form_of

TODAY = "2026-11-24"


def again(home, step):
    return queues.step(home.databases, step.id, home.clock.now)


def problem(answer) -> str | None:
    found = re.search(r"problem=(\w+)", answer.headers.get("location", ""))
    return found[1] if found else None


def test_the_clock_starts_on_the_day_of_sending_not_of_the_complaint(home, act, steps):
    act(steps["doc-art17"], "sent", on=TODAY, reference="AB 12")

    step = again(home, steps["doc-art17"])
    assert step.state is StepState.SENT
    assert step.due == "2026-12-24"


def test_a_letter_recorded_late_counts_from_the_day_it_went(home, desk_of, ada, case_id, steps):
    home.clock.forward(days=3)
    desk = desk_of(ada)
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "work_on_step"})
    form = form_of(desk.get(f"/cases/{case_id}").text)

    path = f"/cases/{case_id}/steps/{steps['doc-art17'].id}/sent"
    desk.post(path, data={"form": form, "on": "2026-11-26", "reference": ""})

    # One month from Thursday 26 November is 26 December: a Saturday, then the Monday of the substitute holiday.
    assert again(home, steps["doc-art17"]).due == "2026-12-29"


def test_what_the_law_counts_in_hours_is_due_to_the_minute(home, act, steps):
    act(steps["doc-osa20A"], "sent", on=TODAY)

    assert again(home, steps["doc-osa20A"]).due.startswith("2026-11-26T09:30")


def test_an_answer_settles_the_step_and_is_sealed(home, act, steps, case_id, opened, folder):
    act(steps["doc-art17"], "sent", on=TODAY)
    act(steps["doc-art17"], "acknowledged", on=TODAY)
    answer = act(steps["doc-art17"], "answered", on=TODAY, outcome="refused", reference="REF-77")

    assert "done=answered" in answer.headers["location"]
    assert again(home, steps["doc-art17"]).state is StepState.ANSWERED
    assert "They refused · reference REF-77" in opened.get(f"/cases/{case_id}").text


def test_what_the_person_did_not_agree_to_cannot_be_marked_as_sent(home, act, case_id):
    later = queues.page(home.databases, "platform/x", home.clock.now).steps[0]
    queues.record_event(
        home.databases, later.id, queues.Happening(kind=EventKind.WITHDRAWN, on=dt.date(2026, 11, 24)), home.clock.now
    )

    assert problem(act(later, "sent", on=TODAY)) == "NotNow"
    assert again(home, later).state is StepState.WITHDRAWN


@pytest.mark.parametrize("on", ["", "yesterday", "2026-11-25", "2026-11-20", "2026-02-30"])
def test_a_day_that_cannot_be_is_not_recorded(home, act, steps, on):
    answer = act(steps["doc-art17"], "sent", on=on)

    assert problem(answer) == "BadDay"
    assert again(home, steps["doc-art17"]).state is StepState.READY


def test_an_answer_without_an_outcome_is_not_recorded(home, act, steps):
    act(steps["doc-art17"], "sent", on=TODAY)

    assert problem(act(steps["doc-art17"], "answered", on=TODAY, outcome="maybe")) == "BadOutcome"
    assert again(home, steps["doc-art17"]).state is StepState.SENT


def test_a_step_that_a_colleague_holds_is_not_touched(home, act, steps):
    queues.claim(home.databases, steps["doc-art17"].id, "colleague", home.clock.now)

    assert problem(act(steps["doc-art17"], "sent", on=TODAY)) == "Taken"
    assert again(home, steps["doc-art17"]).state is StepState.READY


def test_taking_and_giving_back(home, act, steps):
    act(steps["doc-art17"], "take")
    assert again(home, steps["doc-art17"]).lease_owner is not None

    act(steps["doc-art17"], "release")
    assert again(home, steps["doc-art17"]).lease_owner is None


def test_a_step_of_another_case_is_not_reached_through_this_one(home, act, steps, case_id):
    home.a_case()
    other = next(s for s in queues.page(home.databases, "platform/x", home.clock.now).steps if s.case_id != case_id)

    assert problem(act(other, "sent", on=TODAY)) == "NoSuchStep"
    assert again(home, other).state is StepState.READY


@pytest.mark.parametrize("action", ["consented", "lapsed", "cleared", "withdrawn", "blocked", "nonsense"])
def test_the_desk_cannot_speak_for_the_person_or_the_clock(home, act, steps, action):
    answer = act(steps["doc-art17"], action, on=TODAY)

    assert answer.status_code == 403 or problem(answer) == "NotNow"
    assert again(home, steps["doc-art17"]).state is StepState.READY


def test_a_message_to_the_team_can_be_done(home, desk):
    step = NewStep(id="message@team", queue="triage", document=None, detail={"title": "A person wrote"})
    case_id = home.a_case(steps=(step,), records=())
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "person_wrote"})
    page = desk.get(f"/cases/{case_id}").text
    row = queues.page(home.databases, "triage", home.clock.now).steps[0]

    desk.post(f"/cases/{case_id}/steps/{row.id}/closed", data={"form": form_of(page)})

    assert "Mark as done" in page
    assert again(home, row).state is StepState.CLOSED


def test_a_reply_reaches_the_thread_of_the_person(home, opened, case_id):
    form = form_of(opened.get(f"/cases/{case_id}").text)
    opened.post(f"/cases/{case_id}/thread", data={"form": form, "text": "We wrote to X today.\r\nMore soon."})

    key = home.installation.team_keys["triage"]
    thread = casefile.open_with_team(home.databases, case_id, "triage", key).read(Kind.THREAD)
    assert [r.value for r in thread] == [{"from": "desk", "text": "We wrote to X today.\nMore soon."}]


@pytest.mark.parametrize("text", ["", "   \n", "x" * 4_001])
def test_an_empty_or_endless_reply_is_not_sent(home, opened, case_id, text):
    form = form_of(opened.get(f"/cases/{case_id}").text)

    answer = opened.post(f"/cases/{case_id}/thread", data={"form": form, "text": text})

    assert problem(answer) == "BadText"


def test_a_letter_leaves_as_a_file_filled_and_written_down(home, opened, case_id):
    page = opened.get(f"/cases/{case_id}").text
    path = re.search(r'href="(/cases/[0-9a-f]+/letters/[0-9a-f]+)\.txt"', page)[1]

    text, pdf = opened.get(f"{path}.txt"), opened.get(f"{path}.pdf")

    assert "{{" not in text.text
    assert text.headers["content-disposition"] == 'attachment; filename="letter.txt"'
    assert "Online Safety Act" in pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert [e.action for _, e in audit.entries(home.databases.cases, "desk")].count("exported") == 2


def test_a_letter_that_is_not_what_was_agreed_to_does_not_leave(home, desk, law):
    good = a_submission(home.installation, law, home.clock.now)
    bad = next(r for r in good.records if r.kind is Kind.DOCUMENT)
    altered = type(bad)(kind=Kind.DOCUMENT, value={**bad.value, "text": bad.value["text"] + " And pay me."})
    case_id = home.submit(type(good)(**{**vars(good), "records": (good.records[0], altered)}))
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "first_look"})

    page = desk.get(f"/cases/{case_id}").text

    assert "not what was sealed" in page
    assert "And pay me" not in page
    assert "/letters/" not in page


def test_without_the_identity_wrap_letters_keep_their_placeholders(home, desk, case_id):
    with writing(home.databases.cases) as connection:
        connection.execute(delete(WRAP).where(WRAP.c.compartment == "identity"))
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "first_look"})

    page = desk.get(f"/cases/{case_id}").text

    assert NAME not in page
    assert "{{email}}" in page
