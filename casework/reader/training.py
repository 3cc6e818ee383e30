"""Learns the signals from data/signals and data/nlu: the part of `recourse train` that is not Rasa's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from casework.reader.encoder import Encoder
from casework.reader.examples import LABELS, SAFETY, STORY, Example, read_examples
from casework.reader.fitting import Strength, Table, fit_labels, table_of, words_of
from casework.reader.layered import Layer, Nets, fit_nets
from casework.reader.linear import Floats, Linear, plain, sigmoid
from casework.reader.signals import ASKED_ONLY, Levels, SignalModel
from casework.reader.wordlists import DATA

STRENGTH = Strength(c=20.0, words=2.0, steps=50)
HELD_OUT = 3  # every third example, for the levels; by its text, so that a new one moves no other
# Of ordinary messages that the model has not seen, so many may ring, and so many may be asked about.
ALARMS, QUESTIONS = 0.03, 0.27
TYPED = 1 / 4  # of answers and questions to the assistant a quarter as many: they are no stories of harm
# Of the sentences that a label of the story is found in, so many must be right: as a fact, as a question. In a talk a
# label is rarer than among the examples that were written for it: each sentence without it stands for so many.
RIGHT, PERHAPS = 0.9, 0.6
RARER = 2.0
RARE = "safety.overdose"  # an alarm within an alarm: it changes the answer and rings nothing by itself


# Rows of messages that should not ring, and the part of a budget that they may have.
_Harmless = Sequence[tuple[NDArray[Any], float]]


@dataclass(frozen=True, kw_only=True)
class _Task:
    """The examples of which the labels are known, as numbers."""

    labels: tuple[str, ...]
    table: Table
    marks: NDArray[Any]  # (n, labels)
    known: NDArray[Any]  # (n, labels)
    ordinary: NDArray[Any]  # (n,)
    typed: NDArray[Any]  # (n,)
    held_out: NDArray[Any]  # (n,) for the levels

    def learnt(self) -> _Learnt:
        """Fit on two thirds, and take the levels from the rest; from there go on with all."""
        first, rest = self._fit(np.where(~self.held_out)[0]), np.where(self.held_out)[0]
        last = self._fit(np.arange(len(self.table)), first)
        odds = sigmoid(first.scores(self.table.rows(rest)))
        harmless = ((self.ordinary[rest], 1.0), (self.typed[rest], TYPED))
        levels = _levels(self.labels, odds, self.marks[rest], self.known[rest], harmless)
        return dataclasses.replace(last, levels=levels)

    def _fit(self, rows: NDArray[Any], near: _Learnt | None = None) -> _Learnt:
        table, marks = self.table.rows(rows), self.marks[rows]
        layered = table.vectors.shape[1] and set(self.labels) <= SAFETY
        return _Learnt(
            linear=fit_labels(table, marks, self.known[rows], self.labels, STRENGTH, near.linear if near else None),
            nets=fit_nets(table.vectors, marks, near.nets if near else None) if layered else None,
        )


@dataclass(frozen=True, kw_only=True)
class _Learnt:
    linear: Linear
    nets: Nets | None
    levels: Mapping[str, Levels] = field(default_factory=dict)

    @property
    def layer(self) -> Layer | None:
        return self.nets.layer(self.linear.labels) if self.nets else None

    def scores(self, table: Table) -> Floats:
        flat, layer = table.scores(self.linear), self.layer
        return np.asarray((flat + layer.scores(table.vectors)) / 2) if layer else flat


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Every example as numbers: what takes the most of a training, and both cores."""

    examples: Sequence[Example]
    table: Table

    @classmethod
    def read(cls, encoder: Encoder | None, data: Path = DATA) -> Lessons:
        examples = read_examples(data)
        texts = [one.text for one in examples]
        if encoder is None:
            return cls(examples=examples, table=table_of(texts, None))
        with ThreadPoolExecutor(1) as beside:  # encoding lets go of Python's lock
            words = beside.submit(words_of, texts)
            vectors = encoder.encode_many([plain(text) for text in texts])
            return cls(examples=examples, table=Table(vectors=vectors, words=words.result()))

    def learn(self, beside: Executor) -> SignalModel:
        """Fit on every example, the safety cues and the story each where `beside` runs them. Deterministic."""
        tasks = [_task(self.examples, self.table, of) for of in (SAFETY, STORY)]
        learnt = list(beside.map(_Task.learnt, tasks))
        levels = {name: level for each in learnt for name, level in each.levels.items()}
        layer = next((each.layer for each in learnt if each.nets), None)
        return SignalModel(linear=Linear.joined([each.linear for each in learnt]), levels=levels, layer=layer)


