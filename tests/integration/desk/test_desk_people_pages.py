"""People and keys, as a key officer sees them in a browser, and as nobody else does."""

from __future__ import annotations

import re

import pytest

from casework.store import members, team_keys
from encryption.token import Token
from tests.integration.desk.homes import PASSWORD, form_of


def post(desk, path, **fields):
    return desk.post(path, data={"form": form_of(desk.get(path).text), **fields})


def confirmed(member):
    return {"password": PASSWORD, "code": member.fresh_code()}


@pytest.fixture
def bob(home, desk, ada):
    page = post(desk, "/people/invite", **{"team-triage": "yes"}, **confirmed(ada)).text
    return home.enrol("bob", link=link_in(page))


def link_in(page: str) -> Token:
    return Token.parse(re.search(r"/enrol#([\w-]{43})", page)[1])


def id_of(home, login):
    return members.by_login(home.databases.keys, login).id


def test_the_page_names_people_teams_and_keys(desk, bob):
    page = desk.get("/people").text

    for words in ("ada", "bob", "People and keys", "Triage", "in use"):
        assert words in page


def test_alone_is_said_to_be_dangerous(desk):
    assert "Let a second person in" in desk.get("/people").text


def test_somebody_is_let_in_with_a_link_that_stands_on_that_page_alone(home, desk, ada):
    answer = post(desk, "/people/invite", **{"team-triage": "yes"}, **confirmed(ada))

    assert answer.status_code == 200
    token = link_in(answer.text)
    assert token.text not in str(answer.headers)
    assert token.text not in desk.get("/people").text
    home.enrol("bob", link=token)
    assert "bob" in desk.get("/people").text


@pytest.mark.parametrize("path", ["/people/invite", "/keys/triage/next"])
def test_a_wrong_password_or_code_changes_nothing(home, desk, ada, path):
    before = home.manifest
    for wrong in ({"password": "no", "code": ada.fresh_code()}, {"password": PASSWORD, "code": "000000"}):
        answer = post(desk, path, **{"team-triage": "yes"}, **wrong)

        assert answer.status_code == 422
        assert "Password or code is not right" in answer.text
    assert home.manifest == before
    assert team_keys.waiting_links(home.databases.keys, home.clock.now) == 0


def test_a_link_to_no_team_is_not_made(desk, ada):
    assert "Choose at least one team" in post(desk, "/people/invite", **confirmed(ada)).text


def test_the_next_key_of_a_team_is_signed(home, desk, ada):
    answer = post(desk, "/keys/triage/next", **confirmed(ada))

    assert answer.headers["location"] == "/people?done=key_signed"
    assert home.manifest.current("triage", home.clock.now).epoch == 2


def test_a_new_key_of_the_record_waits_to_be_signed(home, desk, ada):
    home.services().keyring.add("audit-desk", b"\x05" * 32)
    assert "waits for your signature" in desk.get("/people").text

    post(desk, "/keys/audit-desk/next", **confirmed(ada))

    assert "waits for your signature" not in desk.get("/people").text
    assert len(home.manifest.verifying_keys("audit-desk")) == 2


def test_removing_tells_before_and_after_what_they_could_have_kept(home, desk, ada, bob, case_id):
    path = f"/people/{id_of(home, 'bob')}/remove"
    assert "1 case that they could open" in desk.get(path).text

    answer = post(desk, path, **confirmed(ada))

    assert "bob is removed" in answer.text
    assert "1 case that they could open" in answer.text
    assert members.by_login(home.databases.keys, "bob") is None


def test_who_is_removed_while_reading_is_led_to_the_login(home, desk, desk_of, ada, bob):
    reading = desk_of(bob)
    assert reading.get("/").status_code == 200

    post(desk, f"/people/{id_of(home, 'bob')}/remove", **confirmed(ada))

    assert reading.get("/").headers["location"] == "/login"


def test_the_last_officer_cannot_remove_themselves(home, desk, ada):
    answer = post(desk, f"/people/{id_of(home, 'ada')}/remove", **confirmed(ada))

    assert "Ask another key officer" in answer.text
    assert members.by_login(home.databases.keys, "ada")


def test_a_caseworker_sees_and_signs_nothing_of_it(home, desk_of, bob):
    reading = desk_of(bob)
    form = form_of(reading.get("/").text)

    assert "/people" not in reading.get("/").text
    for path in ("/people", "/people/invite", "/keys/triage/next", f"/people/{id_of(home, 'ada')}/remove"):
        assert reading.get(path).status_code == 403
    for path in ("/people/invite", "/keys/triage/next", f"/people/{id_of(home, 'ada')}/remove"):
        assert reading.post(path, data={"form": form, **confirmed(bob)}).status_code == 403
    assert home.manifest.current("triage", home.clock.now).epoch == 1


@pytest.mark.parametrize("path", ["/people/nobody/remove", "/keys/press/next"])
def test_what_is_not_there_is_not_found(desk, path):
    assert desk.get(path).status_code == 404
