"""The project's own source files, and which of them imports which; read from the text, nothing is imported."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("encryption", "casework", "actions", "bot", "desk", "recourse")
# Not written by us, or not part of what is handed on.
LEFT_OUT = frozenset({".git", ".venv", "var", "models", "__pycache__", "build", "node_modules"})


def files(*suffixes: str) -> Iterator[Path]:
    """Every text file of the project with one of these endings, caches and outside vectors left out."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if hidden or LEFT_OUT & set(parts) or parts[:2] == ("tests", "vectors") or not path.is_file():
            continue
        if path.name.endswith(suffixes):
            yield path


@cache
def modules(*rooms: str) -> dict[str, Path]:
    """Dotted name → file of every module of these rooms."""
    found = {}
    for room in rooms or ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(name: str) -> frozenset[str]:
    """
    Every module that `name` imports, at its top or inside a function; `from a import b` is `a.b` if that is a module.

    Importing `a.b.c` runs `a` and `a.b` as well, so those count too.
    """
    path = modules()[name]
    found = {target for node in ast.walk(tree_of(path)) for target in _targets(node, name, path)}
    return frozenset(parent for target in found for parent in _with_parents(target)) - {name}


def _targets(node: ast.AST, name: str, path: Path) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        here = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        base = ".".join([*here[: len(here) - node.level + 1], *([base] if base else [])])
    known = modules()
    return [f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names]


def _with_parents(target: str) -> Iterator[str]:
    parts = target.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def reached_from(start: Iterable[str], *, not_through: Iterable[str] = ()) -> dict[str, str]:
    """Every module that runs when these are imported, with the one that brought it in; `not_through` are not entered."""
    known, closed = modules(), set(not_through)
    came_from = dict.fromkeys(start, "")
    waiting = list(came_from)
    while waiting:
        name = waiting.pop()
        for target in sorted(imports_of(name)) if name in known and name not in closed else ():
            if target not in came_from:
                came_from[target] = name
                waiting.append(target)
    return came_from


def way_to(target: str, came_from: dict[str, str]) -> str:
    """The chain of imports, for the message of a test that fails."""
    chain = [target]
    while came_from[chain[-1]]:
        chain.append(came_from[chain[-1]])
    return " ← ".join(chain)


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def is_outside(module: str) -> bool:
    """Neither ours nor the standard library's."""
    return room_of(module) not in ROOMS and room_of(module) not in sys.stdlib_module_names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
