"""The locks: every package pinned with its hashes, the test lock holding all of the other, no address of an index."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT

LOCKS = ("requirements.lock", "requirements-test.lock")
PINNED = (*LOCKS, "scripts/installer.lock")


def entries(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Name → version and hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, version = line.split()[0].split("==")
        found[name] = (version, frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)", line)))
    return found


@pytest.mark.parametrize("lock", PINNED)
def test_every_locked_package_has_hashes(lock):
    assert [name for name, (_, hashes) in entries(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", PINNED)
def test_a_lock_names_no_place_to_download_from(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


def test_the_test_lock_holds_all_of_the_other_so_that_neither_reinstalls_after_the_other():
    run, test = (entries(lock) for lock in LOCKS)

    assert {name for name in run if test.get(name) != run[name]} == set()


def test_every_declared_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=!;~ ]", line)[0].casefold().replace("_", "-") for line in project["dependencies"]}
    extra = {re.split(r"[\[<>=!;~ ]", line)[0].casefold() for line in project["optional-dependencies"]["test"]}

    assert declared - entries(LOCKS[0]).keys() == set()
    assert extra - entries(LOCKS[1]).keys() == set()


def test_tensorflow_and_the_vendor_sdks_are_not_installed():
    unwanted = {"tensorflow", "keras", "aiogram", "twilio", "slack-sdk", "fbmessenger", "python-socketio", "matplotlib"}

    assert entries(LOCKS[1]).keys() & unwanted == set()
