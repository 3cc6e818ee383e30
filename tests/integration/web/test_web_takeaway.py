"""What a person takes out of their case: every letter in one file, an e-mail with its address, days without words."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import re
import zipfile
from typing import Any

import pytest

from casework.casefile import OpenedStep
from casework.documents import address_of
from casework.law import Law
from tests.integration.desk.homes import LINK, NAME
from tests.integration.web.conftest import NOW, Case, Days

PERSONAL = ("letter", "erase", "complain", "picture", "image", "x.com", NAME, "X Internet", "ICO", "Commissioner")


def entries(text: str) -> list[str]:
    return re.findall(r"DTSTART;VALUE=DATE:(\d{8})", text.replace("\r\n ", ""))


def take(case: Case, path: str) -> Any:
    answer = case.ask("GET", path)
    assert answer.status_code == 200
    return answer


def test_the_calendar_holds_the_days_of_what_was_sent_and_no_word_of_it(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    row = case.row("doc-art17")

    answer = take(case, "/calendar.ics")

    assert row["due"].replace("-", "") in entries(answer.text)
    assert not [word for word in PERSONAL if word.casefold() in answer.text.casefold()]
    assert answer.headers["content-disposition"] == 'attachment; filename="dates.ics"'


def test_a_second_import_updates_the_first(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    first = take(case, "/calendar.ics").text
    days.pass_(2)

    again = take(case, "/calendar.ics").text

    assert re.findall(r"UID:(\w+)", first) == re.findall(r"UID:(\w+)", again)


def test_more_time_that_was_asked_for_moves_the_day_on_the_page_and_in_the_calendar(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    case.record("doc-art17", "answered", days.now, outcome="extended")

    assert case.row("doc-art17")["due"] == "2027-02-24"
    assert "20270224" in entries(take(case, "/calendar.ics").text)


def test_an_answer_that_is_there_is_owed_no_more(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    case.record("doc-art17", "answered", days.now, outcome="removed")

    assert case.row("doc-art17")["due"] is None
    assert entries(take(case, "/calendar.ics").text) == []


def test_a_letter_that_is_not_out_yet_gives_no_day(case: Case) -> None:
    due = case.row("doc-art17")["due"]

    assert due.replace("-", "") not in entries(take(case, "/calendar.ics").text)


def test_all_letters_come_in_one_file_under_names_that_say_nothing(case: Case) -> None:
    answer = take(case, "/documents.zip")
    files = zipfile.ZipFile(io.BytesIO(answer.content))

    held = {step["step"] for step in case.read()["documents"]}
    texts = [name for name in files.namelist() if name.endswith(".txt")]
    assert len(texts) == len(held)
    assert len(files.namelist()) == 2 * len(held)
    assert all(re.fullmatch(r"letter-\d+\.(txt|pdf)", name) for name in files.namelist())
    assert {info.date_time for info in files.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert any(LINK in files.read(name).decode() for name in texts)
    assert all(files.read(name).startswith(b"%PDF") for name in files.namelist() if name.endswith(".pdf"))


def test_an_e_mail_whose_way_is_a_form_is_addressed_to_nobody(case: Case) -> None:
    assert {step["by_email"] for step in case.read()["steps"] if step["recipient"].startswith("X ")} == {False}

    body = case.ask("GET", "/documents/doc-art17%40x.eml").content

    assert email.message_from_bytes(body, policy=email.policy.default)["To"] is None


@pytest.mark.parametrize(
    ("recipient", "channel", "to"),
    [
        ("xai", "privacy@x.ai", "privacy@x.ai"),
        ("x", "privacy@x.ai", None),
        ("xai", "https://x.ai/privacy-portal/", None),
    ],
)
def test_a_letter_is_addressed_only_to_a_mailbox_of_its_own_recipient(
    law: Law, recipient: str, channel: str, to: str | None
) -> None:
    detail = {"id": "doc-art17@xai", "recipient": "X.AI LLC", "recipient_id": recipient, "channel": channel}
    clear = dict.fromkeys(("due", "available_from", "closes"))
    step = OpenedStep(
        id="r0w", queue="platform/xai", document="doc-art17", mode="self", state="ready", detail=detail, **clear
    )

    assert address_of(step.as_planned(), law) == to


@pytest.mark.parametrize("path", ["/calendar.ics", "/documents.zip"])
def test_nobody_takes_anything_without_the_code(case: Case, path: str) -> None:
    answer = case.visitor.ask("GET", "/api/v1/cases/current" + path, headers=case.visitor.bearer)

    assert answer.status_code == 401


def test_what_is_offered_says_what_it_rests_on_and_who_learns_what(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)

    explained = case.next()["doc-reminder"]["explained"]

    assert any("Article" in one["text"] and one["address"] for one in explained["articles"])
    assert explained["learns"]
    assert explained["next"]


def test_a_day_is_that_of_the_law_and_not_of_the_download(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", NOW)
    days.pass_(3)

    listed = entries(take(case, "/calendar.ics").text)

    assert (NOW.date() + dt.timedelta(days=3)).strftime("%Y%m%d") not in listed
