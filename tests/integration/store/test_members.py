"""Enrolment works once, codes work once, sessions end."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from casework.store import members
from casework.store.contract import ENROLMENT, MEMBER_LOCK, STAFF_SESSION, TEAM_WRAP, TOTP
from casework.store.members import CodeUsed, Enrolment, EnrolmentOver, Lock, LoginTaken, Member, StaffSession, TeamWrap
from casework.store.moments import minute
from encryption.seal import seal_with_key

KEY = bytes(32)


def sealed(field, **row):
    return seal_with_key(b"secret", key=KEY, context=field.context(**row))


def a_member(member_id="m1", login="ada"):
    lock = Lock(
        method="password",
        derivation="argon2id-v1",
        private_key=sealed(MEMBER_LOCK, member_id=member_id, method="password"),
    )
    wrap = TeamWrap(family="triage", epoch=1, seed=sealed(TEAM_WRAP, member_id=member_id, family="triage", epoch=1))
    return Member(
        id=member_id,
        login=login,
        role="caseworker",
        public_key=b"public",
        totp=sealed(TOTP, id=member_id),
        locks=(lock,),
        wraps=(wrap,),
    )


@pytest.fixture
def link(databases, now):
    def add(enrolment_id="link"):
        seeds = sealed(ENROLMENT, id=enrolment_id)
        expires_at = minute(now) + 60
        members.add_enrolment(
            databases.keys, Enrolment(id=enrolment_id, role="caseworker", seeds=seeds, expires_at=expires_at)
        )
        return enrolment_id

    return add


@pytest.fixture
def enrolled(databases, link, now):
    member = a_member()
    members.enrol(databases.keys, link(), member, now)
    return member


def test_the_first_member_comes_in_by_the_link(databases, link, now):
    assert not members.has_members(databases.keys)

    members.enrol(databases.keys, link(), a_member(), now)

    assert members.has_members(databases.keys)
    found = members.by_login(databases.keys, "ada")
    assert found == members.by_id(databases.keys, "m1")
    assert (found.login, found.locks[0].method, found.wraps[0].family) == ("ada", "password", "triage")


def test_everybody_holds_their_own_and_three_queries_find_it_however_many_they_are(databases, link, now):
    everybody = [a_member(f"m{number}", f"member-{number}") for number in range(5)]
    for one in everybody:
        members.enrol(databases.keys, link(f"link-{one.id}"), one, now)
    members.remove(databases.keys, "m3", now)
    statements = []
    event.listen(databases.keys, "before_cursor_execute", lambda *args: statements.append(args[2]))

    found = members.active(databases.keys)

    assert len([one for one in statements if one.startswith("SELECT")]) == 3
    assert [(one.id, one.locks, one.wraps) for one in found] == [
        (one.id, one.locks, one.wraps) for one in everybody if one.id != "m3"
    ]
    assert [(one.id, one.locks, one.wraps) for one in members.former(databases.keys)] == [("m3", (), ())]


def test_a_link_works_once(databases, enrolled, now):
    with pytest.raises(EnrolmentOver):
        members.enrolment(databases.keys, "link", now)
    with pytest.raises(EnrolmentOver):
        members.enrol(databases.keys, "link", a_member("m2", "bob"), now)


def test_a_link_grows_old(databases, enrolled, link, now):
    link("second")

    with pytest.raises(EnrolmentOver):
        members.enrolment(databases.keys, "second", now + dt.timedelta(minutes=61))


def test_a_login_name_that_is_taken_does_not_use_up_the_link(databases, enrolled, link, now):
    link("second")

    with pytest.raises(LoginTaken):
        members.enrol(databases.keys, "second", a_member("m2", "ada"), now)

    assert members.enrolment(databases.keys, "second", now).id == "second"


def test_a_code_seen_over_the_shoulder_does_not_work_again(databases, enrolled):
    members.use_code(databases.keys, "m1", 100)

    for time_step in (100, 99):
        with pytest.raises(CodeUsed):
            members.use_code(databases.keys, "m1", time_step)
    members.use_code(databases.keys, "m1", 101)


def test_a_session_lives_thirty_idle_minutes_and_ends(databases, enrolled, now):
    session = StaffSession(id="s1", member_id="m1", private_key=sealed(STAFF_SESSION, id="s1"))
    members.keep_session(databases.keys, session, now)
    later = now + dt.timedelta(minutes=29)

    assert members.renew_session(databases.keys, "s1", later) == session
    assert members.renew_session(databases.keys, "s1", later + dt.timedelta(minutes=31)) is None

    members.end_session(databases.keys, "s1")
    assert members.renew_session(databases.keys, "s1", now) is None


def test_the_sweep_takes_what_is_over(databases, enrolled, link, now):
    link("old")
    session = StaffSession(id="s1", member_id="m1", private_key=sealed(STAFF_SESSION, id="s1"))
    members.keep_session(databases.keys, session, now)

    assert members.sweep(databases.keys, now) == 0
    assert members.sweep(databases.keys, now + dt.timedelta(hours=2)) == 2
