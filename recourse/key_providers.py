"""The two places that secrets come from: files of our own (the default), and credentials that systemd hands over."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from casework.errors import RefuseToStart
from casework.store import files
from desk.keyring import SECRET_BYTES, KeyProvider, SecretExposed, SecretMissing, SecretsReadOnly
from recourse.settings import Settings

FILES, SYSTEMD = "files", "systemd"
SUFFIX = ".key"
PREFIX = "recourse-"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # set by systemd for a unit with LoadCredential= or LoadCredentialEncrypted=
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o400
_OTHERS = 0o077


class NoCredentials(RefuseToStart):
    """RECOURSE_KEY_PROVIDER is systemd, but this process was not started by a unit that loads credentials."""


class UnknownProvider(RefuseToStart):
    """RECOURSE_KEY_PROVIDER is neither files nor systemd."""


def provider_of(settings: Settings) -> KeyProvider:
    """
    The provider that the settings name.

    Raises
    ------
    UnknownProvider, NoCredentials
    """
    if settings.key_provider == FILES:
        return Files(settings.keys)
    if settings.key_provider != SYSTEMD:
        raise UnknownProvider
    folder = os.environ.get(CREDENTIALS)
    if not folder:
        raise NoCredentials
    return SystemdCredentials(Path(folder))


class Files:
    """One file a secret, 0400, ours, in a folder that nobody else may enter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self._folder.glob(f"*{SUFFIX}")))

    def read(self, name: str) -> bytes:
        return _read_private(self._folder / f"{name}{SUFFIX}", owner=os.geteuid())

    def create(self, name: str, secret: bytes) -> None:
        files.create(self._folder / f"{name}{SUFFIX}", secret, mode=PRIVATE_FILE)


class SystemdCredentials:
    """
    What `LoadCredentialEncrypted=recourse-pepper-1:…` puts into memory for this unit alone.

    On the disk it is encrypted under a key of the machine, of its TPM where there is one: a copied disk holds
    no secret. systemd.exec(5), systemd-creds(1).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        found = (path.name for path in self._folder.iterdir())
        return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))

    def read(self, name: str) -> bytes:
        # systemd makes the folder for this unit and lets it read; who owns a file there differs with its version.
        return _read_private(self._folder / f"{PREFIX}{name}", owner=None)

    def create(self, name: str, secret: bytes) -> None:
        raise SecretsReadOnly


def _read_private(path: Path, *, owner: int | None) -> bytes:
    try:
        # A link would be followed to a file whose rights were never looked at; a pipe would be waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise SecretMissing from None
    try:
        # The open file is asked, not the name: it cannot be exchanged in between.
        _require_private(os.fstat(handle), owner)
        return os.read(handle, SECRET_BYTES + 1)
    finally:
        os.close(handle)


def _require_private(found: os.stat_result, owner: int | None) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SecretMissing
    if owner is not None and (found.st_uid not in (owner, 0) or found.st_mode & _OTHERS):
        raise SecretExposed
