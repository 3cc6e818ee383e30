"""Reads public sets from a folder: BANKING77 and HINT3 as CSV, CLINC150 as JSON (docs/reference/evaluation.md)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.errors import AskAgain

Pairs = tuple[tuple[str, str], ...]  # text, label

TEXT_NAMES = ("text", "sentence", "query", "utterance")
LABEL_NAMES = ("category", "label", "intent")
CLINC_FILES = ("data_full.json", "data_small.json", "data_imbalanced.json", "data_oos_plus.json")
CLINC_FOREIGN, HINT3_FOREIGN, NONE_FOREIGN = "oos", "NO_NODES_DETECTED", ""
FEW = 10  # examples of a class, where BANKING77 is asked for without a number
_ONE_WORD = re.compile(r"[A-Za-z_]+")


class SetUnusable(AskAgain):
    """The folder does not hold this set in the form that docs/reference/evaluation.md describes."""


@dataclass(frozen=True, kw_only=True)
class PublicSet:
    """`foreign` is the label of what is out of scope; the training part may hold examples of it."""

    name: str
    train: Pairs
    test: Pairs
    foreign: str


def read_public(name: str, folder: Path, *, shots: int | None, subset: bool) -> tuple[PublicSet, ...]:
    """
    Read every set of this name that the folder holds.

    Raises
    ------
    AskAgain
        The name is unknown, or files are missing, empty or of another form.
    """
    if name not in READERS:
        raise AskAgain(f"There is no set {name}. Sets: {', '.join(READERS)}")
    if not folder.is_dir():
        raise SetUnusable(f"There is no folder {folder}.")
    if shots is not None and shots < 0:
        raise AskAgain("Give --shots as a number of examples, 0 for all.")
    if subset and name != "hint3":
        raise AskAgain("Only hint3 has a subset.")
    return tuple(_checked(one) for one in READERS[name](folder, shots, subset))


def _checked(found: PublicSet) -> PublicSet:
    for part, pairs in (("training", found.train), ("test", found.test)):
        if not any(label != found.foreign for _, label in pairs):
            raise SetUnusable(f"{found.name} has no {part} sentence.")
    if len({label for _, label in found.train}) < 2:
        raise SetUnusable(f"{found.name} teaches one class only.")
    return found


def few_of_each(pairs: Pairs, shots: int) -> Pairs:
    """Up to so many of each class, always the same ones; 0: all."""
    import numpy as np

    if not shots:
        return pairs
    by_label: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        by_label.setdefault(pair[1], []).append(pair)
    chooser = np.random.default_rng(0)
    chosen: list[tuple[str, str]] = []
    for _, rows in sorted(by_label.items()):
        chosen += [rows[at] for at in sorted(chooser.permutation(len(rows))[:shots])]
    return tuple(chosen)


def _banking(folder: Path, shots: int | None, _subset: bool) -> Iterable[PublicSet]:
    number = FEW if shots is None else shots
    ready = _first(folder, f"train_{number}.csv") if number else None
    train = read_csv(ready) if ready else few_of_each(read_csv(_needed(folder, "train.csv")), number)
    name = f"banking77, {number} of each" if number else "banking77"
    yield PublicSet(name=name, train=train, test=read_csv(_needed(folder, "test.csv")), foreign=NONE_FOREIGN)


def _clinc(folder: Path, shots: int | None, _subset: bool) -> Iterable[PublicSet]:
    path = next((found for name in CLINC_FILES if (found := _first(folder, name))), None)
    if path is None:
        raise SetUnusable(f"{folder} holds none of {', '.join(CLINC_FILES)}.")
    content = _read_json(path)
    parts = {key: _pairs_of(content, key, path) for key in ("train", "test", "oos_train", "oos_test")}
    train = few_of_each(parts["train"] + parts["oos_train"], shots or 0)
    name = f"clinc150 ({path.stem})" + (f", {shots} of each" if shots else "")
    yield PublicSet(name=name, train=train, test=parts["test"] + parts["oos_test"], foreign=CLINC_FOREIGN)


def _hint3(folder: Path, shots: int | None, subset: bool) -> Iterable[PublicSet]:
    ending = "_subset_train.csv" if subset else "_train.csv"
    trains = [p for p in sorted(folder.rglob(f"*{ending}")) if subset or not p.name.endswith("_subset_train.csv")]
    tests = sorted(folder.rglob("*_test.csv"))
    pairs = [(near, test) for test in tests if (near := _nearest(test, trains, ending))]
    if not pairs:
        raise SetUnusable(f"{folder} holds no pair train/NAME{ending} and test/NAME_test.csv.")
    names = [_hint3_name(test) for _, test in pairs]
    for train, test in pairs:
        base = _hint3_name(test)
        where = f" ({test.parent.relative_to(folder).as_posix()})" if names.count(base) > 1 else ""
        suffix = (" subset" if subset else "") + (f", {shots} of each" if shots else "")
        yield PublicSet(
            name=f"hint3/{base}{where}{suffix}",
            train=few_of_each(read_csv(train), shots or 0),
            test=read_csv(test),
            foreign=HINT3_FOREIGN,
        )


READERS = {"banking77": _banking, "clinc150": _clinc, "hint3": _hint3}


def _hint3_name(test: Path) -> str:
    return test.name.removesuffix("_test.csv")


def _nearest(test: Path, trains: Iterable[Path], ending: str) -> Path | None:
    """The training file of the same name that shares the longest way with the test."""
    same = [path for path in trains if path.name == _hint3_name(test) + ending]

    def together(path: Path) -> int:
        return sum(one == other for one, other in zip(path.parts, test.parts, strict=False))

    return max(same, key=together, default=None)


def _first(folder: Path, name: str) -> Path | None:
    """The file in the folder, else the first below it."""
    return next(iter([p for p in (folder / name,) if p.is_file()] or sorted(folder.rglob(name))), None)


def _needed(folder: Path, name: str) -> Path:
    found = _first(folder, name)
    if found is None:
        raise SetUnusable(f"{folder} holds no {name}.")
    return found


def read_csv(path: Path) -> Pairs:
    """
    Text and label of every row, by the names of the columns or, without a header, the first two.

    Raises
    ------
    SetUnusable
        The file cannot be read, is empty, or has other columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SetUnusable(f"{path.name} is no CSV file in UTF-8.") from error
    if not rows:
        raise SetUnusable(f"{path.name} is empty.")
    text, label, body = _columns(rows, path.name)
    if any(len(row) <= max(text, label) for row in body):
        raise SetUnusable(f"{path.name} has a row with fewer columns than the others.")
    return tuple((row[text].strip(), row[label].strip()) for row in body)


