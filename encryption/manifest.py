"""
The signed list of public keys that may be sealed to, and until when.

Defends against the thief who cannot read but can write: a public key of their own,
slipped into the database or a file, would make every later complaint readable to them.
Intake seals only to keys that the installation's root has signed.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from encryption import primitives
from encryption.errors import BadKey
from encryption.framing import label, length_prefixed
from encryption.pairs import PublicKey

__all__ = [
    "DISPATCH",
    "FIRST",
    "SEALING_FAMILIES",
    "TEAM_FAMILIES",
    "Manifest",
    "ManifestEntry",
    "sign_manifest",
]

TEAM_FAMILIES = ("triage", "platform", "regulator", "safeguarding")
# The worker's pair: approved packets wait under it until a member of staff unlocks it.
DISPATCH = "dispatch"
SEALING_FAMILIES = (*TEAM_FAMILIES, DISPATCH)

_FORMAT = "recourse-manifest-1"
# Threat: memory. Hundreds of epochs fit; a file beyond this is not ours.
_LARGEST = 2 * 1024 * 1024

# What the first manifest names as its predecessor: no hash ever has this value.
FIRST = bytes(32)


@dataclass(frozen=True, kw_only=True)
class ManifestEntry:
    """One public key, the family that holds its private half, and when it may be used."""

    family: str
    epoch: int  # counts up from 1 within its family; the highest valid one is used
    public_key: PublicKey
    not_before: dt.datetime
    not_after: dt.datetime

    def __post_init__(self) -> None:
        aware = self.not_before.utcoffset() is not None and self.not_after.utcoffset() is not None
        # A naive time is some machine's local time: a key would live hours too long
        # on one server and be refused on the next.
        if not aware or self.family not in SEALING_FAMILIES or self.epoch < 1:
            raise BadKey
        # A key without an end could never be retired.
        if self.not_after <= self.not_before:
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


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A signed state of all entries. It can only be built with a valid signature."""

    entries: tuple[ManifestEntry, ...]
    root: bytes  # the Ed25519 public key that signed
    previous: bytes  # digest of the manifest before, or FIRST
    signature: bytes

    def __post_init__(self) -> None:
        # In the constructor, so that an unsigned manifest is no object at all: there is
        # no check that a caller could forget.
        primitives.verify(self.root, self._signed(), self.signature)
        named = [(entry.family, entry.epoch) for entry in self.entries]
        # Threat: two keys under one epoch, so that two processes seal to different ones.
        if len(set(named)) != len(named):
            raise BadKey

    def to_bytes(self) -> bytes:
        """The manifest as a JSON file."""
        # JSON so that an operator can read whom the installation trusts. What is
        # signed is not this text but the fields in it: see `_signed_bytes`.
        fields = {
            "format": _FORMAT,
            "root": _to_text(self.root),
            "previous": _to_text(self.previous),
            "entries": [_entry_to_json(entry) for entry in self.entries],
            "signature": _to_text(self.signature),
        }
        return json.dumps(fields, indent=2).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, *, verify: bytes, now: dt.datetime | None) -> Manifest:
        """
        The manifest in a file; BadKey when unsigned, altered, expired or of another root.

        `verify` is the root public key that the reader has pinned. `now` None skips the
        expiry check and is for the key officer alone, who must load an expired manifest
        in order to sign its successor.
        """
        manifest = _parse(data)
        # Threat: a manifest that is validly signed, by somebody else's root. The file
        # names its root for the reader's eye only; the pinned key decides.
        if not compare_digest(manifest.root, verify):
            raise BadKey
        if now is not None:
            manifest.require_complete(now)
        return manifest

    def digest(self) -> bytes:
        """The 32 bytes by which the next manifest names this one."""
        framed = length_prefixed(label("manifest digest"), self._signed(), self.signature)
        return sha256(framed).digest()

    def _signed(self) -> bytes:
        return _signed_bytes(self.entries, self.root, self.previous)

    def current(self, family: str, now: dt.datetime) -> ManifestEntry:
        """The newest entry of a family that is valid now; BadKey if there is none."""
        valid = [one for one in self.entries if one.family == family and one.is_valid(now)]
        # Never fall back to an expired key: whoever left the team may still hold it.
        if not valid:
            raise BadKey
        return max(valid, key=lambda entry: entry.epoch)

    def key_for(self, family: str, now: dt.datetime) -> PublicKey:
        """The public key to seal to for a family now; BadKey if there is none."""
        return self.current(family, now).public_key

    def with_key_id(self, key_id: bytes) -> ManifestEntry:
        """The entry that an envelope names, of whatever epoch; BadKey if it was never signed."""
        # For the desk when it opens: an envelope under a key that was never signed was
        # made by somebody else, whatever it claims to be.
        for entry in self.entries:
            if compare_digest(entry.public_key.id, key_id):
                return entry
        raise BadKey

    def require_complete(self, now: dt.datetime) -> None:
        """Return when every family has a valid key now; raise BadKey otherwise."""
        # At the start of a process, so that a lapsed key is the operator's problem on
        # that day, not the person's who presses "send" at night.
        for family in SEALING_FAMILIES:
            self.current(family, now)

    def require_successor_of(self, earlier: Manifest) -> None:
        """Return when this manifest follows directly on the other; raise BadKey otherwise."""
        # Threat: rolling back. An old manifest is validly signed, and brings back the
        # key of somebody who was removed. The chain and the pinned digest show it.
        if not compare_digest(self.previous, earlier.digest()) or self.root != earlier.root:
            raise BadKey
        # Nothing signed is ever dropped: old cases must find their key's epoch.
        if not _keys(earlier) <= _keys(self):
            raise BadKey


