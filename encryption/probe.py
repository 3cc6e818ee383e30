"""
Asks, once at start, whether the installed library can do all that sealing needs.

Defends against a silent downgrade: built against an old OpenSSL, `cryptography` imports
well and fails at the first complaint. Better that the service never comes up.
"""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm

from encryption.errors import EncryptionError, Unsupported

__all__ = ["probe"]

_TEXT = b"probe"


def probe() -> None:
    """Return when every primitive works here; raise Unsupported otherwise. Some 50 ms."""
    try:
        _round_trips()
    except (ImportError, AttributeError, UnsupportedAlgorithm, EncryptionError):
        # Four ways in which builds of the library say "not here". Anything else is a
        # fault of ours and must not be dressed up as an old library.
        raise Unsupported from None


def _round_trips() -> None:
    # Imported here and not above: with an old library the import itself fails, and the
    # operator must get one clear sentence instead of a traceback from some module.
    from encryption.envelope import Context
    from encryption.keys import PasswordParameters, new_private_key, password_key
    from encryption.primitives import public_half, sign, verify
    from encryption.record import open_wrapped
    from encryption.seal import seal

    # Used, not merely looked up: the presence of a name proves nothing about the
    # OpenSSL underneath it.
    place = Context(table="", column="", case="", record="", kind="", compartment="")
    key = new_private_key()
    if open_wrapped(seal(_TEXT, to=key.public, context=place), key=key, context=place) != _TEXT:
        raise Unsupported
    cheapest = PasswordParameters(memory_kib=19 * 1024, iterations=2)
    password_key("probe", salt=bytes(16), pepper=bytes(32), params=cheapest)
    seed = bytes(32)
    verify(public_half(seed), _TEXT, sign(seed, _TEXT))
