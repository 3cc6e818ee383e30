"""What the doctor looks at, one function a subject; each gives findings and repairs nothing."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from casework.errors import RecourseError
from desk.keyring import SECRETS, numbers
from encryption.errors import EncryptionError
from encryption.keys import FAMILIES
from recourse.home import MANIFEST, PUBLIC_FILES, ROOT_PUBLIC, OtherVersion, look_through
from recourse.key_providers import FILES, provider_of
from recourse.law_cli import STALE_AFTER_DAYS
from recourse.settings import Settings

CORE = ("rasa", "rasa-sdk", "spacy", "onnxruntime", "cryptography", "sqlalchemy", "starlette", "uvicorn", "typst")
LEAST_FREE_MB = 500
RENEW_BEFORE = dt.timedelta(days=60)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do
    WARNING = "warning"  # it runs, but look at it
    BROKEN = "broken"  # it does not run, or must not


@dataclass(frozen=True, kw_only=True)
class Finding:
    what: str
    state: State
    text: str


def _finding(what: str, state: State, text: str) -> Finding:
    return Finding(what=what, state=state, text=text)


def python_and_packages(settings: Settings) -> Iterator[Finding]:
    """The interpreter, and every locked package in its locked version."""
    fits = sys.version_info[:2] == (3, 11)
    yield _finding("Python", State.OK if fits else State.BROKEN, f"{platform.python_version()}, needed: 3.11")
    lock = (settings.root / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    wrong = [
        f"{name} {_version(name) or 'missing'}, locked {version}"
        for name, version in locked.items()
        if _version(name) != version
    ]
    if wrong:
        yield _finding("packages", State.BROKEN, f"run `make setup`: {'; '.join(wrong)}")
    else:
        yield _finding("packages", State.OK, f"all {len(locked)} of requirements.lock")
    yield _finding("main ones", State.NOTE, ", ".join(f"{name} {_version(name)}" for name in CORE))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def sealing(_settings: Settings) -> Iterator[Finding]:
    from encryption.probe import probe

    try:
        probe()
    except EncryptionError as error:
        yield _finding("sealing", State.BROKEN, str(error))
    else:
        yield _finding("sealing", State.OK, "HPKE with X-Wing, AES-256-GCM, Argon2id and Ed25519 work here")


def understanding(_settings: Settings) -> Iterator[Finding]:
    """The sentence encoder, loaded for real."""
    from casework.reader.encoder import Encoder, EncoderUnavailable

    try:
        encoder = Encoder.load()
    except EncoderUnavailable as error:
        yield _finding("sentence encoder", State.WARNING, str(error))
    except RecourseError as error:
        yield _finding("sentence encoder", State.BROKEN, str(error))
    else:
        what = "bytes" if encoder.in_bytes else "floats, more slowly: this processor sums bytes with overflow"
        yield _finding("sentence encoder", State.OK, f"its files are the known ones; multiplies {what}")


def rasa(_settings: Settings) -> Iterator[Finding]:
    from bot.runtime import placeholders

    try:
        placeholders.install()
    except (RecourseError, metadata.PackageNotFoundError) as error:
        yield _finding("Rasa", State.BROKEN, str(error))
        return
    yield _finding("Rasa", State.OK, f"{placeholders.RASA_VERSION}, as a library, its placeholders in place")
    off = os.environ.get("RASA_TELEMETRY_ENABLED") == "false"
    yield _finding("telemetry", State.OK if off else State.BROKEN, "off" if off else "Rasa would report usage")
    heavy = importlib.util.find_spec("tensorflow") is not None
    yield _finding("TensorFlow", State.NOTE, "installed, not used, 1.9 GB" if heavy else "not installed, not needed")


def model(settings: Settings) -> Iterator[Finding]:
    from bot.runtime.model import current_model

    try:
        found = current_model(settings.root)
    except RecourseError as error:
        yield _finding("model", State.WARNING, str(error))
    else:
        yield _finding("model", State.OK, f"models/{found.name} matches the training data")


def law(_settings: Settings) -> Iterator[Finding]:
    from casework.lawbook import load_law

    try:
        loaded = load_law()
    except RecourseError as error:
        yield _finding("legal data", State.BROKEN, str(error))
        return
    stale = loaded.stale(dt.datetime.now(dt.UTC).date(), days=STALE_AFTER_DAYS)
    text = f"version {loaded.version[:18]}…, {len(stale)} rows not checked for {STALE_AFTER_DAYS} days"
    yield _finding("legal data", State.WARNING if stale else State.OK, text)


def home(settings: Settings) -> Iterator[Finding]:
    """Key files and their modes, databases and theirs. Reads no key."""
    has_data = any(settings.db.glob("*.db")) if settings.db.is_dir() else False
    if not has_data and not settings.keys.is_dir():
        yield _finding("home", State.NOTE, f"{settings.home} is empty; the first start fills it")
        return
    secrets = list(settings.keys.glob("*.key"))
    missing = [name for name in PUBLIC_FILES if not (settings.keys / name).exists()] + _missing_secrets(settings)
    if missing:
        state = State.BROKEN if has_data else State.WARNING
        yield _finding("key files", state, f"missing: {', '.join(missing)}. Put them back; do not make new ones")
    exposed = [*_open_to_others(secrets), *_open_to_others([settings.keys])]
    exposed += _open_to_others(settings.db.glob("*.db"))
    exposed += _open_to_others((settings.home / "ledger").glob("*"))
    exposed += [name for name in PUBLIC_FILES if _writable_by_others(settings.keys / name)]
    if exposed:
        yield _finding("file modes", State.BROKEN, f"others on this machine can read: {', '.join(exposed)}")
    if not missing and not exposed:
        yield _finding("home", State.OK, f"{settings.home}: {len(secrets)} secrets, nothing open to others")


def keys(settings: Settings, now: dt.datetime | None = None) -> Iterator[Finding]:
    """How long the signed keys are still good for."""
    from recourse.manifest_file import ManifestFile

    try:
        manifest = ManifestFile(settings.keys / MANIFEST, settings.keys / ROOT_PUBLIC).current()
        ends = min(manifest.current(family, now or dt.datetime.now(dt.UTC)).not_after for family in FAMILIES)
    except FileNotFoundError:
        return
    except (RecourseError, EncryptionError):
        yield _finding("signed keys", State.BROKEN, "not signed, or over: `recourse keys next` renews them")
        return
    soon = ends - (now or dt.datetime.now(dt.UTC)) < RENEW_BEFORE
    text = f"good until {ends.date()}"
    yield _finding(
        "signed keys", State.WARNING if soon else State.OK, f"{text}: sign the next ones soon" if soon else text
    )


def whole(settings: Settings) -> Iterator[Finding]:
    """Whether manifest, databases and ledger belong together: what every start asks, and nothing is repaired."""
    if not (settings.db / "keys.db").exists() or not (settings.keys / MANIFEST).exists():
        return
    try:
        look_through(settings, dt.datetime.now(dt.UTC))
    except OtherVersion as error:
        yield _finding("home, looked through", State.WARNING, str(error))
    except (RecourseError, EncryptionError) as error:
        yield _finding("home, looked through", State.BROKEN, str(error))
    else:
        yield _finding("home, looked through", State.OK, "manifest, databases, secrets and ledger belong together")


def _missing_secrets(settings: Settings) -> list[str]:
    """With files of our own: others hold theirs outside, where only the process they are for can look."""
    if settings.key_provider != FILES:
        return []
    provider = provider_of(settings)
    return [kind for kind in SECRETS if not numbers(provider, kind)]


def _open_to_others(paths: Iterator[Path] | list[Path]) -> Iterator[str]:
    return (path.name for path in paths if path.exists() and path.stat().st_mode & 0o077)


def _writable_by_others(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & 0o022)


def machine(settings: Settings) -> Iterator[Finding]:
    """What the machine itself may give away, or run out of."""
    swaps = Path("/proc/swaps")
    swapped = swaps.exists() and len(swaps.read_text(encoding="utf-8").splitlines()) > 1
    if swapped:
        yield _finding(
            "swap", State.WARNING, "on: memory with people's words can reach the disk; encrypt it or turn it off"
        )
    else:
        yield _finding("swap", State.OK, "off")
    where = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(where).free // 1024 // 1024
    yield _finding("disk", State.OK if free > LEAST_FREE_MB else State.WARNING, f"{free} MB free")
    if settings.bind not in LOOPBACK and not settings.secure_cookies:
        text = f"{settings.bind} without RECOURSE_SECURE_COOKIES: put a proxy with TLS before it"
        yield _finding("address", State.WARNING, text)
    else:
        yield _finding("address", State.OK, settings.bind)


def browser(_settings: Settings) -> Iterator[Finding]:
    """Only the tests need one; letters take their fonts from the typst wheel."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    yield _finding("Chromium", State.NOTE, found or "none: the browser tests would be skipped")
    tested = _version("playwright")
    yield _finding(
        "test tools", State.NOTE, f"playwright {tested}" if tested else "not installed; `make test` installs them"
    )
