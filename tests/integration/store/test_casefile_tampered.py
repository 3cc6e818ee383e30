"""Someone who can write to the database puts their own public key into a case, to read what is added from then on."""

import pytest
from sqlalchemy import update

from casework import casefile, caseview, queues
from casework.errors import Tampered
from casework.queues import Happening
from casework.states import EventKind
from casework.store.database import writing
from casework.store.tables.cases import CASE_FILE
from casework.submission import submit
from encryption.keys import new_private_key


@pytest.mark.parametrize("column", ["content_key", "identity_key"])
def test_a_case_with_a_key_that_is_not_its_own_does_not_open(databases, new_submission, now, column):
    submission = new_submission()
    submit(databases, submission, now)
    session = casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)
    with writing(databases.cases) as connection:
        connection.execute(update(CASE_FILE).values({column: new_private_key().public.raw}))

    for way_in in (
        lambda: casefile.open_with_receipt(databases, submission.receipt),
        lambda: casefile.resume_session(databases, session, now),
    ):
        with pytest.raises(Tampered):
            way_in()


def test_a_key_that_is_exchanged_after_the_case_was_opened_gets_no_word(databases, new_submission, now):
    submission = new_submission()
    step_id = submit(databases, submission, now).steps["doc-art17@x"]
    opened = casefile.open_with_receipt(databases, submission.receipt)
    with writing(databases.cases) as connection:
        connection.execute(update(CASE_FILE).values(content_key=new_private_key().public.raw))

    for adding in (
        lambda: caseview.write_to_team(databases, opened, "what I remembered", now),
        lambda: queues.record_event(
            databases, step_id, Happening(kind=EventKind.SENT, on=now.date(), detail={}, keys=opened.keys), now
        ),
        lambda: casefile.replace_receipt(databases, opened, None, now),
    ):
        with pytest.raises(Tampered):
            adding()
