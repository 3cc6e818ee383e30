"""Which passwords a member of staff may choose: long, and not among those that a guesser tries first."""

from __future__ import annotations

import functools
import unicodedata
from itertools import pairwise
from pathlib import Path

from casework.errors import AskAgain

SHORTEST = 15  # NIST SP 800-63B-4 and ASVS 6.2.1: length, and no rule about kinds of characters
LONGEST = 1_000
_FEWEST_CHARACTERS = 5
_LONGEST_UNIT = 8
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz")
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


class WeakPassword(AskAgain):
    """Choose another password: this one is too short, or one of the first that a guesser tries."""


def check_password(password: str, login: str) -> None:
    """
    Return when a member may use this password.

    Raises
    ------
    WeakPassword
        Too short, too long, well known, or built from the login name or a pattern.
    """
    if not SHORTEST <= len(unicodedata.normalize("NFKC", password)) <= LONGEST:
        raise WeakPassword
    folded = "".join(one for one in password.casefold() if one.isalnum())
    plain = folded.translate(_LOOKALIKES)
    if {folded, plain, _without_tail(folded), _without_tail(folded).translate(_LOOKALIKES)} & _common():
        raise WeakPassword
    if _is_pattern(folded) or _is_pattern(plain.replace(login.casefold(), "")):
        raise WeakPassword


def _without_tail(folded: str) -> str:
    # "…2026" and "…123" make no well-known password unknown.
    return folded.rstrip("0123456789")


def _is_pattern(text: str) -> bool:
    return len(set(text)) < _FEWEST_CHARACTERS or _repeats(text) or _walks(text)


def _repeats(text: str) -> bool:
    return any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, min(_LONGEST_UNIT, len(text) // 2) + 1)
    )


def _walks(text: str) -> bool:
    """Whether the whole text is pieces of keyboard rows, of the alphabet or of counted digits."""
    steps = {a + b for row in _ROWS for a, b in pairwise(row)} | {"09", "90"}
    steps |= {step[::-1] for step in steps}
    pairs = [a + b for a, b in pairwise(text)]
    broken = sum(pair not in steps for pair in pairs)
    return bool(pairs) and broken <= len(text) // 6


@functools.cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