def sign_manifest(entries: Sequence[ManifestEntry], *, root_seed: bytes, previous: Manifest | None) -> Manifest:
    """The next manifest, signed by the root; `previous` is None for the very first only."""
    # Everything that reads checks; so does what writes. A mistake of the key officer must
    # show before it is published, not as an intake that does not start.
    root = primitives.public_half(root_seed)
    before = FIRST if previous is None else previous.digest()
    signature = primitives.sign(root_seed, _signed_bytes(tuple(entries), root, before))
    manifest = Manifest(entries=tuple(entries), root=root, previous=before, signature=signature)
    if previous is not None:
        manifest.require_successor_of(previous)
    return manifest


def _parse(data: bytes) -> Manifest:
    if len(data) > _LARGEST:
        raise BadKey
    try:
        found = json.loads(data)
        if found["format"] != _FORMAT:
            raise BadKey
        return Manifest(
            entries=tuple(_entry_from_json(one) for one in found["entries"]),
            root=_from_text(found["root"]),
            previous=_from_text(found["previous"]),
            signature=_from_text(found["signature"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        # Whatever hostile JSON can be: of the wrong type, nested too deep, out of range.
        raise BadKey from None


def _signed_bytes(entries: tuple[ManifestEntry, ...], root: bytes, previous: bytes) -> bytes:
    # The signature covers length-prefixed fields, not the JSON of the file: the file
    # may be reformatted by an editor or a mail program and still verifies.
    return length_prefixed(label("manifest"), root, previous, *(entry.signed_bytes() for entry in entries))


def _keys(manifest: Manifest) -> set[tuple[str, int, bytes]]:
    return {(entry.family, entry.epoch, entry.public_key.raw) for entry in manifest.entries}


def _moment(when: dt.datetime) -> bytes:
    # In UTC: one moment, one encoding, whatever zone it was written in.
    return when.astimezone(dt.UTC).isoformat().encode()


def _entry_to_json(entry: ManifestEntry) -> dict[str, str | int]:
    return {
        "family": entry.family,
        "epoch": entry.epoch,
        "public_key": _to_text(entry.public_key.raw),
        "not_before": _moment(entry.not_before).decode(),
        "not_after": _moment(entry.not_after).decode(),
    }


def _entry_from_json(found: dict[str, object]) -> ManifestEntry:
    return ManifestEntry(
        family=str(found["family"]),
        # Whatever else `int` would take here ("1_0", " 1") signs differently and fails.
        epoch=int(str(found["epoch"])),
        public_key=PublicKey.from_bytes(_from_text(found["public_key"])),
        not_before=dt.datetime.fromisoformat(str(found["not_before"])),
        not_after=dt.datetime.fromisoformat(str(found["not_after"])),
    )


def _to_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _from_text(found: object) -> bytes:
    return base64.b64decode(str(found), validate=True)
