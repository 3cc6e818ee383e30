"""What a ranking of intents comes to, by config.yml. Without Rasa, so that `recourse eval` decides by the same code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from bot.safety import INTENT_OF
from casework.reader.classifier import Classifier, Gate, Ranked, fit_classifier
from casework.reader.linear import Floats

FALLBACK = "nlu_fallback"
UNCLEAR = "unclear"  # two of the below are meant about equally
MARKS = frozenset("?👍👌👋🙏✅")  # said without a letter
COMMANDS = frozenset({"stop", "pause", "delete", "start_again", "not_safe"})  # costly when misheard
# What the safety net alone decides, from more examples than a class of intents could hold.
NOT_TAUGHT = frozenset(INTENT_OF.values())
CONFUSABLE = COMMANDS | {
    "ask_bot", "ask_cost", "ask_find_out", "ask_how_long", "ask_human", "ask_image", "ask_lawyer", "ask_legit",
    "ask_next", "ask_police", "ask_promise", "ask_retention", "ask_who_sees", "ask_why", "change", "go_back", "help",
}  # fmt: skip
SHOWN = 5  # classes of a ranking

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of the classifier in config.yml, which says what each is for."""

    strength: float = 20.0
    words: float = 1.0
    near: float = 0.5
    floor: float = 0.5
    sure: float = 0.33
    sure_of_command: float = 0.5
    apart: float = 0.15

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Take what is ours; Rasa adds keys of its own."""
        return cls(**{field.name: config[field.name] for field in fields(cls) if field.name in config})

    def to_dict(self) -> dict[str, float]:
        return asdict(self)

    def fit(self, texts: Sequence[str], labels: Sequence[str], vectors: Floats | None) -> Classifier:
        return fit_classifier(texts, labels, vectors, c=self.strength, words=self.words)

    def gate(self, foreign: str = Gate.foreign) -> Gate:
        return Gate(floor=self.floor, near=self.near, foreign=foreign)


def _are_close(ranked: Ranked, apart: float) -> bool:
    """Whether the two likeliest are both things that one can ask of us, and nearly as likely."""
    (first, sure), (second, less), *_ = *ranked.classes, ("", 0.0)
    return {first, second} <= CONFUSABLE and sure - less < apart


def readable(text: str) -> bool:
    """Whether there is anything to understand: zero-width marks are nothing."""
    return any(character.isalnum() or character in MARKS for character in text)


def decided(ranked: Ranked, numbers: Numbers, gate: Gate, *, free_text: bool = False) -> Ranking:
    """
    Return the ranking, with the fallback before it where nothing may be made of it.

    `free_text`: their own words are asked for, so a command must be surer.
    """
    name, sure = ranked.top
    shown = list(ranked.classes[:SHOWN])
    if name == gate.foreign:
        return shown
    if not free_text and not gate.is_foreign(ranked) and _are_close(ranked, numbers.apart):
        return [(UNCLEAR, sure), *shown]
    needed = numbers.sure_of_command if name in COMMANDS or free_text else numbers.sure
    if sure < needed or gate.is_foreign(ranked):
        return [(FALLBACK, 1.0 - sure), *shown]
    return shown
