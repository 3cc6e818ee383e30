"""
Receipt codes: 120 bits that a frightened person can write down, read out and type back.

The code *is* the key. Defends against a thief of the database (it holds only one-way
derivations), against guessing (2^120) and against slips of the pen (the check character).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from encryption.errors import BadKey
from encryption.hidden import Hidden
from encryption.primitives import derive

__all__ = ["CODE_BYTES", "Receipt", "parse_receipt", "receipt_from_bytes"]

# Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U (which makes words that
# nobody in this situation should be handed by chance).
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")

# 120 bits: out of reach of offline guessing for good, so no slow password hash is
# needed, and with it no way to lock a person out or to exhaust the server.
CODE_BYTES = 15
_CHARACTERS = 24
_GROUP = 4

# Threat: megabytes pasted into the one field that strangers may post to. A code with
# every separator doubled is far shorter than this.
_LONGEST_TYPED = 200

# x^5 + x^2 + 1, primitive over GF(2): powers of x run through all 31 non-zero elements.
_FIELD = 0b100101
_HIGH_BIT = 0b100000


@dataclass(frozen=True, repr=False)
class Receipt(Hidden):
    """A code as it is shown, the id under which its case is found, the key that opens it."""

    code: str
    id: str
    key: bytes


def receipt_from_bytes(random: bytes) -> Receipt:
    """The receipt of 15 random bytes; BadKey for any other length."""
    if len(random) != CODE_BYTES:
        raise BadKey
    number = int.from_bytes(random, "big")
    shifts = range(5 * (_CHARACTERS - 1), -1, -5)
    return _receipt("".join(_ALPHABET[number >> shift & 31] for shift in shifts))


def parse_receipt(text: str) -> Receipt:
    """
    The receipt that somebody typed; BadKey for a wrong length, character or check.

    Forgives what paper, phones and telephones do to a code: case, spaces, any dash or
    dot, full-width letters, O for 0, I and L for 1.
    """
    # BadKey tells a slip of the pen from an unknown code. Anyone can compute the check
    # character, so that says nothing about which codes exist.
    if len(text) > _LONGEST_TYPED:
        raise BadKey
    typed = unicodedata.normalize("NFKC", text).upper().translate(_LOOKALIKES)
    characters = "".join(one for one in typed if not _is_separator(one))
    if len(characters) != _CHARACTERS + 1 or any(one not in _ALPHABET for one in characters):
        raise BadKey
    if _checksum(characters) != 0:
        raise BadKey
    return _receipt(characters[:_CHARACTERS])


def _receipt(characters: str) -> Receipt:
    # Two labels, two outputs: the id is stored and searched for, the key never is. A
    # thief who has every id has no key.
    secret = characters.encode("ascii")
    return Receipt(
        code=_grouped(characters + _check_character(characters)),
        id=derive(secret, "receipt id", length=16).hex(),
        key=derive(secret, "receipt key"),
    )


def _grouped(characters: str) -> str:
    groups = range(0, len(characters), _GROUP)
    return "-".join(characters[start : start + _GROUP] for start in groups)


def _is_separator(one: str) -> bool:
    # Phones turn "--" into a long dash, copy zero-width spaces and soft hyphens along,
    # and add a full stop. Letters and digits never count as separators.
    return one in "._·*" or unicodedata.category(one) in {"Pd", "Zs", "Cf", "Cc"}


def _check_character(characters: str) -> str:
    # The character that makes the checksum of all 25 zero.
    return _ALPHABET[_times_x(_checksum(characters))]


def _checksum(characters: str) -> int:
    # Each place weighs its digit with another power of x in GF(32). 25 places are fewer
    # than the 31 powers, so no two weigh the same: any one wrong character and any two
    # exchanged ones, next to each other or not, change the sum. (Crockford's own check,
    # modulo 37, needs symbols that people cannot name on the telephone.)
    total = 0
    for one in characters:
        total = _times_x(total) ^ _ALPHABET.index(one)
    return total


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD if doubled & _HIGH_BIT else doubled
