"""The desk erases a case: asked who sits there, written down without a word of it, and final."""

from __future__ import annotations

import pytest

from casework.casefile import open_with_team
from casework.store import audit
from casework.store.shreds import shred_key
from encryption.errors import CannotOpen
from tests.integration.desk.homes import NAME, PASSWORD, STATEMENT, TALK, bytes_on_disk, form_of


def erase(desk, case_id, **fields):
    path = f"/cases/{case_id}/erase"
    return desk.post(path, data={"form": form_of(desk.get(path).text), **fields})


def test_an_erased_case_opens_for_nobody_and_is_out_of_the_queues(opened, home, ada, case_id):
    shred = shred_key(home.databases.keys, case_id)

    answer = erase(opened, case_id, password=PASSWORD, code=ada.fresh_code())

    assert answer.headers["location"] == "/?done=erased"
    assert case_id not in opened.get("/").text
    with pytest.raises(CannotOpen):
        open_with_team(home.databases, case_id, "triage", home.installation.team_keys["triage"])
    assert shred not in bytes_on_disk(home.folder)


def test_the_record_says_who_erased_and_nothing_else(opened, home, ada, case_id):
    erase(opened, case_id, password=PASSWORD, code=ada.fresh_code())

    last = list(audit.entries(home.databases.cases, "desk"))[-1][1]
    assert (last.action, last.case_id) == ("erased", case_id)
    kept = bytes_on_disk(home.folder)
    assert not [word for word in (NAME, STATEMENT, TALK) if word.encode() in kept]


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_a_screen_that_was_left_open_erases_nothing(opened, home, ada, case_id, wrong):
    typed = {"password": PASSWORD, "code": ada.fresh_code(), wrong: "000000"}

    answer = erase(opened, case_id, **typed)

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert shred_key(home.databases.keys, case_id)


def test_a_case_that_was_not_opened_for_a_purpose_is_not_erased(desk, home, ada, case_id):
    form = form_of(desk.get("/").text)

    answer = desk.post(f"/cases/{case_id}/erase", data={"form": form, "password": PASSWORD, "code": ada.fresh_code()})

    assert answer.status_code == 409
    assert shred_key(home.databases.keys, case_id)
