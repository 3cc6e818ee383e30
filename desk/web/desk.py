"""What every page of the desk shares: services, accounts, opened cases, words and templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from desk.accounts import Accounts
from desk.cases import OpenCases
from desk.services import DeskServices
from desk.web.inert import inert
from desk.web.words import Words, date_and_time, load_words, long_date

FOLDER = Path(__file__).parent


@dataclass(frozen=True, repr=False, kw_only=True)
class Desk:
    services: DeskServices
    accounts: Accounts
    open_cases: OpenCases
    words: Words
    templates: Environment

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        page = self.templates.get_template(template).render(words=self.words, **values)
        return HTMLResponse(page, status_code=status)


def new_desk(services: DeskServices) -> Desk:
    return Desk(
        services=services,
        accounts=Accounts(services),
        open_cases=OpenCases(),
        words=load_words(services.law),
        templates=_templates(),
    )


def _templates() -> Environment:
    # Everything is escaped unless it is Markup, and only `inert` makes Markup. An undefined name is an error, not "".
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"inert": inert, "date": long_date, "stored_date": date_and_time})
    return environment
