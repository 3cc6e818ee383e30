"""A step of a case as rows: sealed detail, dated events, the state that follows from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework import records, states
from casework.law import Law
from casework.plan import Step
from casework.records import CaseKeys
from casework.states import Bounds, Event, EventKind, StepState
from casework.store import contract
from casework.store.moments import clock_text, today
from encryption.seal import seal


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step of the plan as the person left it; `id` and `after` are the plan's own ids."""

    id: str
    queue: str
    document: str | None
    detail: Mapping[str, Any]  # recipient, legal basis, channel and all else: sealed
    mode: str = "self"
    missing: bool = False  # something it needs is not there
    consented: str | None = None  # SHA-256 of the text that the person saw and agreed to
    after: tuple[str, ...] = ()
    available_from: dt.date | None = None
    closes: dt.date | None = None
    due: dt.date | None = None  # a moment where the law counts hours


def step_row(case_id: str, step: NewStep, ids: Mapping[str, str], keys: CaseKeys, now: dt.datetime) -> dict[str, Any]:
    row_id, after = ids[step.id], [before for before in step.after if before in ids]
    # Nothing before it can be answered yet: every step it follows was born in the same act.
    bounds = Bounds(
        available_from=step.available_from,
        closes=step.closes,
        after=tuple(StepState.UNCONSENTED for _ in after),
    )
    state = states.step_state(_events(step, now), bounds, today(now))
    due, available_from, closes = (clock_text(each) for each in (step.due, step.available_from, step.closes))
    detail = records.encode({**step.detail, "id": step.id, "after": list(step.after)})
    return {
        "id": row_id,
        "case_id": case_id,
        "queue": step.queue,
        "document": step.document,
        "mode": step.mode,
        "state": state.value,
        "settled": state in states.SETTLED,
        "clock": states.clock(state, due=due, available_from=available_from, closes=closes),
        "due": due,
        "available_from": available_from,
        "closes": closes,
        "detail": seal(detail, to=keys.content, context=contract.STEP.context(case_id=case_id, id=row_id)),
    }


def _events(step: NewStep, now: dt.datetime) -> list[Event]:
    # A hand-over to our own people has no text to agree to: submitting it is the yes.
    agreed = bool(step.consented) or step.document is None
    kinds = [EventKind.BLOCKED] * step.missing + [EventKind.CONSENTED] * agreed
    return [Event(kind=kind, on=today(now), seq=seq) for seq, kind in enumerate(kinds)]


def event_rows(step: NewStep, row_id: str, now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"step_id": row_id, "seq": event.seq, "kind": event.kind.value, "day": event.on.isoformat()}
        for event in _events(step, now)
    ]


def new_step(step: Step, law: Law) -> NewStep:
    """A step of a plan as the case keeps it, without a yes."""
    row = law.documents.get(step.document or "")
    return NewStep(
        id=step.id,
        queue=step.queue,
        document=step.document,
        detail=detail_of(step, row.title if row else ""),
        missing=bool(set(step.needs) - {"consent"}),
        after=tuple(step.after),
        available_from=step.available_from,
        closes=step.closes,
        due=step.due,
    )


def detail_of(step: Step, title: str) -> dict[str, Any]:
    """What is sealed of a step."""
    return {
        "title": title,
        "recipient": step.recipient,
        "recipient_id": step.recipient_id,
        "channel": step.channel,
        "legal_basis": step.legal_basis,
        "needs": list(step.needs),
        "about": list(step.about),
    }
