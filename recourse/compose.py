"""The composition root: builds intake, desk and worker from settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from recourse import law_archive
from recourse.home import Home, open_home, require_secrets
from recourse.settings import Settings

if TYPE_CHECKING:
    from actions.context import Services
    from bot.conversation import Conversations
    from bot.web.app import IntakeServices
    from desk.services import DeskServices
    from encryption.keys import PublicKey


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def services(settings: Settings) -> Services:
    """Law, wordbook and reader, built once."""
    from actions.context import Services
    from casework.lawbook import load_law
    from casework.reader import load_trained_reader
    from casework.wordbook import load_wordbook

    return Services(
        law=load_law(),
        book=load_wordbook(),
        reader=load_trained_reader(settings.root / "models"),
        hours=settings.host_hours,
        host=settings.host_name,
    )


def conversations(settings: Settings, home: Home, shared: Services) -> Conversations:
    """The turn API's use cases over a loaded model; the first letters are written once, so that nobody waits."""
    from bot.conversation import Conversations
    from bot.runtime.agent import load_assistant
    from casework.documents import prepare

    prepare()
    assistant = load_assistant(settings.root, shared)
    return Conversations(assistant, shared, home.databases, current_teams(home), utc_now)


def current_teams(home: Home) -> Callable[[], Mapping[str, PublicKey]]:
    """The public keys of the teams as the manifest has them at the moment of asking."""
    return lambda: home.teams(utc_now())


def intake(settings: Settings) -> IntakeServices:
    from bot.web.app import IntakeServices

    home, shared = open_home(settings, utc_now()), services(settings)
    law_archive.keep(settings.home)
    return IntakeServices(
        conversations=conversations(settings, home, shared),
        law=shared.law,
        databases=home.databases,
        ledger=home.ledger,
        clock=utc_now,
        teams=current_teams(home),
        page_settings=page_settings(settings),
        embedders=settings.embedders,
    )


def page_settings(settings: Settings) -> dict[str, Any]:
    shown = {"exit_url": settings.exit_url, "host_name": settings.host_name, "host_contact": settings.host_contact}
    return {name: value for name, value in shown.items() if value}


def desk(settings: Settings, *, lapsed_too: bool = False) -> DeskServices:
    """`lapsed_too` is for the command by which an officer renews keys that are over."""
    return _staff_side(settings, "desk", secrets=("pepper", "audit-desk"), lapsed_too=lapsed_too)


def worker(settings: Settings) -> DeskServices:
    return _staff_side(settings, "worker", secrets=("audit-worker",))


def _staff_side(
    settings: Settings, process: str, *, secrets: tuple[str, ...], lapsed_too: bool = False
) -> DeskServices:
    from casework.lawbook import load_law
    from desk.keyring import KeyRing
    from desk.services import DeskServices

    home = open_home(settings, utc_now(), lapsed_too=lapsed_too)
    law_archive.keep(settings.home)
    return DeskServices(
        databases=home.databases,
        law=load_law(),
        manifests=home.manifests,
        keyring=KeyRing(require_secrets(settings, secrets)),
        ledger=home.ledger,
        clock=utc_now,
        process=process,
        worker_socket=settings.worker_socket,
        heads_folder=settings.audit_export,
        secure_cookies=settings.secure_cookies,
    )
