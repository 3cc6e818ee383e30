"""Puts who the person is into a document, at the very end and only where a placeholder of ours stands."""

from __future__ import annotations

from dataclasses import dataclass

from casework.documents.document import Document, check
from casework.documents.wordlist import one_line, words


@dataclass(frozen=True, kw_only=True)
class IdentityDetails:
    """What the person chose to give. `None` leaves a line to be filled in by hand."""

    name: str | None = None  # of the person depicted; a pseudonym where they chose one
    email: str | None = None
    signature: str | None = None
    authority: str | None = None  # who acts for them
    phone: str | None = None
    postal: str | None = None
    adjustments: str | None = None  # what they need from a regulator
    harm: str | None = None  # in their own words
    complained_on: str | None = None


def fill(document: Document, identity: IdentityDetails) -> str:
    """
    The text as it is sent.

    Nothing is invented for a missing detail. A value is never read for placeholders, and a line
    break in it becomes a space, so that it cannot add a line to the letter.

    Raises
    ------
    Tampered
        The text is not the one that was agreed to.
    """
    check(document)
    parts, end = [], 0
    for slot in document.slots:
        parts += [document.text[end : slot.start], _value(slot.name, identity)]
        end = slot.end
    return "".join([*parts, document.text[end:]])


def _value(name: str, identity: IdentityDetails) -> str:
    given = getattr(identity, name, None)
    value = one_line(str(given)).encode("utf-8", "replace").decode() if given else ""
    return value or words().blanks.get(name, words().blanks["*"])
