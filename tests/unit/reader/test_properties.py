"""Whatever is typed: nothing raises, spans are what the person wrote, links stay byte for byte, time stays linear."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.reader import Reader
from casework.reader.daycount import latest, latest_day_of_month, months_back, weekday_before
from casework.reader.links import inspect
from casework.reader.services import Shape, ascii_host, shapes
from casework.reader.wordlists import read_data
from tests.unit.reader.test_forms import TABLE

FORMS = [row[0] for rows in TABLE.values() for row in rows]
LONGEST = 20_000
SECONDS = 2.0
WORDS = st.sampled_from(
    ["he", "posted", "it", "on", "X", "not", "never", "reported", "to", "the", "police", "last", "tuesday", "the 3rd",
     "3/11", "31/2", "£200", "5 lakh", "a grand", "in", "Leeds", "Georgia", "manchesterr", "x dot com slash abc",
     "blob:https://a.example/1", "@grok", "nobody knows", "gone", "since", "two weeks", "ago", ",", ".", "!!", "\n",
     "dot", "slash", "[.]", "(dot)", "hxxp://", "tg://resolve?domain=abc", "ＸＸ", "ß", "х.com/a", "😭", "\u202e",
     "\ud83d", "\x00", "C:\\Users\\a\\b.png", "www.", "::", "://", "?igsh=", "#", "%2e", "1.1.1.1/x"]
)  # fmt: skip


def _vocabulary(content: object) -> Iterator[str]:
    """Every word that the tables of dates, sums, ages, countries and platforms know."""
    if isinstance(content, dict):
        yield from map(str, content)
        for value in content.values():
            yield from _vocabulary(value)
    elif isinstance(content, list):
        for value in content:
            yield from _vocabulary(value)
    elif isinstance(content, str):
        yield content


KNOWN = st.sampled_from(sorted({*_vocabulary(read_data("contexts")), "the", "of", "before", "3", "31", "2026", "ago"}))
LONG = st.one_of(
    st.lists(KNOWN, min_size=1, max_size=8).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join),
    st.lists(st.one_of(WORDS, st.sampled_from(FORMS)), max_size=25).map(" ".join),
    st.text(max_size=400),
)
TODAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=LONG, today=TODAYS)
def test_what_is_shown_is_what_was_written(reader: Reader, text: str, today: dt.date) -> None:
    for finding in reader.read(text, today):
        shown = text[finding.start : finding.end]
        assert shown
        assert shown == shown.strip()
        if finding.field in {"places.url", "places.handle"}:
            assert shown == finding.value
        if finding.field == "date":
            assert dt.date.fromisoformat(finding.value) <= today


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(piece=LONG, seam=st.sampled_from([" ", "\n", ", ", ""]))
def test_the_longest_statement_is_read_in_time(reader: Reader, piece: str, seam: str) -> None:
    text = ((piece + seam) * (LONGEST // max(1, len(piece + seam)) + 1))[:LONGEST]
    begin = time.thread_time()
    found = reader.read(text, dt.date(2026, 11, 23))

    assert time.thread_time() - begin <= SECONDS
    assert all(0 <= f.start < f.end <= len(text) for f in found)


PROSE = (
    "on the 3rd he said i must pay 200 quid by friday or it goes on insta. i reported it to x.com/abc/status/1 on 3/11 "
    "and heard nothing, i live in perth, not in england, my ex posted it on telegram t.me/abc/12 two weeks ago "
)


def test_twice_the_text_takes_about_twice_the_time(reader: Reader) -> None:
    def seconds(length: int) -> float:
        text = (PROSE * (length // len(PROSE) + 1))[:length]
        times = []
        for _ in range(3):
            begin = time.thread_time()
            reader.read(text, dt.date(2026, 11, 23))
            times.append(time.thread_time() - begin)
        return min(times)

    seconds(1_000)
    assert seconds(20_000) <= 4 * seconds(10_000) + 0.05


def _every_shape() -> Iterator[Shape]:
    sites = read_data("sites")
    for row in (*read_data("platforms")["platforms"].values(), *sites["sites"].values()):
        yield from shapes(row.get("shapes", ()))
    yield from shapes(sites["anywhere"])


BAIT = ("/a", "/a-", "a.", "&a=", "-", "/@a", "%20", "/threads/a.", "/1", "_", "\\w", "a", "/-1_")


@pytest.mark.parametrize("bait", BAIT)
def test_no_shape_can_be_made_to_hang(bait: str) -> None:
    text = bait * (2_048 // len(bait))
    heads = ("", "/", "//x.com/", "/?", "/p/", "/share/", "/videos/", "/wall", "/a/b/c/", "//a.b.c/")
    begin = time.thread_time()
    for shape in _every_shape():
        for head in heads:
            shape.pattern.match(head + text)
            shape.pattern.match(head + text + "\n")

    assert time.thread_time() - begin <= SECONDS


@pytest.mark.parametrize("form", ["a." * 10_000, "https://" + "a." * 9_000 + "com/x", "x.com/?" + "a&" * 9_000,
                                  "https://x.com/" + "%25" * 6_000, "х." * 6_000, "data:image/png;base64," + "A" * 19_000,
                                  "https://l.facebook.com/l.php?u=" + "%2525" * 3_000])  # fmt: skip
def test_a_long_address_is_judged_in_time(form: str) -> None:
    begin = time.thread_time()
    assert inspect(form).url == form
    assert time.thread_time() - begin <= SECONDS


@settings(max_examples=300, deadline=None)
@given(
    url=st.one_of(
        st.sampled_from(FORMS),
        st.text(max_size=80),
        st.builds(str.__add__, st.sampled_from(FORMS), st.text(max_size=30)),
    )
)
def test_taking_out_share_ids_takes_out_nothing_else(url: str) -> None:
    link = inspect(url)

    assert link.url == url
    assert (link.why_not is None) == link.actionable
    if link.without_tracking is not None:
        assert link.share
        assert set(link.without_tracking.replace("?", "&").split("&")) <= set(url.replace("?", "&").split("&")) | {
            link.without_tracking.partition("#")[0].rpartition("&")[2] + "#" + url.partition("#")[2],
            link.without_tracking,
        }
        assert inspect(link.without_tracking).without_tracking is None


@settings(max_examples=300, deadline=None)
@given(host=st.text(max_size=60))
def test_a_host_in_another_script_is_never_taken_for_one_in_ours(host: str) -> None:
    known = ascii_host(host)

    assert known == ascii_host(known) or not known.isascii()
    if known in {"x.com", "t.me"}:
        import unicodedata

        assert unicodedata.normalize("NFKC", host).isascii() or any(unicodedata.category(c) == "Cf" for c in host)


@given(today=TODAYS, day=st.integers(1, 31), weekday=st.integers(0, 6), month=st.integers(1, 12))
def test_a_day_counted_back_is_in_the_past_and_is_that_day(today: dt.date, day: int, weekday: int, month: int) -> None:
    before = weekday_before(today, weekday)
    same = latest(today, month, min(day, 28))
    alone = latest_day_of_month(today, day)

    assert before < today
    assert (before.weekday(), (today - before).days <= 7) == (weekday, True)
    assert same is not None
    assert (same <= today, (today - same).days <= 366) == (True, True)
    assert alone is not None
    assert (alone <= today, alone.day) == (True, day)
    assert months_back(today, 12).year == today.year - 1
