"""
Hidden units over the sentence vector, beside the linear model of the safety cues.

"I could die of shame" and "I could die tonight" share their letters and lie near one another: one flat cut does not
part them. Both models' log-odds are averaged, since each errs elsewhere.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from casework.reader.linear import Floats

UNITS = 128
NETS = 3  # fitted from other beginnings; each errs elsewhere
PASSES, MORE_PASSES = 8, 3  # over all examples; of nets that are near
AT_ONCE, RATE = 512, 4e-3
PARTS = ("mean", "spread", "inner", "inner_bias", "outer", "outer_bias")


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Log-odds of `labels` from a vector of d numbers."""

    labels: tuple[str, ...]
    mean: Floats  # (d,)
    spread: Floats  # (d,)
    inner: Floats  # (d, units)
    inner_bias: Floats  # (units,)
    outer: Floats  # (units, labels)
    outer_bias: Floats  # (labels,)

    def scores(self, vectors: Floats) -> Floats:
        """(…, d) to (…, labels)."""
        units = np.maximum((vectors - self.mean) / self.spread @ self.inner + self.inner_bias, 0)
        return np.asarray(units @ self.outer + self.outer_bias, dtype=np.float32)

    def to_arrays(self) -> dict[str, Any]:
        """Arrays for `numpy.savez`."""
        return {f"layer_{part}": getattr(self, part) for part in PARTS} | {"layer_labels": np.array(self.labels)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self | None:
        if "layer_labels" not in arrays:
            return None
        parts = {part: np.asarray(arrays[f"layer_{part}"], dtype=np.float32) for part in PARTS}
        return cls(labels=tuple(map(str, arrays["layer_labels"])), **parts)


@dataclass(frozen=True, kw_only=True)
class Nets:
    """Fitted networks of one hidden layer, and what their vectors are measured against."""

    mean: Floats  # (d,)
    spread: Floats  # (d,)
    each: tuple[Any, ...]  # scikit-learn's

    def layer(self, labels: Sequence[str]) -> Layer:
        """Their mean log-odds, as one layer."""
        parts = {
            "mean": self.mean,
            "spread": self.spread,
            "inner": np.concatenate([net.coefs_[0] for net in self.each], axis=1),
            "inner_bias": np.concatenate([net.intercepts_[0] for net in self.each]),
            "outer": np.concatenate([net.coefs_[1] for net in self.each]) / NETS,
            "outer_bias": np.mean([net.intercepts_[1] for net in self.each], axis=0),
        }
        floats = {name: np.asarray(part, dtype=np.float32) for name, part in parts.items()}
        return Layer(labels=tuple(labels), **floats)


def fit_nets(vectors: Floats, marks: NDArray[Any], near: Nets | None = None) -> Nets:
    """
    `marks` has shape (n, labels). Deterministic. Only `recourse train` comes here: scikit-learn takes a second.

    `near`: networks fitted to a part of the examples, which go on from where they are; a third of the passes will do.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    begun = copy.deepcopy(near) or _begun(vectors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose: more passes learn by heart
        for net in begun.each:
            net.set_params(warm_start=True, max_iter=MORE_PASSES if near else PASSES)
            net.fit((vectors - begun.mean) / begun.spread, marks.astype(np.int8))
    return begun


def _begun(vectors: Floats) -> Nets:
    from sklearn.neural_network import MLPClassifier

    numbers: dict[str, Any] = {"alpha": 1e-2, "batch_size": AT_ONCE, "learning_rate_init": RATE}
    return Nets(
        mean=vectors.mean(axis=0),
        spread=np.maximum(vectors.std(axis=0), 1e-6),
        each=tuple(MLPClassifier((UNITS,), **numbers, random_state=seed) for seed in range(NETS)),
    )
