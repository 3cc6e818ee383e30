"""
The bytes of an envelope and the place that it belongs to; no key is ever needed here.

Defends against two things: a value stored unsealed (it has no magic), and a sealed
value moved to another row, column or case (its context no longer matches).
`docs/reference/envelope.md` is the byte-by-byte description for other implementations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from encryption.errors import NotAnEnvelope
from encryption.framing import label, length_prefixed
from encryption.padding import is_padded_size

__all__ = [
    "COMMITMENT_BYTES",
    "KEY_ID_BYTES",
    "SALT_BYTES",
    "WRAPPED_KEY_BYTES",
    "Context",
    "Envelope",
    "KeyForm",
    "is_envelope",
    "key_id_of",
    "parse",
]

# 0x89 never begins UTF-8 text, JSON, base64 or a pickle: no value that somebody forgot
# to seal can pass for an envelope by chance.
_MAGIC = b"\x89RCE"
_VERSION = b"\x01"

KEY_ID_BYTES = 16
SALT_BYTES = 32
COMMITMENT_BYTES = 32
_TAG_BYTES = 16
# HPKE with X-Wing: 1,120 bytes of encapsulation, a 32-byte key and its 16-byte tag.
# Version 1 has one suite, so there is one length and nothing to negotiate down.
WRAPPED_KEY_BYTES = 1120 + 32 + 16

_WRAP_LENGTH_AT = len(_MAGIC) + len(_VERSION) + 1 + KEY_ID_BYTES
_WRAP_AT = _WRAP_LENGTH_AT + 2


class KeyForm(IntEnum):
    """How the 32-byte secret of an envelope is found."""

    WRAPPED = 1  # fresh for this envelope, inside it, under a public key (HPKE)
    DERIVED = 2  # held by whoever holds a token, receipt, password or shred row


@dataclass(frozen=True, kw_only=True)
class Context:
    """
    The place that an envelope belongs to.

    Only ids that never change go in: a value that may be edited later would make
    its own envelope unreadable. `case` is a case id or a conversation id, or "".
    """

    table: str
    column: str
    case: str
    record: str
    kind: str
    compartment: str

    def associated_data(self) -> bytes:
        """The bytes that both the key wrap and the body are bound to."""
        # Threat: someone with write access copies a ciphertext into a row that they
        # may read through the desk, or swaps two people's answers. The order is
        # fixed, empty fields keep their place, and lengths rule out splicing.
        fields = (self.table, self.column, self.case, self.record, self.kind, self.compartment)
        return length_prefixed(label("context"), *(field.encode() for field in fields))


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One sealed value, taken apart. Nothing in it is secret."""

    form: KeyForm
    key_id: bytes
    wrapped_key: bytes
    salt: bytes
    commitment: bytes
    body: bytes

    def preamble(self) -> bytes:
        """Magic, version, key form and key id: what the key wrap is bound to."""
        return _MAGIC + _VERSION + bytes([self.form]) + self.key_id

    def header(self) -> bytes:
        """All that comes before the salt: what the body is bound to."""
        # The wrap is inside, so neither it nor the named reader can be exchanged
        # for another while the body stays.
        return self.preamble() + len(self.wrapped_key).to_bytes(2, "big") + self.wrapped_key

    def to_bytes(self) -> bytes:
        """The envelope as it is stored."""
        return self.header() + self.salt + self.commitment + self.body


def parse(data: bytes) -> Envelope:
    """The parts of an envelope; NotAnEnvelope unless every byte is where it must be."""
    # Threat: hostile bytes from a stolen and altered database. Each length is checked
    # against a constant before anything is cut out; nothing is allocated from a
    # number that the attacker wrote.
    if data[:5] != _MAGIC + _VERSION or len(data) < _WRAP_AT:
        raise NotAnEnvelope
    salt_at = _WRAP_AT + _wrap_length(data)
    commitment_at = salt_at + SALT_BYTES
    body_at = commitment_at + COMMITMENT_BYTES
    # A cut or lengthened body shows here already: only padded sizes exist. (GCM would
    # refuse it too; the column type has no key and must refuse it all the same.)
    if not is_padded_size(len(data) - body_at - _TAG_BYTES):
        raise NotAnEnvelope
    return Envelope(
        form=KeyForm(data[5]),
        key_id=data[6:_WRAP_LENGTH_AT],
        wrapped_key=data[_WRAP_AT:salt_at],
        salt=data[salt_at:commitment_at],
        commitment=data[commitment_at:body_at],
        body=data[body_at:],
    )


def _wrap_length(data: bytes) -> int:
    # Each form has exactly one length. A second valid encoding of one envelope
    # would be malleability, and an allow-list of two is no negotiation.
    allowed: dict[int, int] = {KeyForm.WRAPPED: WRAPPED_KEY_BYTES, KeyForm.DERIVED: 0}
    length = int.from_bytes(data[_WRAP_LENGTH_AT:_WRAP_AT], "big")
    if allowed.get(data[5]) != length:
        raise NotAnEnvelope
    return length


def is_envelope(data: bytes) -> bool:
    """Whether these bytes have the form of an envelope; says nothing on who can open it."""
    try:
        parse(data)
    except NotAnEnvelope:
        return False
    return True


def key_id_of(data: bytes) -> bytes:
    """The 16-byte id of the key that opens this; NotAnEnvelope if it is none."""
    # In the clear on purpose: key rotation must count and find what still hangs on
    # an old key without being able to open it.
    return parse(data).key_id
