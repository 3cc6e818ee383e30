"""Which channels of the encoder are loud: `python tests/unit/reader/measure_channels.py` prints channels.LOUD anew."""

from __future__ import annotations

import random
from collections.abc import Sequence
from importlib import metadata
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from casework.reader.encoder import TOKENIZER, WEIGHTS, Part
from casework.reader.graph import LAYERS, encoder_graph, start

ROOT = Path(__file__).resolve().parents[3]
KEPT, SENTENCES, SEED = 8, 2000, 1
Largest = dict[tuple[str, int], NDArray[np.float32]]


def largest_values(texts: Sequence[str]) -> Largest:
    """Return the largest absolute value of each channel, for what goes into each product of each layer."""
    session = start(encoder_graph(_path(WEIGHTS), in_bytes=False, heard=True))
    words = Tokenizer.from_file(str(_path(TOKENIZER)))
    words.no_padding()
    names = [output.name for output in session.get_outputs()[1:]]
    places = [(part, layer) for layer, part in product(range(LAYERS), ("attention", "up", "down"))]
    largest: Largest = {}
    for text in texts:
        values = session.run(names, {"ids": np.array([words.encode(text).ids])})
        for place, value in zip(places, values, strict=True):
            largest[place] = np.maximum(largest.get(place, np.float32(0)), np.abs(value).max(axis=(0, 1)))
    return largest


def sentences() -> list[str]:
    """Return a choice of our own training sentences, the same each time."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "nlu").glob("*.yml")))
    lines = [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("- ") and len(line) > 20]
    for path in sorted((ROOT / "data" / "signals").glob("*.yml")):
        lines += [
            line.strip()[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()[:2] == "- "
        ]
    return random.Random(SEED).sample(lines, SENTENCES)  # noqa: S311  # a choice, not a secret


def _path(part: Part) -> Path:
    return Path(str(metadata.distribution(part.distribution).locate_file(part.path)))


if __name__ == "__main__":
    found = largest_values(sentences())
    loud = {part: [] for part in ("attention", "up", "down")}
    for (part, _), values in found.items():
        loud[part].append(tuple(int(channel) for channel in np.sort(np.argsort(-values)[:KEPT])))
    for part, layers in loud.items():
        print(part, *layers, sep="\n  ")