def _task(examples: Sequence[Example], table: Table, of: frozenset[str]) -> _Task:
    labels = tuple(label for label in LABELS if label in of)
    rows = np.array([i for i, one in enumerate(examples) if one.known & of])
    return _Task(
        labels=labels,
        table=table.rows(rows),
        marks=np.array([[label in examples[i].says for label in labels] for i in rows]),
        known=np.array([[label in examples[i].known for label in labels] for i in rows]),
        ordinary=np.array([examples[i].ordinary for i in rows]),
        typed=np.array([examples[i].typed for i in rows]),
        held_out=np.array([crc32(examples[i].text.encode()) % HELD_OUT == 0 for i in rows]),
    )


def _levels(
    labels: Sequence[str], odds: Floats, marks: NDArray[Any], known: NDArray[Any], harmless: _Harmless
) -> dict[str, Levels]:
    found = {label: _by_precision(odds[:, at], marks[:, at] & known[:, at]) for at, label in enumerate(labels)}
    cues = [at for at, label in enumerate(labels) if label in SAFETY and label != RARE]
    if cues:
        rings = [at for at in cues if labels[at].partition(".")[2] not in ASKED_ONLY]
        ask = _at_same_odds(odds[:, cues], harmless, QUESTIONS)
        sure = _together(odds, marks, harmless, cues, ALARMS) | _together(odds, marks, harmless, rings, ALARMS)
        found |= {labels[at]: Levels(ask=min(ask, sure[at] - 0.01), sure=sure[at]) for at in cues}
    return found


def _at_same_odds(odds: Floats, harmless: _Harmless, share: float) -> float:
    """One level for all cues: a question asked without need costs the same whatever it asks about."""
    most = odds.max(axis=1)
    return max(float(np.quantile(most[rows], 1 - share * part_of)) for rows, part_of in harmless)


def _together(
    odds: Floats, marks: NDArray[Any], harmless: _Harmless, cues: Sequence[int], share: float
) -> dict[int, float]:
    """One level a cue: all kinds are heard equally often, and at most `share` of what is harmless."""
    missed, most = 1.0, 0.0
    for _ in range(30):
        part = (missed + most) / 2
        levels = [np.quantile(odds[marks[:, at], at], part) for at in cues]
        rung = (odds[:, cues] >= levels).any(axis=1)
        within = all(rung[rows].mean() <= share * part_of for rows, part_of in harmless)
        missed, most = (part, most) if within else (missed, part)
    return {at: float(np.quantile(odds[marks[:, at], at], missed)) for at in cues}


def _by_precision(odds: Floats, there: NDArray[Any]) -> Levels:
    """The lowest probabilities from which on enough of what is found is right."""
    steps = np.linspace(0.02, 0.98, 97)
    right = np.array([(odds[there] >= at).sum() for at in steps], dtype=float)
    found = right + RARER * np.array([(odds[~there] >= at).sum() for at in steps], dtype=float)
    share = right / np.maximum(found, 1)
    sure, ask = (float(min(steps[(share >= wanted) & (found > 0)], default=0.98)) for wanted in (RIGHT, PERHAPS))
    return Levels(ask=min(ask, sure - 0.01), sure=sure)
