"""
The signed list of public keys that may be sealed to, and until when.

Defends against the thief who cannot read but can write: a public key of their own,
slipped into the database or a file, would make every later complaint readable to them.
Intake seals only to keys that the installation's root has signed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from encryption import primitives
from encryption.envelope import KEY_ID_BYTES
from encryption.errors import BadKey
from encryption.framing import label, length_prefixed
from encryption.manifest_entry import (
    AUDIT_FAMILIES,
    DISPATCH,
    FAMILIES,
    SEALING_FAMILIES,
    TEAM_FAMILIES,
    ManifestEntry,
    from_text,
    to_text,
)
from encryption.pairs import PublicKey
from encryption.signing import VerifyingKey

__all__ = [
    "AUDIT_FAMILIES",
    "DISPATCH",
    "FAMILIES",
    "SEALING_FAMILIES",
    "TEAM_FAMILIES",
    "Manifest",
    "ManifestEntry",
    "sign_manifest",
]

_FORMAT = "recourse-manifest-2"
# Threat: memory. Hundreds of epochs fit; a file beyond this is not ours.
_LARGEST = 2 * 1024 * 1024
_DIGEST_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A signed state of all entries. It can only be built with a valid signature."""

    entries: tuple[ManifestEntry, ...]
    removed: tuple[bytes, ...]  # ids of members' keys and of invitations that count no more
    history: tuple[bytes, ...]  # digests of all manifests before this one, oldest first
    root: bytes  # the Ed25519 public key that signed
    signature: bytes

    def __post_init__(self) -> None:
        # In the constructor, so that an unsigned manifest is no object at all: there is
        # no check that a caller could forget.
        primitives.verify(self.root, self._signed(), self.signature)
        named = [(entry.family, entry.epoch) for entry in self.entries]
        # Threat: two keys under one epoch, so that two processes seal to different ones.
        if len(set(named)) != len(named):
            raise BadKey
        if any(len(digest) != _DIGEST_BYTES for digest in self.history):
            raise BadKey
        if any(len(key_id) != KEY_ID_BYTES for key_id in self.removed):
            raise BadKey

    def to_bytes(self) -> bytes:
        """The manifest as a JSON file."""
        # JSON so that an operator can read whom the installation trusts. What is
        # signed is not this text but the fields in it: see `_signed_bytes`.
        fields = {
            "format": _FORMAT,
            "root": to_text(self.root),
            "history": [to_text(one) for one in self.history],
            "entries": [entry.to_json() for entry in self.entries],
            "removed": [to_text(one) for one in self.removed],
            "signature": to_text(self.signature),
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
        """The 32 bytes by which later manifests name this one."""
        framed = length_prefixed(label("manifest digest"), self._signed(), self.signature)
        return sha256(framed).digest()

    def _signed(self) -> bytes:
        return _signed_bytes(self.entries, self.removed, self.history, self.root)

    def current(self, family: str, now: dt.datetime) -> ManifestEntry:
        """The newest entry of a family that is valid now; BadKey if there is none."""
        valid = [one for one in self.entries if one.family == family and one.is_valid(now)]
        # Never fall back to an expired key: whoever left the team may still hold it.
        if not valid:
            raise BadKey
        return max(valid, key=lambda entry: entry.epoch)

    def key_for(self, family: str, now: dt.datetime) -> PublicKey:
        """The public key to seal to for a family now; BadKey if there is none."""
        key = self.current(family, now).public_key
        if not isinstance(key, PublicKey):
            raise BadKey
        return key

    def verifying_keys(self, family: str) -> tuple[VerifyingKey, ...]:
        """The keys of an audit family, the oldest first: what was signed under an old one stays signed."""
        entries = sorted((e for e in self.entries if e.family == family), key=lambda entry: entry.epoch)
        keys = [entry.public_key for entry in entries]
        return tuple(key for key in keys if isinstance(key, VerifyingKey))

    def next_epoch(self, family: str) -> int:
        """The number that the next key of a family gets."""
        return 1 + max((entry.epoch for entry in self.entries if entry.family == family), default=0)

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
        for family in FAMILIES:
            self.current(family, now)

    def require_descends_from(self, earlier: Manifest) -> None:
        """Return when this manifest is the other or came after it, in one line; raise BadKey otherwise."""
        # Threat: rolling back. An old manifest is validly signed, and brings back the
        # key of somebody who was removed. Each names all before it, so that a process
        # that slept through several still tells a later one from an earlier.
        line = (*self.history, self.digest())
        if line[: len(earlier.history) + 1] != (*earlier.history, earlier.digest()) or self.root != earlier.root:
            raise BadKey
        # Nothing signed is ever dropped: old cases must find their key's epoch, and who was let go stays so.
        if not (_keys(earlier) <= _keys(self) and set(earlier.removed) <= set(self.removed)):
            raise BadKey


def sign_manifest(
    entries: Sequence[ManifestEntry],
    *,
    root_seed: bytes,
    previous: Manifest | None,
    removed: Iterable[bytes] = (),
) -> Manifest:
    """
    The next manifest, signed by the root; `previous` is None for the very first only.

    `removed` are ids of members' keys and of invitations to let go, beside those of before.
    """
    # Everything that reads checks; so does what writes. A mistake of the key officer must
    # show before it is published, not as an intake that does not start.
    root = primitives.public_half(root_seed)
    history = () if previous is None else (*previous.history, previous.digest())
    gone = tuple(sorted({*(previous.removed if previous else ()), *removed}))
    signature = primitives.sign(root_seed, _signed_bytes(tuple(entries), gone, history, root))
    manifest = Manifest(entries=tuple(entries), removed=gone, history=history, root=root, signature=signature)
    if previous is not None:
        manifest.require_descends_from(previous)
    return manifest


def _parse(data: bytes) -> Manifest:
    if len(data) > _LARGEST:
        raise BadKey
    try:
        found = json.loads(data)
        if found["format"] != _FORMAT:
            raise BadKey
        return Manifest(
            entries=tuple(ManifestEntry.from_json(one) for one in found["entries"]),
            removed=tuple(from_text(one) for one in found["removed"]),
            history=tuple(from_text(one) for one in found["history"]),
            root=from_text(found["root"]),
            signature=from_text(found["signature"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        # Whatever hostile JSON can be: of the wrong type, nested too deep, out of range.
        raise BadKey from None


def _signed_bytes(
    entries: tuple[ManifestEntry, ...], removed: tuple[bytes, ...], history: tuple[bytes, ...], root: bytes
) -> bytes:
    # The signature covers length-prefixed fields, not the JSON of the file: the file
    # may be reformatted by an editor or a mail program and still verifies. Each list is
    # framed by itself, so that no line can be counted to another.
    return length_prefixed(
        label("manifest"),
        root,
        length_prefixed(*history),
        length_prefixed(*(entry.signed_bytes() for entry in entries)),
        length_prefixed(*removed),
    )


def _keys(manifest: Manifest) -> set[tuple[str, int, bytes]]:
    return {(entry.family, entry.epoch, entry.public_key.raw) for entry in manifest.entries}
