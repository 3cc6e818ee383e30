"""A step of a plan, and what every step is made from: the situation, the moment and the rights that apply. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework import clocks
from casework.clocks import Clock, Moment
from casework.facts import Prior, Want
from casework.law import DocumentRow
from casework.routes import Recipient, Situation

UK_COMPLAINT = "doc-s164A"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One document for one recipient, or a hand-over to people."""

    id: str
    queue: str
    document: str | None
    recipient: str  # legal entity
    recipient_id: str
    channel: str
    legal_basis: str
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    mode: str = "self"  # host: only with the person's signed authority, decided later
    state: str = "ready"
    available_from: dt.date | None = None
    closes: dt.date | None = None
    due: Moment | None = None
    clock: str | None = None
    about: tuple[str, ...] = ()  # the companies that a complaint is about; whom a letter of authority is for
    concerns: tuple[Prior, ...] = ()  # the earlier letters that it follows up


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """What building steps needs besides the situation: the moment, and the rights that apply."""

    situation: Situation
    moment: Moment
    applied: frozenset[str]

    @property
    def wants(self) -> frozenset[Want]:
        return self.situation.facts.wants or frozenset({Want.ERASE})

    def row(self, document: str) -> DocumentRow:
        return self.situation.law.documents[document]

    def allows(self, row: DocumentRow) -> bool:
        """What it says was checked, and the right that it rests on, if any, applies."""
        return row.evidence.verified and (row.right is None or row.right in self.applied)

    def due(self, row: DocumentRow, recipient: Recipient | None) -> Moment | None:
        """When the recipient must have acted, if the document went out now."""
        places = calendars(self.situation, recipient)
        return clocks.due(Clock(row.clock), self.moment, places) if row.clock else None


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom a document goes: a company, an authority, or somebody whom people have to find first."""

    id: str
    name: str
    queue: str
    channel: str = ""


def document_step(row: DocumentRow, to: Addressee, needs: tuple[str, ...], **more: Any) -> Step:
    """A step as its document and addressee make it: ready, unless something is lacking; `more` is what differs."""
    usual: dict[str, Any] = {
        "id": f"{row.id}@{to.id}",
        "queue": to.queue,
        "document": row.id,
        "recipient": to.name,
        "recipient_id": to.id,
        "channel": to.channel,
        "legal_basis": row.law,
        "needs": needs,
        "state": "blocked" if needs else "ready",
    }
    return Step(**usual | more)


def calendars(situation: Situation, recipient: Recipient | None) -> tuple[clocks.Place, ...]:
    """
    Whose public holidays count.

    In the EEA those of the member state where the controller must act (Reg. 1182/71 Art. 2(1)) and, so that nobody is
    called late too early, those of the person's own country; in the UK the UK's, in the person's nation.
    """
    who = situation.person
    if who.country is None:
        return ()
    home = clocks.Place(country=who.country, part=who.nation or who.region)
    seats = recipient.controller.established if recipient and recipient.controller else ()
    eea = situation.law.areas["EEA"]
    abroad = [clocks.Place(country=c) for c in seats if who.area == "EEA" and c in eea and c != who.country]
    return (home, *abroad)
