"""The law is arithmetic: the modules that decide rights, routes, clocks and questions touch no file, clock or network."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.tree import imports_of, is_outside, modules, reached_from, tree_of, way_to

DECIDING = (
    "facts", "law", "lawcheck", "rights", "routes", "regulators", "companies", "step", "validity", "clocks", "plan", "states",
)  # fmt: skip
PURE = tuple(f"casework.{name}" for name in DECIDING)
# What the interview says is drawn from documents; what it decides is not.
INTERVIEW = tuple(name for name in modules("casework") if name.startswith("casework.interview"))
IMPURE = frozenset({
    "asyncio", "glob", "io", "logging", "os", "pathlib", "random", "requests", "secrets", "shutil", "socket", "sqlite3",
    "subprocess", "tempfile", "threading", "time", "urllib.request", "http", "sqlalchemy", "starlette", "rasa", "rasa_sdk", "spacy",
    "structlog", "typst", "yaml",
})  # fmt: skip
CLOCKS = frozenset({"now", "utcnow", "today", "time", "monotonic", "perf_counter"})


@pytest.mark.parametrize("module", PURE)
def test_a_module_that_decides_reaches_nothing_that_could_change_its_mind(module):
    reached = reached_from([module])

    assert [way_to(name, reached) for name in reached if name in IMPURE] == []


@pytest.mark.parametrize("module", [*PURE, *INTERVIEW])
def test_no_clock_is_read_and_no_file_opened_where_a_day_is_handed_in(module):
    calls = {_called(node) for node in ast.walk(tree_of(modules()[module])) if isinstance(node, ast.Call)}

    assert calls & {"open", "input", "print", "exec", "eval"} == set()
    assert {call for call in calls if _is_clock(call)} == set()


@pytest.mark.parametrize("module", INTERVIEW)
def test_the_interview_imports_no_framework_and_no_store(module):
    wrong = {t for t in imports_of(module) if t in IMPURE or t.startswith(("casework.store", "encryption"))}

    assert wrong == set()


@pytest.mark.parametrize("module", PURE)
def test_holidays_are_the_one_library_that_the_law_leans_on(module):
    assert {t for t in imports_of(module) if is_outside(t)} <= {"holidays"}


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _is_clock(call: str) -> bool:
    owner, _, name = call.rpartition(".")
    return name in CLOCKS and owner.split(".")[-1] in {"dt", "datetime", "date", "time"}
