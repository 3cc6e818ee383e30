"""The signed manifest as a file: read again when it changes, and followed only forwards."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.errors import RefuseToStart, Tampered
from casework.store import files
from encryption.errors import BadKey
from encryption.keys import Manifest


class ManifestRefused(RefuseToStart):
    """The manifest is not signed by this home's root, or one of its keys is over."""


@dataclass(frozen=True)
class _Stamp:
    """What changes when a file is replaced."""

    inode: int
    changed: int
    size: int


class ManifestFile:
    """
    Follows one file; what was read once is only ever replaced by what descends from it.

    So a process that runs cannot be led back to the key of somebody who was removed.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self._path = path
        self._root = root.read_bytes()
        self._lock = threading.Lock()
        self._stamp, self._known = self._read()

    def current(self) -> Manifest:
        """
        The manifest as it is signed now.

        Raises
        ------
        Tampered
            The file holds another one that is not signed, or is older than the one known.
        """
        with self._lock:
            if self._stamp_now() != self._stamp:
                self._follow()
            return self._known

    @contextmanager
    def changing(self) -> Iterator[Callable[[Manifest], None]]:
        """
        Alone with the manifest: who signs the next one reads `current` inside, and hands it to what is given.

        Nobody else signs meanwhile, so that no two hand out different keys under one epoch.
        """
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._publish

    def _publish(self, manifest: Manifest) -> None:
        manifest.require_descends_from(self.current())
        files.replace(self._path, manifest.to_bytes())  # public, and yet not for others to write: 0600

    def _follow(self) -> None:
        try:
            stamp, found = self._read()
            found.require_descends_from(self._known)
        except (ManifestRefused, BadKey, OSError) as error:
            raise Tampered from error
        self._stamp, self._known = stamp, found

    def _read(self) -> tuple[_Stamp, Manifest]:
        stamp = self._stamp_now()
        try:
            return stamp, Manifest.from_bytes(self._path.read_bytes(), verify=self._root, now=None)
        except BadKey as error:
            raise ManifestRefused from error

    def _stamp_now(self) -> _Stamp:
        found = self._path.stat()
        return _Stamp(found.st_ino, found.st_mtime_ns, found.st_size)
