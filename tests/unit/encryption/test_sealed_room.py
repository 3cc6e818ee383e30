"""
The sealed room as a whole: what it shows, what it lets in, what it refuses to start on.
"""

from __future__ import annotations

import ast
import copy
import datetime as dt
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

import encryption
from encryption import errors, keys, pairs, primitives
from encryption.errors import BadKey, EncryptionError, Unsupported
from encryption.keys import PrivateKey, new_installation
from encryption.probe import probe
from encryption.token import Token, conversation_keys, session_keys

ROOM = Path(encryption.__file__).parent
MODULES = sorted(path.stem for path in ROOM.glob("*.py") if path.stem != "__init__")
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def tree(name: str) -> ast.Module:
    return ast.parse((ROOM / f"{name}.py").read_text())


def defined(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def imported_from_the_room(module: ast.Module) -> set[str]:
    return {
        alias.name
        for node in module.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("encryption")
        for alias in node.names
    }


@pytest.mark.parametrize("name", MODULES)
def test_all_names_exactly_what_is_public(name: str) -> None:
    exported = importlib.import_module(f"encryption.{name}").__all__
    module = tree(name)

    assert len(set(exported)) == len(exported)
    assert defined(module) <= set(exported)
    assert set(exported) <= defined(module) | imported_from_the_room(module)


@pytest.mark.parametrize("name", MODULES)
def test_the_room_imports_nothing_but_the_library_and_itself(name: str) -> None:
    roots = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or "").split(".")[0])

    assert roots - sys.stdlib_module_names <= {"encryption", "cryptography"}


def modules_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOM.parent, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_who_may_only_seal_does_not_load_the_opening_module() -> None:
    loaded = modules_after("import encryption.seal, encryption.token, encryption.keys")

    assert "encryption.open" not in loaded


def test_the_store_can_tell_an_envelope_without_any_cryptography() -> None:
    loaded = modules_after("import encryption.envelope")

    assert not any(name.startswith("cryptography") for name in loaded)
    assert "encryption.pairs" not in loaded


def secret_values() -> list[tuple[object, bytes]]:
    token = Token(bytes(range(100, 132)))
    keys = conversation_keys(token)
    private = PrivateKey.from_seed(bytes(range(96)))
    installation = new_installation(NOW)
    return [
        (token, token.secret),
        (keys, keys.key),
        (keys.receipt, keys.receipt.key),
        (session_keys(token), session_keys(token).key),
        (private, private.seed),
        (installation, installation.root_seed),
    ]


@pytest.mark.parametrize(("value", "secret"), secret_values(), ids=lambda one: type(one).__name__)
def test_printing_a_secret_shows_its_type_and_nothing_else(value: object, secret: bytes) -> None:
    shown = {repr(value), str(value), f"{value}", f"{value!r:>10}", repr([value])}

    expected = f"{type(value).__name__}(hidden)"
    assert {one.strip("[] ") for one in shown} == {expected}
    assert not any(secret.hex() in one or repr(secret) in one for one in shown)


def test_a_secret_is_not_pickled_or_copied_by_a_library_that_means_well() -> None:
    token = Token.new()

    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(BadKey):
            attempt(token)


@pytest.mark.parametrize("name", sorted(errors.__all__))
def test_no_error_of_the_room_can_carry_a_message(name: str) -> None:
    error = getattr(errors, name)

    assert issubclass(error, EncryptionError)
    assert str(error()) == error.__doc__.strip()
    with pytest.raises(TypeError):
        error("a person's words")


def test_the_installed_library_can_do_all_that_sealing_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def note(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def noted(*args: object, **options: object) -> object:
            result = real(*args, **options)
            done.append(name)
            return result

        monkeypatch.setattr(owner, name, noted)

    note(pairs.PublicKey, "wrap")
    note(pairs.PrivateKey, "unwrap")
    note(keys, "password_key")
    for name in ("hkdf", "encrypt", "decrypt", "sign", "verify"):
        note(primitives, name)

    probe()

    # Each was called by the probe and came back: one that it forgets would fail at the first complaint instead.
    assert set(done) == {"wrap", "unwrap", "password_key", "hkdf", "encrypt", "decrypt", "sign", "verify"}


def test_a_library_without_argon2id_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the library does when it was built against OpenSSL older than 3.2.
    def unsupported(**_: object) -> Argon2id:
        raise UnsupportedAlgorithm("This version of OpenSSL does not support argon2id")

    monkeypatch.setattr("encryption.passwords.Argon2id", unsupported)

    with pytest.raises(Unsupported):
        probe()


def test_a_library_without_xwing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the library does before version 47: HPKE is there, the hybrid is not.
    monkeypatch.setattr(hpke, "KEM", object())
    pairs.suite.cache_clear()

    with pytest.raises(Unsupported):
        probe()


def test_a_fault_of_ours_is_not_reported_as_an_old_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> Argon2id:
        raise ZeroDivisionError

    monkeypatch.setattr("encryption.passwords.Argon2id", broken)

    with pytest.raises(ZeroDivisionError):
        probe()
