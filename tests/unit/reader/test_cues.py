"""The pattern language of data/reader, and the slips of the finger that still count."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.reader.cues import parse
from casework.reader.tokens import Lexicon
from casework.reader.wordlists import WordListBroken, read_data


def test_a_pattern_of_nothing_but_gaps_is_refused() -> None:
    with pytest.raises(WordListBroken):
        parse("..4 maybe?", {})


def test_a_list_stands_for_each_of_its_words() -> None:
    steps, at_start, at_end = parse("^ <maker>|did ..3 nude? photo $", {"maker": ["made", "built"]})

    assert (at_start, at_end) == (True, True)
    assert [sorted(step.words) or step.gap for step in steps] == [["built", "did", "made"], 3, ["nude"], ["photo"]]


def test_a_word_that_yaml_reads_as_true_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("near: [on, to]\n", encoding="utf-8")

    with pytest.raises(WordListBroken):
        read_data("broken", tmp_path)


def test_no_data_file_of_the_reader_looks_like_training_data() -> None:
    folder = Path(__file__).parents[3] / "data" / "reader"

    for path in folder.glob("*.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.strip().startswith(("nlu:", "rules:", "stories:", "responses:"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("deepfaeks", "deepfakes"),
        ("instargam", "instagram"),
        ("threatned", "threatened"),
        ("scared", "scared"),  # not "shared"
        ("create", "create"),  # not "created": another tense is another meaning
        ("reposted", "reposted"),
        ("zzzzzz", "zzzzzz"),
    ],
)
def test_only_slips_of_the_finger_are_mended(written: str, read: str) -> None:
    lexicon = Lexicon(["deepfakes", "instagram", "threatened", "shared", "created", "reported"], ["reposted"])

    assert lexicon.corrected(written) == read
