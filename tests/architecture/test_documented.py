"""What an operator or a client must know is written down: settings, routes, errors, events. Checked in both directions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields

import pytest
import yaml
from starlette.routing import Mount

from bot.web.app import ROUTES
from casework import errors
from desk import worker
from desk.web.app import OPEN_PAGES, STAFF_PAGES
from encryption import errors as sealing_errors
from recourse import cli, logs
from recourse.settings import PREFIX, Settings
from tests.architecture.tree import ROOT, files, modules, relative, tree_of

REFERENCE = ROOT / "docs" / "reference"


def rows(page: str, heading: str | None = None) -> set[str]:
    """What stands in `backquotes` in the first cell of each table row, of a page or of one of its sections."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    if heading:
        text = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (`[^|]+`) ?\|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_every_setting_is_documented_and_every_documented_one_exists():
    assert rows("settings.md") == {PREFIX + field.name.upper() for field in fields(Settings)}


def test_every_route_of_intake_is_documented():
    routes = {f"{m} {r.path}" for r in ROUTES if not isinstance(r, Mount) for m in (r.methods or {"GET"}) - {"HEAD"}}

    assert rows("routes.md", "Intake") == routes | {f"GET {r.path}/…" for r in ROUTES if isinstance(r, Mount)}


def test_every_route_of_the_desk_is_documented():
    routes = {f"{method} {path}" for method, path, _ in (*OPEN_PAGES, *STAFF_PAGES)}

    assert rows("routes.md", "Desk") == routes | {"GET /static/…"}


def test_the_interface_document_names_every_route_of_the_api():
    described = yaml.safe_load((ROOT / "bot/web/openapi.yml").read_text(encoding="utf-8"))["paths"]

    served = {
        (m.lower(), r.path) for r in ROUTES if r.path.startswith("/api/v1") for m in (r.methods or set()) - {"HEAD"}
    }

    methods = ("get", "put", "post", "delete", "patch")
    assert {(m, path) for path, item in described.items() for m in item if m in methods} == served


def test_no_page_of_the_desk_is_open_by_accident():
    assert {path for _, path, _ in OPEN_PAGES} == {
        "/login", "/login/recovery", "/login/recovery/keys", "/enrol", "/enrol/keys",
    }  # fmt: skip


@pytest.mark.parametrize("tree", [errors, sealing_errors])
def test_every_kind_of_error_is_documented(tree):
    kinds = {name for name, thing in vars(tree).items() if isinstance(thing, type) and issubclass(thing, Exception)}

    assert kinds - rows("errors.md") == set()


def test_every_log_event_is_documented():
    assert {event for _, event, _ in log_calls() if event} | set(worker.TASKS) == rows("logs.md", "Events")


def test_every_log_field_is_on_the_allow_list_and_documented():
    used = {name for _, _, given in log_calls() for name in given}

    assert used - logs.ALLOWED == set()
    assert rows("logs.md", "Fields") == logs.ALLOWED


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}

    assert {name for name in names if f"recourse {name}" not in text} == set()


def log_calls() -> Iterator[tuple[str, str | None, set[str]]]:
    """Module, event (None when it is computed) and field names of every call that logs."""
    for name, path in modules().items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and re.fullmatch(
                r"log\.(debug|info|warning|error|critical)", ast.unparse(node.func)
            ):
                event = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                yield name, event, {keyword.arg for keyword in node.keywords if keyword.arg}


def test_every_link_between_our_pages_leads_somewhere():
    broken = [
        f"{relative(page)}: {target}"
        for page in files(".md")
        for target in re.findall(r"\]\(([^)#:\s]+)[^):]*\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_page_that_the_code_names_exists():
    named = {
        match
        for path in files(".py", ".yml", ".toml", ".html")
        for match in re.findall(r"docs/[\w/-]+(?:\.md)?", path.read_text(encoding="utf-8"))
    }

    assert {name for name in named if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*"))} == set()
