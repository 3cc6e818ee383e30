"""Who is let in, who is let go, and what the next key is sealed to: never by what a row of the database claims."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, update

from casework import casefile, rotation
from casework.casefile import open_with_team
from casework.errors import Tampered
from casework.store import audit, contract, epochs, members, team_keys
from casework.store.database import writing
from casework.store.members import EnrolmentOver
from casework.store.tables.keys import ENROLMENT, MEMBER, MEMBER_LOCK, TEAM_WRAP
from desk import colleagues, officers, sessions
from desk.accounts import Accounts, NotLoggedIn
from desk.cases import OpenCases, read_case, state_purpose
from desk.locks import team_wrap
from desk.officers import LastOne, NoSuchMember, NotAnOfficer, NothingToSign, NotYourself, NotYourTeams
from encryption.errors import BadKey, CannotOpen
from encryption.keys import TEAM_FAMILIES, new_private_key, rewrap_for_reader
from tests.integration.desk.homes import PASSWORD


@pytest.fixture
def accounts(home):
    return Accounts(home.services())


def staff_of(home, accounts, member):
    unlocked = accounts.log_in(member.login, PASSWORD, member.fresh_code())
    return sessions.resume(home.services(), sessions.start(home.services(), unlocked.member_id, unlocked.key).text)


def officer_of(home, accounts, member):
    staff = staff_of(home, accounts, member)
    return officers.step_up(home.services(), accounts, staff, PASSWORD, member.fresh_code())


@pytest.fixture
def officer(home, accounts, ada):
    return officer_of(home, accounts, ada)


@pytest.fixture
def let_in(home, accounts, officer):
    def let_in(login, *families, as_officer=False):
        link = officers.let_in(officer, families or TEAM_FAMILIES, as_officer=as_officer)
        return home.enrol(login, accounts=accounts, link=link)

    return let_in


def new_case(home):
    """What intake would seal now: to the keys that are signed now."""
    teams = {family: home.manifest.key_for(family, home.clock.now) for family in TEAM_FAMILIES}
    return home.a_case(teams=teams)


def can_open(home, accounts, member, case_id) -> bool:
    return opens_with(home, staff_of(home, accounts, member), case_id)


def opens_with(home, staff, case_id) -> bool:
    for family in staff.families:
        for key in staff.team_keys(family):
            try:
                open_with_team(home.databases, case_id, family, key)
            except CannotOpen:
                continue
            return True
    return False


def actions(home):
    return [entry.action for _, entry in audit.entries(home.databases.cases, "desk")]


def test_somebody_who_was_let_in_reads_their_teams_cases_old_and_new(home, accounts, let_in, case_id):
    bob = let_in("bob")

    assert can_open(home, accounts, bob, case_id)
    assert can_open(home, accounts, bob, new_case(home))


def test_somebody_of_one_team_reads_nothing_of_another(home, accounts, let_in):
    bob = let_in("bob", "safeguarding")

    assert not can_open(home, accounts, bob, new_case(home))


def test_a_newcomer_gets_every_epoch_so_that_old_cases_open(home, accounts, officer, let_in, case_id):
    officers.next_epochs(officer, TEAM_FAMILIES)

    bob = let_in("bob")

    assert can_open(home, accounts, bob, case_id)
    assert can_open(home, accounts, bob, new_case(home))


def test_a_caseworker_signs_nothing(home, accounts, let_in):
    staff = staff_of(home, accounts, let_in("bob"))

    with pytest.raises(NotAnOfficer):
        officers.step_up(home.services(), accounts, staff, PASSWORD, "000000")


def test_an_officer_who_left_the_screen_open_signs_nothing_for_whoever_sits_there(home, accounts, ada):
    staff = staff_of(home, accounts, ada)

    for password, code in (("not the password at all", ada.fresh_code()), (PASSWORD, "000000")):
        with pytest.raises(NotLoggedIn):
            officers.step_up(home.services(), accounts, staff, password, code)


def test_a_code_confirms_one_act(home, accounts, ada):
    staff, code = staff_of(home, accounts, ada), ada.fresh_code()
    officers.step_up(home.services(), accounts, staff, PASSWORD, code)

    with pytest.raises(NotLoggedIn):
        officers.step_up(home.services(), accounts, staff, PASSWORD, code)


def test_an_officer_hands_on_only_what_they_hold(home, accounts, let_in):
    eve = let_in("eve", "platform", as_officer=True)
    signing = officer_of(home, accounts, eve)

    with pytest.raises(NotYourTeams):
        officers.let_in(signing, ["safeguarding"], as_officer=False)


def test_after_a_rotation_old_cases_open_and_new_ones_are_sealed_to_the_new_key(
    home, accounts, officer, let_in, case_id
):
    bob, before = let_in("bob"), home.manifest

    officers.next_epochs(officer, TEAM_FAMILIES)

    assert home.manifest.current("triage", home.clock.now).epoch == 2
    home.manifest.require_descends_from(before)
    for one in (case_id, new_case(home)):
        assert can_open(home, accounts, bob, one)
    assert actions(home).count("key_signed") == len(TEAM_FAMILIES)


def test_a_link_from_before_a_rotation_ends_with_it(home, accounts, officer):
    link = officers.let_in(officer, TEAM_FAMILIES, as_officer=False)

    officers.next_epochs(officer, ["triage"])

    with pytest.raises(EnrolmentOver):
        accounts.link(link)


def test_who_is_removed_is_out_at_once_and_opens_nothing_new_with_what_they_kept(
    home, accounts, officer, let_in, case_id
):
    bob = let_in("bob")
    kept = staff_of(home, accounts, bob)
    token = sessions.start(home.services(), kept.member_id, kept.key)

    officers.let_go(officer, kept.member_id)

    assert sessions.resume(home.services(), token.text) is None
    with pytest.raises(NotLoggedIn):
        accounts.log_in("bob", PASSWORD, bob.fresh_code())
    with pytest.raises(NotLoggedIn):
        accounts.recover("bob", bob.recovery)
    assert not opens_with(home, kept, new_case(home))
    assert opens_with(home, kept, case_id), "what they could have kept is said, not hidden"


def test_what_they_kept_no_longer_opens_a_case_that_moved_to_the_next_key(
    home, accounts, officer, let_in, ada, case_id
):
    kept = staff_of(home, accounts, let_in("bob"))
    officers.let_go(officer, kept.member_id)
    staff, open_cases = staff_of(home, accounts, ada), OpenCases()

    open_cases.remember(staff, case_id, state_purpose(home.services(), staff, case_id, "deadline"), home.clock.now)
    read_case(home.services(), staff, case_id, open_cases)
    for family in TEAM_FAMILIES:
        for pair in staff.team_keys(family)[1:]:
            list(rotation.move_all(home.databases, family, pair, staff.team_keys(family)[0].public))

    assert not opens_with(home, kept, case_id)
    assert opens_with(home, staff, case_id)


def test_removing_says_exactly_what_they_could_have_kept(home, accounts, officer, let_in, case_id):
    bob = let_in("bob", "triage", "safeguarding")
    staff, open_cases = staff_of(home, accounts, bob), OpenCases()
    for one in (case_id, new_case(home)):
        open_cases.remember(staff, one, state_purpose(home.services(), staff, one, "deadline"), home.clock.now)
    state_purpose(home.services(), staff, case_id, "check_work")
    officers.next_epochs(officer, ["triage"])
    new_case(home)

    kept = officers.let_go(officer, staff.member_id)

    assert kept.cases == {"triage": 3, "safeguarding": 0}
    assert (kept.login, kept.opened, kept.root) == ("bob", 2, False)


def test_an_officer_who_is_removed_could_have_kept_the_root(home, accounts, officer, let_in):
    eve = staff_of(home, accounts, let_in("eve", as_officer=True))

    assert officers.let_go(officer, eve.member_id).root


def test_the_last_officer_and_the_last_of_a_team_stay(home, accounts, officer, let_in, ada):
    own = officer.staff.member_id
    with pytest.raises(NotYourself):
        officers.let_go(officer, own)
    eve = officer_of(home, accounts, let_in("eve", "platform", as_officer=True))

    with pytest.raises(LastOne):
        officers.let_go(eve, own)
    assert members.by_id(home.databases.keys, own) is not None


def test_somebody_is_removed_once(home, accounts, officer, let_in):
    bob = staff_of(home, accounts, let_in("bob"))
    officers.let_go(officer, bob.member_id)

    for gone in (bob.member_id, "nobody"):
        with pytest.raises(NoSuchMember):
            officers.let_go(officer, gone)


def test_a_key_that_was_written_into_a_members_row_gets_no_next_epoch(home, accounts, officer, let_in):
    let_in("bob")
    thief = new_private_key()
    with writing(home.databases.keys) as connection:
        connection.execute(update(MEMBER).where(MEMBER.c.login == "bob").values(public_key=thief.public.raw))

    officers.next_epochs(officer, ["triage"])

    with writing(home.databases.keys) as connection:
        rows = connection.execute(TEAM_WRAP.select().where(TEAM_WRAP.c.epoch == 2)).all()
    assert [row.member_id for row in rows] == [officer.staff.member_id]


def test_a_member_whose_removal_was_undone_by_hand_gets_no_next_epoch(home, accounts, officer, let_in):
    bob = staff_of(home, accounts, let_in("bob"))
    officers.let_go(officer, bob.member_id)
    with writing(home.databases.keys) as connection:
        connection.execute(update(MEMBER).values(removed_on=None))

    officers.next_epochs(officer, ["triage"])

    assert [one.member.login for one in colleagues.colleagues(home.services())] == ["ada"]


class PowerCut(Exception):
    """Ends an act where it is."""


@contextmanager
def power_cut_at(home, words):
    def cut(*args):
        if words in args[2]:
            raise PowerCut

    event.listen(home.databases.keys, "before_cursor_execute", cut)
    with pytest.raises(PowerCut):
        yield
    event.remove(home.databases.keys, "before_cursor_execute", cut)


def test_a_removal_that_was_cut_short_is_seen_and_finished(home, accounts, officer, let_in):
    bob = staff_of(home, accounts, let_in("bob"))
    with power_cut_at(home, "INSERT INTO team_wrap"):
        officers.let_go(officer, bob.member_id)
    assert [one.member.login for one in colleagues.half_removed(home.services())] == ["bob"]
    assert home.manifest.current("triage", home.clock.now).epoch == 1

    officers.let_go(officer, bob.member_id)

    assert colleagues.half_removed(home.services()) == ()
    assert not opens_with(home, bob, new_case(home))


def test_a_rotation_that_was_cut_short_leaves_the_old_key_in_use_and_can_be_repeated(home, accounts, officer, ada):
    with power_cut_at(home, "INSERT INTO team_wrap"):
        officers.next_epochs(officer, ["triage"])
    assert can_open(home, accounts, ada, new_case(home))

    officers.next_epochs(officer, ["triage"])

    assert can_open(home, accounts, ada, new_case(home))


def test_a_process_signs_with_its_next_key_once_an_officer_signed_it(home, officer):
    with pytest.raises(NothingToSign):
        officers.sign_audit_key(officer, "audit-desk")
    officer.services.keyring.add("audit-desk", b"\x07" * 32)
    before = len(actions(home))

    officers.sign_audit_key(officer, "audit-desk")
    officers.let_in(officer, ["triage"], as_officer=False)

    old, new = home.manifest.verifying_keys("audit-desk")
    assert len(actions(home)) == before + 2

    def check(message, signature):
        try:
            old.verify(message, signature)
        except BadKey:  # either may have signed
            new.verify(message, signature)

    audit.verify(home.databases.cases, "desk", check)
    with pytest.raises(Tampered, match="signature"):
        audit.verify(home.databases.cases, "desk", old.verify)


def test_a_password_moves_to_the_next_pepper_at_the_next_login(home, accounts, ada):
    from desk.locks import PASSWORD as LOCK
    from desk.locks import lock_of, needed_pepper
    from encryption.keys import pepper_id

    fresh = b"\x09" * 32
    home.services().keyring.add("pepper", fresh)
    accounts.log_in("ada", PASSWORD, ada.fresh_code())

    lock = lock_of(members.by_login(home.databases.keys, "ada"), LOCK)
    assert needed_pepper(lock.derivation) == pepper_id(fresh)
    (home.keys / "pepper-1.key").unlink()
    assert accounts.log_in("ada", PASSWORD, ada.fresh_code()).member_id


def test_counting_says_how_many_cases_hang_on_each_epoch(home, accounts, officer, ada, case_id):
    officers.next_epochs(officer, ["triage"])
    new_case(home)
    new_case(home)

    found = {
        (one.family, one.epoch): (one.left, one.current)
        for one in rotation.counts(home.databases, home.manifest, home.clock.now)
    }

    assert found["triage", 1] == (1, False)
    assert found["triage", 2] == (2, True)
    assert found["platform", 1] == (3, True)


def test_opening_a_case_moves_it_and_moving_twice_changes_nothing(home, accounts, officer, ada, case_id):
    officers.next_epochs(officer, ["triage"])
    staff, open_cases = staff_of(home, accounts, ada), OpenCases()
    open_cases.remember(staff, case_id, state_purpose(home.services(), staff, case_id, "deadline"), home.clock.now)
    facts = [record.value for record in casefile_records(read_case(home.services(), staff, case_id, open_cases))]

    again = [record.value for record in casefile_records(read_case(home.services(), staff, case_id, open_cases))]

    new, old = staff.team_keys("triage")
    assert list(rotation.move_all(home.databases, "triage", old, new.public)) == []
    assert facts == again


def casefile_records(opened):
    return opened.read(*casefile.Kind)


def test_a_wrap_that_was_altered_is_counted_and_stops_nothing(home, accounts, officer, ada, case_id):
    from casework.store import contract
    from casework.store.tables.cases import WRAP
    from encryption.envelope import Context
    from encryption.seal import seal

    other = new_case(home)
    officers.next_epochs(officer, ["triage"])
    new, old = staff_of(home, accounts, ada).team_keys("triage")
    place = contract.WRAP.context(case_id="elsewhere", compartment="content", reader="team:triage")
    assert isinstance(place, Context)
    with writing(home.databases.cases) as connection:
        at = (WRAP.c.case_id == case_id, WRAP.c.reader == "team:triage", WRAP.c.compartment == "content")
        connection.execute(update(WRAP).where(*at).values(seed=seal(b"x" * 500, to=old.public, context=place)))

    moved = list(rotation.move_all(home.databases, "triage", old, new.public))

    assert sum(one.failed for one in moved) == 1
    assert opens_with(home, staff_of(home, accounts, ada), other)


def test_no_link_lies_readable_in_the_database(home, officer):
    link = officers.let_in(officer, TEAM_FAMILIES, as_officer=True)

    with writing(home.databases.keys) as connection:
        rows = connection.execute(ENROLMENT.select()).all()
    assert len(rows) == 1
    assert officer.root_seed not in rows[0].seeds
    assert link.text not in str(rows)


def test_two_who_move_a_case_at_once_leave_it_openable(home, accounts, officer, ada, case_id):
    officers.next_epochs(officer, ["triage"])
    new, old = staff_of(home, accounts, ada).team_keys("triage")
    wraps = epochs.wraps_of_cases(home.databases.cases, (case_id,), "team:triage", old.public.id.hex())
    rotation.move_case(home.databases, case_id, "triage", old, new.public)
    # What the slower one read before, sealed again after the faster one had moved it.
    late = [replace(one, seed=rewrapped(one, old, new)) for one in wraps]
    epochs.move_wraps(home.databases.cases, "team:triage", old.public.id.hex(), late)

    assert open_with_team(home.databases, case_id, "triage", new).read(casefile.Kind.FACTS)
    with pytest.raises(CannotOpen):
        open_with_team(home.databases, case_id, "triage", old)


def rewrapped(wrap, old, new):
    context = contract.WRAP.context(case_id=wrap.case_id, compartment=wrap.compartment, reader="team:triage")
    return rewrap_for_reader(wrap.seed, key=old, to=new.public, context=context)


def test_an_officer_who_was_removed_a_moment_ago_finishes_nothing(home, accounts, officer, let_in, ada):
    eve = let_in("eve", as_officer=True)
    in_flight = officer_of(home, accounts, eve)
    officers.let_go(officer, in_flight.staff.member_id)
    before = home.manifest

    for act in (
        lambda: officers.let_in(in_flight, ["triage"], as_officer=True),
        lambda: officers.next_epochs(in_flight, ["triage"]),
        lambda: officers.let_go(in_flight, officer.staff.member_id),
    ):
        with pytest.raises(NotAnOfficer):
            act()
    assert home.manifest == before
    assert team_keys.open_invitations(home.databases.keys) == ()


def test_a_removal_that_was_undone_by_hand_lets_nobody_in(home, accounts, officer, let_in):
    bob = let_in("bob")
    kept = copy_of(home, "bob")
    officers.let_go(officer, members.by_login(home.databases.keys, "bob").id)
    with writing(home.databases.keys) as connection:
        connection.execute(update(MEMBER).where(MEMBER.c.login == "bob").values(removed_on=None, totp=kept.totp))
        for lock in kept.locks:
            connection.execute(MEMBER_LOCK.insert().values(member_id=kept.id, **vars(lock)))

    with pytest.raises(NotLoggedIn):
        accounts.log_in("bob", PASSWORD, bob.fresh_code())
    with pytest.raises(NotLoggedIn):
        accounts.recover("bob", bob.recovery)


def copy_of(home, login):
    return members.by_login(home.databases.keys, login)


def test_an_invitation_lets_in_one_and_ends_with_its_member(home, accounts, officer):
    link = officers.let_in(officer, ["triage"], as_officer=False)
    row = accounts.link(link)
    home.enrol("bob", accounts=accounts, link=link)
    members.add_enrolment(home.databases.keys, row)  # somebody kept a copy of the row, and the link
    home.enrol("carol", accounts=accounts, link=link)

    assert [one.member.login for one in colleagues.colleagues(home.services())] == ["ada"]
    with writing(home.databases.keys) as connection:
        connection.execute(MEMBER_LOCK.delete().where(MEMBER_LOCK.c.member_id == copy_of(home, "carol").id))
        connection.execute(TEAM_WRAP.delete().where(TEAM_WRAP.c.member_id == copy_of(home, "carol").id))
        connection.execute(MEMBER.delete().where(MEMBER.c.login == "carol"))
    officers.let_go(officer, copy_of(home, "bob").id)
    members.add_enrolment(home.databases.keys, row)
    home.enrol("carol", accounts=accounts, link=link)

    assert [one.member.login for one in colleagues.colleagues(home.services())] == ["ada"]


def test_an_unused_link_that_ended_with_a_rotation_ends_for_good(home, accounts, officer):
    link = officers.let_in(officer, ["triage"], as_officer=False)
    row = accounts.link(link)
    officers.next_epochs(officer, ["triage"])
    members.add_enrolment(home.databases.keys, row)

    home.enrol("bob", accounts=accounts, link=link)

    assert [one.member.login for one in colleagues.colleagues(home.services())] == ["ada"]


def test_a_team_that_was_written_into_the_rows_is_not_opened(home, accounts, officer, let_in, ada):
    bob = let_in("bob", "platform")
    own = staff_of(home, accounts, bob)
    with writing(home.databases.keys) as connection:
        fake = team_wrap(own.member_id, "root", 1, b"\x01" * 32, own.key.public)
        connection.execute(TEAM_WRAP.insert().values(member_id=own.member_id, **vars(fake)))

    staff = staff_of(home, accounts, bob)

    assert not officers.is_officer(staff)
    assert staff.families == ("platform",)


def test_a_removal_that_is_finished_later_still_counts_what_they_kept(home, accounts, officer, let_in, case_id):
    bob = staff_of(home, accounts, let_in("bob"))
    with power_cut_at(home, "INSERT INTO team_wrap"):
        officers.let_go(officer, bob.member_id)

    assert officers.let_go(officer, bob.member_id).cases["triage"] == 1
