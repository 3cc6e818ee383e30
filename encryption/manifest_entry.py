"""
One line of the manifest: a public key, the family whose members hold its private half, and when it counts.

Families are fixed here, so that nobody can sign a key for a family that no process knows.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass

from encryption.errors import BadKey
from encryption.framing import length_prefixed
from encryption.pairs import PublicKey
from encryption.signing import VerifyingKey

__all__ = [
    "AUDIT_FAMILIES",
    "DISPATCH",
    "FAMILIES",
    "SEALING_FAMILIES",
    "TEAM_FAMILIES",
    "ManifestEntry",
    "from_text",
    "to_text",
]

TEAM_FAMILIES = ("triage", "platform", "regulator", "safeguarding")
# The worker's pair: approved packets wait under it until a member of staff unlocks it.
DISPATCH = "dispatch"
SEALING_FAMILIES = (*TEAM_FAMILIES, DISPATCH)
# One chain for each process that signs what it did: two that shared a key could write in each other's name.
AUDIT_FAMILIES = ("audit-desk", "audit-worker")
FAMILIES = (*SEALING_FAMILIES, *AUDIT_FAMILIES)


@dataclass(frozen=True, kw_only=True)
class ManifestEntry:
    """One public key, the family that holds its private half, and when it may be used."""

    family: str
    epoch: int  # counts up from 1 within its family; the highest valid one is used
    public_key: PublicKey | VerifyingKey  # the second for the audit families
    not_before: dt.datetime
    not_after: dt.datetime

    def __post_init__(self) -> None:
        aware = self.not_before.utcoffset() is not None and self.not_after.utcoffset() is not None
        # A naive time is some machine's local time: a key would live hours too long
        # on one server and be refused on the next.
        if not aware or self.family not in FAMILIES or self.epoch < 1:
            raise BadKey
        # A key without an end could never be retired.
        if self.not_after <= self.not_before:
            raise BadKey
        if isinstance(self.public_key, VerifyingKey) != (self.family in AUDIT_FAMILIES):
            raise BadKey

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether new envelopes may be sealed to it now; old ones open for ever."""
        return self.not_before <= now < self.not_after

    def signed_bytes(self) -> bytes:
        """What the root signs of it."""
        # All of it. A field outside the signature is a field the thief sets: a longer
        # validity, another family, an older epoch made the newest.
        return length_prefixed(
            self.family.encode(),
            str(self.epoch).encode(),
            self.public_key.raw,
            _moment(self.not_before),
            _moment(self.not_after),
        )

    def to_json(self) -> dict[str, str | int]:
        return {
            "family": self.family,
            "epoch": self.epoch,
            "public_key": to_text(self.public_key.raw),
            "not_before": _moment(self.not_before).decode(),
            "not_after": _moment(self.not_after).decode(),
        }

    @classmethod
    def from_json(cls, found: dict[str, object]) -> ManifestEntry:
        """The entry that these fields describe; ValueError, KeyError or BadKey if they describe none."""
        family, raw = str(found["family"]), from_text(found["public_key"])
        return cls(
            family=family,
            # Whatever else `int` would take here ("1_0", " 1") signs differently and fails.
            epoch=int(str(found["epoch"])),
            public_key=VerifyingKey(raw) if family in AUDIT_FAMILIES else PublicKey.from_bytes(raw),
            not_before=dt.datetime.fromisoformat(str(found["not_before"])),
            not_after=dt.datetime.fromisoformat(str(found["not_after"])),
        )


def to_text(raw: bytes) -> str:
    """Bytes as they stand in a JSON file: base64."""
    return base64.b64encode(raw).decode("ascii")


def from_text(found: object) -> bytes:
    """The bytes again; BadKey for what is no base64."""
    try:
        return base64.b64decode(str(found), validate=True)
    except (binascii.Error, ValueError):
        raise BadKey from None


def _moment(when: dt.datetime) -> bytes:
    # In UTC: one moment, one encoding, whatever zone it was written in.
    return when.astimezone(dt.UTC).isoformat().encode()
