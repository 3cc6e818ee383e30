"""A migrated home, a team with keys, and submissions that look like a person's."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from casework.records import Kind, NewRecord
from casework.store.database import migrate, open_databases
from casework.submission import NewStep, Submission, submit
from encryption.keys import TEAM_FAMILIES, new_private_key
from encryption.token import Token, conversation_keys

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    databases = open_databases(home)
    migrate(databases)
    databases.close()
    return home


@pytest.fixture
def home(migrated_home, tmp_path):
    shutil.copytree(migrated_home, tmp_path / "var")
    return tmp_path / "var"


@pytest.fixture
def databases(home):
    opened = open_databases(home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def teams():
    return {family: new_private_key() for family in TEAM_FAMILIES}


@pytest.fixture
def now():
    return NOW


def build_step(step_id: str, queue: str, **changes) -> NewStep:
    detail = {"recipient": "Canary Recipient Ltd", "legal_basis": "canary-basis"}
    return NewStep(
        **{"id": step_id, "queue": queue, "document": step_id.split("@", maxsplit=1)[0], "detail": detail, **changes}
    )


@pytest.fixture(scope="session")
def a_step():
    return build_step


def build_submission(public_keys, token=None, **changes) -> Submission:
    keys = conversation_keys(token or Token.new())
    parts = {
        "case_id": keys.case_id,
        "receipt": keys.receipt,
        "records": (
            NewRecord(kind=Kind.FACTS, value={"acts": ["shared"]}),
            NewRecord(kind=Kind.PLAN, value={"steps": []}),
            NewRecord(kind=Kind.DOCUMENT, value={"text": "canary-erasure-request"}),
            NewRecord(kind=Kind.TRANSCRIPT, value=["canary-he-said"]),
        ),
        "identity": {"name": "Canary Name"},
        "steps": (
            build_step("doc-art17@x", "platform/x", consented="aa" * 32, due=dt.date(2026, 12, 22)),
            build_step("doc-ico@ico", "regulator/ico", after=("doc-art17@x",), consented="bb" * 32),
        ),
        "teams": public_keys,
    }
    return Submission(**{**parts, **changes})


@pytest.fixture(scope="session")
def new_submission(teams):
    public_keys = {family: pair.public for family, pair in teams.items()}
    return lambda token=None, **changes: build_submission(public_keys, token, **changes)


@pytest.fixture
def queued(databases, new_submission, a_step, now):
    """Submits one case with the given steps and returns their ids in the queues."""

    def build(*steps):
        submission = new_submission(steps=tuple(a_step(*args, **more) for args, more in steps))
        return submit(databases, submission, now).steps

    return build
