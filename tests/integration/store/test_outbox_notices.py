"""Safe-contact notices: every case has one that looks like every other, and one ring is one notice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.delivery.delivering import Delivery
from casework.delivery.notices import SafeContact, ring
from casework.delivery.opening import by_key_id, opened_contact
from casework.delivery.retries import Retry, Sent, Stop
from casework.errors import RefuseToStart
from casework.facts import Contact, Identity
from casework.handover import Destination, Words, hand_over
from casework.interview.draft import Details, Draft
from casework.interview.outcome import Effect
from casework.lawbook import load_law
from casework.store import outbox
from casework.store.database import reading, writing
from casework.store.outbox import Kind, State
from casework.store.tables.cases import OUTBOX
from casework.submission import submit
from encryption.errors import CannotOpen
from encryption.keys import DISPATCH, new_private_key
from encryption.token import Token, conversation_keys
from tests.integration.erasing import erase

ADDRESS = "canary@mail.example"
LONGEST = f"{'c' * 64}@{'a' * 190}.{'n' * 24}"
CHANGES = {"id", "case_id", "packet", "idempotency_key"}  # in every row another one


class Post:
    """A way out that remembers where it went, and answers as it is told to."""

    def __init__(self, *answers) -> None:
        self.answers, self.seen = list(answers), []

    def send(self, message):
        self.seen.append(message)
        return self.answers.pop(0) if self.answers else Sent(reference="ok")


@pytest.fixture(scope="session")
def dispatch():
    return new_private_key()


@pytest.fixture(scope="session")
def law():
    return load_law()


@pytest.fixture
def complain(databases, teams, dispatch, law, now):
    """Hands over what a person told, as intake does; returns the id of the case."""
    public = {family: pair.public for family, pair in teams.items()} | {DISPATCH: dispatch.public}

    def hand(effect=Effect.SUBMIT_TRIAGE, *, email=None, contact=Contact.EMAIL, to=public):
        keys = conversation_keys(Token.new())
        draft = Draft(details=Details(email=email)).with_facts(identity=Identity(contact=contact))
        destination = Destination(case_id=keys.case_id, receipt=keys.receipt, teams=to)
        return hand_over(databases, draft, effect, Words(), destination, law, now).case_id

    return hand


@pytest.fixture
def worker(databases, dispatch):
    def build(post):
        return Delivery(
            databases=databases,
            keys=by_key_id({1: dispatch}),
            senders={Kind.NOTICE: {"email": post}},
            worker="worker-1",
            record=lambda case_id: None,
        )

    return build


def notices(databases):
    with reading(databases.cases) as connection:
        return [dict(row) for row in connection.execute(select(OUTBOX)).mappings()]


def rung(databases, case_id):
    with writing(databases.cases) as connection:
        return ring(connection, case_id)


def everything(delivery, at):
    done = []
    while found := delivery.deliver_next(at):
        done.append(found)
    return done


@pytest.mark.parametrize("effect", [Effect.SUBMIT, Effect.SUBMIT_TRIAGE])
def test_a_safe_contact_is_kept_for_the_worker_alone(databases, home, complain, teams, dispatch, effect):
    complain(effect, email=ADDRESS)

    (row,) = notices(databases)

    assert opened_contact(row, by_key_id({1: dispatch})).address == ADDRESS
    with pytest.raises(CannotOpen):
        opened_contact(row, by_key_id(dict(enumerate(teams.values()))))
    databases.close()
    assert ADDRESS.encode() not in b"".join(path.read_bytes() for path in (home / "db").iterdir())


def test_a_thief_cannot_tell_who_left_a_contact(databases, complain):
    complain(Effect.SUBMIT, email=ADDRESS)
    complain(Effect.SUBMIT, email=LONGEST)
    complain(Effect.SUBMIT, contact=Contact.NONE)
    complain(Effect.SUBMIT_TRIAGE)
    complain(Effect.SUBMIT_CALLBACK)

    rows = notices(databases)

    assert len(rows) == 5
    assert len({len(row["packet"]) for row in rows}) == 1
    assert len({tuple((k, v) for k, v in row.items() if k not in CHANGES) for row in rows}) == 1
    assert {row["state"] for row in rows} == {State.STANDING}


def test_an_address_that_was_taken_back_is_not_kept(databases, complain, dispatch):
    complain(email=ADDRESS, contact=Contact.NONE)

    assert opened_contact(notices(databases)[0], by_key_id({1: dispatch})).address is None


def test_without_a_dispatch_key_nothing_is_taken_in(databases, complain, teams):
    with pytest.raises(RefuseToStart):
        complain(to={family: pair.public for family, pair in teams.items()})

    assert notices(databases) == []


def test_an_address_without_a_key_to_seal_it_to_is_refused(databases, new_submission, now):
    with pytest.raises(RefuseToStart):
        submit(databases, new_submission(notice=SafeContact(address=ADDRESS)), now)


def test_what_nobody_rang_is_not_sent(databases, complain, worker, now):
    complain(email=ADDRESS)
    post = Post()

    assert everything(worker(post), now) == []
    assert post.seen == []


def test_however_often_something_happens_one_notice_goes_and_says_nothing(databases, complain, worker, now):
    case_id = complain(email=ADDRESS)
    post = Post()

    assert [rung(databases, case_id) for _ in range(3)] == [True, False, False]
    everything(worker(post), now)

    assert [(m.recipient, m.subject, m.body) for m in post.seen] == [(ADDRESS, "", "")]
    (row,) = notices(databases)
    assert (row["state"], row["attempts"]) == (State.STANDING, 0)
    assert row["packet"] is not None


def test_the_next_news_is_not_taken_for_a_repeat_of_the_last(databases, complain, worker, now):
    case_id = complain(email=ADDRESS)
    post = Post(Retry())
    rung(databases, case_id)
    everything(worker(post), now)
    for hour in (1, 2):
        everything(worker(post), now.replace(hour=now.hour + hour))
        rung(databases, case_id)
    everything(worker(post), now.replace(hour=now.hour + 3))

    keys = [message.idempotency_key for message in post.seen]
    assert len(keys) == 4
    assert keys[0] == keys[1]  # the same ring, tried again
    assert len(set(keys)) == 3


def test_ringing_where_nobody_left_a_contact_looks_the_same_and_sends_nothing(databases, complain, worker, now):
    cases = [complain(email=ADDRESS), complain(contact=Contact.NONE)]
    post = Post()

    assert [rung(databases, case_id) for case_id in cases] == [True, True]
    everything(worker(post), now)

    assert len(post.seen) == 1
    assert len({tuple((k, v) for k, v in row.items() if k not in CHANGES) for row in notices(databases)}) == 1


def test_an_address_that_takes_no_mail_is_seen_and_may_be_rung_again(databases, complain, worker, now):
    case_id = complain(email=ADDRESS)
    rung(databases, case_id)
    post = Post(Stop(reason="no_such_address"))
    everything(worker(post), now)
    assert outbox.waiting(databases.cases, now).failed == 1

    assert rung(databases, case_id)
    everything(worker(post), now)

    assert [message.recipient for message in post.seen] == [ADDRESS, ADDRESS]


def test_an_erased_case_is_told_to_nobody(databases, complain, worker, now):
    case_id = complain(email=ADDRESS)
    rung(databases, case_id)

    erase(databases, case_id)

    post = Post()
    everything(worker(post), now)
    assert (notices(databases), post.seen, rung(databases, case_id)) == ([], [], False)


def test_a_notice_moved_to_another_case_opens_for_nobody(databases, complain, dispatch):
    complain(email=ADDRESS)
    complain()
    mine, other = notices(databases)

    with pytest.raises(CannotOpen):
        opened_contact({**other, "packet": mine["packet"]}, by_key_id({1: dispatch}))
