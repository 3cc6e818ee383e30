"""What Rasa is given to learn from: only what is meant for it, with rules and our own components alone."""

from __future__ import annotations

import re

import yaml

from tests.architecture.tree import ROOT, relative

# Rasa takes a file for training data when any line of it, however deep, starts with one of these.
RASA_KEYS = re.compile(
    r"^\s*(nlu|rules|stories|responses|e2e_actions|intents|entities|slots|forms|actions):", re.MULTILINE
)
NOT_FOR_RASA = ("data/law", "data/interview", "data/reader")
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
