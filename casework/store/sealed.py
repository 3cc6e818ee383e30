"""The column type of everything that is sealed: it takes an envelope and refuses all else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from casework.errors import Tampered
from encryption.envelope import is_envelope
from encryption.errors import NotAnEnvelope


class Sealed(TypeDecorator[bytes]):
    """Plain text that lands here by mistake is an error at the door, not a leak on the disk."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is not None and not (isinstance(value, bytes) and is_envelope(value)):
            raise NotAnEnvelope
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        # SQLite keeps any type in any column: bytes here are not a matter of course.
        if not (isinstance(value, bytes) and is_envelope(value)):
            raise Tampered
        return value
