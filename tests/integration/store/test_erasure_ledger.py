"""The ledger file: it survives a power cut, several writers, and nobody's edit."""

from __future__ import annotations

import datetime as dt
import itertools
import multiprocessing
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import TryLater
from casework.store.ledger import BEGINNING, Kind, Ledger, LedgerCut, chain_of, mended

ON = dt.date(2026, 11, 22)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(home=tmp_path)


def written(tmp_path_factory, entries):
    ledger = Ledger(home=tmp_path_factory.mktemp("home"))
    for number in range(entries):
        ledger.append(Kind.MEMBER if number % 3 == 2 else Kind.CASE, f"id-{number}", ON, known=BEGINNING)
    return ledger.path.read_bytes()


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    return written(tmp_path_factory, 5)


def test_others_on_the_machine_cannot_read_it(ledger):
    ledger.append(Kind.CASE, "one", ON, known=BEGINNING)

    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700


def test_an_entry_that_is_repeated_is_found_again(ledger):
    first = ledger.append(Kind.CASE, "one", ON, known=BEGINNING)
    second = ledger.append(Kind.MEMBER, "one", ON, known=first)

    assert ledger.append(Kind.CASE, "one", ON, known=BEGINNING) == first
    assert ledger.append(Kind.MEMBER, "one", ON, known=second) == second
    assert [(entry.kind, entry.id) for entry in ledger.read().entries] == [("case", "one"), ("member", "one")]


def test_a_chain_holds_each_place_it_came_by_and_no_other(ledger):
    places = [ledger.append(Kind.CASE, f"id-{n}", ON, known=BEGINNING) for n in range(4)]
    chain = ledger.read()

    assert all(chain.holds(place) for place in (BEGINNING, *places))
    assert [len(chain.behind(place)) for place in (BEGINNING, *places)] == [4, 3, 2, 1, 0]
    for place, other in itertools.permutations(places, 2):
        assert not chain.holds(type(place)(seq=place.seq, hash=other.hash))
    assert not chain.holds(type(places[0])(seq=4, hash=places[3].hash))


def test_a_ledger_that_was_put_away_is_not_begun_anew(ledger):
    known = ledger.append(Kind.CASE, "one", ON, known=BEGINNING)
    ledger.path.unlink()

    with pytest.raises(LedgerCut):
        ledger.append(Kind.CASE, "two", ON, known=known)
    assert ledger.path.read_bytes() == b""


class Stranger(Exception):
    """What a check raises."""


def add(home, entry_id, start):
    start.wait(10)
    Ledger(home=home).append(Kind.CASE, entry_id, ON, known=BEGINNING)


def test_a_check_sees_all_that_is_there_and_keeps_an_entry_out(ledger):
    ledger.append(Kind.CASE, "one", ON, known=BEGINNING)
    before, seen = ledger.path.read_bytes(), []

    def check(chain):
        seen.append([entry.id for entry in chain.entries])
        raise Stranger

    with pytest.raises(Stranger):
        ledger.append(Kind.CASE, "two", ON, known=BEGINNING, check=check)
    assert seen == [["one"]]
    assert ledger.path.read_bytes() == before


def test_nobody_adds_between_the_check_and_the_entry(ledger):
    fork = multiprocessing.get_context("fork")
    start = fork.Event()
    other = fork.Process(target=add, args=(ledger.home, "late", start))
    other.start()  # before the lock is taken: what forks inherits it

    def check(chain):
        start.set()
        other.join(0.3)
        assert other.is_alive()
        assert ledger.path.stat().st_size == 0

    ledger.append(Kind.CASE, "first", ON, known=BEGINNING, check=check)
    other.join(30)

    assert [entry.id for entry in ledger.read().entries] == ["first", "late"]


def test_cut_at_any_byte_of_the_last_line_it_mends_itself_and_goes_on(five, ledger):
    ledger.read()
    begin = five[:-1].rfind(b"\n") + 1
    for end in range(begin, len(five) + 1):
        ledger.path.write_bytes(five[:end])
        expected = 5 if end >= len(five) - 1 else 4

        assert len(ledger.read().entries) == expected
        ledger.append(Kind.CASE, "after-the-cut", ON, known=BEGINNING)
        assert len(ledger.read().entries) == expected + 1


