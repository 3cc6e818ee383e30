"""What is read out of narratives: by field, what was found, asked, missed and invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.errors import AskAgain
from casework.reader.finding import FACT, Finding
from recourse.evaluation.figures import Counts, share
from recourse.evaluation.lines import read_yaml

FIELDS = (
    "acts", "places.url", "places.handle", "places.platform", "generator", "person.acting_for", "person.age_now",
    "person.age_in_image", "person.country", "person.uk_nation", "person.region", "prior", "prior.nobody",
    "perpetrator", "harm", "ongoing", "wants", "date", "amount", "safety",
)  # fmt: skip
EXACT = ("places.url", "places.handle")  # byte for byte
ASKED = 0.4  # what is right and held back as a question counts as found
HEARD = 0.5  # a safety cue is never less than a question


@dataclass(frozen=True, kw_only=True)
class Narrative:
    """`expect`: field → value → one mention of several that shows it."""

    text: str
    today: dt.date
    expect: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class FieldCounts(Counts):
    """`asked` is part of `right`; `shown` counts those whose characters meet the words that show them."""

    asked: int
    shown: int

    def to_dict(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in ("right", "asked", "missed", "invented")}
        return {"f1": self.f1, "recall": self.recall, "shown": share(self.shown, self.right), **parts}


def read_narratives(path: Path) -> tuple[Narrative, ...]:
    """
    Read facts.yml.

    Raises
    ------
    AskAgain
        It has another form.
    """
    content = read_yaml(path)
    try:
        return tuple(_narrative(row, row.get("today", content["today"])) for row in content["narratives"])
    except (KeyError, TypeError, AttributeError) as error:
        raise AskAgain(f"{path.name} is not a file of narratives.") from error


def _narrative(row: Mapping[str, Any], today: dt.date) -> Narrative:
    expect = {
        field: {str(v): str(v) for v in values} if isinstance(values, list) else {str(v): w for v, w in values.items()}
        for field, values in (row.get("expect") or {}).items()
    }
    unknown = expect.keys() - set(FIELDS)
    if unknown:
        raise AskAgain(f"No such field: {', '.join(sorted(unknown))}.")
    return Narrative(text=row["text"], today=today, expect=expect)


def measure_facts(narratives: Sequence[Narrative], read: Callable[[str, dt.date], Iterable[Finding]]) -> dict[str, Any]:
    """Every figure; `read` gives the findings of a text."""
    read_all = [(one, tuple(read(one.text, one.today))) for one in narratives]
    fields = {name: _sum([count(one, found, name) for one, found in read_all]) for name in FIELDS}
    every = [(one, f) for one, found in read_all for f in found]
    return {
        "narratives": len(narratives),
        "overall": _sum(fields.values()).to_dict(),
        "fields": {name: one.to_dict() for name, one in fields.items()},
        "address_recall": _sum([fields[name] for name in EXACT]).recall,
        "spans_present": share(sum(0 <= f.start < f.end <= len(one.text) for one, f in every), len(every)),
    }


def count(narrative: Narrative, found: Iterable[Finding], field: str) -> FieldCounts:
    """One field of one narrative."""
    wanted = narrative.expect.get(field, {})
    heard = [f for f in found if f.field == field and f.confidence >= (HEARD if field == "safety" else ASKED)]
    sure = {f.value for f in heard if f.confidence >= (HEARD if field == "safety" else FACT)}
    hits = {f.value for f in heard if f.value in wanted and (field not in EXACT or _stretch(narrative, f) == f.value)}
    return FieldCounts(
        right=len(hits),
        asked=len(hits - sure),
        missed=len(wanted.keys() - hits),
        invented=len(sure - wanted.keys()),
        shown=len({f.value for f in heard if f.value in hits and _meets(narrative.text, f, wanted[f.value])}),
    )


def _stretch(narrative: Narrative, finding: Finding) -> str:
    return narrative.text[finding.start : finding.end]


def _meets(text: str, finding: Finding, words: str) -> bool:
    """Whether the finding shares a character with any place where these words stand."""
    at = text.find(words)
    while at >= 0:
        if at < finding.end and finding.start < at + len(words):
            return True
        at = text.find(words, at + 1)
    return False


def _sum(parts: Iterable[FieldCounts]) -> FieldCounts:
    rows = list(parts)
    names = ("right", "missed", "invented", "asked", "shown")
    return FieldCounts(**{name: sum(getattr(row, name) for row in rows) for name in names})
