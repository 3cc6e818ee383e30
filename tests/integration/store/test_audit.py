"""The audit chain shows every edit, swap, gap and cut."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from sqlalchemy import text

from casework.errors import Tampered
from casework.store import audit
from casework.store.audit import Entry
from casework.store.database import writing
from encryption.primitives import public_half, sign, verify

SEED = bytes(range(32))
SIGN = partial(sign, SEED)
CHECK = partial(verify, public_half(SEED))


def entry(number):
    return Entry(actor="ada", action="opened", case_id=f"case-{number}", purpose="answer", on=dt.date(2026, 11, 22))


@pytest.fixture
def chain(databases):
    for number in range(4):
        audit.append(databases.cases, "desk", entry(number), SIGN)
    return databases.cases


def change(engine, statement):
    with writing(engine) as connection:
        connection.execute(text(statement))


def test_a_whole_chain_is_read_back_as_written(chain):
    head = audit.verify(chain, "desk", CHECK)

    assert head.seq == 3
    assert [found for _, found in audit.entries(chain, "desk")] == [entry(number) for number in range(4)]


def test_an_empty_chain_is_whole(databases):
    assert audit.verify(databases.cases, "desk", CHECK).seq == -1


def test_each_process_has_its_own_chain(chain):
    audit.append(chain, "worker", entry(9), SIGN)

    assert audit.processes(chain) == ["desk", "worker"]
    assert audit.verify(chain, "desk", CHECK).seq == 3
    assert audit.verify(chain, "worker", CHECK).seq == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET body = replace(CAST(body AS TEXT), 'ada', 'bob') WHERE seq = 1",
        "UPDATE audit SET signature = zeroblob(64) WHERE seq = 3",
        "UPDATE audit SET prev = zeroblob(32) WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 0",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = CASE seq WHEN 1 THEN -2 ELSE seq END",
        "UPDATE audit SET process = 'worker'",
    ],
)
def test_an_edit_a_swap_or_a_gap(chain, tampering):
    change(chain, tampering)

    with pytest.raises(Tampered):
        for process in audit.processes(chain):
            audit.verify(chain, process, CHECK)


def test_entries_signed_by_another_key(chain):
    with pytest.raises(Tampered):
        audit.verify(chain, "desk", partial(verify, public_half(bytes(32))))


def test_a_cut_at_the_end_shows_against_an_exported_head(chain):
    exported = audit.verify(chain, "desk", CHECK)
    change(chain, "DELETE FROM audit WHERE seq = 3")

    assert audit.verify(chain, "desk", CHECK).seq == 2  # alone, a cut cannot be seen
    with pytest.raises(Tampered):
        audit.verify(chain, "desk", CHECK, exported=exported)


def test_a_chain_that_went_on_still_holds_the_exported_head(chain):
    exported = audit.verify(chain, "desk", CHECK)
    audit.append(chain, "desk", entry(4), SIGN)

    assert audit.verify(chain, "desk", CHECK, exported=exported).seq == 4
