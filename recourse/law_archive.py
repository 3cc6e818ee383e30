"""
Keeps in the home each version of the legal data that it has used: an old case is explained by the law of its day.

A version is a zip file named by its hash. It holds the files of data/law as they were, and nobody's words.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.errors import AskAgain, RefuseToStart, Tampered
from casework.law import Law
from casework.lawbook import law_of
from casework.lawfiles import Texts, read_texts, version_of
from casework.store import files

FOLDER = "law"
MODE = 0o644
MOST_BYTES = 20_000_000  # of one version, unpacked: far more than any will ever be
_PREFIX = "sha256:"
_VERSION = re.compile(r"(?:sha256:)?([0-9a-f]{16})")
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes, whenever they are packed


@dataclass(frozen=True, kw_only=True)
class Kept:
    version: str
    since: dt.date
    path: Path


def keep(home: Path, folder: Path | None = None) -> str:
    """
    Keep the law that this process uses, when it is not kept yet; its version.

    Raises
    ------
    RefuseToStart
        It cannot be written: cases made now could not be explained later.
    """
    texts = read_texts(folder)
    version = version_of(texts)
    path = _path(home, version)
    if not path.exists():
        try:
            path.parent.mkdir(exist_ok=True)
            files.replace(path, _packed(texts), mode=MODE)
        except OSError as error:
            raise RefuseToStart(f"The legal data cannot be kept in {path.parent}.") from error
    return version


def versions(home: Path) -> tuple[Kept, ...]:
    """The versions that this home has used, the latest first."""
    return tuple(sorted(_found(home), key=lambda kept: (kept.since, kept.version), reverse=True))


def texts_of(home: Path, version: str) -> Texts:
    """
    The files of a version: this program's own, or kept ones.

    Raises
    ------
    AskAgain
        No such version was used here.
    Tampered
        What is kept under that name has another hash.
    """
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        raise AskAgain("A version is sha256: and 16 characters, as `recourse law versions` prints them.")
    wanted, current = _PREFIX + match[1], read_texts()
    if version_of(current) == wanted:
        return current
    path = _path(home, wanted)
    if not path.exists():
        raise AskAgain(f"This home never used {wanted}. `recourse law versions` lists those that it did.")
    return _unpacked(path, wanted)


def law_as_of(home: Path, version: str) -> Law:
    """The law of that version, as this release reads it."""
    return law_of(texts_of(home, version))


def _found(home: Path) -> Iterator[Kept]:
    for path in (home / FOLDER).glob("*.zip"):
        if _VERSION.fullmatch(path.stem):
            day = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
            yield Kept(version=_PREFIX + path.stem, since=day, path=path)


def _path(home: Path, version: str) -> Path:
    return home / FOLDER / f"{version.removeprefix(_PREFIX)}.zip"


def _packed(texts: Texts) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, MODE << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def _unpacked(path: Path, version: str) -> Texts:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise Tampered(f"{path.name} is larger than any law.")
            texts = {name: archive.read(name) for name in sorted(archive.namelist())}
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise Tampered(f"{path.name} cannot be read.") from error
    if version_of(texts) != version:
        raise Tampered(f"{path.name} is not the law of {version}.")
    return texts
