"""Live conversations: one answer a turn, and nothing left after leaving."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from casework.errors import TryLater
from casework.store.contract import PAUSED, TRACKER, TURN
from casework.store.conversations import ConversationGone, ConversationRepository, StoredTurn, turn_key
from encryption.seal import seal_with_key

ID = "c" * 32
KEY = bytes(32)


@pytest.fixture
def repository(databases, now):
    repository = ConversationRepository(databases.conversations)
    repository.create(ID, now)
    return repository


def a_turn(seq, words=b"words", kind="turn"):
    context = TURN.context(conversation_id=ID, seq=seq, kind=kind)
    return StoredTurn(seq=seq, kind=kind, body=seal_with_key(words, key=KEY, context=context))


def a_tracker(words=b"slots"):
    return seal_with_key(words, key=KEY, context=TRACKER.context(id=ID))


def test_a_turn_is_kept_with_its_tracker(repository, now):
    tracker, turn = a_tracker(), a_turn(0)

    repository.save_turn(ID, turn=turn, tracker=tracker, key=None, now=now)

    stored = repository.load(ID, now)
    assert (stored.tracker, stored.turns) == (tracker, 1)
    assert repository.transcript(ID) == (turn,)


def test_a_turn_sent_twice_gets_the_first_answer_and_is_stored_once(repository, now):
    key = turn_key(ID, "client-7")
    first = repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=key, now=now)

    again = repository.save_turn(ID, turn=a_turn(1, b"other"), tracker=a_tracker(b"other"), key=key, now=now)

    assert again == first == repository.answered(ID, key)
    assert len(repository.transcript(ID)) == 1


def test_the_same_client_id_in_another_conversation_is_another_turn():
    assert turn_key("a", "1") != turn_key("b", "1")


def test_two_turns_at_once_do_not_overwrite_each_other(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)
    before = repository.load(ID, now)

    with pytest.raises(TryLater):
        repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(b"late"), key=None, now=now)

    assert repository.load(ID, now) == before


def test_a_statement_leaves_the_tracker_as_it_is(repository, now):
    tracker = a_tracker()
    repository.save_turn(ID, turn=a_turn(0), tracker=tracker, key=None, now=now)

    repository.save_turn(ID, turn=a_turn(1, kind="statement"), tracker=None, key=None, now=now)

    assert repository.load(ID, now).tracker == tracker
    assert [turn.kind for turn in repository.transcript(ID)] == ["turn", "statement"]


def test_leaving_in_the_middle_of_a_turn_is_not_undone_by_that_turn(repository, now):
    repository.delete(ID)

    with pytest.raises(ConversationGone):
        repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)

    assert repository.load(ID, now) is None
    assert repository.transcript(ID) == ()


def test_an_idle_conversation_is_gone_before_the_sweep_comes(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)

    assert repository.load(ID, now + dt.timedelta(minutes=60)) is not None
    assert repository.load(ID, now + dt.timedelta(minutes=61)) is None


def test_the_sweep_takes_idle_conversations_with_their_turns_and_no_others(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)
    later = now + dt.timedelta(minutes=61)
    repository.create("d" * 32, later)

    swept = repository.sweep(later)

    assert swept == 1
    assert repository.transcript(ID) == ()
    assert repository.load("d" * 32, later) is not None


def test_a_conversation_that_is_started_again_starts_empty(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)
    later = now + dt.timedelta(minutes=61)

    repository.create(ID, later)

    assert repository.load(ID, later).turns == 0
    assert repository.transcript(ID) == ()


def test_starting_twice_keeps_what_is_there(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)

    repository.create(ID, now)

    assert repository.load(ID, now).turns == 1


def test_a_moment_without_a_time_zone_is_refused(repository):
    with pytest.raises(ValueError, match="time zone"):
        repository.load(ID, dt.datetime(2026, 11, 22))  # noqa: DTZ001 - the point of the test


def test_leaving_in_the_middle_of_a_turn_that_shreds_is_not_undone_by_it(repository, now):
    repository.delete(ID)

    with pytest.raises(ConversationGone):
        repository.save_alone(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)

    assert repository.load(ID, now) is None


def test_a_turn_that_shreds_leaves_itself_alone(repository, now):
    for seq in range(3):
        repository.save_turn(ID, turn=a_turn(seq), tracker=a_tracker(), key=None, now=now)
    alone, tracker = a_turn(0, b"alone"), a_tracker(b"after")

    repository.save_alone(ID, turn=alone, tracker=tracker, key=turn_key(ID, "client-1"), now=now)

    assert repository.transcript(ID) == (alone,)
    assert (repository.load(ID, now).tracker, repository.load(ID, now).turns) == (tracker, 1)
    assert repository.answered(ID, turn_key(ID, "client-1")) == alone


# Put away and taken up

PAUSE = "e" * 32
BODY = seal_with_key(b"draft", key=KEY, context=PAUSED.context(id=PAUSE))


@pytest.fixture
def put_away(repository, now):
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)
    repository.put_away(repository.load(ID, now), PAUSE, BODY, now)
    return repository


def take_up(repository, now, conversation_id=ID):
    turns = [a_turn(0), a_turn(1)]
    repository.take_up(PAUSE, conversation_id, turns=turns, tracker=a_tracker(), key=None, now=now)


def test_what_is_put_away_is_no_live_conversation_any_more(put_away, now):
    assert put_away.load(ID, now) is None
    assert put_away.transcript(ID) == ()
    assert put_away.found_away(PAUSE, now) == BODY


def test_a_conversation_that_was_left_is_not_put_away(repository, now):
    stored = repository.load(ID, now)
    repository.delete(ID)

    with pytest.raises(ConversationGone):
        repository.put_away(stored, PAUSE, BODY, now)

    assert repository.found_away(PAUSE, now) is None


def test_words_that_came_in_meanwhile_are_not_lost_to_a_pause(repository, now):
    stored = repository.load(ID, now)
    repository.save_turn(ID, turn=a_turn(0), tracker=a_tracker(), key=None, now=now)

    with pytest.raises(TryLater):
        repository.put_away(stored, PAUSE, BODY, now)

    assert len(repository.transcript(ID)) == 1


def test_what_is_taken_up_is_live_again_and_can_not_be_taken_up_twice(put_away, now):
    take_up(put_away, now)

    assert put_away.load(ID, now).turns == 2
    assert put_away.found_away(PAUSE, now) is None
    with pytest.raises(ConversationGone):
        take_up(put_away, now, "f" * 32)
    assert put_away.load("f" * 32, now) is None


def test_a_taking_up_that_fails_half_way_leaves_it_put_away(put_away, now):
    twice = [a_turn(0), a_turn(0)]  # one place taken twice: the database refuses the second

    with pytest.raises(IntegrityError):
        put_away.take_up(PAUSE, ID, turns=twice, tracker=a_tracker(), key=None, now=now)

    assert put_away.found_away(PAUSE, now) == BODY
    assert put_away.load(ID, now) is None


def test_after_seven_days_nothing_is_taken_up_whether_it_was_swept_or_not(put_away, now):
    late = now + dt.timedelta(days=7, minutes=1)

    assert put_away.found_away(PAUSE, now + dt.timedelta(days=7)) == BODY
    assert put_away.found_away(PAUSE, late) is None
    with pytest.raises(ConversationGone):
        take_up(put_away, late)
    assert put_away.sweep(late) == 1
    assert put_away.found_away(PAUSE, now) is None
