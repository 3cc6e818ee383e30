"""Members of staff: the first one-time link, enrolment, logging in, and the way back with the printed code."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog

from casework.errors import AskAgain, TryLater
from casework.records import new_id
from casework.store import contract, members
from casework.store.audit import Entry
from casework.store.members import CodeUsed, Enrolment, Lock, Member
from casework.store.moments import today
from desk import codes
from desk.colleagues import standing
from desk.links import opened_link
from desk.locks import PASSWORD, lock_of, needed_pepper, open_with_recovery, opened_totp, recovery_lock, sealed_totp
from desk.names import check_login, typed_name
from desk.passwords import check_password
from desk.services import DeskServices
from desk.throttle import Throttle
from encryption.errors import BadKey, CannotOpen
from encryption.hidden import Hidden
from encryption.keys import (
    LockedKey,
    PrivateKey,
    enrolment_keys,
    lock_with_password,
    new_private_key,
    pepper_id,
    unlock_with_password,
)
from encryption.receipt import CODE_BYTES, Receipt, receipt_from_bytes
from encryption.token import Token

log = structlog.get_logger()
T = TypeVar("T")

# Each derivation takes 64 MiB: more at once would let a flood of logins exhaust the machine.
_DERIVATIONS_AT_ONCE = 2
_PATIENCE_SECONDS = 10


class NotLoggedIn(AskAgain):
    """Name, password or code is not right."""


class WrongCode(AskAgain):
    """This is not the code that the app shows now."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Choices(Hidden):
    """What a member chooses for themselves, with a code that shows that their app has the seed."""

    login: str
    password: str
    totp_seed: str
    code: str


@dataclass(frozen=True, repr=False, kw_only=True)
class Unlocked(Hidden):
    member_id: str
    key: PrivateKey


