"""
Every key that an installation has: made once, handed out in wrapped form, never printed.

The front door to `pairs`, `manifest`, `wraps` and `passwords`. Nothing here touches a
disk, a clock or a network: the caller stores what it gets, sealed, and says what time
it is. `encryption.open` is not imported, so that whoever may use keys to seal does not
come to opening by that way.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from encryption.errors import BadKey
from encryption.hidden import Hidden
from encryption.manifest import (
    AUDIT_FAMILIES,
    DISPATCH,
    FAMILIES,
    SEALING_FAMILIES,
    TEAM_FAMILIES,
    Manifest,
    ManifestEntry,
    sign_manifest,
)
from encryption.membership import ROOT, Certificate, Invitation, invite
from encryption.pairs import PrivateKey, PublicKey, new_private_key
from encryption.passwords import (
    LockedKey,
    PasswordParameters,
    lock_with_password,
    password_key,
    pepper_id,
    unlock_with_password,
)
from encryption.primitives import KEY_BYTES
from encryption.signing import VerifyingKey
from encryption.token import enrolment_keys
from encryption.wraps import (
    open_private_key,
    rewrap_for_reader,
    seal_private_key,
    unwrap_for_reader,
    wrap_for_reader,
)

__all__ = [
    "AUDIT_FAMILIES",
    "DISPATCH",
    "FAMILIES",
    "ROOT",
    "SEALING_FAMILIES",
    "TEAM_FAMILIES",
    "VALIDITY",
    "Certificate",
    "Installation",
    "Invitation",
    "LockedKey",
    "Manifest",
    "ManifestEntry",
    "PasswordParameters",
    "PrivateKey",
    "PublicKey",
    "VerifyingKey",
    "enrolment_keys",
    "invite",
    "lock_with_password",
    "new_entry",
    "new_installation",
    "new_private_key",
    "new_shred_key",
    "open_private_key",
    "password_key",
    "pepper_id",
    "rewrap_for_reader",
    "seal_private_key",
    "sign_manifest",
    "unlock_with_password",
    "unwrap_for_reader",
    "wrap_for_reader",
]

# Long enough that a small helpline is not shut out of its own service by a forgotten
# date, short enough that a key nobody looks after comes to an end by itself.
VALIDITY = dt.timedelta(days=730)


@dataclass(frozen=True, repr=False, kw_only=True)
class Installation(Hidden):
    """All secrets of a new home. The caller seals and stores each, then drops this."""

    root_seed: bytes  # signs manifests; 32 bytes Ed25519
    team_keys: Mapping[str, PrivateKey]  # by family: the four teams and dispatch
    audit_seeds: Mapping[str, bytes]  # by family: one for each process that signs; kept by the key provider
    manifest: Manifest
    pepper: bytes  # 32 bytes; kept by the key provider, never in a database

    @property
    def root_public(self) -> bytes:
        """The key to pin: every process checks the manifest against it."""
        return self.manifest.root


def new_installation(
    now: dt.datetime, *, pepper: bytes | None = None, audit_seeds: Mapping[str, bytes] | None = None
) -> Installation:
    """
    Fresh keys for an empty home, with its first signed manifest.

    `pepper` and `audit_seeds` (32 bytes each) are given where the machine was handed its secrets from outside.
    """
    # One pair per family, not one for all: the person who answers platforms has no
    # reason to be able to read the safeguarding queue.
    team_keys = {family: new_private_key() for family in SEALING_FAMILIES}
    signing = dict(audit_seeds or {family: os.urandom(KEY_BYTES) for family in AUDIT_FAMILIES})
    root_seed = os.urandom(KEY_BYTES)
    # Signed in the same breath: there is never a moment at which an unsigned key would
    # have to be accepted "because this is the first start".
    entries = [new_entry(family, 1, key.public, now) for family, key in team_keys.items()]
    entries += [new_entry(family, 1, VerifyingKey.of_seed(seed), now) for family, seed in signing.items()]
    return Installation(
        root_seed=root_seed,
        # Read-only: a key exchanged after signing would be a key nobody signed.
        team_keys=MappingProxyType(team_keys),
        audit_seeds=MappingProxyType(signing),
        manifest=sign_manifest(entries, root_seed=root_seed, previous=None),
        pepper=pepper or os.urandom(KEY_BYTES),
    )


def new_entry(family: str, epoch: int, key: PublicKey | VerifyingKey, now: dt.datetime) -> ManifestEntry:
    """The manifest's line for a key that counts from now on; BadKey for a time without a zone."""
    # Threat: a local time read as UTC makes the first keys valid hours too late, and
    # intake refuses people on the first evening.
    if now.utcoffset() is None:
        raise BadKey
    return ManifestEntry(family=family, epoch=epoch, public_key=key, not_before=now, not_after=now + VALIDITY)


def new_shred_key() -> bytes:
    """The 32 bytes whose deletion erases a case; they live in the key database only."""
    # Random, not derived from anything: what can be derived again was never shredded.
    return os.urandom(KEY_BYTES)
