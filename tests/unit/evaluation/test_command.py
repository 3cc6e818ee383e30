"""`recourse eval` as an operator runs it: figures on public sets, and one line when something is missing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime import model
from casework.errors import AskAgain
from recourse.evaluation import command, stored
from recourse.evaluation.command import Asked
from recourse.evaluation.stored import NotMeasured, own_figures, read_stored, store
from recourse.settings import ROOT, read_settings

SUBJECTS = {"card": "my card does not work", "cash": "the machine kept my money", "limit": "how much may i spend"}
WORDS = (
    "today",
    "again",
    "please",
    "in the shop",
    "at the station",
    "since monday",
    "abroad",
    "at night",
    "now",
    "twice",
)
ROWS = [(f"{words} {word}", label) for label, words in SUBJECTS.items() for word in WORDS]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with nothing but the numbers."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "config.yml").write_text((ROOT / "config.yml").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path / "tree"


@pytest.fixture
def hint3(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    for part, rows in (("train", ROWS), ("test", [*ROWS[::3], ("sing me a song about otters", "NO_NODES_DETECTED")])):
        (folder / part).mkdir(parents=True)
        text = "sentence,label\n" + "".join(f"{text},{label}\n" for text, label in rows)
        (folder / part / f"bank_{part}.csv").write_text(text, encoding="utf-8")
    return folder


def recourse(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recourse", "eval", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_public_set_is_measured_without_a_trained_model(root, hint3, capsys):
    settings = read_settings({}, root=root)

    command.run(settings, Asked(name="hint3", folder=hint3), card=False, as_json=True)

    (found,) = json.loads(capsys.readouterr().out)
    assert (found["set"], found["classes"], found["messages"], found["out_of_scope_messages"]) == (
        "hint3/bank",
        3,
        11,
        1,
    )
    assert found["top_accuracy"] == 1.0
    assert found["out_of_scope_recall"] in (0.0, 1.0)
    assert found["numbers"] == read_stored(root)["sets"]["hint3/bank"]["numbers"]


def test_banking_and_clinc_are_measured_too(root, tmp_path, capsys):
    for part, rows in (("train", ROWS), ("test", ROWS[::2])):
        (tmp_path / f"{part}.csv").write_text("".join(f"{text},{label}\n" for text, label in rows), encoding="utf-8")
    foreign = [["sing me a song about otters", "oos"], ["who painted the ceiling", "oos"]]
    parts = {"train": ROWS, "test": ROWS[::2], "oos_train": foreign, "oos_test": foreign}
    (tmp_path / "data_small.json").write_text(json.dumps(parts), encoding="utf-8")
    settings = read_settings({}, root=root)

    for name in ("banking77", "clinc150"):
        command.run(settings, Asked(name=name, folder=tmp_path), card=False, as_json=False)

    sets = read_stored(root)["sets"]
    assert {name: one["out_of_scope_messages"] for name, one in sets.items()} == {
        "banking77, 10 of each": 0, "clinc150 (data_small)": 2,
    }  # fmt: skip
    assert sets["banking77, 10 of each"]["out_of_scope_recall"] is None
    assert sets["clinc150 (data_small)"]["out_of_scope_recall"] == 1.0
    assert "clinc150" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "card"),
    [
        (Asked(name="hint3"), False),
        (Asked(folder=Path()), False),
        (Asked(shots=5), False),
        (Asked(name="hint3", folder=Path()), True),
    ],
)
def test_what_does_not_belong_together_is_said_so(root, asked, card):
    with pytest.raises(AskAgain):
        command.run(read_settings({}, root=root), asked, card=card, as_json=False)


def test_a_missing_folder_ends_in_one_line_and_the_code_of_wrong_input(tmp_path):
    done = recourse("--set", "hint3", str(tmp_path / "nowhere"))

    assert done.returncode == 65
    assert "There is no folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_stored_of_one_thing_outlives_the_measuring_of_another(root):
    store(root, {"own": {"model": "a"}})
    store(root, {"sets": {"x": 1}})
    store(root, {"sets": {"y": 2}})

    assert read_stored(root) == {"own": {"model": "a"}, "sets": {"y": 2}}


def test_a_spoilt_store_is_as_good_as_none(root):
    store(root, {"own": {}})
    (root / stored.FILE).write_text("{", encoding="utf-8")

    assert read_stored(root) == {}


def test_a_card_is_not_written_from_the_figures_of_another_model(root):
    train_nothing(root)
    store(root, {"own": {"model": "of yesterday"}})

    with pytest.raises(NotMeasured):
        own_figures(root)

    store(root, {"own": {"model": stored.model_mark(root)}})
    assert own_figures(root)["model"] == stored.model_mark(root)


def test_a_figure_says_when_and_with_which_numbers_it_was_measured():
    numbers = command.read_numbers(ROOT)

    said = stored.circumstances(numbers, dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC))

    assert said["measured_at"] == "2026-11-23T09:30:00+00:00"
    assert said["numbers"] == numbers.to_dict()


def train_nothing(root: Path) -> None:
    """A current model of this tree, as far as its record goes."""
    for name in (*model.TRAINING_FILES, *model.CODE_FILES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    models = root / "models"
    models.mkdir()
    for name in ("recourse.tar.gz", model.SIGNALS):
        (models / name).write_bytes(name.encode())
    model.write_record(models, models / "recourse.tar.gz", model.fingerprint(root), "3.6.21")
