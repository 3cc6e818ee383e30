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
    return AddressFinder(read_data("domains"), inspector().known_hosts, inspector().schemes)


def found(finder: AddressFinder, text: str, kind: str) -> list[str]:
    return [address.text for address in finder.find(text) if address.kind == kind]


# Where we differ from the suites on purpose, by reason; anything else that differs is a mistake.
TWITTER_DEVIATIONS = {
    "text in Chinese, Japanese or Korean script without spaces: an address ends where the script changes only in its path": {
        "Extract a lone unicode url",
        "Extract a lone unicode url with -",
        "Extract valid URL: http://example.com/",
        "Extract long URL without protocol surrounded by CJK characters",
        "Extract short URL without protocol surrounded by CJK characters",
        "Extract URLs with and without protocol surrounded by CJK characters",
        "Extract domain followed by Japanese characters",
    },
    "a bare word with a two-letter ending and no path is a forgotten space after a full stop": {
        "Extract short URLs without protocol on ccTLD domains without path",
        "Extract some (tv|co) short URLs without protocol on ccTLD domains without path",
        "Extract URL before newline",
    },
    "a mark at the end is kept where it may belong to the address": {
        "Extract a t.co URL with a trailing hyphen",
    },
    "RT@name is no handle: it is how an e-mail address looks": {
        f"Extract mentions after '{rt}'" for rt in ("RT", "rt", "Rt", "rT")
    },
}
LINKIFY_DEVIATIONS = {
    "relative to a page that we do not have": {"//localhost", "//test.123", "My ssl //example.com site"},
    "a bare number is no site": {"4.4.4.4", "192.168.1.1/abc"},
    "quotes end an address in a sentence": {
        'http://foo.com/blah_blah_"doublequoted"', "http://foo.com/blah_blah_'singlequoted'",
    },
    "mail is no place: its address is found as one of mail, without its scheme": {
        "<mailto:user@domain.com>", 'test."foo".bar@gmail.co.uk!', "mailto:name@example.com", "MAILTO:NAME@EXAMPLE.COM",
        "mailto:foo_bar@example.com", "mailto:foo@bar",
    },
    "a bare word with such an ending is more often a forgotten space": {"a.ws", "➡.ws/䨹", "президент.рф"},
}  # fmt: skip
# With a scheme in front the person meant a link, whatever the host: better a link that is no use than one lost.
TAKEN_FOR_LINKS = {"http://.example.com", "http://-example.com", "_http://example.com", "http://example.com_"}


def test_twitter_text_is_found_but_for_what_differs_on_purpose(finder: AddressFinder) -> None:
    lost = set()
    for group, kind in (("urls", "url"), ("mentions", "handle")):
        for row in TWITTER[group]:
            shown = [f.lstrip("@＠") if kind == "handle" else f for f in found(finder, row["text"], kind)]
            if not set(row["expected"]) <= set(shown):
                lost.add(row["description"])

    assert lost == set().union(*TWITTER_DEVIATIONS.values())


def test_no_handle_is_invented(finder: AddressFinder) -> None:
    invented = [
        (row["description"], shown)
        for row in TWITTER["mentions"]
        for shown in found(finder, row["text"], "handle")
        # "@name@server" is an account of the federated networks, which Twitter's suite has no word for.
        if shown.lstrip("@＠") not in row["expected"] and "@" not in shown[1:]
    ]

    assert invented == []


def test_linkify_is_found_but_for_what_differs_on_purpose(finder: AddressFinder) -> None:
    blocks = re.split(r"\n\s*\n", (VECTORS / "linkify_links.txt").read_text(encoding="utf-8"))
    rows = [[re.sub(r"\s+%.*$", "", line) for line in b.split("\n") if line.strip() and line[0] != "%"] for b in blocks]
    lost = {
        row[0] for row in rows if row and row[-1 if len(row) == 1 else 1] not in [a.text for a in finder.find(row[0])]
    }

    assert lost == set().union(*LINKIFY_DEVIATIONS.values())


def test_what_is_no_link_is_left_alone(finder: AddressFinder) -> None:
    lines = (VECTORS / "linkify_not_links.txt").read_text(encoding="utf-8").splitlines()
    texts = [re.sub(r"\s+%.*$", "", line) for line in lines if line and line[0] != "%"]

    assert {text for text in texts if found(finder, text, "url")} - {
        "google.com:500000 // invalid port"
    } == TAKEN_FOR_LINKS


def test_a_host_is_the_one_that_a_browser_would_open() -> None:
    """Against the standard's own table; where it refuses an address, so do we, or we name a host that cannot exist."""
    rows = json.loads((VECTORS / "whatwg_urltestdata.json").read_text("utf-8"))
    ours = {}
    for row in rows:
        if isinstance(row, dict) and row.get("base") in {None, "about:blank"} and row["input"][:4].lower() == "http":
            ours[row["input"]] = (row.get("hostname"), inspect(row["input"]))
    other = {
        url
        for url, (host, link) in ours.items()
        if host and "." in host and host[0] != "[" and link.domain != re.sub(r"^www\.", "", host.rstrip("."))
        and link.why_not not in {"local_file", "not_an_address"}
    }  # fmt: skip
    accepted = {url for url, (host, link) in ours.items() if host is None and link.why_not != "not_an_address"}

    assert len(ours) > 200
    assert other == set()
    # Punycode that spells nothing: the standard decodes it to find out.
    assert {url for url in accepted if "xn--" not in url.lower()} == set()


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
