"""A ciphertext opens only where it was written: tried for each sealed column."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text, update

from casework import casefile
from casework.records import Kind, NewRecord, add_record
from casework.store.contract import CONTRACT
from casework.store.database import writing
from casework.store.sealed import Sealed
from casework.store.tables import cases, conversations, keys
from casework.submission import submit
from encryption.errors import CannotOpen
from encryption.keys import new_private_key
from encryption.open import open_
from encryption.seal import seal, seal_with_key
from encryption.token import open_with_key

METADATA = {"conversations": conversations.METADATA, "cases": cases.METADATA, "keys": keys.METADATA}
KEY = bytes(range(32))

every_field = pytest.mark.parametrize("field", CONTRACT, ids=lambda field: field.id)


def row_of(field):
    """A value for each column that the field names, none like another."""
    sources = (field.case, *field.record, field.kind, field.compartment)
    return {source: f"{source}-1" for source in sources if not source.startswith("=")}


def test_the_contract_names_every_sealed_column_and_no_other():
    in_schema = {
        (database, table.name, column.name)
        for database, metadata in METADATA.items()
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }

    assert {(field.database, field.table, field.column) for field in CONTRACT} == in_schema


@every_field
def test_the_contract_names_columns_that_exist(field):
    assert row_of(field).keys() <= set(METADATA[field.database].tables[field.table].columns.keys())


@every_field
def test_a_row_is_bound_by_its_whole_primary_key(field):
    table = METADATA[field.database].tables[field.table]
    # The envelope of a wrap names its key itself.
    free = {"key_id"} if field.table == "wrap" else set()

    assert {column.name for column in table.primary_key} - free <= row_of(field).keys()


@every_field
def test_moved_to_another_row_it_does_not_open(field):
    row = row_of(field)
    envelope = seal_with_key(b"words", key=KEY, context=field.context(**row))

    assert open_with_key(envelope, key=KEY, context=field.context(**row)) == b"words"
    for column in row:
        with pytest.raises(CannotOpen):
            open_with_key(envelope, key=KEY, context=field.context(**{**row, column: f"{column}-2"}))


@every_field
def test_moved_to_another_column_it_does_not_open(field):
    row = {name: "same" for other in CONTRACT for name in row_of(other)}
    envelope = seal_with_key(b"words", key=KEY, context=field.context(**row))

    for other in CONTRACT:
        if other is not field:
            with pytest.raises(CannotOpen):
                open_with_key(envelope, key=KEY, context=other.context(**row))


@every_field
@pytest.mark.parametrize("part", ["table", "column", "case", "record", "kind", "compartment"])
def test_any_changed_part_of_the_context_closes_both_key_forms(field, part):
    context = field.context(**row_of(field))
    moved = replace(context, **{part: getattr(context, part) + "x"})
    pair = new_private_key()

    with pytest.raises(CannotOpen):
        open_with_key(seal_with_key(b"words", key=KEY, context=context), key=KEY, context=moved)
    with pytest.raises(CannotOpen):
        open_(seal(b"words", to=pair.public, context=context), key=pair, context=moved)


def test_a_thief_who_can_write_swaps_two_records_of_one_case(databases, new_submission, now):
    submission = new_submission()
    submit(databases, submission, now)
    first = add_record(databases, submission.case_id, NewRecord(kind=Kind.THREAD, value="one"), now)
    second = add_record(databases, submission.case_id, NewRecord(kind=Kind.THREAD, value="two"), now)
    record = cases.RECORD
    with writing(databases.cases) as connection:
        body = connection.execute(select(record.c.body).where(record.c.id == first)).scalar_one()
        connection.execute(update(record).where(record.c.id == second).values(body=body))

    opened = casefile.open_with_receipt(databases, submission.receipt)

    with pytest.raises(CannotOpen):
        opened.read(Kind.THREAD)


def test_a_thief_who_can_write_gives_a_receipt_another_case(databases, new_submission, now):
    mine, theirs = new_submission(), new_submission()
    for submission in (mine, theirs):
        submit(databases, submission, now)
    with writing(databases.cases) as connection:
        connection.execute(text("DELETE FROM receipt WHERE id = :id"), {"id": theirs.receipt.id})
        connection.execute(
            text("UPDATE receipt SET case_id = :case WHERE id = :id"),
            {"case": theirs.case_id, "id": mine.receipt.id},
        )

    with pytest.raises(CannotOpen):
        casefile.open_with_receipt(databases, mine.receipt)
