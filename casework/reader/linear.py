"""
Linear models over a sentence vector and character n-grams, as plain arrays.

Fitted with scipy's L-BFGS (casework.reader.fitting), kept as arrays: a process that only reads imports neither scipy
nor scikit-learn.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BUCKETS = 8192
GRAM_LENGTHS = (2, 3, 4, 5)
# Anchored at the start of a word, so that a page without a space costs no more than prose.
_ADDRESS = re.compile(
    r"(?<!\S)\S*(?:://|www\.|\[\.\]|\(\.\)|\[:\])\S+|(?<!\S)[(\[<\"']*[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/\S*",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<!\w)@\w[\w.]+|(?<!\S)[^\s@]+@[^\s@]+\.\S+")
WHOLE = 2_000  # characters: one message
LONGEST = 600  # characters of one sentence; what follows adds nothing to what it is


@dataclass(frozen=True, kw_only=True)
class Grams:
    """Hashed character n-grams of one text: which buckets, and how much of each; square-rooted, of length one."""

    buckets: NDArray[np.int32]
    values: Floats


def plain(text: str) -> str:
    """Return the text with a word in the place of each address and account: their letters mean nothing."""
    return _ACCOUNT.sub("account", _ADDRESS.sub("link", text[:WHOLE])).strip()


def grams(text: str) -> Grams:
    """Return the n-grams of a text, without regard to case, spaces, and the letters of addresses."""
    padded = f" {' '.join(plain(text).casefold().split())} "[:LONGEST].encode("utf-8", "replace")
    hashed = [zlib.crc32(padded[i : i + n]) % BUCKETS for n in GRAM_LENGTHS for i in range(len(padded) - n + 1)]
    buckets, counts = np.unique(np.array(hashed, dtype=np.int32), return_counts=True)
    values = np.sqrt(counts.astype(np.float32))
    return Grams(buckets=buckets, values=values / max(float(np.linalg.norm(values)), 1e-9))


@dataclass(frozen=True, kw_only=True)
class Linear:
    """`scores` gives one number a class: log-odds, or logits to be put through `softmax`."""

    labels: tuple[str, ...]
    dense: Floats  # (classes, d), d = 0 where there was no encoder
    sparse: Floats  # (BUCKETS, classes)
    bias: Floats  # (classes,)

    def scores(self, vector: Floats | None, words: Grams) -> Floats:
        """
        Shape (classes,).

        Raises
        ------
        ValueError
            The model was fitted with sentence vectors and none is given, or the other way round.
        """
        total = self.bias + words.values @ self.sparse[words.buckets]
        if self.dense.shape[1]:
            if vector is None:
                raise ValueError("this model needs the sentence encoder")
            total = total + self.dense @ vector
        return np.asarray(total, dtype=np.float32)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """One model with the labels of several that were fitted on the same features."""
        return cls(
            labels=tuple(label for part in parts for label in part.labels),
            dense=np.concatenate([part.dense for part in parts]),
            sparse=np.concatenate([part.sparse for part in parts], axis=1),
            bias=np.concatenate([part.bias for part in parts]),
        )

    def to_arrays(self, name: str) -> dict[str, Any]:
        """Arrays for `numpy.savez`; weights in half precision."""
        parts = {"dense": self.dense.astype(np.float16), "sparse": self.sparse.astype(np.float16), "bias": self.bias}
        return {f"{name}_{part}": value for part, value in parts.items()} | {f"{name}_labels": np.array(self.labels)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], name: str) -> Self:
        weights = {part: arrays[f"{name}_{part}"].astype(np.float32) for part in ("dense", "sparse", "bias")}
        return cls(labels=tuple(map(str, arrays[f"{name}_labels"])), **weights)


def softmax(scores: Floats) -> Floats:
    exponent = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=-1, keepdims=True), dtype=np.float32)


def sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def stacked(vectors: Sequence[Floats | None]) -> Floats | None:
    """One row a vector; None unless every text has one."""
    known = [vector for vector in vectors if vector is not None]
    return np.stack(known) if known and len(known) == len(vectors) else None