@pytest.mark.parametrize("rest", [b"\0" * 700, b"{", b'{"seq":5,"prev"', b"\xff\xfe"])
def test_rubbish_at_the_end_that_a_power_cut_can_leave_goes(five, ledger, rest):
    ledger.read()
    ledger.path.write_bytes(five + rest)

    assert len(ledger.read().entries) == 5
    assert ledger.path.read_bytes() == five


def test_what_no_power_cut_leaves_stays_for_somebody_to_look_at(five, ledger):
    ledger.read()
    ledger.path.write_bytes(five + b"x" * 2000)

    with pytest.raises(LedgerCut):
        ledger.read()
    assert len(ledger.path.read_bytes()) == len(five) + 2000


def test_every_removal_swap_and_repetition_of_lines_shows(five):
    lines = five.splitlines(keepends=True)
    whole = chain_of(five)
    for order in itertools.chain.from_iterable(itertools.permutations(lines, size) for size in range(6)):
        if list(order) == lines[: len(order)]:
            cut = chain_of(b"".join(order))
            assert cut.holds(whole.head) == (len(order) == 5)  # a cut at the end shows against what the keys know
        else:
            with pytest.raises(LedgerCut):
                chain_of(b"".join(order))
    with pytest.raises(LedgerCut):
        chain_of(five + lines[-1])


@given(data=st.data())
@settings(max_examples=400)
def test_any_edit_shows_in_the_chain_or_against_what_the_keys_know(five, data):
    whole = chain_of(five)
    at = data.draw(st.integers(0, len(five) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != five[at]))
    edited = five[:at] + bytes([byte]) + five[at + 1 :]

    try:
        chain = chain_of(mended(edited))
    except LedgerCut:
        return
    assert not chain.holds(whole.head) or chain == whole


@given(data=st.binary(max_size=400))
def test_no_bytes_whatever_end_otherwise_than_in_a_chain_or_a_refusal(data):
    try:
        chain = chain_of(mended(data))
    except LedgerCut:
        return
    assert chain.head.seq == len(chain.entries) - 1


@pytest.mark.parametrize("line", ["null", "[]", "[" * 900, '{"seq":0}', "", '"\\ud800"'])
def test_json_that_is_no_entry_is_refused(line):
    with pytest.raises(LedgerCut):
        chain_of(f"{line}\n".encode())


@pytest.mark.parametrize("entry_id", ["", "a" * 65, 'a","on":"2026-11-22"}', "two\nlines", "é"])
def test_an_id_that_could_be_read_another_way_is_not_written(ledger, entry_id):
    with pytest.raises(ValueError, match="cannot stand"):
        ledger.append(Kind.CASE, entry_id, ON, known=BEGINNING)
    assert ledger.read().entries == ()


def add_ten(home, name, start):
    start.wait(10)
    for number in range(10):
        Ledger(home=home).append(Kind.CASE, f"{name}-{number}", ON, known=BEGINNING)


def test_four_processes_that_add_at_once_lose_nothing(ledger):
    fork = multiprocessing.get_context("fork")
    start = fork.Event()
    processes = [fork.Process(target=add_ten, args=(ledger.home, name, start)) for name in "abcd"]
    for process in processes:
        process.start()

    start.set()
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert {entry.id for entry in ledger.read().entries} == {f"{name}-{n}" for name in "abcd" for n in range(10)}


def test_a_folder_that_cannot_be_written_says_try_later(tmp_path):
    (tmp_path / "ledger").write_text("in the way")

    with pytest.raises(TryLater):
        Ledger(home=tmp_path).read()


def test_a_link_in_its_place_is_not_followed(ledger, tmp_path):
    ledger.path.parent.mkdir()
    ledger.path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(TryLater):
        ledger.append(Kind.CASE, "one", ON, known=BEGINNING)
    assert not (tmp_path / "elsewhere").exists()


def test_a_copy_fills_an_empty_ledger_and_never_one_with_entries(five, ledger):
    ledger.adopt(five)
    assert ledger.copy() == five

    ledger.adopt(five.splitlines(keepends=True)[0])
    assert ledger.copy() == five
