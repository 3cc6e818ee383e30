"""A case in the hands of somebody who may read it: its records and steps, opened one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, RowMapping

from casework.records import Compartment, Kind, KnownKeys
from casework.step import Step
from casework.store import contract, openings
from encryption.errors import CannotOpen
from encryption.keys import PrivateKey
from encryption.open import open_

SEALED_NAMES = ("recipient", "recipient_id", "channel", "legal_basis")


@dataclass(frozen=True, kw_only=True)
class OpenedRecord:
    id: str
    seq: int
    kind: Kind
    on: dt.date
    value: Any


@dataclass(frozen=True, kw_only=True)
class OpenedStep:
    """A step as its row says it, and the sealed rest in `detail` (the plan's own id is `detail["id"]`)."""

    id: str
    queue: str
    document: str | None
    mode: str
    state: str
    due: str | None
    available_from: str | None
    closes: str | None
    detail: Mapping[str, Any]

    @property
    def plan_id(self) -> str:
        return str(self.detail.get("id"))

    def as_planned(self) -> Step:
        """The step as a plan has it, as far as the case holds it."""
        told: dict[str, Any] = {name: str(self.detail.get(name) or "") for name in SEALED_NAMES}
        about = tuple(self.detail.get("about") or ())
        return Step(id=self.plan_id, queue=self.queue, document=self.document, about=about, **told)


@dataclass(frozen=True, repr=False, kw_only=True)
class OpenedCase:
    """A case and the private halves that its reader was given; holds them, never writes them down."""

    case_id: str
    pairs: Mapping[Compartment, PrivateKey]
    cases: Engine

    def __repr__(self) -> str:
        return f"OpenedCase({self.case_id})"

    @property
    def keys(self) -> KnownKeys:
        """The public halves, computed from what was opened and not read from a row."""
        return {compartment: pair.public for compartment, pair in self.pairs.items()}

    def read(self, *kinds: Kind, after: int = -1) -> list[OpenedRecord]:
        """Records of these kinds, oldest first; `after` is the `seq` of the last one already read."""
        rows = openings.records_of(self.cases, self.case_id, kinds, after)
        return [self._record(row) for row in rows]

    def holds(self, kind: Kind) -> bool:
        """Whether there is a record of this kind; nothing is opened for it."""
        return bool(openings.records_of(self.cases, self.case_id, [kind]))

    def latest(self, kind: Kind) -> Any:
        """The value of the newest record of a kind, or None."""
        found = self.read(kind)
        return found[-1].value if found else None

    def steps(self) -> list[OpenedStep]:
        """The steps of the case, the nearest clock first."""
        return [self._step(row) for row in openings.steps_of(self.cases, self.case_id)]

    def _record(self, row: RowMapping) -> OpenedRecord:
        body = open_(row["body"], key=self._key(row["compartment"]), context=contract.RECORD.context(**row))
        kind, on = Kind(row["kind"]), dt.date.fromisoformat(row["day"])
        return OpenedRecord(id=row["id"], seq=row["seq"], kind=kind, on=on, value=json.loads(body))

    def _step(self, row: RowMapping) -> OpenedStep:
        detail = open_(row["detail"], key=self._key("content"), context=contract.STEP.context(**row))
        clear = ("id", "queue", "document", "mode", "state", "due", "available_from", "closes")
        return OpenedStep(detail=json.loads(detail), **{name: row[name] for name in clear})

    def _key(self, compartment: str) -> PrivateKey:
        try:
            return self.pairs[Compartment(compartment)]
        except KeyError:
            # A reader of one compartment only: the other is as closed as to a stranger.
            raise CannotOpen from None
