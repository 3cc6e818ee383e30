"""What Rasa works out anew in each turn although it never changes while a model is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

ALL_THAT_MATCH = RulePolicy._get_possible_keys  # noqa: SLF001  # the seam that Rasa has


def ask_once() -> None:
    """Hold a state only against the rules that begin like it, and the domain against nothing (decision 0014)."""
    RulePolicy._get_possible_keys = that_match  # noqa: SLF001
    # It warns of an intent or entity that the domain has not got, with the person's words, into a closed log; to see
    # whether there is a domain at all it builds two and compares them.
    MessageProcessor._check_for_unseen_features = _nothing  # noqa: SLF001


def that_match(policy: Any, lookup: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> set[str]:
    """The rules that Rasa's own finds; that one holds every rule against the state, key by key."""
    if not states:
        return set(lookup)
    likely = {key: None for key in lookup if _may_match(key, states[-1])}
    return set(ALL_THAT_MATCH(policy, likely, states))


def _may_match(key: str, state: Mapping[str, Any]) -> bool:
    action, intent = _last(key)
    if action is None:
        return True
    named = state.get(USER, {}).get(INTENT)
    return action == state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME) and intent in {None, named}


@cache
def _last(key: str) -> tuple[str | None, str | None]:
    """The action and the intent that a rule wants last; None where it wants none or that there is none."""
    state = json.loads(key)[-1]
    wanted = (state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), state.get(USER, {}).get(INTENT))
    action, intent = (None if name in {"", SHOULD_NOT_BE_SET} else name for name in wanted)
    return action, intent


def _nothing(_processor: Any, _parsed: Any) -> None:
    return None
