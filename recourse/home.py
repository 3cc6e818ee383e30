"""
The home folder: databases, key files, run files. Created when empty, refused when something is missing.

A home with data but without its keys must never be given new ones in silence: every case in it
would be lost to the people who work on it, and nobody would know why.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from casework.errors import RefuseToStart
from casework.store import members
from casework.store.database import Databases, migrate, open_databases, reading
from casework.store.tables.cases import CASE_FILE
from encryption.errors import EncryptionError
from encryption.keys import SEALING_FAMILIES, Manifest, PrivateKey, PublicKey, new_installation
from recourse.settings import Settings

MANIFEST, ROOT_PUBLIC, PEPPER, AUDIT = "manifest.json", "root.pub", "pepper.key", "audit-desk.key"
KEY_FILES = (MANIFEST, ROOT_PUBLIC, PEPPER, AUDIT)
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o400


class KeysMissing(RefuseToStart):
    """This home has data, but some of its key files are missing. Put them back; do not make new ones."""


class HomeEmpty(RefuseToStart):
    """This home is empty. Run `recourse up` once: it makes the keys and prints the first enrolment link."""


class KeysExposed(RefuseToStart):
    """A key file can be read by other users of this machine. Take that right away: chmod 400."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """An opened home."""

    databases: Databases
    manifest: Manifest

    def teams(self, now: dt.datetime) -> Mapping[str, PublicKey]:
        """The public keys that new cases are sealed to; an expired or unsigned one is refused."""
        return {family: self.manifest.key_for(family, now) for family in SEALING_FAMILIES}


@dataclass(frozen=True, repr=False, kw_only=True)
class NewHome:
    """What the first start must hand on at once: the private halves exist nowhere else yet."""

    root_seed: bytes
    team_keys: Mapping[str, PrivateKey]


def open_home(settings: Settings, now: dt.datetime) -> Home:
    """
    Open the databases and the signed manifest.

    Raises
    ------
    RefuseToStart
        A key file is missing, readable by others, or not signed by this home's root.
    """
    missing = [name for name in KEY_FILES if not (settings.keys / name).exists()]
    if missing:
        raise KeysMissing if any(settings.db.glob("*.db")) else HomeEmpty
    for name in (PEPPER, AUDIT):
        if (settings.keys / name).stat().st_mode & 0o077:
            raise KeysExposed
    databases = open_databases(settings.home)
    migrate(databases)
    return Home(databases=databases, manifest=read_manifest(settings, now))


def read_manifest(settings: Settings, now: dt.datetime) -> Manifest:
    root = (settings.keys / ROOT_PUBLIC).read_bytes()
    try:
        manifest = Manifest.from_bytes((settings.keys / MANIFEST).read_bytes(), verify=root, now=now)
        manifest.require_complete(now)
    except EncryptionError as error:
        raise RefuseToStart("The manifest is not signed by this home's root, or one of its keys is over.") from error
    return manifest


def create_if_empty(settings: Settings, now: dt.datetime) -> NewHome | None:
    """
    Make keys and databases for an empty home; None when the home is in use already.

    A home in which nobody enrolled and nothing was sealed counts as empty: its first link is lost.
    """
    for folder in (settings.home, settings.db, settings.keys, settings.home / "run"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
    if not _is_empty(settings):
        return None
    made = new_installation(now)
    for name in KEY_FILES:
        (settings.keys / name).unlink(missing_ok=True)
    _write(settings.keys / ROOT_PUBLIC, made.root_public)
    _write(settings.keys / MANIFEST, made.manifest.to_bytes())
    _write(settings.keys / PEPPER, made.pepper)
    _write(settings.keys / AUDIT, Ed25519PrivateKey.generate().private_bytes_raw())
    return NewHome(root_seed=made.root_seed, team_keys=made.team_keys)


def _is_empty(settings: Settings) -> bool:
    has_keys = [name for name in KEY_FILES if (settings.keys / name).exists()]
    has_data = any(settings.db.glob("*.db"))
    if not has_data:
        return True
    if len(has_keys) != len(KEY_FILES):
        raise KeysMissing
    databases = open_databases(settings.home)
    try:
        migrate(databases)
        with reading(databases.cases) as connection:
            cases = connection.execute(select(func.count()).select_from(CASE_FILE)).scalar_one()
        return not cases and not members.has_members(databases.keys)
    finally:
        databases.close()


def _write(path: Path, data: bytes) -> None:
    """Created private from its first byte on; never widened and narrowed again."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
