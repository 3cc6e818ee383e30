"""
The ledger of erasures: what was erased stays erased, whichever backup comes back.

One file outside the databases, so that restoring them does not take it back. Lines are only ever
added; each holds the hash of the one before, and the key database remembers how far it had come,
so an edit, a swap, a gap and a cut show. It holds ids and days, and no word of a person.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from casework.errors import RefuseToStart, TryLater
from casework.store import files

_LABEL = b"recourse/v1/ledger\n"
# One way to write an entry, and no other; the ledger is read whole for each erasure, so this must be quick.
_FORM = b'{"seq":%d,"prev":"%s","kind":"%s","id":"%s","on":"%s"}'
_LINE = re.compile(
    rb'\{"seq":(\d{1,12}),"prev":"([0-9a-f]{64})","kind":"(case|member)","id":"([\w.-]{1,64})"'
    rb',"on":"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"\}'
)
_LONGEST = 1024  # bytes of a line: what is longer was not written by us, and is not cut off
_PATIENCE_SECONDS = 5.0


class LedgerCut(RefuseToStart):
    """The ledger of erasures was altered, shortened, or is another home's. See docs/reference/backup.md."""


class Kind(StrEnum):
    CASE = "case"  # erased
    MEMBER = "member"  # of staff, removed


_KINDS = {kind.value.encode(): kind for kind in Kind}


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in the chain: an entry, and the hash of all up to it."""

    seq: int
    hash: bytes


BEGINNING = Position(seq=-1, hash=bytes(32))


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    seq: int
    prev: str  # hash of the line before, in hex
    kind: Kind
    id: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A ledger that was read and found whole."""

    entries: tuple[Entry, ...]
    head: Position

    def holds(self, position: Position) -> bool:
        """Whether this ledger is the one in which `position` was noted, or a later state of it."""
        if position.seq == self.head.seq:
            return position.hash == self.head.hash
        return -1 <= position.seq < self.head.seq and position.hash == self._hash_of(position.seq)

    def behind(self, position: Position) -> tuple[Entry, ...]:
        return self.entries[position.seq + 1 :]

    def ids(self, kind: Kind) -> list[str]:
        return [entry.id for entry in self.entries if entry.kind is kind]

    def find(self, kind: Kind, entry_id: str) -> Position | None:
        for entry in self.entries:
            if entry.id == entry_id and entry.kind is kind:
                return Position(seq=entry.seq, hash=self._hash_of(entry.seq))
        return None

    def _hash_of(self, seq: int) -> bytes:
        return self.head.hash if seq == self.head.seq else bytes.fromhex(self.entries[seq + 1].prev)


Check = Callable[[Chain], None] | None  # raises when it does not like what it sees


def chain_of(data: bytes) -> Chain:
    """
    The entries of a ledger, each checked against the one before it.

    Raises
    ------
    LedgerCut
        A line is not an entry, or not the one that belongs there.
    """
    *lines, rest = data.split(b"\n")
    if rest:
        raise LedgerCut
    entries, head = [], BEGINNING
    for line in lines:
        entry = _entry(line)
        if entry.seq != head.seq + 1 or entry.prev != head.hash.hex():
            raise LedgerCut
        entries.append(entry)
        head = Position(seq=entry.seq, hash=_hash(line))
    return Chain(entries=tuple(entries), head=head)


def mended(data: bytes) -> bytes:
    """
    Without the half line that a power cut leaves at the end; a whole one that lacks its end of line gets it.

    Raises
    ------
    LedgerCut
        What stands there is longer than any line.
    """
    end = data.rfind(b"\n") + 1
    rest = data[end:]
    if not rest:
        return data
    try:
        return data + b"\n" if _entry(rest) else data
    except LedgerCut:
        if len(rest) > _LONGEST:
            raise
        return data[:end]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The ledger of one home. Several processes may use it at once."""

    home: Path

    @property
    def path(self) -> Path:
        return self.home / "ledger" / "erasures.jsonl"

    def read(self) -> Chain:
        """
        The whole ledger.

        Raises
        ------
        LedgerCut, TryLater
        """
        with self.held() as chain:
            return chain

    def copy(self) -> bytes:
        """
        The file as it is, found whole.

        Raises
        ------
        LedgerCut, TryLater
        """
        with self._opened() as handle:
            data = _mend(handle)
            chain_of(data)
            return data

    @contextmanager
    def held(self) -> Iterator[Chain]:
        """The whole ledger, to which nobody adds meanwhile."""
        with self._opened() as handle:
            yield chain_of(_mend(handle))

    def append(self, kind: Kind, entry_id: str, on: dt.date, *, known: Position, check: Check = None) -> Position:
        """
        Add an entry, on the disk before this returns; one that is there already is found again.

        `known` is what the key database remembers: without that, a ledger that was put away would begin anew here.
        `check` sees the ledger as it is before, while nobody adds to it; what it raises keeps the entry out.

        Raises
        ------
        LedgerCut, TryLater
        """
        with self._opened() as handle:
            chain = chain_of(_mend(handle))
            if not chain.holds(known):
                raise LedgerCut
            if check:
                check(chain)
            found = chain.find(kind, entry_id)
            if found is not None:
                os.fsync(handle)  # whoever wrote it may have died before
                return found
            line, place = following(chain.head, kind, entry_id, on)
            _write(handle, line)
            return place

    def adopt(self, data: bytes) -> None:
        """Fill a ledger without entries with a copy of one."""
        with self._opened() as handle:
            if not chain_of(_mend(handle)).entries:
                _write(handle, data)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The file, ours alone until the block ends. Trouble with it is the machine's, and passes."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, files.PRIVATE)
            try:
                _lock(handle)
                if os.fstat(handle).st_size == 0:
                    # A new name is on the disk only when its folder is, and that one's folder.
                    files.sync(self.path.parent)
                    files.sync(self.home)
                yield handle
            finally:
                os.close(handle)
        except OSError as error:
            raise TryLater("The ledger of erasures cannot be used now.") from error


def _lock(handle: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)


def _mend(handle: int) -> bytes:
    data = os.pread(handle, os.fstat(handle).st_size, 0)
    whole = mended(data)
    if len(whole) < len(data):
        os.ftruncate(handle, len(whole))
        os.fsync(handle)
    elif len(whole) > len(data):
        _write(handle, whole[len(data) :])
    return whole


def _write(handle: int, data: bytes) -> None:
    """All of it on the disk, or none of it in the file."""
    size = os.fstat(handle).st_size
    try:
        left = data
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def following(head: Position, kind: Kind, entry_id: str, on: dt.date) -> tuple[bytes, Position]:
    """The line of the entry after `head`, and where the chain then stands."""
    line = _FORM % (head.seq + 1, head.hash.hex().encode(), kind.value.encode(), entry_id.encode(), str(on).encode())
    if not _LINE.fullmatch(line):
        raise ValueError("An id that cannot stand in the ledger.")
    return line + b"\n", Position(seq=head.seq + 1, hash=_hash(line))


def _entry(line: bytes) -> Entry:
    found = _LINE.fullmatch(line)
    if found is None:
        raise LedgerCut
    seq, prev, kind, entry_id, on = found.groups()
    return Entry(seq=int(seq), prev=prev.decode(), kind=_KINDS[kind], id=entry_id.decode(), on=on.decode())


def _hash(line: bytes) -> bytes:
    return hashlib.sha256(_LABEL + line).digest()
