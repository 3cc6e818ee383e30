"""
A spaCy component: what a sentence says without any of the words that a pattern names.

One linear model with a label each for acts, wishes, earlier reports, harm, and the cues of the safety net. Every
finding shows the stretch that it was read from. It joins the patterns' findings and never overrules a denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from casework.reader.finding import FACT, Finding
from casework.reader.layered import Layer
from casework.reader.linear import Floats, Linear, grams, plain, sigmoid
from casework.reader.windows import Window, clause, windows

if TYPE_CHECKING:
    from spacy.tokens import Doc

FILE = "signals.npz"
SAFETY = "safety"
FIELD_OF = {
    "acts": "acts", "wants": "wants", "tried": "prior", "answer": "prior.answer", "harm": "harm",
    "perpetrator": "perpetrator", "ongoing": "ongoing", "safety": SAFETY,
}  # fmt: skip
NOBODY = ("prior.nobody", "yes")
PAGE = 12  # stretches; of more, those of one length are encoded together
OF_EACH = ("tried.platform", "tried.regulator", "tried.police", "answer.")
EITHER = frozenset({"perpetrator", "ongoing"})  # a sentence says one or the other
PRIOR = frozenset({"prior", "prior.answer"})
ASKABLE = 0.5  # below, it is not even worth a question
# How sure a cue must be in a text of up to so many stretches, and of more.
ENOUGH = ((2, ASKABLE), (4, 0.65), (9, 0.9))
AS_LONG = 10  # words; «no. stop. please.» is no story for its full stops
CERTAIN, CLEAR = 0.98, {"self_harm": 0.9}
PAGES = 40  # stretches; beyond, nothing less than certain rings
_I = re.compile(r"\b(?:i|im|ive|we|weve)\b", re.IGNORECASE)
STORY = 4  # stretches: beyond, a text is a story
TOLD = 0.9  # from which on a label of the story explains a sentence
# What leads off the journey for good needs plain words: a likeness alone asks.
ASKED_ONLY = frozenset({"minor", "perpetrator"})
# A pattern of words in a sentence that is nothing like a cry is a doubt: 97 of 100 cries are above this, and of the
# sentences that only share the words one in three.
HARMLESS, DOUBT = 0.1, 0.6
UNMISTAKABLE = 1.0  # of a pattern: words that mean one thing, or a language that the model does not know


class SentenceVectors(Protocol):
    """What turns sentences into vectors: casework.reader.encoder.Encoder."""

    def encode(self, texts: Sequence[str]) -> Floats: ...

    def encode_together(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, kw_only=True)
class Levels:
    """
    The score of one label, as probabilities, from which on it is a fact or alarm, a question, or nothing.

    Set from examples that the model had not seen, so that a confidence of 0.8 means the same for every label.
    """

    ask: float
    sure: float

    def confidence(self, odds: float) -> float:
        """Return 0 to 1, with `ask` at 0.5 and `sure` at 0.8."""
        steps = (0.0, self.ask, self.sure, 1.0)
        return float(np.interp(odds, steps, (0.0, ASKABLE, FACT, 1.0)))


@dataclass(frozen=True, kw_only=True)
class SignalModel:
    """Fitted by `casework.reader.training`."""

    linear: Linear
    levels: Mapping[str, Levels]
    layer: Layer | None = None  # of the safety cues, where there is an encoder

    def save(self, path: Path) -> None:
        levels = np.array([[self.levels[label].ask, self.levels[label].sure] for label in self.linear.labels])
        layer = self.layer.to_arrays() if self.layer else {}
        np.savez(path, levels=levels, **self.linear.to_arrays("signals"), **layer)

    @classmethod
    def load(cls, path: Path) -> SignalModel:
        with np.load(path) as arrays:
            linear = Linear.from_arrays(arrays, "signals")
            rows, layer = arrays["levels"], Layer.from_arrays(arrays)
        levels = {label: Levels(ask=float(a), sure=float(s)) for label, (a, s) in zip(linear.labels, rows, strict=True)}
        return cls(linear=linear, levels=levels, layer=layer)

    def odds(self, text: str, vector: Floats | None) -> Floats:
        """Return the probability of every label, in the order of `linear.labels`."""
        scores = self.linear.scores(vector, grams(text))
        if self.layer and vector is not None:
            at = [self.linear.labels.index(label) for label in self.layer.labels]
            scores[at] = (scores[at] + self.layer.scores(vector)) / 2
        return sigmoid(scores)


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """One stretch and the probability of every label in it."""

    window: Window
    odds: Floats


class SignalFinder:
    """The component. `doc.user_data["vector"]` may hold the vector of the whole text: then it is not made twice."""

    def __init__(self, model: SignalModel, encoder: SentenceVectors | None) -> None:
        self._model = model
        self._encoder = encoder
        self._safety = {
            label.partition(".")[2]: at
            for at, label in enumerate(model.linear.labels)
            if label.startswith(f"{SAFETY}.")
        }
        self._story = [at for at in range(len(model.linear.labels)) if at not in self._safety.values()]

    def __call__(self, doc: Doc) -> Doc:
        text, vector = doc.user_data["text"], doc.user_data.get("vector")
        heard = self._heard(text, windows(text), vector)
        stretches = min(len(heard), len(text.split()) // AS_LONG + 1)
        patterns = [self._doubted(one, heard, text) for one in doc.user_data["findings"]]
        if stretches > STORY:
            patterns = [one for one in patterns if not self._by_chance(one, heard)]
        signals = [
            _unless_denied(one, patterns)
            for one in self._findings(heard, stretches)
            if not _by_others(one, patterns, text)
        ]
        doc.user_data["findings"] = joined(patterns, (one for one in signals if _counts(one, stretches)))
        return doc

    def _heard(self, text: str, cut: Sequence[Window], whole: Floats | None) -> list[_Heard]:
        parts = [text[window.start : window.end] for window in cut]
        known = {text.strip(): whole} if whole is not None else {}
        vectors = iter(self._vectors([plain(words) for words in parts if words not in known]))
        return [
            _Heard(window=window, odds=self._model.odds(words, known[words] if words in known else next(vectors)))
            for window, words in zip(cut, parts, strict=True)
        ]

    def _vectors(self, parts: Sequence[str]) -> Sequence[Floats | None]:
        if not self._encoder:
            return [None] * len(parts)
        return list(self._encoder.encode_together(parts) if len(parts) > PAGE else self._encoder.encode(parts))

    def _findings(self, heard: Sequence[_Heard], stretches: int) -> Iterator[Finding]:
        """The surest stretch of each label; of what is told once for each who was asked, every stretch."""
        if not heard:
            return
        most = np.max([one.odds for one in heard], axis=0)
        for at, label in enumerate(self._model.linear.labels):
            if most[at] < self._model.levels[label].ask:
                continue
            told = sorted(heard, key=lambda one: -float(one.odds[at]))
            for one in told if label.startswith(OF_EACH) else told[:1]:
                found = self._finding(label, one.window, float(one.odds[at]))
                if found.confidence < ASKABLE:
                    break
                if found.field != SAFETY or not self._explained(found, one, stretches):
                    yield found

    def _finding(self, label: str, window: Window, odds: float) -> Finding:
        confidence = self._model.levels[label].confidence(odds)
        field, value = finding_of(label)
        if field == SAFETY and value in ASKED_ONLY:
            confidence = min(confidence, FACT - 0.01)
        return Finding(field=field, value=value, start=window.start, end=window.end, confidence=round(confidence, 2))

    def _explained(self, found: Finding, heard: _Heard, stretches: int) -> bool:
        """Whether the sentence is at least as clearly a part of the story: «he wants 500 or he sends it»."""
        if found.value in ASKED_ONLY or (stretches <= STORY and found.confidence >= FACT):
            return False
        told = float(heard.odds[self._story].max())
        return told >= TOLD and told >= float(heard.odds[self._safety[found.value]])

    def _by_chance(self, found: Finding, heard: Sequence[_Heard]) -> bool:
        """A doubt about words in a story, in a sentence that is not even half like a cry."""
        at = self._safety.get(found.value) if found.field == SAFETY and found.confidence < FACT else None
        if at is None:
            return False
        levels = self._model.levels[f"{SAFETY}.{found.value}"]
        around = [one for one in heard if one.window.start <= found.start and found.end <= one.window.end]
        return all(levels.confidence(float(one.odds[at])) < ASKABLE for one in around)

    def _doubted(self, found: Finding, heard: Sequence[_Heard], text: str) -> Finding:
        """A cue of the patterns in a sentence that is nothing like one becomes a question."""
        doubtful = found.field == SAFETY and FACT <= found.confidence < UNMISTAKABLE
        at = self._safety.get(found.value) if doubtful else None
        around = [one for one in heard if one.window.start <= found.start and found.end <= one.window.end]
        if at is None or not around or max(float(one.odds[at]) for one in around) >= HARMLESS:
            return found
        # A cry at the end of a long sentence about something else drowns in it.
        alone = clause(text, around[0].window, found.start, found.end)
        narrow = all(one.window != alone for one in around)
        return found if narrow and self._heard(text, [alone], None)[0].odds[at] >= HARMLESS else found.at(DOUBT)


def _by_others(signal: Finding, patterns: Iterable[Finding], text: str) -> bool:
    """«My ex made this»: words say that somebody else did what sounds like a deed, and no "I" stands beside them."""
    if (signal.field, signal.value) != (SAFETY, "perpetrator") or _I.search(text, signal.start, signal.end):
        return False
    here = [one for one in patterns if one.overlaps(signal)]
    others = any(one.field in {"deed", "perpetrator"} and one.confidence >= FACT for one in here)
    return others and not any((one.field, one.value) == (SAFETY, "perpetrator") for one in here)


def _unless_denied(signal: Finding, patterns: Iterable[Finding]) -> Finding:
    """«I am not suicidal» is no certainty, whatever its sentence looks like."""
    said = [one for one in patterns if one.field == f"{SAFETY}.not" and one.value == signal.value]
    denied = signal.field == SAFETY and any(one.overlaps(signal) for one in said)
    return signal.at(min(signal.confidence, DOUBT)) if denied else signal


def _counts(finding: Finding, stretches: int) -> bool:
    """
    Whether a cue of the safety net stands in a text of so many stretches.

    The more sentences are read, the likelier one of them looks like a cue by chance: in a story a doubt is not asked
    about, and in a page not even half a certainty rings.
    """
    beyond = CERTAIN if stretches > PAGES else CLEAR.get(finding.value, CERTAIN)
    enough = next((level for most, level in ENOUGH if stretches <= most), beyond)
    return finding.field != SAFETY or finding.confidence >= enough


def finding_of(label: str) -> tuple[str, str]:
    """Return the field and value of a label: those of `acts.shared` are acts and shared."""
    kind, _, value = label.partition(".")
    return NOBODY if label == "tried.nobody" else (FIELD_OF[kind], value)


def joined(patterns: Sequence[Finding], signals: Iterable[Finding]) -> list[Finding]:
    """
    A pattern keeps its narrow span and takes the higher confidence; what was denied stays denied.

    About facts, two that half hear the same are sure together; about safety they may both have tripped over one word.
    """
    out = list(patterns)
    for signal in signals:
        same = [i for i, one in enumerate(out) if _says_the_same(one, signal)]
        denied = any(_denies(one, signal) for one in patterns)
        if same:
            for i in same:
                out[i] = out[i].at(_together(out[i], signal))
        elif not denied:
            out.append(signal)
    return out


def _denies(pattern: Finding, signal: Finding) -> bool:
    """What was denied, or what the words of that very sentence say the other way round: «nothing new has appeared»."""
    if pattern.field == signal.field in EITHER:
        return pattern.value != signal.value and pattern.confidence >= FACT and pattern.overlaps(signal)
    if signal.field == SAFETY:
        return False
    return pattern.field == f"{signal.field}.not" and pattern.value == signal.value


def _says_the_same(one: Finding, signal: Finding) -> bool:
    """Two reports of one kind are the same only where they stand together."""
    same = (one.field, one.value) == (signal.field, signal.value)
    return same and (signal.field not in PRIOR or one.overlaps(signal))


def _together(pattern: Finding, signal: Finding) -> float:
    if pattern.field == SAFETY:
        return max(pattern.confidence, signal.confidence)
    return 1 - (1 - pattern.confidence) * (1 - signal.confidence)
