"""A document as the person reads it and agrees to it: text with placeholders where their name would stand. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from casework.errors import Tampered


@dataclass(frozen=True, kw_only=True)
class Slot:
    """
    One placeholder of ours: `text[start:end] == "{{name}}"`.

    Kept by position, because a link or a handle may hold the same characters and must stay as it is.
    """

    name: str
    start: int
    end: int

    @property
    def token(self) -> str:
        return placeholder(self.name)


@dataclass(frozen=True, kw_only=True)
class Document:
    step_id: str
    document: str  # doc-art17, …
    recipient: str  # legal entity
    title: str  # also a line of the text; neutral enough for a mail subject
    text: str
    sha256: str  # of the text in UTF-8: what a consent stores
    needs_identity: tuple[str, ...]  # placeholders that say who the person is
    seen_by: tuple[str, ...]  # who may come to see it, said to the person
    slots: tuple[Slot, ...]
    notices: tuple[str, ...] = ()  # what the person should know before sending, for example an annex
    carries: tuple[str, ...] = ()  # the steps that this one letter is for, when it is for several


def placeholder(name: str) -> str:
    return "{{" + name + "}}"


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(document: Document) -> None:
    """
    Refuse a document whose text is not the one that was agreed to.

    Raises
    ------
    Tampered
        The hash does not fit the text, or a placeholder is not where it is said to be.
    """
    if fingerprint(document.text) != document.sha256:
        raise Tampered
    end = 0
    for slot in document.slots:
        if slot.start < end or document.text[slot.start : slot.end] != slot.token:
            raise Tampered
        end = slot.end


def document_to_dict(document: Document) -> dict[str, Any]:
    """As plain JSON values, to be sealed with the case."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(document).items()}


def document_from_dict(data: Mapping[str, Any]) -> Document:
    """
    The inverse of `document_to_dict`.

    Raises
    ------
    Tampered
        The text is not the one that was agreed to.
    """
    document = Document(
        step_id=str(data["step_id"]),
        document=str(data["document"]),
        recipient=str(data["recipient"]),
        title=str(data["title"]),
        text=str(data["text"]),
        sha256=str(data["sha256"]),
        needs_identity=tuple(data["needs_identity"]),
        seen_by=tuple(data["seen_by"]),
        slots=tuple(Slot(**slot) for slot in data["slots"]),
        notices=tuple(data.get("notices", ())),
        carries=tuple(data.get("carries", ())),
    )
    check(document)
    return document
