"""Enrolment and login: what a thief, a guesser and a colleague over the shoulder do not get."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pyotp
import pytest

from casework.store import contract, members
from casework.store.members import EnrolmentOver, LoginTaken
from desk import passwords, sessions, throttle, worker
from desk.accounts import Accounts, Choices, NotLoggedIn, WrongCode
from desk.locks import open_with_passkey, passkey_lock
from desk.passwords import WeakPassword
from desk.throttle import Throttle, TooManyTries
from encryption.errors import BadKey, CannotOpen
from encryption.keys import LockedKey, enrolment_keys, new_private_key, unlock_with_password
from encryption.token import Token, open_with_key, session_keys
from tests.integration.desk.homes import NOW, PASSWORD, bytes_on_disk, form_of


@pytest.fixture
def accounts(home):
    return Accounts(home.services())


def choices(home, **changes) -> Choices:
    seed = pyotp.random_base32()
    parts = {"login": "bob", "password": PASSWORD, "totp_seed": seed, "code": pyotp.TOTP(seed).at(home.clock.now)}
    return Choices(**{**parts, **changes})


def test_the_first_member_gets_every_team_key_and_the_root(home, ada):
    member = members.by_login(home.databases.keys, "ada")

    assert {w.family for w in member.wraps} == {*home.installation.team_keys, "root"}


def test_a_link_works_once(home, accounts):
    link = home.link()
    accounts.enrol(link, choices(home))

    with pytest.raises(EnrolmentOver):
        accounts.enrol(link, choices(home, login="eve"))


def test_a_link_is_over_after_a_day(home, ada, accounts):
    link = home.link()
    home.clock.forward(hours=24, minutes=1)

    with pytest.raises(EnrolmentOver):
        accounts.enrol(link, choices(home, login="eve"))


def test_the_first_link_keeps_the_way_to_cases_that_came_before_anybody_joined(home, accounts):
    link = home.link()
    home.clock.forward(days=40)
    worker.run_once(home.services())

    accounts.enrol(link, choices(home, login="ada"))

    wraps = members.by_login(home.databases.keys, "ada").wraps
    assert {wrap.family for wrap in wraps} == {*home.installation.team_keys, "root"}


def test_a_guessed_link_opens_nothing(home, accounts):
    home.link()

    with pytest.raises(EnrolmentOver):
        accounts.link(Token.new())


def test_a_team_key_that_the_root_did_not_sign_is_refused(home, accounts):
    home.installation = replace(home.installation, team_keys={"triage": new_private_key()})

    with pytest.raises(BadKey):
        accounts.enrol(home.link(), choices(home))
    assert not members.has_members(home.databases.keys)


def test_a_name_is_given_once(home, accounts, ada):
    with pytest.raises(LoginTaken):
        accounts.enrol(home.link(), choices(home, login="ada"))


def test_an_app_that_was_not_set_up_cannot_lock_its_owner_out(home, accounts):
    with pytest.raises(WrongCode):
        accounts.enrol(home.link(), choices(home, code="000000"))
    assert not members.has_members(home.databases.keys)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "passwordpassword",
        "Passw0rdPassw0rd!",
        "Correct Horse Battery Staple",
        "correcthorsebatterystaple2026",
        "abcabcabcabcabcabc",
        "qwertyuiopasdfghjkl",
        "123456789012345678",
        "zxcvbnm,./asdfghjkl",
        "adaadaadaadaadaada",
        "!!!!!!!!!!!!!!!!!!!!!",
    ],
)
def test_a_password_that_a_guesser_tries_first_is_refused(password):
    with pytest.raises(WeakPassword):
        passwords.check_password(password, "ada")


@pytest.mark.parametrize("password", [PASSWORD, "fünf Möwen über dem Hafen", "a1!b2@c3#d4$e5%f6^g7&"])
def test_a_long_password_of_ones_own_is_taken(password):
    passwords.check_password(password, "ada")


def test_the_right_three_let_in(home, accounts, ada):
    unlocked = accounts.log_in(" ADA ", PASSWORD, ada.fresh_code())

    assert unlocked.member_id == members.by_login(home.databases.keys, "ada").id


def test_a_code_seen_over_the_shoulder_does_not_work_again(accounts, ada):
    code = ada.fresh_code()
    accounts.log_in("ada", PASSWORD, code)

    with pytest.raises(NotLoggedIn):
        accounts.log_in("ada", PASSWORD, code)


def test_the_code_of_the_enrolment_does_not_log_in(accounts, ada):
    with pytest.raises(NotLoggedIn):
        accounts.log_in("ada", PASSWORD, ada.code())


def test_nobody_learns_which_of_the_three_was_wrong(browser_of, ada):
    answers = set()
    for login, password, code in [
        ("nobody", PASSWORD, ada.fresh_code()),
        ("ada", "another password here", ada.fresh_code()),
        ("ada", PASSWORD, "000000"),
        ("ada", PASSWORD, "not a code"),
    ]:
        browser = browser_of()
        form = form_of(browser.get("/login").text)
        answer = browser.post("/login", data={"form": form, "login": login, "password": password, "code": code})
        page = re.sub(r'value="[^"]*"', "", answer.text)
        answers.add((answer.status_code, page))

    assert len(answers) == 1
    assert 401 in {status for status, _ in answers}


def test_guessing_is_slowed_for_one_name_whether_it_exists_or_not(accounts, home, ada):
    for name in ("ada", "nobody"):
        for _ in range(throttle.FREE):
            with pytest.raises(NotLoggedIn):
                accounts.log_in(name, "not the password", "000000")
        with pytest.raises(TooManyTries):
            accounts.log_in(name, "not the password", "000000")


def test_slowed_is_never_locked_out(accounts, home, ada):
    for _ in range(throttle.FREE):
        with pytest.raises(NotLoggedIn):
            accounts.log_in("ada", "not the password", "000000")
    home.clock.forward(seconds=throttle.LONGEST_SECONDS)

    assert accounts.log_in("ada", PASSWORD, ada.fresh_code())


def test_hammering_does_not_prolong_the_wait():
    guard, now = Throttle(), NOW
    for _ in range(throttle.FREE):
        guard.attempt("ada", now)
    for _ in range(50):
        with pytest.raises(TooManyTries):
            guard.attempt("ada", now)

    guard.attempt("ada", now.replace(second=now.second + 3))


def test_many_names_at_once_are_slowed_together():
    guard = Throttle()
    for number in range(throttle.ALL_A_MINUTE):
        guard.attempt(f"name{number}", NOW)

    with pytest.raises(TooManyTries):
        guard.attempt("one more", NOW)
    guard.attempt("one more", NOW.replace(minute=NOW.minute + 2))


def test_the_key_database_without_the_pepper_opens_nothing_even_with_the_password(home, ada):
    member = members.by_login(home.databases.keys, "ada")
    lock = next(one for one in member.locks if one.method == "password")
    locked = LockedKey(derivation=lock.derivation, envelope=lock.private_key)
    context = contract.MEMBER_LOCK.context(member_id=member.id, method="password")

    with pytest.raises(BadKey):
        unlock_with_password(locked, password=PASSWORD, pepper=bytes(32), context=context)


def test_neither_password_nor_seed_nor_printed_code_is_on_the_disk(folder, ada, desk):
    stored = bytes_on_disk(folder)

    for secret in (PASSWORD, ada.seed, ada.recovery, ada.recovery.replace("-", "")):
        assert secret.encode() not in stored


def test_the_printed_code_lets_its_owner_set_everything_anew(home, accounts, ada):
    seed, new = pyotp.random_base32(), "nine otters on the ferry"
    fresh = Choices(login="ada", password=new, totp_seed=seed, code=pyotp.TOTP(seed).at(home.clock.now))

    printed = accounts.renew(accounts.recover("ada", ada.recovery.lower()), fresh)

    home.clock.forward(seconds=30)
    assert accounts.log_in("ada", new, pyotp.TOTP(seed).at(home.clock.now))
    for old in (ada.recovery, "7K3M"):
        with pytest.raises(NotLoggedIn):
            accounts.recover("ada", old)
    assert accounts.recover("ada", printed)


def test_coming_back_with_the_printed_code_ends_every_session(home, accounts, ada, desk):
    seed = pyotp.random_base32()
    fresh = Choices(login="ada", password=PASSWORD, totp_seed=seed, code=pyotp.TOTP(seed).at(home.clock.now))

    accounts.renew(accounts.recover("ada", ada.recovery), fresh)

    assert desk.get("/").headers["location"] == "/login"


def test_a_stolen_session_table_opens_nothing(home, ada, desk):
    token = Token.parse(desk.cookies["desk"])
    session = members.renew_session(home.databases.keys, session_keys(token).id, home.clock.now)
    context = contract.STAFF_SESSION.context(id=session.id)

    assert token.text.encode() not in session.private_key
    for guess in (bytes.fromhex(session.id) * 2, b"k" * 32, home.installation.pepper):
        with pytest.raises(CannotOpen):
            open_with_key(session.private_key, key=guess, context=context)


def test_a_session_ends_after_a_working_day_however_busy(home, ada, desk):
    idle = members.SESSION_MINUTES - 1
    for _ in range(sessions.LONGEST_MINUTES // idle):
        assert desk.get("/").status_code == 200
        home.clock.forward(minutes=idle)
    home.clock.forward(minutes=idle)

    assert desk.get("/").headers["location"] == "/login"


def test_a_session_ends_when_nobody_is_there(home, desk):
    home.clock.forward(minutes=members.SESSION_MINUTES + 1)

    assert desk.get("/").headers["location"] == "/login"


def test_a_session_planted_before_the_login_never_becomes_one(browser_of, ada):
    browser = browser_of()
    planted = Token.new().text
    browser.cookies.set("desk", planted)
    form = form_of(browser.get("/login").text)

    browser.post("/login", data={"form": form, "login": "ada", "password": PASSWORD, "code": ada.fresh_code()})

    assert browser.cookies.get("desk", domain="127.0.0.1") != planted


def test_what_lies_behind_a_link_is_sealed_under_the_link_alone(home, folder):
    token = home.link()
    keys = enrolment_keys(token)
    row = members.enrolment(home.databases.keys, keys.id, home.clock.now)
    context = contract.ENROLMENT.context(id=row.id)

    opened = json.loads(open_with_key(row.seeds, key=keys.key, context=context))

    assert set(opened["teams"]) == set(home.installation.team_keys)
    seed = home.installation.team_keys["triage"].seed
    assert seed not in bytes_on_disk(folder)
    assert seed.hex().encode() not in bytes_on_disk(folder)


def test_a_passkey_opens_the_same_key_and_no_other_authenticator_does(home, accounts, ada):
    key = accounts.log_in("ada", PASSWORD, ada.fresh_code()).key
    member = members.by_login(home.databases.keys, "ada")
    lock = passkey_lock(member.id, key, "credential-1", b"\x11" * 32)
    with_passkey = replace(member, locks=(*member.locks, lock))

    assert open_with_passkey(with_passkey, "credential-1", b"\x11" * 32) == key
    for credential, prf in (("credential-1", b"\x12" * 32), ("credential-2", b"\x11" * 32)):
        assert open_with_passkey(with_passkey, credential, prf) is None
    assert open_with_passkey(replace(with_passkey, id="somebody else"), "credential-1", b"\x11" * 32) is None
    with pytest.raises(BadKey):
        passkey_lock(member.id, key, "credential-1", b"\x11" * 31)
