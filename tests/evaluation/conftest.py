"""The trained model on our own sets: measured once for all tests here."""

from __future__ import annotations

from typing import Any

import pytest

from recourse.compose import utc_now
from recourse.evaluation.command import evaluate_own
from recourse.settings import read_settings


@pytest.fixture(scope="session")
def own() -> dict[str, Any]:
    """All figures of `recourse eval`; refuses, as intake does, without a current model."""
    return evaluate_own(read_settings({}), utc_now(), lambda _: None)
