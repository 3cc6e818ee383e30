"""
Shows that a member of staff was let in by the root, and to which teams.

Defends against the thief who can write to the key database: their own public key in a
member's row, or a team more in it, would get them the next epoch of a team's key. Who
wraps a new epoch therefore asks the certificate and never the row.

The root signs an invitation when the link is made. The link carries the invitation's
private half, which signs the newcomer's key once and is then forgotten: so the newcomer
needs no second visit to whoever invited them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from encryption import primitives
from encryption.errors import BadKey
from encryption.framing import label, length_prefixed
from encryption.hidden import Hidden
from encryption.manifest_entry import SEALING_FAMILIES, from_text, to_text
from encryption.pairs import PublicKey
from encryption.primitives import KEY_BYTES
from encryption.signing import VerifyingKey

__all__ = ["ROOT", "Certificate", "Invitation", "invite"]

# Who holds the root's seed may sign: a key officer.
ROOT = "root"
_MOST_FAMILIES = frozenset({*SEALING_FAMILIES, ROOT})


@dataclass(frozen=True, repr=False, kw_only=True)
class Invitation(Hidden):
    """What the one-time link carries, beside the team keys, under its own secret."""

    seed: bytes  # 32 bytes Ed25519; signs one newcomer and is forgotten
    families: tuple[str, ...]
    root_signature: bytes

    def accept(self, member_id: str, key: PublicKey) -> Certificate:
        """The certificate of the newcomer who holds this invitation."""
        return Certificate(
            families=self.families,
            invitation=primitives.public_half(self.seed),
            root_signature=self.root_signature,
            signature=primitives.sign(self.seed, _newcomer(member_id, key)),
        )

    @property
    def id(self) -> bytes:
        return VerifyingKey.of_seed(self.seed).id

    def to_text(self) -> str:
        return json.dumps([to_text(self.seed), list(self.families), to_text(self.root_signature)])

    @classmethod
    def from_text(cls, text: str) -> Invitation:
        """BadKey for what `to_text` did not write."""
        try:
            seed, families, signature = json.loads(text)
            return cls(seed=from_text(seed), families=tuple(map(str, families)), root_signature=from_text(signature))
        except (ValueError, TypeError):
            raise BadKey from None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The chain from the root over an invitation to one member's public key; nothing in it is secret."""

    families: tuple[str, ...]
    invitation: bytes
    root_signature: bytes
    signature: bytes

    def check(self, *, root: bytes, member_id: str, key: PublicKey) -> tuple[str, ...]:
        """The families that the root let this member into; BadKey when it let in somebody else."""
        VerifyingKey(root).verify(_invited(self.invitation, self.families), self.root_signature)
        VerifyingKey(self.invitation).verify(_newcomer(member_id, key), self.signature)
        return self.families

    @property
    def invitation_id(self) -> bytes:
        """The 16 bytes by which a manifest names this invitation once nobody may come by it any more."""
        return VerifyingKey(self.invitation).id

    def to_bytes(self) -> bytes:
        signatures = [to_text(one) for one in (self.invitation, self.root_signature, self.signature)]
        return json.dumps([list(self.families), *signatures]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Certificate:
        """BadKey for what `to_bytes` did not write; whether it is true, `check` says."""
        try:
            families, invitation, root_signature, signature = json.loads(data)
            return cls(
                families=tuple(map(str, families)),
                invitation=from_text(invitation),
                root_signature=from_text(root_signature),
                signature=from_text(signature),
            )
        except (ValueError, TypeError, RecursionError):
            raise BadKey from None


def invite(families: Iterable[str], *, root_seed: bytes) -> Invitation:
    """An invitation to these families; BadKey for one that does not exist."""
    wanted = tuple(sorted(set(families)))
    if not wanted or not set(wanted) <= _MOST_FAMILIES:
        raise BadKey
    seed = os.urandom(KEY_BYTES)
    signed = _invited(primitives.public_half(seed), wanted)
    return Invitation(seed=seed, families=wanted, root_signature=primitives.sign(root_seed, signed))


def _invited(invitation: bytes, families: tuple[str, ...]) -> bytes:
    return length_prefixed(label("invitation"), invitation, *(one.encode() for one in families))


def _newcomer(member_id: str, key: PublicKey) -> bytes:
    return length_prefixed(label("newcomer"), member_id.encode(), key.raw)
