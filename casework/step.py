"""A step of a plan, and what every step is made from: the situation, the moment and the rights that apply. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import clocks
from casework.clocks import Moment
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


def calendars(context: PlanContext, recipient: Recipient | None) -> tuple[clocks.Place, ...]:
    """
    Whose public holidays count.

    In the EEA those of the member state where the controller must act (Reg. 1182/71 Art. 2(1)) and, so that nobody is
    called late too early, those of the person's own country; in the UK the UK's, in the person's nation.
    """
    who = context.situation.person
    if who.country is None:
        return ()
    home = clocks.Place(country=who.country, part=who.nation or who.region)
    seats = recipient.controller.established if recipient and recipient.controller else ()
    eea = context.situation.law.areas["EEA"]
    abroad = [clocks.Place(country=c) for c in seats if who.area == "EEA" and c in eea and c != who.country]
    return (home, *abroad)
