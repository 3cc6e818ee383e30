"""A right, a refusal, a platform or a pair of them that no scenario reaches is law that nobody has looked at."""

from __future__ import annotations

import pytest

from casework.lawbook import load_law
from tests.scenarios.coverage import TABLE, reached, table


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return reached(load_law())


def test_no_part_of_the_law_is_out_of_reach(found: dict[str, set[str]]) -> None:
    assert [hole for hole, names in found.items() if not names] == []


def test_the_table_is_that_of_today(found: dict[str, set[str]]) -> None:
    assert TABLE.read_text(encoding="utf-8") == table(found), "python -m tests.scenarios.coverage"
