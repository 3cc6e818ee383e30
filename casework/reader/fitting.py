"""
Fits linear models with scipy's L-BFGS: all classes at once, dense and sparse parts side by side.

scikit-learn's own logistic regression turns 384 dense numbers a text into sparse ones and fits one label after the
other: 60 s for what takes 10 s here, in a training that has 90. Only `recourse train` and `recourse eval` import this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from casework.reader.linear import BUCKETS, Floats, Linear, grams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MORE_STEPS = 30  # from a model that is near
ENOUGH = 1e-5


@dataclass(frozen=True, kw_only=True)
class Table:
    """Texts as numbers: `vectors` (n, d) and `words` (n, BUCKETS)."""

    vectors: Floats
    words: csr_matrix

    def rows(self, chosen: NDArray[Any]) -> Table:
        return Table(vectors=self.vectors[chosen], words=self.words[chosen])

    def scores(self, linear: Linear) -> Floats:
        """Shape (n, classes), as `linear.scores` of each."""
        return np.asarray(self.vectors @ linear.dense.T + self.words @ linear.sparse + linear.bias)

    def __len__(self) -> int:
        return int(self.words.shape[0])


def table_of(texts: Sequence[str], vectors: Floats | None) -> Table:
    """`vectors` has one row a text, or is None where there is no encoder."""
    return Table(vectors=np.zeros((len(texts), 0), np.float32) if vectors is None else vectors, words=words_of(texts))


def words_of(texts: Sequence[str]) -> Any:
    """Return the n-grams of each text as a row of a sparse matrix."""
    from scipy.sparse import csr_matrix

    each = [grams(text) for text in texts]
    ends = np.cumsum([0, *(len(one.buckets) for one in each)], dtype=np.int32)
    columns = np.concatenate([one.buckets for one in each]) if each else np.zeros(0, dtype=np.int32)
    values = np.concatenate([one.values for one in each]) if each else np.zeros(0, dtype=np.float32)
    return csr_matrix((values, columns, ends), shape=(len(texts), BUCKETS))


@dataclass(frozen=True, kw_only=True)
class Strength:
    """
    How far the fit may go.

    `c` is scikit-learn's C, `words` weighs n-grams against the sentence vector, `steps` of L-BFGS lead from nothing.
    """

    c: float = 30.0
    words: float = 1.4
    steps: int = 30


def fit_classes(
    table: Table,
    labels: Sequence[str],
    strength: Strength,
    near: Linear | None = None,
) -> Linear:
    """
    One class a text, by softmax; every class counts the same however many examples it has.

    `near`: a model of the same classes, fitted to a part of the texts; beginning there saves most of the steps.
    """
    names, rows = np.unique(np.array(labels), return_inverse=True)
    counts = np.bincount(rows)
    each = np.asarray(len(rows) / (len(names) * counts[rows]), dtype=np.float32)[:, None]
    wanted = np.zeros((len(rows), len(names)), dtype=np.float32)
    wanted[np.arange(len(rows)), rows] = 1

    def loss(scores: Floats) -> tuple[float, Floats]:
        top = scores.max(axis=1, keepdims=True)
        exponent = np.exp(scores - top)
        total = exponent.sum(axis=1, keepdims=True)
        lost = (np.log(total) + top)[:, 0] - (scores * wanted).sum(axis=1)
        return float((lost * each[:, 0]).sum()), (exponent / total - wanted) * each

    return _fit(table, tuple(map(str, names)), loss, strength, near)


def fit_labels(
    table: Table,
    marks: NDArray[Any],
    known: NDArray[Any],
    labels: Sequence[str],
    strength: Strength,
    near: Linear | None = None,
) -> Linear:
    """
    Any number of labels a text, each by its own sigmoid; `near` as for `fit_classes`.

    `marks` and `known` have shape (n, labels): a text whose label is not known does not count for it. The rarer a
    label, the more a text counts that has it: recall first.
    """
    wanted = marks.astype(np.float32)
    share = (wanted * known).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    up = np.sqrt((1 - share) / np.maximum(share, 1e-6))
    each = known.astype(np.float32) * np.where(wanted > 0, up, 1.0).astype(np.float32)

    def loss(scores: Floats) -> tuple[float, Floats]:
        lost = np.logaddexp(0, scores) - wanted * scores
        odds = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        return float((lost * each).sum()), ((odds - wanted) * each).astype(np.float32)

    return _fit(table, tuple(labels), loss, strength, near)


def _fit(table: Table, labels: tuple[str, ...], loss: Any, strength: Strength, near: Linear | None) -> Linear:
    from scipy.optimize import minimize

    width, classes = table.vectors.shape[1], len(labels)
    words = table.words * np.float32(strength.words)
    turned = words.T.tocsr()

    def parts(flat: NDArray[Any]) -> tuple[Floats, Floats, Floats]:
        whole = flat.astype(np.float32).reshape(width + BUCKETS + 1, classes)
        return whole[:width], whole[width:-1], whole[-1]

    def cost(flat: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        dense, sparse, bias = parts(flat)
        lost, slope = loss(table.vectors @ dense + words @ sparse + bias)
        gradient = np.concatenate([table.vectors.T @ slope, turned @ slope, slope.sum(axis=0, keepdims=True)])
        small = flat.copy().reshape(-1, classes)
        small[-1] = 0  # the bias is free
        gradient = gradient + small / strength.c
        return lost + float((small * small).sum()) / (2 * strength.c), gradient.astype(np.float64).ravel()

    limits = {"maxiter": MORE_STEPS if near else strength.steps, "ftol": ENOUGH}
    found = minimize(cost, _start(width, classes, strength, near), jac=True, method="L-BFGS-B", options=limits)
    dense, sparse, bias = parts(found.x)
    return Linear(labels=labels, dense=dense.T.copy(), sparse=sparse * np.float32(strength.words), bias=bias.copy())


def _start(width: int, classes: int, strength: Strength, near: Linear | None) -> NDArray[np.float64]:
    if near is None:
        return np.zeros((width + BUCKETS + 1) * classes)
    rows = (near.dense.T, near.sparse / np.float32(strength.words), near.bias[None])
    return np.asarray(np.concatenate(rows), dtype=np.float64).ravel()


def temperature_of(scores: Floats, right: NDArray[Any]) -> float:
    """The number to divide held-out scores (n, classes) by, so that a confidence is a frequency; `right` is (n,)."""
    from scipy.optimize import minimize_scalar

    def lost(temperature: float) -> float:
        scaled = scores / temperature
        top = scaled.max(axis=1)
        total = np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top
        return float((total - scaled[np.arange(len(right)), right]).mean())

    return float(minimize_scalar(lost, bounds=(0.2, 10.0), method="bounded").x)
