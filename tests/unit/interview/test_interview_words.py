"""Code and data of the interview say the same names: a response without words would be silence to someone in need."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

from actions.asking import ABOUT_THEM
from actions.speaking import WITH_CONTACTS
from casework.interview.asides import ASIDES, INTERRUPTS, NOT_UNDERSTOOD, PATIENCE, RESPONSE_OF, SAFETY_INTENTS
from casework.interview.options import AT_STEP, FREE_TEXT, MAY_STAY_OPEN, NOT_CLEAR, VALUES
from casework.interview.steps import CHANGEABLE, CONDITIONS, ORDER
from casework.interview.telling import LINK_SAYS

ROOT = Path(__file__).resolve().parents[3]
SPOKEN = ("say", "say_once")


@cache
def responses() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        found |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["responses"]
    return found


@cache
def domain() -> dict[str, list[str]]:
    return dict(yaml.load((ROOT / "domain.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def named_in_code() -> set[str]:
    """Each response that the code names: in a say, as an utter_, or as a Say."""
    names: set[str] = set()
    for folder in ("casework/interview", "actions"):
        for path in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names |= _names(node)
    return names


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("utter_"):
        return {node.value} if not node.value.endswith("_") else set()
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "response")]
        if name in (*SPOKEN, "Say"):
            texts = {c.value for arg in given for c in ast.walk(arg) if isinstance(c, ast.Constant)}
            return {f"utter_{text}" for text in texts if isinstance(text, str) and f"{text}".replace("_", "").isalnum()}
    return set()


def computed() -> set[str]:
    questions = {intent for intent in ASIDES if intent not in (*NOT_UNDERSTOOD, "ask_why", *RESPONSE_OF)}
    names = {f"utter_{intent.removeprefix('ask_')}" for intent in questions} | {
        f"utter_{r}" for r in RESPONSE_OF.values()
    }
    names |= {f"utter_repair_{n + 1}" for n in range(PATIENCE)} | {f"utter_{r}" for r in LINK_SAYS.values()}
    names |= {f"utter_{r}" for r in WITH_CONTACTS} | {
        "utter_self_harm",
        "utter_danger",
        "utter_someone_near",
        "utter_not_safe",
    }
    return names | {f"utter_opening_{n}" for n in range(1, 5)}


@pytest.mark.parametrize("name", sorted(name for name in named_in_code() | computed() if not name.endswith("_")))
def test_a_response_that_the_code_says_and_nobody_wrote(name: str) -> None:
    assert name in responses()


@pytest.mark.parametrize("step", sorted(VALUES))
def test_a_question_without_words_or_without_a_reason(step: str) -> None:
    assert f"utter_ask_complaint_form_{step}" in responses()
    assert f"utter_why_{step}" in responses()


@pytest.mark.parametrize("step", ABOUT_THEM)
def test_a_helper_asked_as_if_it_were_about_them(step: str) -> None:
    assert f"utter_ask_complaint_form_{step}_other" in responses()


def test_words_for_a_helper_that_are_never_used() -> None:
    written = {name for name in responses() if name.startswith("utter_ask_") and name.endswith("_other")}

    assert written == {f"utter_ask_complaint_form_{step}_other" for step in ABOUT_THEM}


def test_a_step_that_takes_no_value_or_has_no_place_in_the_order() -> None:
    assert set(ORDER) <= set(VALUES)
    assert set(CONDITIONS) <= set(ORDER)
    assert {step for steps in CHANGEABLE.values() for step in steps} <= set(ORDER)
    assert set(VALUES) >= (FREE_TEXT | MAY_STAY_OPEN)


def test_a_plain_word_that_stands_for_a_value_which_its_step_does_not_take() -> None:
    internal = {("change_what", "nothing"), ("after_safety", NOT_CLEAR)}
    wrong = {(step, value) for (step, _), value in AT_STEP.items() if value not in VALUES[step]}

    assert wrong <= internal


def test_an_intent_beside_the_form_without_a_rule() -> None:
    rules = yaml.load((ROOT / "data" / "rules" / "asides.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[
        "rules"
    ]
    by_action: dict[str, set[str]] = {}
    for rule in rules:
        by_action.setdefault(rule["steps"][1]["action"], set()).add(rule["steps"][0]["intent"])

    assert by_action == {"action_interrupt": set(INTERRUPTS), "action_aside": set(ASIDES)}
    assert set(SAFETY_INTENTS) <= INTERRUPTS


def test_an_action_that_the_domain_does_not_know() -> None:
    from rasa_sdk import Action

    import actions.asking
    import actions.complaint  # noqa: F401  # registers its actions

    def every(kind: type) -> set[type]:
        return {sub for one in kind.__subclasses__() for sub in {one, *every(one)}}

    ours = {one for one in every(Action) if one.__module__.startswith("actions.") and not one.__name__.startswith("_")}
    assert {one().name() for one in ours} == set(domain()["actions"])
