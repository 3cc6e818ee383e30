"""The model card says what the model does, and not what an earlier one did."""

from __future__ import annotations

from typing import Any

import pytest

from recourse.evaluation import card
from recourse.settings import ROOT

NEAR = 0.02  # another processor rounds elsewhere
WRITTEN = (ROOT / card.CARD).read_text(encoding="utf-8")


def test_the_card_counts_the_training_data_as_it_is():
    assert card.trained_on(ROOT / "data") in WRITTEN, "run `recourse eval` and `recourse eval --card`"


@pytest.mark.timeout(600)
def test_the_figures_of_the_card_are_those_of_the_model(own: dict[str, Any]):
    said = card.figures_in(WRITTEN)
    measured = card.figures_in(card.written(own, [], ROOT / "data"))

    assert said.keys() == measured.keys(), "run `recourse eval` and `recourse eval --card`"
    assert {what: value for what, value in said.items() if _far(what, value, measured)} == {}


def _far(what: str, value: float, measured: dict[str, float]) -> bool:
    # One message more or less moves an intent of 18 messages by three hundredths.
    near = NEAR if " " in what else 5 * NEAR
    return abs(value - measured[what]) > near


def test_a_card_shows_nothing_that_was_not_filled_in():
    assert "$" not in WRITTEN
    assert len(card.figures_in(WRITTEN)) > 30