class Accounts:
    """Enrolment and login, with what both share: the throttle, and a bound on slow derivations."""

    def __init__(self, services: DeskServices) -> None:
        self._services = services
        self._throttle = Throttle()
        self._slots = threading.BoundedSemaphore(_DERIVATIONS_AT_ONCE)
        # An unknown name costs the same derivation as a known one, against a lock whose password nobody has.
        self._nobody = self._lock_key(new_private_key(), os.urandom(32).hex(), "nobody")

    def link(self, token: Token) -> Enrolment:
        """
        What a one-time link leads to.

        Raises
        ------
        EnrolmentOver
            Unknown, used or too old.
        """
        return members.enrolment(self._services.databases.keys, enrolment_keys(token).id, self._services.now())

    def enrol(self, token: Token, choices: Choices) -> str:
        """
        Make the holder of a one-time link a member; returns their recovery code, which is stored nowhere.

        Raises
        ------
        EnrolmentOver, LoginTaken, BadLogin, WeakPassword, WrongCode
            Nothing was stored.
        """
        row = self.link(token)
        step = self._check(choices)
        key, member_id, recovery = new_private_key(), new_id(), receipt_from_bytes(os.urandom(CODE_BYTES))
        given = opened_link(row, token)
        member = Member(
            id=member_id,
            login=check_login(choices.login),
            role=row.role,
            public_key=key.public.raw,
            totp=sealed_totp(choices.totp_seed, member_id, key),
            certificate=given.invitation.accept(member_id, key.public).to_bytes(),
            locks=self._locks(member_id, key, choices.password, recovery),
            wraps=given.wraps(member_id, key, self._services.manifest),
        )
        keys, now = self._services.databases.keys, self._services.now()
        self._record(member_id, "joined")
        members.enrol(keys, row.id, member, now)
        members.use_code(keys, member_id, step)
        return recovery.code

    def log_in(self, login: str, password: str, code: str) -> Unlocked:
        """
        The member whose name, password and code these are.

        Raises
        ------
        NotLoggedIn
            One of them is wrong, or the code was used: not told apart.
        TooManyTries
            This name or the whole desk must wait a little.
        """
        name = typed_name(login)
        with self._tried(name):
            member = members.by_login(self._services.databases.keys, name)
            key = self._unlock(member, password)
            if member is None or key is None or standing(self._services, member) is None:
                raise NotLoggedIn
            self._use(member, key, code)
        self._renew_pepper(member, key, password)
        return Unlocked(member_id=member.id, key=key)

    def confirm(self, login: str, password: str, code: str) -> None:
        """
        Return when whoever sits there is still the member who logged in: asked before keys are signed.

        Raises
        ------
        NotLoggedIn, TooManyTries
            As `log_in`.
        """
        self.log_in(login, password, code)

    def recover(self, login: str, typed: str) -> Unlocked:
        """
        The member whose printed code this is.

        Raises
        ------
        NotLoggedIn, TooManyTries
            As `log_in`.
        """
        name = typed_name(login)
        with self._tried(name):
            member = members.by_login(self._services.databases.keys, name)
            key = open_with_recovery(member, typed)
            if member is None or key is None or standing(self._services, member) is None:
                raise NotLoggedIn
        return Unlocked(member_id=member.id, key=key)

    def renew(self, unlocked: Unlocked, choices: Choices) -> str:
        """
        Give a member who came back with their printed code a new password, app and printed code.

        Raises
        ------
        WeakPassword, WrongCode
            Nothing was changed.
        """
        step = self._check(choices)
        recovery = receipt_from_bytes(os.urandom(CODE_BYTES))
        locks = self._locks(unlocked.member_id, unlocked.key, choices.password, recovery)
        totp = sealed_totp(choices.totp_seed, unlocked.member_id, unlocked.key)
        self._record(unlocked.member_id, "locks_replaced")
        members.replace_locks(self._services.databases.keys, unlocked.member_id, locks, totp, step)
        return recovery.code

    def _record(self, member_id: str, action: str) -> None:
        """A change of somebody's keys; a line too many when it then fails, never one too few."""
        self._services.record(Entry(actor=member_id, action=action, on=today(self._services.now())))

    def _check(self, choices: Choices) -> int:
        check_password(choices.password, check_login(choices.login))
        valid = codes.is_seed(choices.totp_seed)
        step = codes.time_step(choices.totp_seed, choices.code, self._services.now()) if valid else None
        if step is None:
            raise WrongCode
        return step

    @contextmanager
    def _tried(self, name: str) -> Iterator[None]:
        self._throttle.attempt(name, self._services.now())
        yield
        self._throttle.succeeded(name)

    def _use(self, member: Member, key: PrivateKey, code: str) -> None:
        seed = opened_totp(member, key)
        step = codes.time_step(seed, code, self._services.now()) if seed else None
        if step is None:
            raise NotLoggedIn
        try:
            members.use_code(self._services.databases.keys, member.id, step)
        except CodeUsed:
            # ASVS 6.5.1. Said like any other failure: who read it over a shoulder learns nothing.
            raise NotLoggedIn from None

    def _unlock(self, member: Member | None, password: str) -> PrivateKey | None:
        lock = lock_of(member, PASSWORD)
        locked = LockedKey(derivation=lock.derivation, envelope=lock.private_key) if lock else self._nobody
        member_id = member.id if member and lock else "nobody"
        context = contract.MEMBER_LOCK.context(member_id=member_id, method=PASSWORD)
        pepper = self._services.keyring.pepper_named(needed_pepper(locked.derivation))
        try:
            return self._slowly(
                lambda: unlock_with_password(locked, password=password, pepper=pepper or b"", context=context)
            )
        except CannotOpen:
            return None
        except BadKey:
            log.error("pepper_unknown")
            return None

    def _renew_pepper(self, member: Member, key: PrivateKey, password: str) -> None:
        """The password is here now and at no other time: what is under an older pepper moves to the newest."""
        lock = lock_of(member, PASSWORD)
        if lock and needed_pepper(lock.derivation) != pepper_id(self._services.keyring.pepper()):
            fresh = self._lock_key(key, password, member.id)
            newer = Lock(method=PASSWORD, derivation=fresh.derivation, private_key=fresh.envelope)
            members.replace_lock(self._services.databases.keys, member.id, newer)

    def _locks(self, member_id: str, key: PrivateKey, password: str, recovery: Receipt) -> tuple[Lock, ...]:
        locked = self._lock_key(key, password, member_id)
        by_password = Lock(method=PASSWORD, derivation=locked.derivation, private_key=locked.envelope)
        return (by_password, recovery_lock(member_id, key, recovery))

    def _lock_key(self, key: PrivateKey, password: str, member_id: str) -> LockedKey:
        context = contract.MEMBER_LOCK.context(member_id=member_id, method=PASSWORD)
        pepper, cost = self._services.keyring.pepper(), self._services.insecure_password_cost
        return self._slowly(
            lambda: lock_with_password(key, password=password, pepper=pepper, context=context, params=cost)
        )

    def _slowly(self, derive: Callable[[], T]) -> T:
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            raise TryLater
        try:
            return derive()
        finally:
            self._slots.release()
