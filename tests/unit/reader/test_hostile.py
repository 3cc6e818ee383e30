"""Text that nobody means to read: it must not raise, must not hang, and must not be kept."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.reader import Reader, read_to_dict
from casework.reader.links import inspect

TODAY = dt.date(2026, 11, 22)
NAUGHTY = json.loads((Path(__file__).parents[2] / "vectors" / "blns" / "blns.json").read_text(encoding="utf-8"))
PIECES = st.sampled_from(
    ["i am", "17", "X", "x", "@abc", "https://x.com/a/status/1", "not", "posted", "it", "on", "Leeds", ",", ".", "\n",
     "  ", "€", "500", "3 weeks ago", "grok", "reported", "they", "said", "no", "my", "daughter", "(", "’s", "@", "http://",
     "x[.]com", "u/abc", "İ", "ß", "\u200d", "😢", "31 february", "fake", "nude", "of me"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=20).map("".join)
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_is_read_and_every_span_lies_in_it(reader: Reader, text: str) -> None:
    for finding in reader.read(text, TODAY):
        assert 0 <= finding.start < finding.end <= len(text)
        assert 0 < finding.confidence <= 1
        if finding.field in {"places.url", "places.handle"}:
            assert text[finding.start : finding.end] == finding.value


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_looking_at_any_address_never_raises(text: str) -> None:
    assert inspect(text).url == text


URLS = st.builds(
    "{}{}/{}{}".format,
    st.sampled_from(["https://", "http://", ""]),
    st.sampled_from(["x.com", "www.reddit.com", "sub.example.org", "t.me", "example.co.uk"]),
    st.text("abcXYZ019-_~/%", min_size=1, max_size=40).filter(lambda path: "//" not in path),
    st.sampled_from(["", "?a=1&b=%C3%A9", "#frag", "?q=a+b"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    url=URLS.filter(lambda url: url[-1] != "~"),
    around=st.sampled_from([("see ", " ok"), ("(", ")"), ("", "."), ("\n", "\n")]),
)
def test_an_address_comes_back_byte_for_byte(reader: Reader, url: str, around: tuple[str, str]) -> None:
    before, after = around
    found = [f.value for f in reader.read(before + url + after, TODAY) if f.field == "places.url"]

    assert found == [url]


def test_naughty_strings_are_only_text(reader: Reader) -> None:
    for text in NAUGHTY:
        for finding in reader.read(text, TODAY):
            assert text[finding.start : finding.end]


BOMBS = {
    "brackets": "(" * 20_000,
    "one word": "a" * 20_000,
    "dotted": "a." * 10_000,
    "dotted labels": "a.b" * 6_600,
    "spelled dots": "a[.]" * 5_000,
    "at signs": "@" * 20_000,
    "schemes": "http://" * 2_800,
    "open address": "x.com/" + "(" * 19_000,
    "closed address": "https://x.com/" + ")" * 1_900,
    "dashes": "a-" * 10_000,
    "e-mails": ("a" * 64 + "@") * 300,
    "digits": "1" * 20_000,
    "breaks": "\n" * 20_000,
    "joiners": "\u200d" * 20_000,
    "one cue": "posted it on " * 1_500,
    "threats": "he will send it if i " * 950,
    "ages": "i am 17 " * 2_400,
    "places": "in leeds, " * 2_000,
    "negations": "not " * 5_000,
    "weeks": "3 weeks ago " * 1_600,
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_text_takes_no_longer_than_prose(reader: Reader, name: str) -> None:
    begin = time.thread_time()
    reader.read(BOMBS[name], TODAY)

    assert time.thread_time() - begin <= 2


def test_a_long_statement_is_read_in_time(reader: Reader) -> None:
    page = (
        "someone used grok to undress my photo and it is on x.com/abc/status/1 and he keeps saying he will send it to "
        "my family unless i pay 500 euros i am 24 and i want it down everywhere i dont know who did it "
    )
    begin = time.thread_time()
    found = reader.read((page * 120)[:20_000], TODAY)

    assert time.thread_time() - begin <= 2
    assert found


def test_a_message_is_read_within_a_turn(reader: Reader) -> None:
    message = "someone used grok to undress my linkedin photo and it's on x.com/abc/status/1, I'm in Leeds. " * 3
    times = []
    for _ in range(10):
        begin = time.thread_time()
        reader.read(message[:300], TODAY)
        times.append(time.thread_time() - begin)

    # The budget is 5 ms on a quiet machine; four times that is a mistake, not a busy neighbour.
    assert min(times) <= 0.02


def test_spacy_keeps_no_word_of_a_person(reader: Reader) -> None:
    before = len(reader._nlp.vocab.strings)
    reader.read(
        "Zyxwvutia Quorbington of 12 Sillyname Lane, zy@quor.example, https://quor.example/zyx @zyxhandle", TODAY
    )

    assert len(reader._nlp.vocab.strings) == before
    assert "Zyxwvutia" not in reader._nlp.vocab.strings


def test_the_command_line_form_holds_the_findings_and_no_text(reader: Reader) -> None:
    form = read_to_dict(reader, "it's on x.com/abc/status/1", TODAY)

    assert form["text_length"] == 26
    assert {"field", "value", "start", "end", "confidence"} == set(form["findings"][0])
    json.dumps(form)
