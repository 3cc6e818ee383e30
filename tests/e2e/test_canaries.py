"""
Every word typed anywhere, searched for afterwards everywhere: files, pages of databases, logs, output, crash leavings.

Three people tell their stories to a service that was started as loudly as its environment can ask for; then what can
break is broken under them: bodies, paths, a locked and a damaged database, a process that dies in the middle of a turn.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import pyotp
import pytest

from tests.conftest import Service, started

API = "/api/v1"
LOUD = {
    "LOG_LEVEL": "DEBUG",
    "LOG_LEVEL_LIBRARIES": "DEBUG",
    "LOG_LEVEL_MATPLOTLIB": "DEBUG",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONWARNINGS": "always",
    "SQLALCHEMY_WARN_20": "1",
}
STAFF_PASSWORD = "gallinipper under a quockerwodger"
SHORTEST = 5  # letters: a shorter word stands in some file by chance


@dataclass(frozen=True, kw_only=True)
class Person:
    story: str
    free: str
    name: str
    mail: str


PEOPLE = (
    Person(
        story="somebody used grok to undress a photo of me from plumbago-fest, it is at "
        "https://x.com/plumbagofake/status/1834567890123456789, I live in Cardiff and I'm 27",
        free="My colleague Ermintrude showed me. I feel sick about it, zabaglione.",
        name="Wilhelmina Quibblethorpe",
        mail="wilma@quibblethorpe.example",
    ),
    Person(
        story="my ex put a deepfake of me on instagram https://www.instagram.com/p/Cxyzrhubarb/ and says he wants 500 "
        "euro or he sends it to my boss, I'm from Dresden, Germany, 31 years old",
        free="Er heisst Waldemarius, it was made in Kuchenhagen.",
        name="Annegret Beispielinger",
        mail="annegret@beispielinger.example",
    ),
    Person(
        story="so someone at my college in Texas posted ai nudes of me on reddit "
        "https://www.reddit.com/r/flumadiddle/comments/1abcd2/xyzzyplugh/ and reddit did nothing. i am 20",
        free="They call themselves the snollygoster club.",
        name="Persephone Flumadiddle",
        mail="percy@flumadiddle.example",
    ),
)
TAPS = (
    "Yes, you may", "Yes, it's okay", "Yes, that's right", "18 or over in all", "18 or over", "A real photo, changed",
    "No, that's all", "Yes, still there", "That's all", "No, nobody yet", "With my real name", "Yes, a safe e-mail",
    "Yes, it's right", "Go on", "Yes, this one may go", "Yes, these may go", "Please send them for me",
    "I'll send them", "Yes, put it in", "Yes, lock it and hand it over", "In a post on X (@Grok)", "I don't know",
    "Me", "No",
)  # fmt: skip
WISH = "I want it gone and I want to complain to the data protection people"


@dataclass(kw_only=True)
class Witness:
    """Talks to the service, and remembers everything secret or personal that it typed or was given."""

    service: Service
    http: httpx.Client
    words: set[str] = field(default_factory=set)

    def keep(self, *texts: str) -> None:
        for text in texts:
            self.words |= {word for word in re.findall(r"\w+", text) if len(word) > SHORTEST and word not in COMMON}
            self.words |= {text.replace("-", "")} if re.fullmatch(r"[\w-]{25,}", text) else set()

    def ask(self, method: str, path: str, body: object = None, token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = json.dumps(body).encode() if body is not None else None
        return self.http.request(method, f"{self.service.url}{API}{path}", content=content, headers=headers)

    def begin(self) -> tuple[str, list[dict]]:
        started = self.ask("POST", "/conversations", {}).json()
        self.keep(started["token"])
        return started["token"], started["messages"]

    def say(self, token: str, text: str) -> list[dict]:
        self.keep(text)
        return self.ask("POST", "/conversations/turn", {"text": text}, token).json()["messages"]

    def tap(self, token: str, messages: list[dict], label: str) -> list[dict]:
        choice = next(c["id"] for m in messages for c in m.get("choices", ()) if c["label"] == label)
        return self.ask("POST", "/conversations/turn", {"choice": choice}, token).json()["messages"]

    def tell(self, person: Person) -> str:
        """The whole conversation; returns the receipt code."""
        token, messages = self.begin()
        story = [person.story]
        for _ in range(70):
            code = next((m["code"] for m in messages if m["kind"] == "receipt"), None)
            if code:
                self.keep(code)
                return code
            messages = self._answer(token, messages, person, story)
        pytest.fail("the conversation did not come to an end")

    def _answer(self, token: str, messages: list[dict], person: Person, story: list[str]) -> list[dict]:
        labels = {c["label"] for m in messages for c in m.get("choices", ())}
        last = " ".join(m["text"] for m in messages).lower()[-160:]
        if "United Kingdom" in labels and story:
            return self.say(token, story.pop())
        if "Get it taken down" in labels:
            return self.say(token, WISH)
        tap = "No, nobody yet" if "No, nobody yet" in labels else next((one for one in TAPS if one in labels), None)
        if tap:
            return self.tap(token, messages, tap)
        if "name" in last:
            return self.say(token, person.name)
        return self.say(token, person.mail if "mail" in last else person.free)

    def open(self, code: str) -> str:
        token = self.ask("POST", "/cases/open", {"receipt": code}).json()["token"]
        self.keep(token)
        return token


# Words that stand in our own files and that nobody is known by.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "someone somebody photo reddit instagram college college posted undress comments status Germany complain "
        "colleague nothing people protection Cardiff Dresden deepfake showed themselves example https Please myself "
        "years gone want",
    )
)


@pytest.fixture(scope="module")
def loud(tmp_path_factory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("loud")
    scratch = folder / "tmp"
    scratch.mkdir()
    with started(folder / "var", TMPDIR=str(scratch), **LOUD) as running:
        yield running


@pytest.fixture(scope="module")
def witness(loud) -> Iterator[Witness]:
    with httpx.Client(timeout=30) as http:
        yield Witness(service=loud, http=http)


@pytest.fixture(scope="module")
def codes(witness) -> list[str]:
    return [witness.tell(person) for person in PEOPLE]


def leavings(service: Service) -> list[Path]:
    """Everything that the installation wrote or left: its home, its scratch folder, and what a crash drops beside us."""
    return [path for path in service.home.parent.rglob("*") if path.is_file()] + list(Path.cwd().glob("core*"))


def shapes(word: str) -> set[bytes]:
    """How a word may lie in a file: as it is, in capitals, in UTF-16, percent-encoded, in base64, escaped."""
    texts = {word, word.lower(), word.upper(), quote(word), json.dumps(word)[1:-1]}
    found = {text.encode() for text in texts} | {word.encode("utf-16-le")}
    if len(word) > SHORTEST + 3:
        # Base64 depends on where the word begins: the middle of each of the three is the same whatever stands around.
        found |= {base64.b64encode(b"\0" * pad + word.encode())[4:-4] for pad in range(3)}
    return {one for one in found if len(one) > SHORTEST}


def found_in_clear(witness: Witness) -> list[str]:
    # A name of a file only: a message of this test must not say the words either.
    output = "".join(witness.service.printed).encode()
    haystacks = [("output", output)] + [(path.name, path.read_bytes()) for path in leavings(witness.service)]
    return [
        f"{where}: {len(word)} letters"
        for where, data in haystacks
        for word in witness.words
        for shape in shapes(word)
        if shape in data
    ]


def test_the_search_finds_what_is_there(witness, codes, tmp_path):
    assert len(witness.words) > 25
    for word in ("Quibblethorpe", codes[0].replace("-", "")):
        for lying in (word, word.upper(), base64.b64encode(f"xx {word} yy".encode()).decode()):
            (witness.service.home / "planted").write_text(lying)
            try:
                assert found_in_clear(witness)
            finally:
                (witness.service.home / "planted").unlink()


def test_three_complaints_leave_no_word(witness, codes):
    assert len(set(codes)) == len(PEOPLE)
    assert found_in_clear(witness) == []


def test_what_is_done_with_a_case_leaves_no_word(witness, codes):
    token = witness.open(codes[0])
    case = witness.ask("GET", "/cases/current", token=token).json()
    witness.keep("I remembered that Bartholomewski filmed it")
    witness.ask("POST", "/cases/current/thread", {"text": "I remembered that Bartholomewski filmed it"}, token)
    ready = next(step for step in case["steps"] if step["state"] == "ready")
    witness.keep("REFzeugma77123")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    event = {"kind": "sent", "on": today, "reference": "REFzeugma77123"}
    assert witness.ask("POST", f"/cases/current/steps/{ready['id']}/events", event, token).status_code == 204
    for form in ("txt", "pdf", "eml"):
        letter = witness.ask("GET", f"/cases/current/documents/{ready['step']}.{form}", token=token)
        assert letter.status_code == 200

    assert found_in_clear(witness) == []


def test_the_desk_leaves_no_word(witness, codes, loud):
    witness.keep("gallinipper quockerwodger", "We have read it, dear Quibblethorpina")
    with httpx.Client(base_url=loud.desk_url, headers={"sec-fetch-site": "same-origin"}, timeout=30) as desk:
        seed, recovery = enrol(desk, loud.enrolment_link.rpartition("#")[2])
        witness.keep(loud.enrolment_link.rpartition("#")[2], seed, recovery)
        log_in(desk, seed)
        case_id = re.search(r"/cases/([0-9a-f]{32})", desk.get("/").text)[1]
        post(desk, f"/cases/{case_id}/open", purpose="first_look")
        assert "Letters" in desk.get(f"/cases/{case_id}").text
        post(desk, f"/cases/{case_id}/thread", at=f"/cases/{case_id}", text="We have read it, dear Quibblethorpina")
        witness.keep(*desk.cookies.values())

    # The one-time link is printed: that is how it reaches its first caseworker.
    witness.words -= {loud.enrolment_link.rpartition("#")[2].replace("-", "")}
    printed = [line for line in loud.printed if "/enrol#" in line]
    assert len(printed) == 1
    witness.words -= set(re.findall(r"\w+", loud.enrolment_link))
    assert found_in_clear(witness) == []


def form_of(page: str) -> str:
    return re.search(r'name="form" value="([0-9a-f]*)"', page)[1]


def post(desk: httpx.Client, path: str, at: str | None = None, **fields: str) -> httpx.Response:
    return desk.post(path, data={"form": form_of(desk.get(at or path).text), **fields})


def enrol(desk: httpx.Client, secret: str) -> tuple[str, str]:
    form = form_of(desk.get("/enrol").text)
    page = desk.post("/enrol", data={"form": form, "secret": secret, "login": "ada"}).text
    seed = re.search(r'name="seed" value="(\w+)"', page)[1]
    fields = {"form": form_of(page), "secret": secret, "seed": seed, "login": "ada", "code": pyotp.TOTP(seed).now()}
    page = desk.post("/enrol/keys", data={**fields, "password": STAFF_PASSWORD, "again": STAFF_PASSWORD}).text
    return seed, re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", page)[0]


def log_in(desk: httpx.Client, seed: str) -> None:
    later = pyotp.TOTP(seed).at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30))
    answer = post(desk, "/login", login="ada", password=STAFF_PASSWORD, code=later)
    assert answer.headers["location"] == "/"


HOSTILE = "Xylocarpophile"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/conversations/turn", {"text": f'/restart{{"x": "{HOSTILE}"}}'}),
        ("POST", "/conversations/turn", {"text": f"/{HOSTILE}"}),
        ("POST", "/conversations/turn", {"text": "{{" + HOSTILE + "}} ${jndi:ldap://x} <script>" + HOSTILE}),
        ("POST", "/conversations/turn", {"text": f"{HOSTILE}\x00\u202e{HOSTILE}"}),
        ("POST", "/conversations/turn", {"text": f"{HOSTILE} " * 1_000}),
        ("POST", "/conversations/turn", {"choice": HOSTILE}),
        ("POST", "/conversations/turn", {HOSTILE: HOSTILE}),
        ("POST", "/conversations/turn", [HOSTILE]),
        ("POST", f"/conversations/turn?{HOSTILE}={HOSTILE}", {"text": "hello"}),
        ("POST", "/conversations", {"language": HOSTILE}),
        ("POST", "/cases/open", {"receipt": HOSTILE}),
        ("GET", f"/cases/current/documents/{HOSTILE}.txt", None),
        ("GET", f"/{HOSTILE}", None),
        ("DELETE", f"/conversations/{HOSTILE}", None),
    ],
)
def test_what_is_malformed_or_hostile_leaves_no_word(witness, codes, method, path, body):
    token, _ = witness.begin()
    witness.keep(HOSTILE)

    answer = witness.ask(method, path, body, token)

    assert answer.status_code < 500
    assert HOSTILE not in answer.text or answer.status_code == 200
    assert found_in_clear(witness) == []


def test_a_body_that_breaks_off_leaves_no_word(witness, codes):
    token, _ = witness.begin()
    witness.keep("Grimalkinesque")
    for raw in (b'{"text": "Grimalkinesque', b"\xff\xfeGrimalkinesque", b"Grimalkinesque" * 10_000):
        url, headers = f"{witness.service.url}{API}/conversations/turn", {"authorization": f"Bearer {token}"}
        assert witness.http.post(url, content=raw, headers=headers).status_code in (400, 413)

    assert found_in_clear(witness) == []


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_a_locked_database_leaves_no_word_and_loses_none(witness, codes):
    token, _ = witness.begin()
    witness.keep("Ultracrepidarian neighbour")
    with locked(witness.service.home / "db" / "conversations.db"):
        answer = witness.ask("POST", "/conversations/turn", {"text": "Ultracrepidarian neighbour"}, token)
    assert answer.status_code == 503
    assert found_in_clear(witness) == []

    assert witness.say(token, "Ultracrepidarian neighbour")


def test_a_failure_that_nobody_foresaw_leaves_no_word(witness, codes):
    token = witness.open(codes[1])
    witness.keep("Borborygmic stepbrother")
    cases = witness.service.home / "db" / "cases.db"
    with contextlib.closing(sqlite3.connect(cases, timeout=10)) as connection:
        connection.execute("ALTER TABLE record RENAME TO elsewhere")
        connection.commit()
        answer = witness.ask("POST", "/cases/current/thread", {"text": "Borborygmic stepbrother"}, token)
        connection.execute("ALTER TABLE elsewhere RENAME TO record")
        connection.commit()

    assert answer.status_code == 500
    assert any("request_failed" in line for line in witness.service.printed), "the operator sees that something broke"
    assert found_in_clear(witness) == []


def test_leaving_and_erasing_leave_no_word(witness, codes):
    token, messages = witness.begin()
    witness.tap(token, messages, "Yes, you may")
    witness.say(token, "Flibbertigibbetish cousin from Llanfairpwll")
    witness.ask("DELETE", "/conversations", token=token)
    case = witness.open(codes[2])
    proof = witness.ask("DELETE", "/cases/current", token=case).json()["confirm"]
    url, headers = f"{witness.service.url}{API}/cases/current", {"authorization": f"Bearer {case}", "x-confirm": proof}
    assert witness.http.delete(url, headers=headers).status_code == 204

    assert witness.ask("POST", "/cases/open", {"receipt": codes[2]}).status_code == 404
    assert found_in_clear(witness) == []


def children(pid: int) -> dict[str, int]:
    """The processes of the service by name."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if int(stat[1]) == pid and b"recourse" in command:
                found[command[command.index(b"recourse") + 1].decode()] = int(entry.name)
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the processes by /proc")
def test_a_process_that_dies_in_the_middle_of_a_turn_leaves_no_word(witness, codes):
    token, messages = witness.begin()
    witness.tap(token, messages, "Yes, you may")
    text = "Taradiddle told by Hieronymus. " * 60
    witness.keep(text)
    intake = children(witness.service.process.pid)["intake"]

    def turns() -> None:
        for _ in range(50):
            with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                witness.say(token, text[:1900])

    talking = threading.Thread(target=turns)
    talking.start()
    time.sleep(0.2)
    # A segmentation fault and not a kill: this is what leaves core files and tracebacks.
    os.kill(intake, signal.SIGSEGV)
    witness.service.process.wait(30)
    talking.join(60)

    assert found_in_clear(witness) == []
