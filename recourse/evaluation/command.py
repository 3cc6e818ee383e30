"""What `recourse eval` does with what it was given."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from casework.errors import AskAgain
from casework.reader.encoder import shared_encoder
from recourse.compose import utc_now
from recourse.evaluation import card as model_card
from recourse.evaluation import tables
from recourse.evaluation.own import measure_own, read_sets
from recourse.evaluation.public import measure_public
from recourse.evaluation.public_sets import read_public
from recourse.evaluation.shipped import load_shipped, read_numbers
from recourse.evaluation.stored import circumstances, model_mark, read_stored, store
from recourse.settings import Settings

Say = Callable[[str], None]


OWN = "own"  # three files as in tests/evaluation


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A public set or a folder of our own form, as it was named on the command line; nothing given: our own sets."""

    name: str | None = None
    folder: Path | None = None
    shots: int | None = None
    subset: bool = False

    @property
    def nothing(self) -> bool:
        return self == Asked()

    @property
    def is_own(self) -> bool:
        return self == Asked(name=OWN, folder=self.folder) and self.folder is not None


def run(settings: Settings, asked: Asked, *, card: bool, as_json: bool) -> None:
    """
    Do one of the three things.

    Raises
    ------
    AskAgain
        What was given does not belong together, or cannot be read.
    RefuseToStart
        There is no current model.
    """
    if card and not asked.nothing:
        raise AskAgain("--card writes what is stored; measure the set first, then write the card.")
    if card:
        write_card(settings)
    elif asked.nothing or asked.is_own:
        run_own(settings, asked.folder, as_json=as_json)
    else:
        run_public(settings, asked, as_json=as_json)


def run_own(settings: Settings, folder: Path | None = None, *, as_json: bool) -> None:
    """
    Measure the current model on our own sets, store and print; of another folder of that form nothing is stored.

    Raises
    ------
    AskAgain
        A set is missing or has another form.
    RefuseToStart
        There is no current model.
    """
    own = _with_status(lambda say: evaluate_own(settings, utc_now(), say, folder))
    if folder is None:
        store(settings.root, {"own": own})
    _print(own, tables.show_own, as_json=as_json)


def evaluate_own(settings: Settings, now: dt.datetime, say: Say, folder: Path | None = None) -> dict[str, Any]:
    """The figures of the current model on sets of our own form; nothing is stored."""
    say("loading")
    shipped = load_shipped(settings)
    mark = model_mark(settings.root)
    sets = read_sets(settings.root, folder)
    return {**circumstances(shipped.numbers, now), "model": mark, **measure_own(shipped, sets, say)}


def run_public(settings: Settings, asked: Asked, *, as_json: bool) -> None:
    """
    Teach the classifier a public set, measure, store and print.

    Raises
    ------
    AskAgain
        There is no such set, or the folder does not hold it.
    """
    if asked.name is None or asked.folder is None:
        raise AskAgain("Name the set and its folder: recourse eval --set hint3 DIR")
    numbers = read_numbers(settings.root)
    sets = read_public(asked.name, asked.folder, shots=asked.shots, subset=asked.subset)

    def measured(say: Say) -> list[dict[str, Any]]:
        out = []
        for one in sets:
            say(one.name)
            given = measure_public(one, numbers, shared_encoder())
            out.append({**circumstances(numbers, utc_now()), **given})
        return out

    results = _with_status(measured)
    known = read_stored(settings.root).get("sets", {})
    store(settings.root, {"sets": {**known, **{one["set"]: one for one in results}}})
    _print(results, tables.show_sets, as_json=as_json)


def write_card(settings: Settings) -> None:
    """
    Write models/MODEL_CARD.md from what is stored.

    Raises
    ------
    NotMeasured
        The current model was not measured.
    """
    print(f"Wrote {model_card.write(settings.root).relative_to(settings.root)}")


def _with_status(work: Callable[[Say], Any]) -> Any:
    with Console(stderr=True).status("measuring") as status:
        return work(lambda what: status.update(f"measuring: {what}"))


def _print(figures: Any, show: Callable[[Any, Console], None], *, as_json: bool) -> None:
    if as_json:
        json.dump(figures, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show(figures, Console())
