"""What came back on an earlier report, what follows on it today, and what is weighed before a yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.conversations.talk import House, Person, agree_and_seal, letters_of

LINK = "https://x.com/quillfeather/status/81"
FRANCE = {
    "country": "#France", "age_now": "#18 or over", "age_in_image": "#18 or over", "tried": "#the site or app",
    "where_link": LINK, "reaction": "#No", "known_as": "#real name", "wants": "#taken down",
}  # fmt: skip
POSTED = "someone posted a fake nude of me on X " + LINK
CURRENT = "/api/v1/cases/current"


def told(person: Person, **answers: str) -> Person:
    """Up to the letters, with a report to the site and what came of it."""
    person.answer(FRANCE, until="happened").say(POSTED)
    return person.answer(FRANCE | answers, until="plan")


def plan_of(person: Person) -> dict[str, dict[str, Any]]:
    return {key.partition("@")[0]: letter for key, letter in person.documents.items()}


def weighed(person: Person) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for message in person.last for row in message.get("weighed", ())}


def test_a_refusal_with_its_reason_is_answered_with_the_reply_that_fits(person: Person) -> None:
    told(person, tried_when="5 November", tried_answer="#They said no", tried_what="#letter about my data",
         tried_reason="#proof of who I am", tried_answered="on 20 November", tried_machine="#a person wrote it")  # fmt: skip

    prior = person.facts()["prior"][0]
    assert (prior["document"], prior["refusal"], prior["answered_on"]) == ("doc-art17", "identity", "2026-11-20")
    assert prior["automated"] is False
    reply = plan_of(person)["doc-reply"]
    assert reply["step"] == "doc-reply@x~identity"
    assert "Article 12(6)" in reply["text"]
    assert "doc-art17" not in plan_of(person)


def test_a_machine_that_said_no_is_only_taken_from_a_tap(person: Person) -> None:
    refused = {"tried_when": "#Skip", "tried_answer": "#They said no", "tried_what": "#button or form"}
    person.answer(FRANCE, until="happened").say(POSTED)
    person.answer(FRANCE | refused, until="tried_machine")

    person.say("it came at once")
    assert (person.step, person.facts()["prior"][0]["automated"]) == ("tried_machine", None)

    person.say("#looks like a machine")
    assert person.facts()["prior"][0]["automated"] is True
    assert "doc-art22" in plan_of(person.answer(FRANCE, until="plan"))


def test_a_month_that_is_over_opens_the_reminder_and_the_regulator(person: Person) -> None:
    told(person, tried_when="1 October", tried_answer="#Nothing so far", tried_what="#letter about my data")

    letters = plan_of(person)
    assert {"doc-reminder", "doc-art77"} <= set(letters)
    assert "1 October 2026" in letters["doc-reminder"]["text"]
    assert "doc-art17" not in letters


def test_more_time_that_was_asked_for_and_is_still_running_opens_no_reminder(person: Person) -> None:
    told(person, tried_when="1 October", tried_answer="#need more time", tried_what="#letter about my data",
         tried_answered="on 20 October")  # fmt: skip

    assert person.facts()["prior"][0]["answer"] == "extended"
    assert "doc-reminder" not in plan_of(person)


def test_more_time_that_is_over_too_opens_the_reminder(person: Person) -> None:
    told(person, tried_when="1 August", tried_answer="#need more time", tried_what="#letter about my data",
         tried_answered="on 20 August")  # fmt: skip

    assert "doc-reminder" in plan_of(person)


def test_the_reason_and_the_days_are_read_back_and_can_be_skipped(person: Person) -> None:
    refused = {"tried_when": "5 November", "tried_answer": "#They said no", "tried_what": "#letter about my data"}
    person.answer(FRANCE, until="happened").say(POSTED)
    person.answer(FRANCE | refused | {"tried_reason": "they want my passport"}, until="read_back")

    assert "with a letter about your data, they said no, they want proof of who you are" in person.text


@pytest.mark.parametrize("step", ["tried_what", "tried_reason", "tried_answered", "tried_machine"])
def test_each_of_these_questions_says_its_reason_and_gives_way(person: Person, step: str) -> None:
    refused = {"tried_when": "5 November", "tried_answer": "#They said no", "tried_what": "#letter about my data"}
    person.answer(FRANCE, until="happened").say(POSTED)
    person.answer(FRANCE | refused, until=step)

    person.say("#Why do you ask")
    assert person.step == step
    person.say("skip")
    assert person.step != step


def test_going_back_takes_the_last_answer_back(person: Person) -> None:
    refused = {"tried_when": "5 November", "tried_answer": "#They said no", "tried_what": "#letter about my data"}
    person.answer(FRANCE, until="happened").say(POSTED)
    person.answer(FRANCE | refused | {"tried_reason": "#money"}, until="tried_answered")

    person.say("go back")
    assert (person.step, person.facts()["prior"][0]["refusal"]) == ("tried_reason", None)
    person.say("go back", "go back")
    assert (person.step, person.facts()["prior"][0]["answer"]) == ("tried_answer", "unknown")


def test_a_report_that_is_gone_is_asked_about_no_further(person: Person) -> None:
    person.answer(FRANCE, until="happened").say(POSTED)
    person.answer(FRANCE | {"tried_when": "#Skip", "tried_answer": "#took it down"}, until="wants")

    assert not {"tried_what", "tried_reason", "tried_machine"} & set(person.asked)


# What stands beside each letter, and what is weighed


def test_each_letter_says_what_it_rests_on_with_a_link_to_read(person: Person) -> None:
    letter = plan_of(told(person, tried="#nobody"))["doc-art17"]

    articles = letter["explained"]["articles"]
    assert articles[0]["text"] == "EU GDPR, Article 17: To have it erased"
    assert all(one["address"].startswith("https://") for one in articles)
    assert "two more months" in letter["explained"]["due_means"]
    assert any("Reminder" in line for line in letter["explained"]["next"])
    assert any("the name you give" in line for line in letter["explained"]["learns"])


def test_what_a_real_name_costs_is_told_before_the_yes(person: Person) -> None:
    rows = weighed(told(person, tried="#nobody"))

    assert {"real_name", "passed_on", "lumen"} <= set(rows)
    assert any("Notice of illegal content" in way for way in rows["real_name"]["ways"])
    assert any("Request to erase" in way for way in rows["real_name"]["ways"])
    assert person.step == "plan"


def test_police_before_deletion_is_told_first_when_the_police_is_wanted(person: Person) -> None:
    rows = weighed(told(person, tried="#nobody", wants="I want it gone and I want to go to the police"))

    assert next(iter(rows)) == "police_first"


def test_nobody_is_told_of_the_police_who_neither_wants_them_nor_fears_anyone(person: Person) -> None:
    assert "police_first" not in weighed(told(person, tried="#nobody"))


# Later, with the code


@pytest.fixture
def later(person: Person) -> Iterator[Any]:
    """The case page on a later day; the clock of the house goes back afterwards."""
    clock, began = person.house.clock, person.house.clock.now
    agree_and_seal(told(person, tried="#nobody"))
    code = person.code

    def ask(method: str, path: str, *, days: int, **given: Any) -> Any:
        clock.now = began + dt.timedelta(days=days)
        opened = person.house.client.request("POST", "/api/v1/cases/open", json={"receipt": code})
        bearer = {"Authorization": f"Bearer {opened.json()['token']}"}
        return person.house.client.request(method, CURRENT + path, headers=bearer, **given)

    yield ask
    clock.now = began


def event(later: Any, days: int, document: str, **told_: str) -> None:
    steps = later("GET", "", days=days).json()["steps"]
    row = next(step["id"] for step in steps if step["document"] == document)
    on = (dt.date(2026, 11, 23) + dt.timedelta(days=days)).isoformat()
    assert later("POST", f"/steps/{row}/events", days=days, json={"on": on, **told_}).status_code == 204


def offered(later: Any, days: int) -> dict[str, dict[str, Any]]:
    return {each["document"]: each for each in later("GET", "", days=days).json()["next"]}


def test_a_month_after_sending_the_reminder_waits_for_a_yes_and_then_stands_in_the_case(
    later: Any, person: Person, house: House
) -> None:
    event(later, 0, "doc-art17", kind="sent")
    assert "doc-reminder" not in offered(later, 20)

    reminder = offered(later, 40)["doc-reminder"]
    assert reminder["explained"]["articles"]
    path = f"/steps/{quote(reminder['step'], safe='')}/consent"
    assert later("POST", path, days=40, json={"sha256": reminder["sha256"]}).status_code == 204

    assert reminder["step"] in letters_of(person.case("platform"))
    assert house.files_with("Quillfeather") == []


def test_more_time_in_the_case_puts_the_reminder_off_by_two_months(later: Any) -> None:
    event(later, 0, "doc-art17", kind="sent")
    event(later, 20, "doc-art17", kind="answered", outcome="extended")

    assert "doc-reminder" not in offered(later, 60)
    assert "doc-reminder" in offered(later, 100)


def test_a_machine_that_refused_opens_the_way_to_a_person(later: Any) -> None:
    event(later, 0, "doc-art17", kind="sent")
    event(later, 1, "doc-art17", kind="answered", outcome="refused", refusal="other", automated="yes")

    assert {"doc-art22", "doc-reply"} <= set(offered(later, 2))
