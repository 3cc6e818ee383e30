"""
Who can open a case is who was given a wrap, whatever happens in whatever order.

A machine that submits, shares, hands codes out and takes them back, lets people in and go, rotates, moves wraps,
erases, and restores old copies. After each step every key that anybody ever held is tried on every case there ever was.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule
from sqlalchemy import create_engine

from casework import casefile, erasure, rotation
from casework.errors import TryLater
from casework.lawbook import load_law
from casework.restore import Given, restore
from casework.store import backups
from casework.store.database import migrate, open_databases
from casework.submission import NewStep, Submission, submit
from desk import officers, sessions
from desk.accounts import Accounts
from encryption.errors import CannotOpen
from encryption.keys import TEAM_FAMILIES, PrivateKey, new_installation
from encryption.token import Receipt, Token, conversation_keys
from tests.integration.desk.homes import NOW, PASSWORD, Clock, Home

QUEUES = {"platform": "platform/x", "regulator": "regulator/ico", "safeguarding": "safeguarding"}
LAW = load_law()
INSTALLATION = new_installation(NOW)


@dataclass
class Case:
    """What the model knows of one case."""

    id: str
    readers: set[tuple[str, int]] = field(default_factory=set)  # family and epoch
    receipt: Receipt | None = None
    erased: bool = False

    def copied(self) -> Case:
        return Case(id=self.id, readers=set(self.readers), receipt=self.receipt, erased=self.erased)


class WhoCanOpen(RuleBasedStateMachine):
    cases = Bundle("cases")
    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.known: dict[str, Case] = {}
        self.erased: set[str] = set()
        self.receipts: list[tuple[str, Receipt]] = []
        self.keys: dict[tuple[str, int], PrivateKey] = {(f, 1): k for f, k in INSTALLATION.team_keys.items()}
        self.copy: dict[str, Case] | None = None
        self.names = (f"member-{number}" for number in itertools.count())

    def teardown(self) -> None:
        self.home.databases.close()
        shutil.rmtree(self.folder)

    @initialize()
    def a_home_with_one_officer(self) -> None:
        self.home = Home(
            folder=self.folder, databases=self._databases(), installation=INSTALLATION, law=LAW, clock=Clock()
        )
        self.accounts = Accounts(self.home.services())
        self.ada = self.home.enrol("ada", accounts=self.accounts)

    def _databases(self):
        databases = open_databases(self.folder)
        migrate(databases)
        return databases

    def _officer(self):
        unlocked = self.accounts.log_in("ada", PASSWORD, self.ada.fresh_code())
        staff = sessions.of_unlocked(self.home.services(), unlocked.member_id, unlocked.key)
        return officers.confirmed(self.home.services(), staff)

    def _epoch(self, family: str) -> int:
        return self.home.manifest.current(family, self.home.clock.now).epoch

    def _learn_keys(self, staff) -> None:
        """Every key that somebody holds, for whoever keeps it for ever."""
        for family in TEAM_FAMILIES:
            for epoch, key in staff.keys_by_epoch(family).items():
                self.keys[family, epoch] = key

    @rule(target=cases, families=st.sets(st.sampled_from(sorted(QUEUES))), with_code=st.booleans())
    def a_person_submits(self, families, with_code):
        keys = conversation_keys(Token.new())
        teams = {family: self.home.manifest.key_for(family, self.home.clock.now) for family in TEAM_FAMILIES}
        dispatch = self.home.manifest.key_for("dispatch", self.home.clock.now)
        steps = tuple(NewStep(id=name, queue=QUEUES[name], document=None, detail={}) for name in sorted(families))
        receipt = keys.receipt if with_code else None
        submission = Submission(
            case_id=keys.case_id, receipt=receipt, records=(), teams=teams, steps=steps, dispatch=dispatch
        )
        submit(self.home.databases, submission, self.home.clock.now)
        case = Case(id=keys.case_id, receipt=receipt)
        case.readers = {(family, self._epoch(family)) for family in {"triage", *families}}
        self.known[case.id] = case
        self.receipts.append((case.id, keys.receipt))
        return case.id

    def _opened(self, case: Case):
        """As somebody who was given it, or None when nobody can."""
        for family, epoch in case.readers:
            return casefile.open_with_team(self.home.databases, case.id, family, self.keys[family, epoch])
        return None

    def _living(self, case_id: str) -> Case | None:
        case = self.known.get(case_id)
        return None if case is None or case.erased else case

    @rule(case_id=cases, family=st.sampled_from(TEAM_FAMILIES))
    def it_is_handed_to_another_team(self, case_id, family):
        case = self._living(case_id)
        opened = self._opened(case) if case else None
        if case and opened:
            key = self.home.manifest.key_for(family, self.home.clock.now)
            casefile.share_with(self.home.databases, opened, family, key)
            case.readers.add((family, self._epoch(family)))

    @rule(case_id=cases, family=st.sampled_from(sorted(QUEUES)))
    def it_is_taken_from_a_team(self, case_id, family):
        case = self._living(case_id)
        if case:
            casefile.take_from(self.home.databases, case.id, family)
            case.readers = {reader for reader in case.readers if reader[0] != family}

    @rule(case_id=cases, none=st.booleans())
    def its_code_is_replaced_or_given_up(self, case_id, none):
        case = self._living(case_id)
        opened = self._opened(case) if case else None
        if case and opened:
            fresh = None if none else conversation_keys(Token.new()).receipt
            casefile.replace_receipt(self.home.databases, opened, fresh, self.home.clock.now)
            case.receipt = fresh
            if fresh:
                self.receipts.append((case.id, fresh))

    @rule(families=st.sets(st.sampled_from(TEAM_FAMILIES), min_size=1))
    def the_next_keys_are_signed(self, families):
        officers.next_epochs(self._officer(), sorted(families))
        self._learn_keys(self._officer().staff)

    @rule(target=people, families=st.sets(st.sampled_from(TEAM_FAMILIES), min_size=1))
    def somebody_comes(self, families):
        name = next(self.names)
        link = officers.let_in(self._officer(), families, as_officer=False)
        member = self.home.enrol(name, accounts=self.accounts, link=link)
        unlocked = self.accounts.log_in(name, PASSWORD, member.fresh_code())
        staff = sessions.of_unlocked(self.home.services(), unlocked.member_id, unlocked.key)
        assert set(staff.families) == set(families)
        for family in families:
            assert {(family, epoch) for epoch in staff.keys_by_epoch(family)} == {
                k for k in self.keys if k[0] == family
            }
        return unlocked.member_id

    @rule(member_id=consumes(people))
    def somebody_goes(self, member_id):
        officers.let_go(self._officer(), member_id)
        self._learn_keys(self._officer().staff)

    @rule(family=st.sampled_from(TEAM_FAMILIES))
    def a_member_moves_all_cases_to_the_newest_key(self, family):
        staff, current = self._officer().staff, self._epoch(family)
        for epoch, key in staff.keys_by_epoch(family).items():
            if epoch != current:
                list(rotation.move_all(self.home.databases, family, key, self.keys[family, current].public))
        for case in self.known.values():
            if any(reader[0] == family for reader in case.readers):
                case.readers = {r for r in case.readers if r[0] != family} | {(family, current)}

    @rule(case_id=cases)
    def it_is_erased(self, case_id):
        case = self._living(case_id)
        if case:
            taken = self._copied("taken.db")  # a moment before: rows that are gone show nothing of a key that stayed
            with contextlib.suppress(TryLater):
                erasure.erase(self.home.databases, self.home.ledger, case.id, self.home.clock.now, "person")
            case.erased = True
            self.erased.add(case.id)
            self._a_thief_opens_nothing(taken, [case])

    def _copied(self, name: str) -> Path:
        path = self.folder / name
        path.unlink(missing_ok=True)
        backups.copy_database(self.folder / "db" / "cases.db", path, self.home.clock.now, lambda *_: None)
        return path

    @rule()
    def the_cases_are_copied(self):
        self._copied("copy.db")
        self.copy = {case.id: case.copied() for case in self.known.values() if not case.erased}

    @precondition(lambda self: self.copy is not None)
    @rule()
    def the_copy_comes_back(self):
        self.home.databases.close()
        given = Given(cases=self.folder / "copy.db")
        restore(self.folder, given, self.home.clock.now, lambda *_: None)
        self.home.databases = self._databases()
        self.accounts = Accounts(self.home.services())
        erased = {case.id for case in self.known.values() if case.erased}
        back = {case.id: case.copied() for case in self.copy.values() if case.id not in erased}
        lost = {case.id: Case(id=case.id, erased=True) for case in self.known.values() if case.id not in back}
        self.known = {**lost, **back}

    @precondition(lambda self: self.copy is not None)
    @rule()
    def a_thief_tries_everything_on_an_old_copy(self):
        erased = [case for case in self.copy.values() if case.id in self.erased]
        self._a_thief_opens_nothing(self.folder / "copy.db", erased)

    def _a_thief_opens_nothing(self, copy: Path, cases: list[Case]) -> None:
        """They have every key that was ever handed out, and the key database as it is now."""
        stolen = create_engine(f"sqlite:///{copy}")
        databases = replace(self.home.databases, cases=stolen)
        teams = [(family, key) for (family, _), key in self.keys.items() if family in TEAM_FAMILIES]
        for case in cases:
            for family, key in teams:
                assert not opens(lambda c=case, f=family, k=key: casefile.open_with_team(databases, c.id, f, k))
            if case.receipt:
                assert not opens(lambda c=case: casefile.open_with_receipt(databases, c.receipt))
        stolen.dispose()

    @invariant()
    def who_can_open_is_who_was_given_a_wrap(self):
        for case in self.known.values():
            for (family, epoch), key in self.keys.items():
                if family in TEAM_FAMILIES:
                    given = not case.erased and (family, epoch) in case.readers
                    assert self._opens_with_team(case.id, family, key) == given
        for case_id, receipt in self.receipts:
            case = self.known[case_id]
            given = not case.erased and case.receipt is not None and case.receipt.id == receipt.id
            assert self._opens_with_code(receipt) == given

    def _opens_with_team(self, case_id: str, family: str, key: PrivateKey) -> bool:
        return opens(lambda: casefile.open_with_team(self.home.databases, case_id, family, key))

    def _opens_with_code(self, receipt: Receipt) -> bool:
        return opens(lambda: casefile.open_with_receipt(self.home.databases, receipt))


def opens(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except CannotOpen:
        return False
    return True


WhoCanOpen.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=set(Phase) - {Phase.shrink},  # it takes longer than a test may, and would leave a timeout as the only word
)
test_who_can_open_is_who_was_given_a_wrap = WhoCanOpen.TestCase
