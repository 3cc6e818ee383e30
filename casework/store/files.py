"""Small files that a power cut leaves whole or not at all: their bytes reach the disk before their name does."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PRIVATE = 0o600


def create(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Private from its first byte on, never widened and narrowed again; what is there already is never written over."""
    _write(path, data, mode)
    sync(path.parent)


def replace(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Put it in the place of what has this name. Whoever reads meanwhile finds the one or the other."""
    # A name of its own: two who write at once must not put one's half under the other's name.
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        _write(part, data, mode)
        publish(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def publish(part: Path, path: Path) -> None:
    """Give what was written under another name its own, in one step."""
    sync(part)
    part.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
