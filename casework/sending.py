"""The clock that starts when a letter is sent: what the plan would say if it were sent on that day."""

from __future__ import annotations

import datetime as dt

from casework.casefile import OpenedCase, OpenedStep
from casework.clocks import Moment
from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.next_steps import sent_letters
from casework.plan import plan
from casework.progress import facts_now
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
    moment: Moment = now.replace(second=0, microsecond=0) if on == now.date() else on
    return {step.id: step.due for facts in both_facts(opened, law) for step in plan(facts, law, moment).steps}


def both_facts(opened: OpenedCase, law: Law) -> tuple[Facts, ...]:
    """
    The facts as they were told, and as they stand now; none on the child path.

    A letter that is out is no step of today's plan any more, and one that followed on it was none of the first.
    """
    told = opened.latest(Kind.FACTS)
    if told is None:
        return ()
    first = facts_from_dict(told)
    return first, facts_now(first, sent_letters(opened), law)
