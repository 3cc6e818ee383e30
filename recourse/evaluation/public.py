"""Trains the shipped classifier on a public set, with the numbers of config.yml, and measures it there."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bot.understanding.deciding import Numbers, readable
from casework.reader.classifier import Classifier
from casework.reader.encoder import Encoder, meaning
from casework.reader.linear import Floats
from recourse.evaluation.intents import Judged, measure_intents
from recourse.evaluation.public_sets import Pairs, PublicSet


def measure_public(given: PublicSet, numbers: Numbers, encoder: Encoder | None) -> dict[str, Any]:
    """Every figure of one set, and the seconds that learning and answering took."""
    started = time.perf_counter()
    train = [pair for pair in given.train if readable(pair[0])]
    texts, labels = [text for text, _ in train], [label for _, label in train]
    classifier = numbers.fit(texts, labels, meaning(encoder.encode_many(texts)) if encoder else None)
    learnt = time.perf_counter()
    judged = _judged(given.test, classifier, encoder)
    measured = measure_intents(judged, numbers, numbers.gate(given.foreign))
    taught = {"set": given.name, "classes": len(set(labels) - {given.foreign}), "taught": len(texts)}
    seconds = {"training": learnt - started, "test": time.perf_counter() - learnt}
    return {**taught, **measured, "seconds": seconds}


def _judged(pairs: Pairs, classifier: Classifier, encoder: Encoder | None) -> list[Judged]:
    vectors = _vectors([text for text, _ in pairs], encoder)
    return [
        Judged(label=label, ranked=classifier.rank(text, vector) if readable(text) else None)
        for (text, label), vector in zip(pairs, vectors, strict=True)
    ]


def _vectors(texts: list[str], encoder: Encoder | None) -> list[Floats | None]:
    return [np.asarray(row) for row in meaning(encoder.encode_together(texts))] if encoder else [None] * len(texts)
