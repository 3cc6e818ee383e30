"""
A key pair and places to seal for, shared by the tests of the sealed room.
"""

from __future__ import annotations

import pytest

from encryption.envelope import Context
from encryption.keys import PrivateKey, new_private_key


@pytest.fixture(scope="session")
def private() -> PrivateKey:
    return new_private_key()


@pytest.fixture(scope="session")
def place() -> Context:
    return Context(
        table="case_part",
        column="body",
        case="c1",
        record="r1",
        kind="answer",
        compartment="content",
    )
