"""Public sets as people download them: every published form is read, every other one ends in a clear sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.errors import AskAgain
from recourse.evaluation.public_sets import few_of_each, read_public

ROWS = [
    (f"{word} number {n}", label) for label, word in (("card", "my card"), ("cash", "some cash")) for n in range(12)
]
CLINC = {
    "train": ROWS,
    "val": ROWS[:1],
    "test": ROWS[:4],
    "oos_train": [["sing", "oos"]],
    "oos_val": [],
    "oos_test": [["dance", "oos"]],
}


def write(path: Path, rows: list[tuple[str, str]], header: str = "text,category") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [header] if header else []
    path.write_text("\n".join([*lines, *(f'"{text}",{label}' for text, label in rows)]) + "\n", encoding="utf-8")


@pytest.fixture
def banking(tmp_path: Path) -> Path:
    write(tmp_path / "train.csv", ROWS)
    write(tmp_path / "test.csv", ROWS[:3])
    return tmp_path


def read(name: str, folder: Path, shots: int | None = None, subset: bool = False):
    return read_public(name, folder, shots=shots, subset=subset)


@pytest.mark.parametrize("header", ["text,category", "text,label", "sentence,intent", ""])
def test_banking_is_read_with_any_header_and_with_none(tmp_path, header):
    write(tmp_path / "train.csv", ROWS, header)
    write(tmp_path / "test.csv", ROWS, header)

    (found,) = read("banking77", tmp_path, shots=0)

    assert found.train == found.test == tuple(ROWS)


def test_banking_teaches_ten_of_each_unless_told_otherwise(banking):
    assert [len(read("banking77", banking, shots=n)[0].train) for n in (None, 3, 0)] == [20, 6, 24]


def test_the_same_few_are_drawn_each_time(banking):
    assert read("banking77", banking, shots=5) == read("banking77", banking, shots=5)
    assert few_of_each(tuple(ROWS), 5) == few_of_each(tuple(ROWS), 5)


def test_a_published_choice_of_examples_goes_before_one_of_our_own(banking):
    write(banking / "train_10.csv", ROWS[:2] + ROWS[-2:])

    assert len(read("banking77", banking)[0].train) == 4
    assert len(read("banking77", banking, shots=5)[0].train) == 10


def test_a_quoted_text_keeps_its_comma_and_its_line_break(tmp_path):
    write(tmp_path / "train.csv", ROWS)
    (tmp_path / "test.csv").write_text('text,category\n"one, two\nthree",card\n', encoding="utf-8-sig")

    assert read("banking77", tmp_path)[0].test == (("one, two\nthree", "card"),)


@pytest.mark.parametrize("name", ["data_full.json", "data_small.json", "data_imbalanced.json", "data_oos_plus.json"])
def test_clinc_teaches_what_is_out_of_scope_as_a_class_of_its_own(tmp_path, name):
    (tmp_path / name).write_text(json.dumps(CLINC), encoding="utf-8")

    (found,) = read("clinc150", tmp_path)

    assert (len(found.train), len(found.test), found.foreign) == (25, 5, "oos")
    assert ("sing", "oos") in found.train


def test_hint3_finds_every_pair_at_any_depth(tmp_path):
    for name in ("mattress", "cricket"):
        write(tmp_path / "a" / "v1" / "train" / f"{name}_train.csv", ROWS, "sentence,label")
        write(tmp_path / "a" / "v1" / "train" / f"{name}_subset_train.csv", ROWS[:1] + ROWS[-1:], "sentence,label")
        write(
            tmp_path / "a" / "v1" / "test" / f"{name}_test.csv",
            [*ROWS[:2], ("hm", "NO_NODES_DETECTED")],
            "sentence,label",
        )

    found, small = read("hint3", tmp_path), read("hint3", tmp_path, subset=True)

    assert [one.name for one in found] == ["hint3/cricket", "hint3/mattress"]
    assert [len(one.train) for one in (*found, *small)] == [24, 24, 2, 2]
    assert {one.foreign for one in found} == {"NO_NODES_DETECTED"}


def test_a_second_version_of_a_test_is_measured_beside_the_first(tmp_path):
    write(tmp_path / "v1" / "train" / "mattress_train.csv", ROWS, "sentence,label")
    for version in ("v1", "v2"):
        write(tmp_path / version / "test" / "mattress_test.csv", ROWS[:2], "sentence,label")

    assert [one.name for one in read("hint3", tmp_path)] == ["hint3/mattress (v1/test)", "hint3/mattress (v2/test)"]


@pytest.mark.parametrize("name", ["banking77", "clinc150", "hint3"])
def test_a_folder_that_is_not_there_or_holds_nothing_is_said_so(tmp_path, name):
    with pytest.raises(AskAgain, match="folder"):
        read(name, tmp_path / "nowhere")
    with pytest.raises(AskAgain, match="holds no"):
        read(name, tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("text,category\n", "no training sentence"),
        ("foo,bar\nhello there,card\nhello you,card\n", "columns"),
        ("text,amount\nhello there,card\n", "columns"),
        ("id,text,what\n1,hello,card\n", "columns"),
        ("text,category\nhello\n", "fewer columns"),
        ("text,category\nhello,card\n", "one class"),
        ('text,category\n"hello,card\n', "CSV"),
    ],
)
def test_a_csv_of_another_form_is_said_so(banking, content, said):
    (banking / "train.csv").write_text(content, encoding="utf-8")

    with pytest.raises(AskAgain, match=said):
        read("banking77", banking)


def test_a_csv_in_another_encoding_is_said_so(banking):
    (banking / "train.csv").write_bytes("text,category\ncafé,card\n".encode("utf-16"))

    with pytest.raises(AskAgain, match="UTF-8"):
        read("banking77", banking)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no JSON"),
        ("[]", "object"),
        ('{"train": []}', "test must be"),
        (json.dumps({**CLINC, "train": []}), "no training sentence"),
        (json.dumps({**CLINC, "test": [["one"]]}), "pairs"),
        (json.dumps({**CLINC, "oos_test": {"a": "b"}}), "pairs"),
    ],
)
def test_a_json_of_another_form_is_said_so(tmp_path, content, said):
    (tmp_path / "data_full.json").write_text(content, encoding="utf-8")

    with pytest.raises(AskAgain, match=said):
        read("clinc150", tmp_path)


@pytest.mark.parametrize(
    ("name", "shots", "subset"), [("snips", None, False), ("banking77", -1, False), ("banking77", None, True)]
)
def test_a_set_that_does_not_exist_or_cannot_be_so_is_said_so(banking, name, shots, subset):
    with pytest.raises(AskAgain):
        read(name, banking, shots, subset)
