"""Who is asked at each request whether they still work here: the root, and quickly however many they are."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import event, update

from casework.store import members
from casework.store.database import writing
from casework.store.members import Member
from casework.store.tables.keys import MEMBER
from desk import officers, sessions
from desk.accounts import Accounts, NotLoggedIn
from desk.colleagues import standing
from encryption.keys import Certificate, new_installation, new_private_key
from tests.integration.desk.homes import NOW, PASSWORD


@pytest.fixture
def accounts(home):
    return Accounts(home.services())


@pytest.fixture
def officer(home, accounts, ada):
    unlocked = accounts.log_in("ada", PASSWORD, ada.fresh_code())
    staff = sessions.of_unlocked(home.services(), unlocked.member_id, unlocked.key)
    return officers.confirmed(home.services(), staff)


@pytest.fixture
def let_in(home, accounts, officer):
    def let_in(login, link=None):
        link = link or officers.let_in(officer, ["triage"], as_officer=False)
        return home.enrol(login, accounts=accounts, link=link)

    return let_in


@dataclass(frozen=True)
class Bob:
    """Somebody with an invitation, a session, and whoever kept both halves of the invitation."""

    link: object
    row: object
    session: str
    member: object


@pytest.fixture
def bob(home, accounts, officer, let_in):
    link = officers.let_in(officer, ["triage"], as_officer=False)
    row = accounts.link(link)
    member = let_in("bob", link)
    unlocked = accounts.log_in("bob", PASSWORD, member.fresh_code())
    session = sessions.start(home.services(), unlocked.member_id, unlocked.key).text
    return Bob(link=link, row=row, session=session, member=member)


def row_of(home, login) -> Member:
    return members.by_login(home.databases.keys, login)


def plant(home, row: Member, **changes):
    """A row that somebody with the database in their hands wrote into it."""
    values = {"id": "planted", "login": "planted", "role": row.role, "public_key": row.public_key}
    with writing(home.databases.keys) as connection:
        values |= {"certificate": row.certificate, "created_on": row.created_on}
        connection.execute(MEMBER.insert().values(**{**values, **changes}))


def test_two_by_one_invitation_are_both_out_in_a_session_that_goes_on_too(home, accounts, let_in, bob):
    assert sessions.resume(home.services(), bob.session)
    members.add_enrolment(home.databases.keys, bob.row)  # somebody kept a copy of the row, and the link

    carol = let_in("carol", bob.link)

    assert sessions.resume(home.services(), bob.session) is None
    for login, who in (("bob", bob.member), ("carol", carol)):
        with pytest.raises(NotLoggedIn):
            accounts.log_in(login, PASSWORD, who.fresh_code())
        assert standing(home.services(), row_of(home, login)) is None


def test_a_row_that_only_copies_a_certificate_shuts_nobody_out(home, bob):
    row = row_of(home, "bob")

    plant(home, row)
    plant(home, row, id="other", login="other", public_key=new_private_key().public.raw)
    plant(home, row, id="none", login="none", certificate=None)
    plant(home, row, id="rubbish", login="rubbish", certificate=b"[[], 1]")

    assert sessions.resume(home.services(), bob.session)


def test_a_certificate_of_another_root_over_the_same_invitation_shuts_nobody_out(home, bob):
    row, thief = row_of(home, "bob"), new_private_key()
    own = Certificate.from_bytes(row.certificate)
    other = new_installation(NOW)
    forged = Certificate(
        families=own.families,
        invitation=own.invitation,
        root_signature=other.manifest.signature,
        signature=own.signature,
    )

    plant(home, row, public_key=thief.public.raw, certificate=forged.to_bytes())

    assert sessions.resume(home.services(), bob.session)


def test_who_was_removed_while_their_password_was_tried_is_not_let_in(home, bob):
    read_before = row_of(home, "bob")
    assert standing(home.services(), read_before)

    members.remove(home.databases.keys, read_before.id, home.clock.now)

    assert standing(home.services(), read_before) is None


@pytest.mark.parametrize("changed", ["public_key", "certificate"])
def test_a_row_that_changed_since_it_was_read_is_not_believed(home, let_in, bob, changed):
    let_in("carol")
    read_before, other = row_of(home, "bob"), row_of(home, "carol")

    with writing(home.databases.keys) as connection:
        there = update(MEMBER).where(MEMBER.c.login == "bob")
        connection.execute(there.values(**{changed: getattr(other, changed)}))

    assert standing(home.services(), read_before) is None
    assert sessions.resume(home.services(), bob.session) is None


def test_a_request_costs_the_database_the_same_however_many_work_here(home, let_in, bob):
    statements = []
    event.listen(home.databases.keys, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def asked():
        statements.clear()
        assert sessions.resume(home.services(), bob.session)
        return len(statements)

    alone = asked()
    for number in range(4):
        let_in(f"member-{number}")

    assert asked() == alone
