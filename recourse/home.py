"""
The home folder: databases, key files, run files. Created when empty, refused when something is missing.

A home with data but without its keys must never be given new ones in silence: every case in it
would be lost to the people who work on it, and nobody would know why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from casework.erasure import check_ledger, require_together
from casework.errors import RefuseToStart
from casework.store import epochs, files, members, outbox, team_keys
from casework.store.database import Databases, migrate, open_databases, reading, require_plain
from casework.store.ledger import Ledger
from casework.store.tables.cases import CASE_FILE
from desk.keyring import PEPPER, SECRETS, KeyProvider, KeyRing, SecretMissing, named, numbers
from desk.locks import PASSWORD, lock_of, needed_pepper
from encryption.errors import EncryptionError
from encryption.keys import AUDIT_FAMILIES, SEALING_FAMILIES, TEAM_FAMILIES, Installation, PublicKey, new_installation
from recourse.key_providers import FILES, PRIVATE_FILE, PRIVATE_FOLDER, provider_of
from recourse.manifest_file import ManifestFile, ManifestRefused
from recourse.settings import Settings

MANIFEST, ROOT_PUBLIC = "manifest.json", "root.pub"
PUBLIC_FILES = (MANIFEST, ROOT_PUBLIC)


class KeysMissing(RefuseToStart):
    """This home has data, but some of its key files are missing. Put them back; do not make new ones."""


class HomeEmpty(RefuseToStart):
    """This home is empty. Run `recourse up` once: it makes the keys and prints the first enrolment link."""


class BeforeEpochs(RefuseToStart):
    """This home is of a version before the first release, when keys had no epochs. Move it away and start a new one."""


class DatabaseMissing(RefuseToStart):
    """Cases or keys are gone from this home, and it is not new. Bring them back with `recourse restore`."""


class AnotherRoot(RefuseToStart):
    """The root of this home is not the one of RECOURSE_ROOT_FINGERPRINT: somebody exchanged it, or the setting is wrong."""  # noqa: E501


class OtherVersion(RefuseToStart):
    """The databases are of another version; the next start brings them up."""


class KeyWithoutHolder(RefuseToStart):
    """New cases would be sealed to a key that nobody here holds: the key database is older than the manifest."""

    def __init__(self, families: Iterable[str]) -> None:
        super().__init__(
            f"{self.__doc__} Restore a newer one, or sign the next keys: `recourse keys next {' '.join(families)}`."
        )


class ManifestTakenBack(RefuseToStart):
    """A case is sealed to a key that the manifest does not name: an older manifest was put in its place."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """An opened home."""

    databases: Databases
    manifests: ManifestFile
    ledger: Ledger

    def teams(self, now: dt.datetime) -> Mapping[str, PublicKey]:
        """The public keys that new cases are sealed to; an expired or unsigned one is refused."""
        manifest = self.manifests.current()
        return {family: manifest.key_for(family, now) for family in SEALING_FAMILIES}


def open_home(settings: Settings, now: dt.datetime, *, lapsed_too: bool = False) -> Home:
    """
    Open the databases and the signed manifest. `lapsed_too` is for the officer who renews it.

    Raises
    ------
    RefuseToStart
        A key file is missing, not signed by this home's root, over, or older than one that was used.
    """
    if any(not (settings.keys / name).exists() for name in PUBLIC_FILES):
        raise KeysMissing if any(settings.db.glob("*.db")) else HomeEmpty
    home = _home(settings, now, lapsed_too=lapsed_too)
    migrate(home.databases)
    _require_sound(home, now, lapsed_too=lapsed_too)
    check_ledger(home.databases, home.ledger)
    return home


def look_through(settings: Settings, now: dt.datetime) -> None:
    """
    What every start asks, for whoever only wants to know: nothing is created, migrated or repaired.

    Raises
    ------
    RefuseToStart, Tampered, EncryptionError
    """
    home = _home(settings, now)
    try:
        _require_sound(home, now)
        require_together(home.databases, home.ledger)
        if settings.key_provider == FILES:
            _require_used_secrets(settings, home)
    except DatabaseError as error:
        raise OtherVersion from error
    finally:
        home.databases.close()


def _home(settings: Settings, now: dt.datetime, *, lapsed_too: bool = False) -> Home:
    """Its parts, as far as they can be judged without looking into a database."""
    _require_both(settings)
    _require_epochs(settings)
    _require_pinned(settings)
    manifests = ManifestFile(settings.keys / MANIFEST, settings.keys / ROOT_PUBLIC)
    try:
        if not lapsed_too:
            manifests.current().require_complete(now)
    except EncryptionError as error:
        raise ManifestRefused from error
    return Home(databases=open_databases(settings.home), manifests=manifests, ledger=Ledger(home=settings.home))


def _require_sound(home: Home, now: dt.datetime, *, lapsed_too: bool = False) -> None:
    """What the databases hold and what the manifest signed fit each other."""
    require_plain(home.databases)
    _require_known_keys(home)
    if not lapsed_too:
        _require_holders(home, now)


def _require_used_secrets(settings: Settings, home: Home) -> None:
    """The newest signing keys, and every pepper that a password hangs on."""
    ring = KeyRing(provider_of(settings))
    for family in AUDIT_FAMILIES:
        ring.audit_seed(family, home.manifests.current().verifying_keys(family)[-1])
    locks = [lock_of(member, PASSWORD) for member in members.active(home.databases.keys)]
    if any(lock and ring.pepper_named(needed_pepper(lock.derivation)) is None for lock in locks):
        raise SecretMissing


def fingerprint(settings: Settings) -> str:
    """What tells this home's root from any other: the first 16 bytes of its SHA-256, in hex."""
    return sha256((settings.keys / ROOT_PUBLIC).read_bytes()).hexdigest()[:32]


