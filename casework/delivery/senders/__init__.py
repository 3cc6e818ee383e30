"""
What every way out of the house must be: given a message and a key, it says what became of it.

One module a way out; the composition root hands the worker those that are set up, by kind and channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from casework.delivery.retries import Outcome
from casework.store.outbox import Kind
from encryption.hidden import Hidden

# A worker's lease on a message ends some minutes later; then another may send it again.
LONGEST_SECONDS = 120


@dataclass(frozen=True, repr=False, kw_only=True)
class Outgoing(Hidden):
    """One message on its way. A notice has neither subject nor body: its sender has words that say nothing."""

    kind: Kind
    recipient: str
    idempotency_key: str  # the same at each attempt: whoever receives it can tell a repeat
    subject: str = ""
    body: str = ""


class Sender(Protocol):
    """One way out."""

    def send(self, message: Outgoing) -> Outcome:
        """
        Hand the message over within `LONGEST_SECONDS`, and say `Sent` only with proof of it.

        Whatever it raises counts as not sent, to be tried again; only the class of it is written down.
        """


Senders = Mapping[Kind, Mapping[str, Sender]]  # channel → sender, for each kind
