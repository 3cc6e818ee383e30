"""The assistant with its real model, loaded once; a home with real keys and databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.context import Services
from bot.conversation import Conversations
from bot.runtime.agent import Assistant, load_assistant, train
from bot.web.app import IntakeServices, build_app
from casework.documents import prepare
from casework.lawbook import load_law
from casework.reader import load_trained_reader
from casework.wordbook import load_wordbook
from recourse.home import create_if_empty, open_home
from recourse.settings import ROOT, read_settings
from tests.conversations.talk import Client, Clock, House, Person


@pytest.fixture(scope="session")
def shared() -> Services:
    prepare()
    return Services(law=load_law(), book=load_wordbook(), reader=load_trained_reader(ROOT / "models"))


@pytest.fixture(scope="session")
def assistant(shared: Services) -> Assistant:
    train(ROOT)  # only when there is no current model
    return load_assistant(ROOT, shared)


@pytest.fixture(scope="session")
def house(shared: Services, assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from built(shared, assistant, tmp_path_factory.mktemp("home"))


def built(shared: Services, assistant: Assistant, folder: Path) -> Iterator[House]:
    settings, clock = read_settings({}, home=folder), Clock()
    made = create_if_empty(settings, clock())
    assert made is not None
    home = open_home(settings, clock())
    talks = Conversations(assistant, shared, home.databases, lambda: home.teams(clock()), clock)
    services = IntakeServices(
        conversations=talks,
        databases=home.databases,
        ledger=home.ledger,
        law=shared.law,
        clock=clock,
        starts_per_second=1000.0,
        openings_per_second=1000.0,
    )
    client = Client(build_app(services))
    yield House(client=client, databases=home.databases, folder=folder, teams=dict(made.team_keys), clock=clock)
    client.close()
    home.databases.close()


@pytest.fixture
def person(house: House) -> Person:
    return Person(house=house).begin()
