"""What is learnt from: what is meant for it, nothing twice, nothing from a test set, each file saying how it was made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from recourse.evaluation.facts import read_narratives
from recourse.evaluation.lines import TAUGHT, Line, read_lines, taught_lines
from tests.architecture.likeness import ALIKE, Index, grams, jaccard
from tests.architecture.tree import ROOT, relative

# Rasa takes a file for training data when any line of it, however deep, starts with one of these.
RASA_KEYS = re.compile(
    r"^\s*(nlu|rules|stories|responses|e2e_actions|intents|entities|slots|forms|actions):", re.MULTILINE
)
NOT_FOR_RASA = ("data/law", "data/interview", "data/reader")
DATA, EVALUATION = ROOT / "data", ROOT / "tests" / "evaluation"
# «Yes», «stop», «delete this chat»: what everybody types must be taught, and everybody who writes a test set types it.
# `recourse eval` does not count such lines.
STOCK_WORDS = 3
HOW_IT_WAS_MADE = re.compile(r"\b(made up|invented|written by hand)\b", re.IGNORECASE)
DETERMINISTIC = frozenset({"RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy"})


def test_rasa_takes_none_of_our_own_data_for_training_data():
    ours = [path for folder in NOT_FOR_RASA for path in sorted((ROOT / folder).rglob("*.yml"))]

    assert ours
    assert [relative(path) for path in ours if RASA_KEYS.search(path.read_text(encoding="utf-8"))] == []


def test_no_learnt_policy_decides_what_is_said():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))

    assert {policy["name"] for policy in config["policies"]} <= DETERMINISTIC


def test_every_component_of_the_pipeline_is_ours():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))

    assert [c["name"] for c in config["pipeline"] if not c["name"].startswith("bot.understanding.")] == []


@pytest.mark.parametrize(
    "path", [path for part in TAUGHT for path in sorted((DATA / part).glob("*.yml"))], ids=relative
)
def test_a_file_of_training_data_begins_with_how_it_was_made(path: Path):
    text = path.read_text(encoding="utf-8")
    opening = re.match(r"(?:#.*\n)+", text)

    assert opening
    assert HOW_IT_WAS_MADE.search(opening.group()), "say that it was made up, and by whom or how"
    assert "data set" in opening.group(), "say that it comes from none"


@pytest.mark.parametrize("folder", [EVALUATION, EVALUATION / "development"], ids=relative)
def test_no_sentence_of_a_test_set_is_taught(folder: Path):
    taught = [line for part in TAUGHT for line in taught_lines(DATA, part)]
    index = Index.of([line.text for line in taught])
    long = [line for line in _tested(folder) if len(line.text.split()) > STOCK_WORDS]

    leaks = [f"{taught[at].file}: {taught[at].text}" for line in long for at in index.like(line.text)]

    assert leaks == []


def _tested(folder: Path) -> list[Line]:
    lines = [*read_lines(folder / "intents.yml"), *read_lines(folder / "safety.yml")]
    told = [Line(file="facts.yml", says=(), text=one.text) for one in read_narratives(folder / "facts.yml")]
    return [*lines, *told]


@pytest.mark.parametrize("part", TAUGHT)
def test_nothing_is_taught_twice(part: str):
    assert [
        f"{one.file}: {one.text} = {other.file}: {other.text}" for one, other in twice(taught_lines(DATA, part))
    ] == []


def twice(lines: Iterable[Line]) -> list[tuple[Line, Line]]:
    """Pairs of one intent, or of the same labels, that are nearly the same; the later one second."""
    groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.says].append(line)
    found = []
    for group in groups.values():
        index = Index.of([line.text for line in group])
        found += [(group[at], one) for here, one in enumerate(group) for at in index.like(one.text) if at < here]
    return found


def test_the_search_for_likeness_finds_what_comparing_all_pairs_finds():
    texts = [line.text for line in taught_lines(DATA, "nlu")[:400]]
    texts += [f"{text} now" for text in texts[::7]] + [text.upper() for text in texts[::11]]
    index, sets = Index.of(texts), [grams(text) for text in texts]

    every = [{at for at, other in enumerate(sets) if jaccard(one, other) > ALIKE} for one in sets]

    assert sum(map(len, every)) > len(texts) + 50
    assert [set(index.like(text)) for text in texts] == every
