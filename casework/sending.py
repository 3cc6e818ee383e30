"""The clock that starts when a letter is sent: what the plan would say if it were sent on that day."""

from __future__ import annotations

import datetime as dt

from casework.clocks import Moment
from casework.law import Law
from casework.opened import OpenedStep
from casework.plan import plan
from casework.standing import Standing


def due_if_sent(case: Standing, step: OpenedStep, law: Law, on: dt.date, now: dt.datetime) -> Moment | None:
    """
    When the recipient must have acted, if the letter went out on `on`; None where no clock runs.

    On the day itself hours run from now; of an earlier day only the date is known.
    """
    return dues_if_sent(case, law, on, now).get(step.plan_id) if step.document else None


def dues_if_sent(case: Standing, law: Law, on: dt.date, now: dt.datetime) -> dict[str, Moment | None]:
    """The same for every step of the case, by the plan's own ids."""
    moment: Moment = now.replace(second=0, microsecond=0) if on == now.date() else on
    return {step.id: step.due for facts in case.first_and_today for step in plan(facts, law, moment).steps}
