"""
Opens what was sealed to a public key: for the desk and the receipt pages only.

A module of its own so that an import test can keep it out of the assistant. That keeps
honest code honest; what stops an intruder is that intake holds no private key at all.
"""

from __future__ import annotations

from encryption.envelope import Context
from encryption.pairs import PrivateKey
from encryption.record import open_wrapped

__all__ = ["open_"]


# The underscore keeps the built-in `open` usable beside it: a shadowed built-in would
# one day read a file where it should open an envelope, or the other way round.
def open_(envelope: bytes, *, key: PrivateKey, context: Context) -> bytes:
    """
    The text of an envelope of key form 1.

    CannotOpen, always the same, for a wrong key, another place, an altered, cut or
    extended envelope and for bytes that are none.
    """
    # Threat: a caller who tells "not for me" from "altered" in what it shows. The
    # caller cannot: it gets one exception without a cause.
    return open_wrapped(envelope, key=key, context=context)
