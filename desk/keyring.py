"""
The secrets that a process of the desk needs at every start, and where they come from.

A pepper and signing seeds must be there before anybody logs in, so no member can hold them. They lie
with a provider: files that nobody else may read, or whatever the machine offers that is better. They are
numbered, so that a new one can be made while things made under the old ones still open.
"""

from __future__ import annotations

import re
from typing import Protocol

from casework.errors import RefuseToStart
from encryption.errors import BadKey
from encryption.hidden import Hidden
from encryption.keys import AUDIT_FAMILIES, VerifyingKey, pepper_id

PEPPER = "pepper"
SECRETS = (PEPPER, *AUDIT_FAMILIES)
SECRET_BYTES = 32
_NAME = re.compile(rf"({'|'.join(SECRETS)})-([1-9][0-9]{{0,3}})", re.ASCII)


class SecretMissing(RefuseToStart):
    """A secret of this installation is not where it should be. Put it back; do not make a new one."""


class SecretExposed(RefuseToStart):
    """A secret can be read by other users of this machine. Take that right away: chmod 400."""


class SecretsReadOnly(RefuseToStart):
    """Secrets come from outside here and cannot be made by this program. See docs/reference/keys.md."""


class KeyProvider(Protocol):
    """Keeps secrets of 32 bytes under names such as `pepper-1`; never gives one to anybody else."""

    def names(self) -> tuple[str, ...]:
        """What is there; nothing is read."""

    def read(self, name: str) -> bytes:
        """
        The 32 bytes.

        Raises
        ------
        SecretMissing, SecretExposed
        """

    def create(self, name: str, secret: bytes) -> None:
        """
        Keep a new one for good.

        Raises
        ------
        SecretsReadOnly
            This provider is filled from outside.
        FileExistsError
            The name is taken: a secret is never written over.
        """


def named(kind: str, number: int) -> str:
    return f"{kind}-{number}"


def numbers(provider: KeyProvider, kind: str) -> list[int]:
    """The numbers of all secrets of a kind, the newest last."""
    found = (_NAME.fullmatch(name) for name in provider.names())
    return sorted(int(one[2]) for one in found if one and one[1] == kind)


class KeyRing(Hidden):
    """Reads from a provider each time: a secret that was added counts at once, and none lies about in memory."""

    def __init__(self, provider: KeyProvider) -> None:
        self._provider = provider

    def pepper(self) -> bytes:
        """The newest pepper: every new password lock takes this one."""
        return self._read(PEPPER, numbers(self._provider, PEPPER)[-1:])

    def pepper_named(self, needed: str) -> bytes | None:
        """The pepper that a stored derivation names, of whatever age."""
        every = (self._read(PEPPER, [number]) for number in reversed(numbers(self._provider, PEPPER)))
        return next((pepper for pepper in every if pepper_id(pepper) == needed), None)

    def audit_seed(self, family: str, key: VerifyingKey) -> bytes:
        """
        The seed whose public half the manifest names.

        Raises
        ------
        SecretMissing
        """
        for number in reversed(numbers(self._provider, family)):
            seed = self._read(family, [number])
            if VerifyingKey.of_seed(seed) == key:
                return seed
        raise SecretMissing

    def unsigned(self, family: str, known: tuple[VerifyingKey, ...]) -> VerifyingKey | None:
        """The newest key of an audit family, if no manifest names it yet."""
        newest = numbers(self._provider, family)[-1:]
        key = VerifyingKey.of_seed(self._read(family, newest)) if newest else None
        return key if key not in known else None

    def add(self, kind: str, secret: bytes, *, at_least: int = 1) -> str:
        """Keep the next secret of a kind; returns its name. `at_least`: what was lost is not numbered again."""
        name = named(kind, max(max(numbers(self._provider, kind), default=0) + 1, at_least))
        self._provider.create(name, secret)
        return name

    def _read(self, kind: str, newest: list[int]) -> bytes:
        if not newest:
            raise SecretMissing
        secret = self._provider.read(named(kind, newest[0]))
        if len(secret) != SECRET_BYTES:
            raise BadKey
        return secret
