"""Address suites of others, run with floors that were measured: what is found, and what is left alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from casework.reader.addresses import AddressFinder
from casework.reader.links import inspect, inspector
from casework.reader.wordlists import read_data

VECTORS = Path(__file__).parents[2] / "vectors" / "urls"
TWITTER = yaml.safe_load((VECTORS / "twitter_extract.yml").read_text(encoding="utf-8"))["tests"]


@pytest.fixture(scope="module")
def finder() -> AddressFinder:
    return AddressFinder(read_data("domains"), inspector().known_hosts)


def found(finder: AddressFinder, text: str, kind: str) -> list[str]:
    return [address.text for address in finder.find(text) if address.kind == kind]


@pytest.mark.parametrize(
    ("group", "kind", "floor"),
    [
        ("urls", "url", 0.80),  # measured 0.82; the rest is CJK text without spaces and bare two-letter domains
        ("mentions", "handle", 0.80),  # measured 0.83; we take "RT@name" for no handle
    ],
)
def test_twitter_text_recall(finder: AddressFinder, group: str, kind: str, floor: float) -> None:
    pairs = [(row["text"], expected) for row in TWITTER[group] for expected in row["expected"]]
    hits = [
        e for text, e in pairs if e in [f.lstrip("@＠") if kind == "handle" else f for f in found(finder, text, kind)]
    ]

    assert len(hits) / len(pairs) >= floor


def test_linkify_recall(finder: AddressFinder) -> None:
    # Measured 101 of 117; the rest is protocol-relative, bare IPv4 or mailto.
    blocks = re.split(r"\n\s*\n", (VECTORS / "linkify_links.txt").read_text(encoding="utf-8"))
    rows = [[re.sub(r"\s+%.*$", "", line) for line in b.split("\n") if line.strip() and line[0] != "%"] for b in blocks]
    hits = [row for row in rows if row and row[-1 if len(row) == 1 else 1] in [a.text for a in finder.find(row[0])]]

    assert len(hits) / len([row for row in rows if row]) >= 0.85


def test_what_is_no_link_is_left_alone(finder: AddressFinder) -> None:
    lines = (VECTORS / "linkify_not_links.txt").read_text(encoding="utf-8").splitlines()
    texts = [re.sub(r"\s+%.*$", "", line) for line in lines if line and line[0] != "%"]
    invented = [text for text in texts if found(finder, text, "url")]

    # Measured 5 of 38, all with a scheme or a host that a person could have meant.
    assert len(invented) <= 5, invented


def test_odd_addresses_never_raise() -> None:
    rows = [
        row for row in json.loads((VECTORS / "whatwg_urltestdata.json").read_text("utf-8")) if isinstance(row, dict)
    ]

    assert len(rows) > 500
    for row in rows:
        assert inspect(row["input"]).url == row["input"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("look: https://x.com/a/status/1.", ["https://x.com/a/status/1"]),
        ("(https://x.com/a/status/1)", ["https://x.com/a/status/1"]),
        ("https://en.example.org/wiki/A_(b)", ["https://en.example.org/wiki/A_(b)"]),
        ("<https://x.com/a>", ["https://x.com/a"]),
        ('"x.com/a/status/1",', ["x.com/a/status/1"]),
        ("x.com/a's post", ["x.com/a"]),
        ("[this](https://x.com/a/status/1)", ["https://x.com/a/status/1"]),
        ("hxxps://x[.]com/a and x[dot]com/b", ["hxxps://x[.]com/a", "x[dot]com/b"]),
        ("t.me/abc,t.me/def", ["t.me/abc,t.me/def"]),  # a comma may belong to an address: ask, do not cut
        ("https://x.com/a?b=1&c=%20#frag!", ["https://x.com/a?b=1&c=%20#frag"]),
        ("x.com", ["x.com"]),
        ("EXAMPLE.COM/Path", ["EXAMPLE.COM/Path"]),
        ("he did it.then left", []),
        ("e.g. this, i.e. that, at 10.30", []),
        ("anna@example.com", []),
        ("i like node.js", []),
    ],
)
def test_the_end_of_an_address_is_where_a_reader_would_put_it(
    finder: AddressFinder, text: str, expected: list[str]
) -> None:
    assert found(finder, text, "url") == expected
