"""The model card: every figure in its place, and a figure that can be read out of it again."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.understanding.deciding import Numbers
from casework.reader.classifier import Ranked
from recourse.evaluation import card
from recourse.evaluation.facts import Narrative, measure_facts
from recourse.evaluation.intents import Judged, measure_intents, pair_at
from recourse.evaluation.lines import Line
from recourse.evaluation.safety import listen, measure_safety
from recourse.settings import ROOT

NUMBERS, TODAY = Numbers(), dt.date(2026, 11, 23)
SPREAD = {"p50": 1.0, "p95": 2.0}


@pytest.fixture
def own():
    judged = [
        Judged(label=label, ranked=Ranked(classes=((said, 0.9), ("off_topic", 0.05)), nearest=0.9))
        for label, said in (("greet", "greet"), ("greet", "thanks"), ("thanks", "thanks"), ("off_topic", "off_topic"))
    ]
    told = Narrative(text="he wants 400 quid", today=TODAY, expect={"amount": {"400 GBP": "400 quid"}})
    lines = [Line(file="f", says=("safety.danger",), text="a"), Line(file="f", says=(), text="b")]
    return {
        "measured_at": "2026-11-23T09:00:00+00:00",
        "encoder": "none",
        "left_out": 7,
        "intents": {
            **measure_intents(judged, NUMBERS, NUMBERS.gate()),
            "with_lines_taught_too": pair_at(judged, NUMBERS, NUMBERS.gate()).to_dict(),
        },
        "facts": measure_facts([told], lambda text, today: ()),
        "safety": measure_safety(listen(lines, lambda text, today: (), TODAY)),
        "latency_ms": {
            "encoder": SPREAD, "reader": SPREAD, "classifier": SPREAD, "statement": {"characters": 20_000, "once": 1500.0},
        },
    }  # fmt: skip


def test_every_figure_of_the_card_can_be_read_out_of_it(own):
    said = card.figures_in(card.written(own, [], ROOT / "data"))

    assert said["intent accuracy, 3 messages"] == 0.667
    assert said["out-of-scope recall, 1 messages"] == 1.0
    assert said["safety, heard: recall, 1 messages"] == 0.0
    assert said["greet"] == 0.667


def test_the_card_names_what_is_weak_and_what_it_ran_without(own):
    written = card.written(own, [], ROOT / "data")

    assert "These figures are without it." in written
    assert "intent `greet` (0.667)" in written
    assert "field `amount` (0.000)" in written
    assert "intent `off_topic`" not in written
    assert "7 lines" in written
    assert "$" not in written


def test_the_card_shows_public_sets_or_how_to_measure_one(own):
    figures = dict.fromkeys(("top_accuracy", "in_scope_accuracy", "calibration_error"), 0.81)
    one = {
        "set": "hint3/bank",
        "taught": 30,
        "messages": 11,
        "out_of_scope_recall": None,
        "measured_at": "2026-11-22",
        **figures,
    }

    assert "| hint3/bank | 30 | 11 | 0.810 | 0.810 | – | 0.810 | 2026-11-22 |" in card.written(
        own, [one], ROOT / "data"
    )
    assert "recourse eval --set NAME DIR" in card.written(own, [], ROOT / "data")


def test_the_training_data_is_counted_from_its_files(tmp_path):
    for part, content in {
        "nlu/a.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n- intent: danger\n  examples: |\n    - run\n",
        "signals/safety_a.yml": "examples:\n- says: [safety.danger]\n  lines: [he hits me]\n",
        "signals/story.yml": "examples:\n- says: []\n  lines: [hm, well]\n",
    }.items():
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_text(content, encoding="utf-8")

    said = card.trained_on(tmp_path)

    assert said.startswith("3 sentences for 1 intents")
    assert "3 for the signals" in said
    assert "1 of them about safety" in said
