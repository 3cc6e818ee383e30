"""Counts what the reader finds in sentences with known answers: run as a script it prints the figures."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from casework.reader import Reader, load_reader

HERE = Path(__file__).parent
COUNTED = (
    "acts", "places.url", "places.platform", "places.handle", "person.country", "person.uk_nation", "person.region",
    "person.age_now", "person.age_in_image", "generator", "prior", "wants", "safety",
)  # fmt: skip
# A flag counts from one half: recall first. A fact counts from 0.8; a hit below is a question, not an error.
WORTH = {"safety": 0.5}
QUESTION = 0.4


@dataclass
class Score:
    """Hits, misses and inventions, by field."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def f1(self, *fields: str) -> float:
        """F1 over findings; one that is held back as a question counts as found."""
        names = fields or COUNTED
        right = sum(self.right[n] + self.asked[n] for n in names)
        wrong = sum(self.missed[n] + self.invented[n] for n in names)
        return 2 * right / max(1, 2 * right + wrong)

    def recall(self, *fields: str) -> float:
        """The part of what is there that was found, as fact or as question."""
        right = sum(self.right[n] + self.asked[n] for n in fields)
        return right / max(1, right + sum(self.missed[n] for n in fields))


def load(name: str) -> tuple[dt.date, list[dict]]:
    content = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return content["today"], content["sentences"]


def measure(reader: Reader, name: str) -> Score:
    today, sentences = load(name)
    score = Score()
    for row in sentences:
        found = reader.read(row["text"], today)
        for wanted in COUNTED:
            expected = set(row["expect"].get(wanted, ()))
            worth = WORTH.get(wanted, 0.8)
            sure = {f.value for f in found if f.field == wanted and f.confidence >= worth}
            maybe = {f.value for f in found if f.field == wanted and f.confidence >= QUESTION}
            score.right[wanted] += len(expected & sure)
            score.asked[wanted] += len((expected & maybe) - sure)
            for kind, values in (("missed", expected - maybe), ("invented", sure - expected)):
                getattr(score, kind)[wanted] += len(values)
                score.lines += [f"{kind:9} {wanted}={value}  in: {row['text']}" for value in sorted(values)]
    return score


if __name__ == "__main__":
    result = measure(load_reader(), sys.argv[1] if len(sys.argv) > 1 else "heldout.yml")
    print("\n".join(result.lines))
    for one in COUNTED:
        print(
            f"{one:22} right {result.right[one]:3} asked {result.asked[one]:3} missed {result.missed[one]:3} "
            f"invented {result.invented[one]:3}  F1 {result.f1(one):.2f}"
        )
    print(f"all fields: F1 {result.f1():.3f}")
