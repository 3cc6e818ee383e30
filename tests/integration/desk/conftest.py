"""A migrated home, a desk before it, and a browser that sends what browsers send."""

from __future__ import annotations

import shutil

import pytest

from casework import queues
from casework.lawbook import load_law
from casework.store.database import migrate, open_databases
from desk.web.app import build_app
from encryption.keys import new_installation
from tests.integration.desk.homes import NOW, PASSWORD, Browser, Home, Member, form_of


@pytest.fixture(scope="session")
def law():
    return load_law()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    databases = open_databases(folder)
    migrate(databases)
    databases.close()
    return folder


@pytest.fixture(scope="session")
def installation():
    return new_installation(NOW)


@pytest.fixture
def folder(empty_home, tmp_path):
    shutil.copytree(empty_home, tmp_path / "var")
    return tmp_path / "var"


@pytest.fixture
def home(folder, installation, law):
    databases = open_databases(folder)
    yield Home(folder=folder, databases=databases, installation=installation, law=law)
    databases.close()


@pytest.fixture
def app(home):
    return build_app(home.services())


@pytest.fixture
def browser_of(app):
    """Makes browsers that talk to the desk and are not logged in."""
    made = []

    def make(**headers) -> Browser:
        made.append(Browser(app, **headers))
        return made[-1]

    yield make
    for browser in made:
        browser.close()


@pytest.fixture
def desk_of(browser_of):
    """Makes browsers in which a member is logged in."""

    def make(member: Member) -> Browser:
        client = browser_of()
        form = form_of(client.get("/login").text)
        fields = {"form": form, "login": member.login, "password": PASSWORD, "code": member.fresh_code()}
        assert client.post("/login", data=fields).headers["location"] == "/"
        return client

    return make


@pytest.fixture
def ada(home):
    return home.enrol("ada")


@pytest.fixture
def desk(desk_of, ada):
    return desk_of(ada)


@pytest.fixture
def case_id(home):
    return home.a_case()


@pytest.fixture
def opened(desk, case_id):
    """The desk with a case open."""
    form = form_of(desk.get(f"/cases/{case_id}/open").text)
    desk.post(f"/cases/{case_id}/open", data={"form": form, "purpose": "first_look"})
    return desk


@pytest.fixture
def steps(home, case_id):
    """The queued steps of the case by document."""
    page = queues.page(home.databases, "platform/x", home.clock.now)
    return {step.document: step for step in page.steps}


@pytest.fixture
def act(opened, case_id):
    """Posts one action of a step's form."""

    def post(step, action, **fields):
        form = form_of(opened.get(f"/cases/{case_id}").text)
        return opened.post(f"/cases/{case_id}/steps/{step.id}/{action}", data={"form": form, **fields})

    return post
