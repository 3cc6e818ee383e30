"""
Safe-contact notices: the address at which a person may be told that there is news, and nothing of what.

Sealed at submission to the dispatch key, so that neither intake nor a thief of the database can read it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from casework import records
from casework.errors import Tampered
from casework.store import contract, outbox
from casework.store.outbox import Kind, State
from encryption.envelope import key_id_of
from encryption.hidden import Hidden
from encryption.keys import PublicKey
from encryption.seal import seal

# Every notice is filled up to this before it is sealed: neither a long address nor none may be told from its size.
_FILLED = 1_000


@dataclass(frozen=True, repr=False, kw_only=True)
class SafeContact(Hidden):
    """Where somebody may be told that there is news; without an address, nowhere."""

    address: str | None = None
    channel: str = "email"


def sealed_notice(case_id: str, contact: SafeContact, to: PublicKey) -> dict[str, Any]:
    """The outbox row of a new case, one for each case: its absence would tell who left no contact."""
    row = {"id": records.new_id(), "case_id": case_id, "kind": Kind.NOTICE.value}
    value = {"address": contact.address, "channel": contact.channel}
    packet = seal(records.encode(value).ljust(_FILLED), to=to, context=contract.OUTBOX.context(**row))
    return {
        **row,
        "packet": packet,
        "key_id": key_id_of(packet).hex(),
        "idempotency_key": records.new_id(),
        "state": State.STANDING.value,
    }


def contact_from(data: bytes) -> SafeContact:
    """
    The contact that `sealed_notice` took in.

    Raises
    ------
    Tampered
        These are no notice's bytes.
    """
    try:
        found = json.loads(data)
        return SafeContact(address=found["address"], channel=found["channel"])
    except (ValueError, KeyError, TypeError):
        raise Tampered from None


def ring(connection: Connection, case_id: str) -> bool:
    """
    Something happened in this case: let its person be told, in the caller's transaction.

    However often it is called before the notice goes out, one goes out. False if one waits already.
    """
    return outbox.ring(connection, case_id, records.new_id())