def _columns(rows: Sequence[Sequence[str]], name: str) -> tuple[int, int, Sequence[Sequence[str]]]:
    """Places of text and label, and the rows without a header."""
    head = [cell.strip().casefold() for cell in rows[0]]
    text = next((head.index(one) for one in TEXT_NAMES if one in head), None)
    label = next((head.index(one) for one in LABEL_NAMES if one in head), None)
    if text is not None and label is not None:
        return text, label, rows[1:]
    if text is not None or label is not None or len(head) != 2 or _other_header(rows):
        raise SetUnusable(f"{name} must have the columns text and category, or sentence and label.")
    return 0, 1, rows


def _other_header(rows: Sequence[Sequence[str]]) -> bool:
    """Two names of one word each, the second of which labels nothing else."""
    named = all(_ONE_WORD.fullmatch(cell.strip()) for cell in rows[0])
    return named and rows[0][1] not in {row[1] for row in rows[1:] if len(row) > 1}


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SetUnusable(f"{path.name} is no JSON file in UTF-8.") from error
    if not isinstance(content, dict):
        raise SetUnusable(f"{path.name} must be an object with train, test, oos_train and oos_test.")
    return content


def _pairs_of(content: Mapping[str, Any], key: str, path: Path) -> Pairs:
    rows = content.get(key)
    if not isinstance(rows, list) or not all(_is_pair(row) for row in rows):
        raise SetUnusable(f"{path.name}: {key} must be a list of pairs of text and intent.")
    return tuple((text.strip(), label.strip()) for text, label in rows)


def _is_pair(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 2 and all(isinstance(one, str) for one in row)
