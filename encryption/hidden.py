"""
Keeps secrets out of everything that prints, formats or stores a Python object.

Defends against the commonest leak of all: a key in a log line, a traceback, a debugger
page or a cache file, put there by code that meant no harm.
"""

from __future__ import annotations

from typing import NoReturn

from encryption.errors import BadKey

__all__ = ["Hidden"]


class Hidden:
    """A base for values that hold a secret: they show their type and nothing else."""

    def __repr__(self) -> str:
        # Not even a prefix or a hash: four characters of a receipt code are twenty
        # bits less to guess. str() and format() fall back to this.
        return f"{type(self).__name__}(hidden)"

    def __reduce__(self) -> NoReturn:
        # Threat: pickle writes a whole object graph to disk or to another process
        # (caches, trackers, process pools). Whoever must store a secret seals it.
        raise BadKey
