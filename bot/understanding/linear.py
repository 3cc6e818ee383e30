"""
Multinomial logistic regression over a sentence vector and character n-grams, as plain arrays.

Trained with scikit-learn, kept as arrays: intake then starts without importing scikit-learn.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BUCKETS = 8192
GRAM_LENGTHS = (2, 3, 4, 5)


def ngram_features(texts: Sequence[str]) -> Floats:
    """Hashed character n-grams of each text, square-root scaled and L2-normalised; shape (n, BUCKETS)."""
    rows = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        padded = f" {' '.join(text.casefold().split())} "[:600].encode()
        for length in GRAM_LENGTHS:
            for i in range(len(padded) - length + 1):
                row[zlib.crc32(padded[i : i + length]) % BUCKETS] += 1.0
    np.sqrt(rows, out=rows)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Weights of one model; `probabilities` gives shape (n, classes)."""

    weights: Floats  # (classes, features)
    bias: Floats  # (classes,)

    def probabilities(self, features: Floats) -> Floats:
        logits = features @ self.weights.T + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        exponent = np.exp(logits)
        return np.asarray(exponent / exponent.sum(axis=1, keepdims=True), dtype=np.float32)


def train(features: Floats, labels: Sequence[str], strength: float) -> tuple[Linear, list[str]]:
    """Fit on (n, features); `strength` is scikit-learn's C. Deterministic."""
    # Imported here: only training needs scikit-learn.
    from sklearn.linear_model import LogisticRegression

    model: Any = LogisticRegression(C=strength, max_iter=400, class_weight="balanced", random_state=0)
    model.fit(features, labels)
    linear = Linear(weights=model.coef_.astype(np.float32), bias=model.intercept_.astype(np.float32))
    return linear, list(model.classes_)
