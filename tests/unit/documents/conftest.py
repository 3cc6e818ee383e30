"""The real law, and a way to draft one document."""

from __future__ import annotations

import pytest
from letter_kit import EVERY, TODAY, facts, step_for

from casework.documents import Document, draft
from casework.law import Law
from casework.lawbook import load_law


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture
def write(law):
    """Draft one document by hand: `write("doc-art17", person={"country": "FR"}, acts=["shared"])`."""

    def write(document: str, recipient: str | None = None, *, step: dict | None = None, **given) -> Document:
        recipient = recipient or EVERY[document][0]
        known = facts(document, **given)
        return draft(step_for(law, document, recipient, known, **(step or {})), known, law, TODAY)

    return write
