"""
What a message is about: one of the classes it was taught, or none of them.

Without Rasa, so that `recourse eval` can train it on any set of sentences.

A bare threshold lets half of all foreign messages through. Three things hold them back: a class of its own for them,
the distance to everything that was taught, and confidences that were fitted on sentences the model had not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from casework.reader.linear import Floats, Linear, grams, softmax

FOLDS = 5  # one fifth is held out to fit the temperature


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Classes by calibrated probability; `nearest` is the cosine to the closest example, 1.0 without an encoder."""

    classes: tuple[tuple[str, float], ...]
    nearest: float

    @property
    def top(self) -> tuple[str, float]:
        return self.classes[0]


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A linear model, its temperature, and what it was taught."""

    linear: Linear
    temperature: float
    taught: Floats  # (n, d) sentence vectors of length one; (0, 0) without an encoder

    def rank(self, text: str, vector: Floats | None) -> Ranked:
        """Every class with its probability, the likeliest first."""
        scores = self.linear.scores(vector if self.linear.dense.shape[1] else None, grams(text))
        odds = softmax(scores / self.temperature)
        nearest = float((self.taught @ vector).max()) if vector is not None and len(self.taught) else 1.0
        order = np.argsort(-odds)
        return Ranked(classes=tuple((self.linear.labels[i], float(odds[i])) for i in order), nearest=nearest)

    def save(self, path: Path) -> None:
        extra = {"temperature": np.array(self.temperature), "taught": self.taught.astype(np.float16)}
        np.savez(path, **extra, **self.linear.to_arrays("intents"))

    @classmethod
    def load(cls, path: Path) -> Classifier:
        with np.load(path) as arrays:
            linear = Linear.from_arrays(arrays, "intents")
            temperature, taught = float(arrays["temperature"]), arrays["taught"].astype(np.float32)
        return cls(linear=linear, temperature=temperature, taught=taught)


def fit_classifier(
    texts: Sequence[str], labels: Sequence[str], vectors: Floats | None, *, c: float, words: float
) -> Classifier:
    """Fit on all; the temperature comes from a model that did not see every fifth example. Deterministic."""
    from casework.reader.fitting import Strength, fit_classes, table_of, temperature_of

    table, strength, rows = table_of(texts, vectors), Strength(c=c, words=words), np.arange(len(texts))
    linear = fit_classes(table, labels, strength)
    seen, unseen = rows[rows % FOLDS != 0], rows[rows % FOLDS == 0]
    held = fit_classes(table.rows(seen), [labels[i] for i in seen], strength)
    place = {name: at for at, name in enumerate(held.labels)}
    known = np.array([i for i in unseen if labels[i] in place], dtype=np.int64)
    temperature = 1.0
    if len(known):
        rest = table.rows(known)
        scores = rest.vectors @ held.dense.T + rest.words @ held.sparse + held.bias
        temperature = temperature_of(np.asarray(scores), np.array([place[labels[i]] for i in known]))
    taught = np.zeros((0, 0), np.float32) if vectors is None else vectors
    return Classifier(linear=linear, temperature=temperature, taught=taught)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """
    Where a message stops being one of ours.

    `score` mixes how sure the classifier is with how near the message is to what was taught.
    """

    floor: float  # of `score`
    near: float  # weight of the nearest example's cosine; the rest is the classifier's probability
    foreign: str = "off_topic"  # the class of what is none of our business, where a set has one

    def score(self, ranked: Ranked) -> float:
        """0 (foreign) to 1 (ours)."""
        ours = 1.0 - dict(ranked.classes).get(self.foreign, 0.0)
        top = max((p for name, p in ranked.classes if name != self.foreign), default=0.0)
        return self.near * max(0.0, ranked.nearest) * ours + (1 - self.near) * top

    def is_foreign(self, ranked: Ranked) -> bool:
        return ranked.top[0] == self.foreign or self.score(ranked) < self.floor
