"""Sizes and habits that keep the tree readable, and addresses that must not be in it."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.architecture.tree import ROOT, files, modules, relative, tree_of

FILE_LIMIT, FUNCTION_LIMIT = 300, 50  # lines
# Written in two parts, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(
    "/wo" + "rk/|/ro" + "ot/|/tm" + "p/|/ho" + "me/[a-z]+/|\\.\\./sha" + "red/(scen|know|data|des|spike)"
)
INDEX_HOST = re.compile("py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.|deb" + r"ian\.org|anaconda\.")
MAY_NAME_SHARED = frozenset({".ci/run"})
TEXT = (
    ".py",
    ".md",
    ".yml",
    ".toml",
    ".js",
    ".css",
    ".html",
    ".j2",
    ".lock",
    "Makefile",
    "run",
    "setup",
    "test",
    "lock",
)
MARKS_OF_UNFINISHED_WORK = re.compile("TO" + "DO|FIX" + "ME|raise Not" + "Implemented" + "Error|XX" + "X ")


def test_no_source_file_needs_a_table_of_contents():
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py", ".js", ".css")}

    long = {name: size for name, size in sizes.items() if size > FILE_LIMIT and not name.startswith("tests/")}

    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{name}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for name, path in modules().items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LIMIT
        # A first migration is a list of tables, and is never edited again.
        and ".migrations." not in name
    ]

    assert long == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX_HOST], ids=["machine path", "package index"])
def test_the_tree_names_no_machine_and_no_package_index(pattern):
    found = [
        f"{relative(path)}:{number}"
        for path in files(*TEXT)
        if relative(path) not in MAY_NAME_SHARED
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


def test_nothing_is_left_for_later_in_the_code():
    found = [
        f"{name}:{number}"
        for name, path in modules().items()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKS_OF_UNFINISHED_WORK.search(line)
    ]

    assert found == []


def test_only_the_command_line_prints():
    found = [
        f"{name}:{node.lineno}"
        for name, path in modules("encryption", "casework", "actions", "bot", "desk").items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert found == []


def test_every_module_says_what_it_is_for():
    assert [name for name, path in modules().items() if not ast.get_docstring(tree_of(path))] == []


def test_nothing_heavy_is_imported_by_the_command_line_itself():
    tops = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in tree_of(modules()["recourse.cli"]).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert tops <= {"__future__", "json", "pathlib", "typing", "typer"}


def test_what_a_package_needs_at_run_time_is_installed_with_it():
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    packages = {package.replace(".", "/"): patterns for package, patterns in tables.items()}
    covered = {
        p for folder, patterns in packages.items() for pattern in patterns for p in (ROOT / folder).glob(pattern)
    }

    data = {p for p in files(*DATA_SUFFIXES) if p.relative_to(ROOT).parts[0] in ("bot", "casework", "desk", "recourse")}

    assert {relative(p) for p in data - covered} == set()


DATA_SUFFIXES = (".yml", ".html", ".css", ".js", ".json", ".svg", ".j2", ".typ", ".txt")
