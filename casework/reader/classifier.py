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
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from casework.reader.linear import Floats, Linear, grams, softmax

if TYPE_CHECKING:
    from casework.reader.fitting import Table

FOLDS = 5  # one fifth is held out to fit the temperature
VOTE = 0.3  # share of the examples' votes in a probability
SHARPNESS = 14.0  # an example nearer by a cosine of 0.1 has four times the vote


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Classes by calibrated probability; `nearest` is the cosine to the closest example, 1.0 without an encoder."""

    classes: tuple[tuple[str, float], ...]
    nearest: float

    @property
    def top(self) -> tuple[str, float]:
        return self.classes[0]


@dataclass(frozen=True, kw_only=True)
class Taught:
    """
    The examples as sentence vectors of length one, class after class in the order of the labels.

    Beside the linear model they vote, the nearer the more: small sets gain by it.
    """

    vectors: Floats  # (n, d); (0, 0) without an encoder
    counts: NDArray[np.int64]  # (classes,) how many of each

    @classmethod
    def of(cls, vectors: Floats | None, places: NDArray[np.int64], classes: int) -> Taught:
        """`places` (n,) says of each vector which class it is of; every class has one at least."""
        counts = np.bincount(places, minlength=classes)
        if vectors is None:
            return cls(vectors=np.zeros((0, 0), np.float32), counts=counts)
        return cls(vectors=vectors[np.argsort(places, kind="stable")], counts=counts)

    def votes(self, cosines: Floats) -> Floats:
        """(…, n) to (…, classes), each row with the sum one. No class may win by the number of its examples alone."""
        starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        each = np.add.reduceat(np.exp(SHARPNESS * (cosines - 1)), starts, axis=-1) / np.sqrt(self.counts)
        return np.asarray(each / each.sum(axis=-1, keepdims=True), dtype=np.float32)

    def joined(self, scores: Floats, vectors: Floats | None) -> tuple[Floats, float]:
        """Logits (…, classes) of the linear model and the votes together, and the cosine to the closest example."""
        if vectors is None or not len(self.vectors):
            return scores, 1.0
        cosines = vectors @ self.vectors.T
        return np.log((1 - VOTE) * softmax(scores) + VOTE * self.votes(cosines)), float(cosines.max())


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A linear model, what it was taught, and the temperature of both together."""

    linear: Linear
    temperature: float
    taught: Taught

    def rank(self, text: str, vector: Floats | None) -> Ranked:
        """Every class with its probability, the likeliest first."""
        scores = self.linear.scores(vector if self.linear.dense.shape[1] else None, grams(text))
        joined, nearest = self.taught.joined(scores, vector)
        odds = softmax(joined / self.temperature)
        order = np.argsort(-odds)
        return Ranked(classes=tuple((self.linear.labels[i], float(odds[i])) for i in order), nearest=nearest)

    def save(self, path: Path) -> None:
        vectors, counts = self.taught.vectors.astype(np.float16), self.taught.counts
        more = self.linear.to_arrays("intents")
        np.savez(path, temperature=np.array(self.temperature), taught=vectors, counts=counts, **more)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        with np.load(path) as arrays:
            taught = Taught(vectors=arrays["taught"].astype(np.float32), counts=arrays["counts"])
            linear = Linear.from_arrays(arrays, "intents")
            return cls(linear=linear, temperature=float(arrays["temperature"]), taught=taught)


def fit_classifier(
    texts: Sequence[str], labels: Sequence[str], vectors: Floats | None, *, c: float, words: float
) -> Classifier:
    """Fit on four fifths, take the temperature from the rest, and go on with all. Deterministic."""
    from casework.reader.fitting import Strength, fit_classes, table_of

    table, strength = table_of(texts, vectors), Strength(c=c, words=words)
    names, places = np.unique(np.array(labels), return_inverse=True)
    unseen = np.arange(len(texts)) % FOLDS == 0
    unseen &= np.isin(places, places[~unseen])  # a class is taught by one example at least
    first = fit_classes(table.rows(np.where(~unseen)[0]), [labels[i] for i in np.where(~unseen)[0]], strength)
    taught = Taught.of(table.vectors[~unseen] if vectors is not None else None, places[~unseen], len(names))
    return Classifier(
        linear=fit_classes(table, labels, strength, near=first),
        temperature=_temperature(first, taught, table.rows(np.where(unseen)[0]), places[unseen]),
        taught=Taught.of(vectors, places, len(names)),
    )


def _temperature(linear: Linear, taught: Taught, unseen: Table, places: NDArray[np.int64]) -> float:
    from casework.reader.fitting import temperature_of

    if not len(unseen):
        return 1.0
    joined, _ = taught.joined(unseen.scores(linear), unseen.vectors if len(taught.vectors) else None)
    return temperature_of(joined, places)


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
