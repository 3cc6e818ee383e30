"""Counts what the reader finds in narratives, with the words that show it: run as a script it prints F1 by kind."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from casework.reader import FACT, Finding, Reader, load_reader

HERE = Path(__file__).parent
KINDS: Mapping[str, tuple[str, ...]] = {
    "links": ("places.url", "places.handle"),
    "platforms": ("places.platform",),
    "negation": ("acts.not", "wants.not", "prior.not", "prior.nobody", "places.platform.not", "places.still_up",
                 "person.country.not"),
    "dates": ("date",),
    "countries": ("person.country", "person.uk_nation", "person.region"),
    "amounts": ("amount",),
    "generators": ("generator",),
    "acts": ("acts",),
    "prior": ("prior", "prior.answer"),
    "wants": ("wants",),
    "who": ("person.age_now", "person.age_in_image", "person.acting_for"),
    "safety": ("safety",),
}  # fmt: skip
QUESTION = 0.4
WORTH = {"safety": 0.5}
EXACT = frozenset({"places.url", "places.handle"})
WITHIN = frozenset({"date", "amount"})


@dataclass
class Tally:
    """Hits, misses, inventions of one kind, and lines that say which."""

    right: int = 0
    missed: int = 0
    invented: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.invented)


def load(name: str) -> tuple[list[dict[str, Any]], dt.date]:
    content = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return content["narratives"], content["today"]


def expected(row: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Yield (value, the words that show it)."""
    wanted = row.get("expect", {}).get(name) or {}
    pairs = ((one, one) for one in wanted) if isinstance(wanted, list) else wanted.items()
    yield from ((str(value), str(words)) for value, words in pairs)


def shows(finding: Finding, text: str, words: str) -> bool:
    """Whether the characters of the finding are those words; for a way of saying it, whether they meet."""
    shown = text[finding.start : finding.end]
    if finding.field in EXACT:
        return shown == words
    if finding.field in WITHIN:
        return shown in words or words in shown
    start = text.find(words)
    while start >= 0:
        if finding.start < start + len(words) and start < finding.end:
            return True
        start = text.find(words, start + 1)
    return False


def count(row: Mapping[str, Any], found: tuple[Finding, ...], name: str, tally: Tally) -> None:
    wanted = dict(expected(row, name))
    here = [f for f in found if f.field == name]
    for value, words in wanted.items():
        hit = any(f.value == value and f.confidence >= QUESTION and shows(f, row["text"], words) for f in here)
        tally.right += hit
        tally.missed += not hit
        if not hit:
            tally.lines.append(f"missed   {name}={value} «{words}» in: {row['text'][:90]}")
    for f in here:
        if f.confidence >= WORTH.get(name, FACT) and f.value not in wanted:
            tally.invented += 1
            tally.lines.append(f"invented {name}={f.value} «{row['text'][f.start : f.end]}» in: {row['text'][:90]}")


def measure_narratives(reader: Reader, name: str) -> dict[str, Tally]:
    """Tally a file of narratives by kind."""
    rows, today = load(name)
    tallies = {kind: Tally() for kind in KINDS}
    for row in rows:
        found = reader.read(row["text"], row.get("today", today))
        for kind, names in KINDS.items():
            for one in names:
                count(row, found, one, tallies[kind])
    return tallies


def overall(tallies: Mapping[str, Tally]) -> float:
    total = Tally()
    for one in tallies.values():
        total.right, total.missed = total.right + one.right, total.missed + one.missed
        total.invented += one.invented
    return total.f1


if __name__ == "__main__":
    result = measure_narratives(load_reader(), sys.argv[1] if len(sys.argv) > 1 else "narratives_heldout.yml")
    if "--lines" in sys.argv:
        print("\n".join(line for tally in result.values() for line in tally.lines))
    for kind, tally in result.items():
        print(f"{kind:11} right {tally.right:3} missed {tally.missed:3} invented {tally.invented:3}  F1 {tally.f1:.2f}")
    print(f"all kinds: F1 {overall(result):.3f}")
