"""
Opening a case: the purpose is stated and written down first, then the case is decrypted.

Two lines are written before a byte is opened: one in the signed audit chain, for the host, and one
in the case itself, for the person. A process killed in between leaves a line too many, never one too few.
"""

from __future__ import annotations

import datetime as dt
import threading
from enum import StrEnum

from casework import casefile, rotation
from casework.casefile import OpenedCase
from casework.errors import AskAgain, NeedsStaff
from casework.records import CaseGone
from casework.store import openings
from casework.store.audit import Entry
from casework.store.moments import today
from desk.services import DeskServices
from desk.sessions import Staff
from encryption.errors import CannotOpen

OPEN_MINUTES = 60
ROLE = "caseworker"  # in which role the person is told that someone opened their case


class Purpose(StrEnum):
    """Why a case is opened; the person sees it. The labels are in web/words.yml."""

    FIRST_LOOK = "first_look"
    WORK_ON_STEP = "work_on_step"
    ANSWER_ARRIVED = "answer_arrived"
    PERSON_WROTE = "person_wrote"
    DEADLINE = "deadline"
    CHECK_WORK = "check_work"


class NoPurpose(AskAgain):
    """Choose what you are opening this case for."""


class NotForYourTeam(NeedsStaff):
    """This case was not given to a team that you are in."""


class NotOpen(AskAgain):
    """State a purpose first."""


class OpenCases:
    """
    Which cases a session has open, and what for; in memory only.

    After a restart the purpose must be stated again: forgetting is the safe direction.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], tuple[Purpose, dt.datetime]] = {}

    def remember(self, staff: Staff, case_id: str, purpose: Purpose, now: dt.datetime) -> None:
        with self._lock:
            self._open = {at: known for at, known in self._open.items() if known[1] > now}
            self._open[staff.session_id, case_id] = (purpose, now + dt.timedelta(minutes=OPEN_MINUTES))

    def purpose(self, staff: Staff, case_id: str, now: dt.datetime) -> Purpose | None:
        with self._lock:
            found = self._open.get((staff.session_id, case_id))
        return found[0] if found and found[1] > now else None

    def forget(self, staff: Staff, case_id: str | None = None) -> None:
        """Put one case away, or all of a session."""
        with self._lock:
            for at in [at for at in self._open if at[0] == staff.session_id and case_id in (None, at[1])]:
                del self._open[at]


def state_purpose(services: DeskServices, staff: Staff, case_id: str, purpose: str) -> Purpose:
    """
    Write down who opens a case and what for; nothing is decrypted yet.

    Raises
    ------
    NoPurpose
        It is not on the list.
    NotForYourTeam
        None of the member's teams was given this case.
    CaseGone
        It was erased, or never was.
    """
    try:
        stated = Purpose(purpose)
    except ValueError:
        raise NoPurpose from None
    if not openings.exists(services.databases.cases, case_id):
        raise CaseGone
    if not _families(services, staff, case_id):
        raise NotForYourTeam
    now = services.now()
    entry = Entry(actor=staff.member_id, action="opened", on=today(now), case_id=case_id, purpose=stated.value)
    services.record(entry)
    casefile.record_opening(services.databases, case_id, role=ROLE, purpose=stated.value, now=now)
    return stated


def read_case(services: DeskServices, staff: Staff, case_id: str, open_cases: OpenCases) -> OpenedCase:
    """
    Decrypt a case whose purpose was stated in this session.

    Raises
    ------
    NotOpen
        No purpose was stated, or that was over an hour ago.
    CannotOpen
        No key of this member opens it, or it was erased.
    """
    if open_cases.purpose(staff, case_id, services.now()) is None:
        raise NotOpen
    for family in _families(services, staff, case_id):
        for key in staff.team_keys(family):
            try:
                opened = casefile.open_with_team(services.databases, case_id, family, key)
            except CannotOpen:
                continue  # sealed to another epoch of this family
            _to_newest(services, staff, case_id)
            return opened
    raise CannotOpen


def _to_newest(services: DeskServices, staff: Staff, case_id: str) -> None:
    """A case that is open anyway moves to the current keys of its teams: who left holds the old ones."""
    for family in _families(services, staff, case_id):
        current = services.manifest.key_for(family, services.now())
        keys = staff.team_keys(family)
        # Only to a key that this member holds too: it was wrapped to the whole team in the same act.
        if current in {key.public for key in keys}:
            for old in (key for key in keys if key.public != current):
                rotation.move_case(services.databases, case_id, family, old, current)


def _families(services: DeskServices, staff: Staff, case_id: str) -> tuple[str, ...]:
    cases = services.databases.cases
    return tuple(family for family in staff.families if openings.wraps_of(cases, case_id, f"team:{family}"))
