"""The composition root: builds intake, desk and worker from settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recourse.home import AUDIT, PEPPER, Home, open_home
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
    from casework.reader import load_reader
    from casework.wordbook import load_wordbook

    return Services(
        law=load_law(),
        book=load_wordbook(),
        reader=load_reader(),
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

    def teams() -> Mapping[str, PublicKey]:
        return home.teams(utc_now())

    return Conversations(assistant, shared, home.databases, teams, utc_now)


def intake(settings: Settings) -> IntakeServices:
    from bot.web.app import IntakeServices

    home, shared = open_home(settings, utc_now()), services(settings)
    return IntakeServices(
        conversations=conversations(settings, home, shared),
        law=shared.law,
        databases=home.databases,
        clock=utc_now,
        page_settings=page_settings(settings),
        embedders=settings.embedders,
    )


def page_settings(settings: Settings) -> dict[str, Any]:
    shown = {"exit_url": settings.exit_url, "host_name": settings.host_name, "host_contact": settings.host_contact}
    return {name: value for name, value in shown.items() if value}


def desk(settings: Settings) -> DeskServices:
    from casework.lawbook import load_law
    from desk.services import DeskServices

    home = open_home(settings, utc_now())
    return DeskServices(
        databases=home.databases,
        law=load_law(),
        manifest=home.manifest,
        pepper=(settings.keys / PEPPER).read_bytes(),
        audit_key=(settings.keys / AUDIT).read_bytes(),
        clock=utc_now,
        secure_cookies=settings.secure_cookies,
    )
