"""The clock that starts when a letter is sent: what the plan would say if it were sent on that day."""

from __future__ import annotations

import datetime as dt

from casework.casefile import OpenedCase, OpenedStep
from casework.clocks import Moment
from casework.facts import facts_from_dict
from casework.law import Law
from casework.plan import plan
from casework.records import Kind


def due_if_sent(opened: OpenedCase, step: OpenedStep, law: Law, on: dt.date, now: dt.datetime) -> Moment | None:
    """
    When the recipient must have acted, if the letter went out on `on`; None where no clock runs.

    On the day itself hours run from now; of an earlier day only the date is known.
    """
    if step.document is None:
        return None
    return dues_if_sent(opened, law, on, now).get(str(step.detail.get("id")))


def dues_if_sent(opened: OpenedCase, law: Law, on: dt.date, now: dt.datetime) -> dict[str, Moment | None]:
    """The same for every step of the case, by the plan's own ids."""
    facts = opened.latest(Kind.FACTS)
    if facts is None:
        return {}
    moment: Moment = now.replace(second=0, microsecond=0) if on == now.date() else on
    return {step.id: step.due for step in plan(facts_from_dict(facts), law, moment).steps}
