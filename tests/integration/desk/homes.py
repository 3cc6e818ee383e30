"""A desk with real databases, a member who can be enrolled, and a case that was really sealed."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pyotp

from casework.caseparts import NewStep, new_step
from casework.documents import document_to_dict, drafts
from casework.facts import Facts, facts_from_dict, facts_to_dict
from casework.law import Law
from casework.plan import plan, plan_to_dict
from casework.records import Kind, NewRecord
from casework.store import files
from casework.store.database import Databases
from casework.store.ledger import Ledger
from casework.submission import Submission, submit
from desk.accounts import Accounts, Choices
from desk.keyring import KeyRing
from desk.links import new_link
from desk.services import DeskServices
from encryption.keys import TEAM_FAMILIES, Installation, Manifest, PasswordParameters
from encryption.token import Token, conversation_keys
from recourse.key_providers import PRIVATE_FILE, Files
from recourse.manifest_file import ManifestFile

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
PASSWORD = "seven herons under a tin roof"
INSECURE = PasswordParameters(memory_kib=19 * 1024, iterations=2)
NAME, STATEMENT, TALK = "Canary Nameless", "canary statement \u202e with a turn", "canary talk"
LINK = "https://x.com/canary_handle/status/1790000000000000000?s=20"
BASE = "http://127.0.0.1:8081"
ORIGIN = {"sec-fetch-site": "same-origin"}


class Browser:
    """A browser before the desk: keeps cookies, follows nothing, and sends what browsers send."""

    def __init__(self, app, **headers: str) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers or ORIGIN)
        self.cookies = self._client.cookies

    def get(self, path: str, **options) -> httpx.Response:
        return self._runner.run(self._client.get(path, **options))

    def post(self, path: str, **options) -> httpx.Response:
        return self._runner.run(self._client.post(path, **options))

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@dataclass
class Member:
    """Someone who enrolled, and their phone."""

    login: str
    seed: str
    clock: Clock
    recovery: str = ""

    def code(self) -> str:
        return pyotp.TOTP(self.seed).at(self.clock.now)

    def fresh_code(self) -> str:
        """A code that was not used: the next one, after the wait that it takes."""
        self.clock.forward(seconds=30)
        return self.code()


@dataclass
class Home:
    """Databases and key files of a home, as the first start leaves them."""

    folder: Path
    databases: Databases
    installation: Installation
    law: Law
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.keys = self.folder / "keys"
        self.keys.mkdir(exist_ok=True)
        files.create(self.keys / "root.pub", self.installation.root_public, mode=PRIVATE_FILE)
        files.create(self.keys / "manifest.json", self.installation.manifest.to_bytes(), mode=PRIVATE_FILE)
        self.provider = Files(self.keys)
        for name, secret in {"pepper": self.installation.pepper, **self.installation.audit_seeds}.items():
            self.provider.create(f"{name}-1", secret)
        self.manifests = ManifestFile(self.keys / "manifest.json", self.keys / "root.pub")
        self.ledger = Ledger(home=self.folder)

    @property
    def manifest(self) -> Manifest:
        return self.manifests.current()

    def services(self, **changes) -> DeskServices:
        parts = {
            "databases": self.databases,
            "law": self.law,
            "manifests": self.manifests,
            "keyring": KeyRing(self.provider),
            "ledger": self.ledger,
            "clock": self.clock,
            "secure_cookies": False,
            "insecure_password_cost": INSECURE,
        }
        return DeskServices(**{**parts, **changes})

    def link(self, *families: str, officer: bool = True) -> Token:
        keys = {f: {1: k} for f, k in self.installation.team_keys.items() if not families or f in families}
        return new_link(self.databases, keys, self.clock.now, root_seed=self.installation.root_seed, officer=officer)

    def enrol(
        self, login: str = "ada", *families: str, accounts: Accounts | None = None, link: Token | None = None
    ) -> Member:
        member = Member(login=login, seed=pyotp.random_base32(), clock=self.clock)
        choices = Choices(login=login, password=PASSWORD, totp_seed=member.seed, code=member.code())
        member.recovery = (accounts or Accounts(self.services())).enrol(link or self.link(*families), choices)
        return member

    def submit(self, submission: Submission) -> str:
        return submit(self.databases, submission, self.clock.now).case_id

    def a_case(self, **changes) -> str:
        return self.submit(a_submission(self.installation, self.law, self.clock.now, **changes))


def some_facts() -> Facts:
    return facts_from_dict(
        {
            "person": {"age_now": "adult", "age_in_image": "adult", "country": "GB", "uk_nation": "GB-ENG"},
            "acts": ["created", "shared"],
            "image": {"kind": "altered"},
            "places": [{"platform": "x", "url": LINK, "still_up": True}],
            "generator": "x_grok",
            "wants": ["erase"],
            "identity": {"mode": "named", "contact": "email"},
            "consents": ["x"],
        }
    )


def a_submission(installation: Installation, law: Law, now: dt.datetime, **changes) -> Submission:
    """What a person in Leeds would send: every letter to X agreed to, all else left as the plan has it."""
    keys, facts = conversation_keys(Token.new()), some_facts()
    whole = plan(facts, law, now)
    letters = {letter.step_id: letter for letter in drafts(whole, facts, law, now.date())}
    agreed = {step.id for step in whole.steps if step.recipient_id == "x" and step.state == "ready"}
    parts = {
        "case_id": keys.case_id,
        "receipt": keys.receipt,
        "teams": {family: installation.team_keys[family].public for family in TEAM_FAMILIES},
        "identity": {"name": NAME, "email": "canary@mail.example", "signature": NAME},
        "records": (
            NewRecord(kind=Kind.FACTS, value=facts_to_dict(facts)),
            NewRecord(kind=Kind.PLAN, value=plan_to_dict(whole)),
            *(NewRecord(kind=Kind.DOCUMENT, value=document_to_dict(d)) for at, d in letters.items() if at in agreed),
            NewRecord(kind=Kind.STATEMENT, value={"text": STATEMENT}),
            NewRecord(kind=Kind.TRANSCRIPT, value={"turns": [{"me": TALK, "messages": ["We hear you."]}]}),
        ),
        "steps": tuple(_step(step, letters, agreed, law) for step in whole.steps),
    }
    return Submission(**{**parts, **changes})


def _step(step, letters, agreed, law) -> NewStep:
    consented = letters[step.id].sha256 if step.id in agreed else None
    return replace(new_step(step, law), consented=consented, missing=step.state == "blocked")


def form_of(page: str) -> str:
    """The form token of a page."""
    return re.search(r'name="form" value="([0-9a-f]*)"', page)[1]


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
