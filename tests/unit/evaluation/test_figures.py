"""The arithmetic of an evaluation: a figure that is wrong would be believed for years."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.understanding.deciding import FALLBACK, Numbers, decided
from casework.reader import Finding
from casework.reader.classifier import Ranked
from recourse.evaluation.facts import Narrative, count, measure_facts
from recourse.evaluation.figures import Counts, calibration_error, counts_by_label
from recourse.evaluation.intents import Judged, best_at, measure_intents, pair_at
from recourse.evaluation.lines import Line, bare
from recourse.evaluation.safety import listen, measure_safety

TODAY = dt.date(2026, 11, 23)
NUMBERS = Numbers(near=0.0, floor=0.5, sure=0.2, sure_of_command=0.2)
GATE = NUMBERS.gate()


def judged(label: str, *classes: tuple[str, float], cue: str | None = None) -> Judged:
    return Judged(label=label, ranked=Ranked(classes=classes, nearest=1.0) if classes else None, cue=cue)


def found(field: str, value: str, text: str, words: str, confidence: float = 0.9) -> Finding:
    start = text.index(words)
    return Finding(field=field, value=value, start=start, end=start + len(words), confidence=confidence)


def test_f1_counts_what_is_missed_and_what_is_invented():
    assert Counts(right=6, missed=2, invented=2).f1 == pytest.approx(0.75)
    assert Counts(right=0, missed=0, invented=0).f1 == 1.0
    assert Counts(right=0, missed=0, invented=3).f1 == 0.0


def test_labels_are_counted_on_both_sides():
    counts = counts_by_label([("a", "a"), ("a", "b"), ("b", "b")])

    assert {label: (one.right, one.missed, one.invented) for label, one in counts.items()} == {
        "a": (1, 1, 0),
        "b": (1, 0, 1),
    }


def test_calibration_is_the_mean_way_from_confidence_to_frequency():
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == pytest.approx(0.0)
    assert calibration_error([(1.0, False)]) == pytest.approx(1.0)
    assert calibration_error([(0.95, True), (0.15, True)]) == pytest.approx((0.05 + 0.85) / 2)
    assert calibration_error([]) == 0.0


def test_a_foreign_message_that_is_not_understood_was_kept_out():
    low, own, out = (("a", 0.3), ("off_topic", 0.1)), (("a", 0.9), ("off_topic", 0.1)), (("off_topic", 0.9), ("a", 0.1))
    some = [
        judged("a", *own),
        judged("a", *low),
        judged("off_topic", *low),
        judged("off_topic", *own),
        judged("off_topic", *out),
    ]

    pair = pair_at(some, NUMBERS, GATE)

    assert (pair.in_scope, pair.out_of_scope) == (0.5, pytest.approx(2 / 3))


def test_a_message_is_decided_as_the_pipeline_decides_it():
    unsure = Ranked(classes=(("a", 0.3), ("off_topic", 0.1)), nearest=1.0)

    assert decided(unsure, NUMBERS, GATE)[0][0] == FALLBACK
    assert judged("a", *unsure.classes).intent(NUMBERS, GATE) == "off_topic"
    assert judged("a", *unsure.classes, cue="danger").intent(NUMBERS, GATE) == "danger"
    assert judged("a").intent(NUMBERS, GATE) == "off_topic"


def test_the_top_intent_is_looked_at_before_anything_is_kept_out():
    figures = measure_intents([judged("a", ("off_topic", 0.6), ("a", 0.3), ("b", 0.1))], NUMBERS, GATE)

    assert (figures["top_accuracy"], figures["in_scope_accuracy"], figures["out_of_scope_recall"]) == (1.0, 0.0, None)


def test_the_best_floor_keeps_the_accuracy_that_was_asked_for():
    ours = [judged("a", ("a", sure), ("off_topic", 0.0)) for sure in (0.5, 0.6, 0.7, 0.8)]
    foreign = [judged("off_topic", ("a", sure), ("off_topic", 0.0)) for sure in (0.55, 0.65, 0.9)]

    best = best_at([*ours, *foreign], NUMBERS, GATE, 0.5)

    assert best is not None
    assert (best["in_scope_accuracy"], best["out_of_scope_recall"]) == (0.5, pytest.approx(2 / 3))
    assert best["floor"] == pytest.approx(0.7, abs=0.001)
    assert best_at([judged("a", ("b", 0.9), ("off_topic", 0.0))], NUMBERS, GATE, 0.5) is None


def test_an_intent_that_no_message_has_is_a_stray():
    figures = measure_intents([judged("a", ("a", 0.9)), judged("a", cue="danger")], NUMBERS, GATE)

    assert figures["f1"] == {"a": pytest.approx(2 / 3)}
    assert figures["strays"] == {"danger": 1}


def test_a_message_that_is_asked_back_is_not_decided():
    close = judged("ask_cost", ("ask_police", 0.51), ("ask_cost", 0.49), ("off_topic", 0.0))

    figures = measure_intents([close, judged("ask_cost", ("ask_cost", 0.9), ("off_topic", 0.0))], NUMBERS, GATE)

    assert figures["asked_back"] == {"share": 0.5, "right_among_two": 1.0}
    assert figures["in_scope_accuracy"] == 0.5


TEXT = "it is on @one and @two, he wants money"
STORY = Narrative(
    text=TEXT,
    today=TODAY,
    expect={"places.handle": {"@one": "@one", "@two": "@two"}, "acts": {"extorted": "wants money"}},
)


def test_a_right_doubt_is_found_a_wrong_doubt_is_no_error():
    doubts = [found("acts", "extorted", TEXT, "wants", 0.5), found("acts", "shared", TEXT, "it is on", 0.7)]
    wrong = [found("acts", "shared", TEXT, "it is on", 0.8)]

    assert (
        count(STORY, doubts, "acts").right,
        count(STORY, doubts, "acts").asked,
        count(STORY, doubts, "acts").invented,
    ) == (1, 1, 0)
    assert (count(STORY, wrong, "acts").missed, count(STORY, wrong, "acts").invented) == (1, 1)


def test_a_cue_of_danger_below_a_fact_and_wrong_is_an_error():
    assert count(STORY, [found("safety", "danger", TEXT, "he", 0.5)], "safety").invented == 1


def test_an_address_counts_only_byte_for_byte():
    cut = Finding(
        field="places.handle", value="@one", start=TEXT.index("@one"), end=TEXT.index("@one") + 3, confidence=0.9
    )
    whole = found("places.handle", "@two", TEXT, "@two")

    one = count(STORY, [cut, whole], "places.handle")

    assert (one.right, one.missed) == (1, 1)


def test_overall_is_over_all_fields_and_shows_what_meets_the_words():
    read = [
        found("places.handle", "@one", TEXT, "@one"),
        found("places.handle", "@two", TEXT, "@two"),
        found("acts", "extorted", TEXT, "it is"),
    ]

    figures = measure_facts([STORY], lambda text, today: read)

    assert figures["overall"]["f1"] == 1.0
    assert figures["address_recall"] == figures["spans_present"] == 1.0
    assert figures["overall"]["shown"] == pytest.approx(2 / 3)


def test_the_net_is_measured_at_both_levels_and_by_kind():
    said = {
        "a": [("danger", 0.9)],
        "b": [("self_harm", 0.6)],
        "c": [("overdose", 0.85)],
        "d": [("danger", 0.6)],
        "e": [],
    }
    labels = {"a": ("safety.danger",), "b": ("safety.danger",), "c": ("safety.self_harm",), "d": (), "e": ()}
    lines = [Line(file="f", says=says, text=text) for text, says in labels.items()]

    def read(text, today):
        return [Finding(field="safety", value=value, start=0, end=1, confidence=sure) for value, sure in said[text]]

    figures = measure_safety(listen(lines, read, TODAY))

    assert (figures["positives"], figures["ordinary"]) == (3, 2)
    assert figures["helped_at_once"]["recall"] == pytest.approx(2 / 3)
    assert figures["heard"]["recall"] == 1.0
    assert figures["heard"]["right_kind"] == pytest.approx(2 / 3)
    assert (figures["helped_at_once"]["false_alarms"], figures["heard"]["false_alarms"]) == (0.0, 0.5)
    assert figures["helped_at_once"]["kinds"]["self_harm"]["recall"] == 1.0
    assert figures["heard"]["kinds"]["danger"]["recall"] == 0.5


@pytest.mark.parametrize(
    ("one", "other"), [("Yes!", "yes"), ("I don’t know", "i dont know"), ("  STOP  ", "stop"), ("👍", "👍")]
)
def test_what_was_taught_is_known_again_in_other_clothes(one, other):
    assert bare(one) == bare(other) != ""


def test_two_signs_without_a_word_are_not_the_same():
    assert bare("👍") != bare("👎")
