"""Opens packets and notices with the dispatch keys: in the worker, while it is unlocked, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import RowMapping

from casework.delivery.notices import SafeContact, contact_from
from casework.delivery.packets import Packet, packet_from
from casework.errors import Tampered
from casework.store import contract
from encryption.envelope import key_id_of
from encryption.errors import CannotOpen
from encryption.keys import PrivateKey
from encryption.open import open_


def by_key_id(keys: Mapping[int, PrivateKey]) -> Mapping[str, PrivateKey]:
    """The same keys by what envelopes call them: one that was sealed to an old epoch names the old key."""
    return {key.public.id.hex(): key for key in keys.values()}


def opened_packet(row: RowMapping, keys: Mapping[str, PrivateKey]) -> Packet:
    """
    The letter in a row.

    Raises
    ------
    CannotOpen, Tampered
        None of the keys opens it, or it is not what was approved for this step.
    """
    packet = packet_from(_opened(row, keys))
    # The step is a clear column: whoever can write there could have the letter recorded at another step.
    if packet.step_id != row["step_id"] or not packet.is_whole():
        raise Tampered
    return packet


def opened_contact(row: RowMapping, keys: Mapping[str, PrivateKey]) -> SafeContact:
    """
    The address in a row.

    Raises
    ------
    CannotOpen, Tampered
    """
    return contact_from(_opened(row, keys))


def _opened(row: RowMapping, keys: Mapping[str, PrivateKey]) -> bytes:
    key = keys.get(key_id_of(row["packet"]).hex()) if row["packet"] else None
    if key is None:
        raise CannotOpen
    return open_(row["packet"], key=key, context=contract.OUTBOX.context(**row))
