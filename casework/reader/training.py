"""Learns the signals from data/signals and data/nlu: the part of `recourse train` that is not Rasa's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from casework.reader.encoder import Encoder
from casework.reader.examples import LABELS, SAFETY, Example, read_examples
from casework.reader.fitting import Strength, Table, fit_labels, table_of
from casework.reader.linear import Floats, Linear, plain, sigmoid
from casework.reader.signals import ASKED_ONLY, Levels, SignalModel
from casework.reader.wordlists import DATA

STRENGTH = Strength(c=20.0, words=2.0)
HELD_OUT = 3  # every third example, for the levels
# Of ordinary messages that the model has not seen, so many may ring, and so many may be asked about.
ALARMS, QUESTIONS = 0.03, 0.2
# Of the sentences that a label of the story is found in, so many must be right: as a fact, as a question. In a talk a
# label is rarer than among the examples that were written for it: each sentence without it stands for so many.
RIGHT, PERHAPS = 0.9, 0.6
RARER = 2.0
RARE = "safety.overdose"  # an alarm within an alarm: it changes the answer and rings nothing by itself


@dataclass(frozen=True, kw_only=True)
class _Task:
    """The examples of which the labels are known, as numbers."""

    labels: tuple[str, ...]
    table: Table
    marks: NDArray[Any]  # (n, labels)
    known: NDArray[Any]  # (n, labels)
    ordinary: NDArray[Any]  # (n,)

    def fit(self, rows: NDArray[Any]) -> Linear:
        return fit_labels(self.table.rows(rows), self.marks[rows], self.known[rows], self.labels, STRENGTH)

    def levels(self) -> dict[str, Levels]:
        """Fit on two thirds; the levels come from the rest."""
        at = np.random.RandomState(0).permutation(len(self.table)) % HELD_OUT
        seen, rest = np.where(at != 0)[0], np.where(at == 0)[0]
        model, table = self.fit(seen), self.table.rows(rest)
        odds = sigmoid(table.vectors @ model.dense.T + table.words @ model.sparse + model.bias)
        held = (odds, self.marks[rest], self.known[rest])
        return _levels(self.labels, *held, self.ordinary[rest])


def train_signals(encoder: Encoder | None, data: Path = DATA) -> SignalModel:
    """Fit on every example. Deterministic."""
    examples = read_examples(data)
    texts = [one.text for one in examples]
    table = table_of(texts, encoder.encode_many([plain(text) for text in texts]) if encoder else None)
    tasks = [_task(examples, table, SAFETY), _task(examples, table, frozenset(LABELS) - SAFETY)]
    levels = {name: level for task in tasks for name, level in task.levels().items()}
    parts = [task.fit(np.arange(len(task.table))) for task in tasks]
    return SignalModel(linear=Linear.joined(parts), levels=levels)


def _task(examples: Sequence[Example], table: Table, of: frozenset[str]) -> _Task:
    labels = tuple(label for label in LABELS if label in of)
    rows = np.array([i for i, one in enumerate(examples) if one.known & of])
    return _Task(
        labels=labels,
        table=table.rows(rows),
        marks=np.array([[label in examples[i].says for label in labels] for i in rows]),
        known=np.array([[label in examples[i].known for label in labels] for i in rows]),
        ordinary=np.array([examples[i].ordinary for i in rows]),
    )


def _levels(
    labels: Sequence[str], odds: Floats, marks: NDArray[Any], known: NDArray[Any], ordinary: NDArray[Any]
) -> dict[str, Levels]:
    found = {label: _by_precision(odds[:, at], marks[:, at] & known[:, at]) for at, label in enumerate(labels)}
    cues = [at for at, label in enumerate(labels) if label in SAFETY and label != RARE]
    if cues:
        rings = [at for at in cues if labels[at].partition(".")[2] not in ASKED_ONLY]
        ask = _together(odds, marks, ordinary, cues, QUESTIONS)
        sure = _together(odds, marks, ordinary, cues, ALARMS) | _together(odds, marks, ordinary, rings, ALARMS)
        found |= {labels[at]: Levels(ask=ask[at], sure=sure[at]) for at in cues}
    return found


def _together(
    odds: Floats, marks: NDArray[Any], ordinary: NDArray[Any], cues: Sequence[int], share: float
) -> dict[int, float]:
    """One level a cue: all kinds are heard equally often, and `share` of what is ordinary."""
    missed, most = 1.0, 0.0
    for _ in range(30):
        part = (missed + most) / 2
        levels = [np.quantile(odds[marks[:, at], at], part) for at in cues]
        reached = float((odds[ordinary][:, cues] >= levels).any(axis=1).mean())
        missed, most = (part, most) if reached <= share else (missed, part)
    return {at: float(np.quantile(odds[marks[:, at], at], missed)) for at in cues}


def _by_precision(odds: Floats, there: NDArray[Any]) -> Levels:
    """The lowest probabilities from which on enough of what is found is right."""
    steps = np.linspace(0.02, 0.98, 97)
    right = np.array([(odds[there] >= at).sum() for at in steps], dtype=float)
    found = right + RARER * np.array([(odds[~there] >= at).sum() for at in steps], dtype=float)
    share = right / np.maximum(found, 1)
    sure, ask = (float(min(steps[(share >= wanted) & (found > 0)], default=0.98)) for wanted in (RIGHT, PERHAPS))
    return Levels(ask=min(ask, sure - 0.01), sure=sure)
