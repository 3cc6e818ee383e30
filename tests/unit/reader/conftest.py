"""One reader for all of these tests: it holds nothing of what it read."""

from __future__ import annotations

import warnings

import pytest

from casework.reader import Reader, load_reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    with warnings.catch_warnings():
        # spaCy imports packaging 21, which Rasa holds back and which calls names that pyparsing renamed.
        warnings.simplefilter("ignore", DeprecationWarning)
        return load_reader()