def _require_pinned(settings: Settings) -> None:
    """Threat: whoever can write to the folder exchanges root and manifest together, and both fit each other."""
    pinned = settings.root_fingerprint.strip().casefold()
    if pinned and not compare_digest(pinned, fingerprint(settings)):
        raise AnotherRoot


def _require_holders(home: Home, now: dt.datetime) -> None:
    if not members.has_members(home.databases.keys):
        return  # the first link holds them
    held, manifest = team_keys.keys_held(home.databases.keys), home.manifests.current()
    lost = [f for f in SEALING_FAMILIES if (f, manifest.current(f, now).epoch) not in held]
    if lost:
        raise KeyWithoutHolder(lost)


def _require_epochs(settings: Settings) -> None:
    if (settings.keys / "pepper.key").exists():
        raise BeforeEpochs


def _require_both(settings: Settings) -> None:
    """One without the other would be made new and empty, and the sweep of keys without a case would end all cases."""
    if (settings.db / "cases.db").exists() != (settings.db / "keys.db").exists():
        raise DatabaseMissing


def require_secrets(settings: Settings, kinds: Iterable[str]) -> KeyProvider:
    """
    The provider, when it holds these kinds of secret and shows them to nobody else.

    Raises
    ------
    KeysMissing, SecretExposed
    """
    provider = provider_of(settings)
    for kind in kinds:
        newest = numbers(provider, kind)[-1:]
        if not newest:
            raise KeysMissing
        provider.read(named(kind, newest[0]))
    return provider


def _require_known_keys(home: Home) -> None:
    """Threat: an old manifest, validly signed, brings back the key of somebody who was removed."""
    signed = {entry.public_key.id.hex() for entry in home.manifests.current().entries}
    readers = [f"team:{family}" for family in TEAM_FAMILIES]
    used = epochs.keys_of_cases(home.databases.cases, readers) | outbox.kept_by_key(home.databases.cases).keys()
    if not used <= signed:
        raise ManifestTakenBack


def create_if_empty(settings: Settings, now: dt.datetime) -> Installation | None:
    """
    Make keys and databases for an empty home; None when the home is in use already.

    A home in which nobody enrolled and nothing was sealed counts as empty: its first link is lost.
    """
    for folder in (settings.home, settings.db, settings.keys, settings.home / "run"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
    if not _is_empty(settings):
        return None
    for name in PUBLIC_FILES:
        (settings.keys / name).unlink(missing_ok=True)
    made = _made(settings, now)
    files.create(settings.keys / ROOT_PUBLIC, made.root_public, mode=PRIVATE_FILE)
    files.create(settings.keys / MANIFEST, made.manifest.to_bytes(), mode=PRIVATE_FILE)
    return made


def _made(settings: Settings, now: dt.datetime) -> Installation:
    """New keys; the secrets that a machine must hold itself are made here, or were given to it before."""
    provider = provider_of(settings)
    if settings.key_provider == FILES:
        for name in provider.names():
            (settings.keys / f"{name}.key").unlink()
        made = new_installation(now)
        for kind, secret in {PEPPER: made.pepper, **made.audit_seeds}.items():
            provider.create(named(kind, 1), secret)
        return made
    try:
        given = {kind: provider.read(named(kind, numbers(provider, kind)[-1])) for kind in SECRETS}
    except IndexError:
        raise SecretMissing from None
    return new_installation(now, pepper=given[PEPPER], audit_seeds={kind: given[kind] for kind in AUDIT_FAMILIES})


def _is_empty(settings: Settings) -> bool:
    if not any(settings.db.glob("*.db")):
        if Ledger(home=settings.home).path.exists():
            raise DatabaseMissing  # its keys are what a backup needs: they must not be made anew
        return True
    _require_both(settings)
    _require_epochs(settings)
    if any(not (settings.keys / name).exists() for name in PUBLIC_FILES):
        raise KeysMissing
    require_secrets(settings, SECRETS)
    databases = open_databases(settings.home)
    try:
        migrate(databases)
        with reading(databases.cases) as connection:
            cases = connection.execute(select(func.count()).select_from(CASE_FILE)).scalar_one()
        return not cases and not members.has_members(databases.keys)
    finally:
        databases.close()
