"""The queues: which there are, what is in them, the nearest clock first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from casework import queues
from casework.errors import NeedsStaff
from casework.queues import Cursor, Page, QueuedStep, Taken
from casework.states import SETTLED, StepState
from casework.store import members
from casework.submission import family_of
from desk.web.entry import SEE_OTHER
from desk.web.guard import Visit
from desk.web.sending_pages import state_of
from desk.web.words import Clocked, TimeLeft

EVERY = ""  # all queues of the member's teams together
Counts = Mapping[str, Mapping[StepState, int]]


class NotYourQueue(NeedsStaff):
    """This queue is not one of your teams'."""


@dataclass(frozen=True, kw_only=True)
class QueueLink:
    address: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One line of a queue: nothing in it was ever sealed."""

    id: str
    case_id: str
    title: str
    queue: str
    state: str
    left: TimeLeft
    holder: str  # "" when nobody holds it
    mine: bool


def address(queue: str, state: StepState | None = None, after: Cursor | None = None) -> str:
    asked = {"state": state.value if state else "", "after": f"{after.clock}~{after.id}" if after else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    path = f"/queues/{quote(queue)}" if queue else "/"
    return f"{path}?{query}" if query else path


def all_queues(visit: Visit) -> Response:
    return _show(visit, EVERY)


def one_queue(visit: Visit) -> Response:
    return _show(visit, visit.path("queue"))


def take(visit: Visit) -> Response:
    """Hold a step and go to its case."""
    step = _own_step(visit)
    now = visit.services.now()
    try:
        queues.claim(visit.services.databases, step.id, visit.member.member_id, now)
    except Taken:
        return RedirectResponse(f"{address(step.queue)}?problem=Taken", SEE_OTHER)
    return RedirectResponse(f"/cases/{step.case_id}?done=taken#step-{step.id}", SEE_OTHER)


def release(visit: Visit) -> Response:
    step = _own_step(visit)
    queues.release(visit.services.databases, step.id, visit.member.member_id, visit.services.now())
    return RedirectResponse(f"{address(step.queue)}?done=released", SEE_OTHER)


def _own_step(visit: Visit) -> QueuedStep:
    step = queues.step(visit.services.databases, visit.path("step"), visit.services.now())
    if family_of(step.queue) not in visit.member.families:
        raise NotYourQueue
    return step


def _show(visit: Visit, queue: str) -> Response:
    # Only the queues of the member's own teams: others could not be opened, and need not be counted.
    found = queues.counts(visit.services.databases)
    counts = {name: states for name, states in found.items() if family_of(name) in visit.member.families}
    if queue != EVERY and family_of(queue) not in visit.member.families:
        raise NotYourQueue
    state = next((one for one in StepState if one.value == visit.query("state")), None)
    page = _page(visit, queue, tuple(counts), state)
    return visit.render(
        "queue.html",
        title=visit.desk.words.queue(queue) if queue else "All queues",
        groups=_groups(visit, counts, queue),
        states=_states(visit, counts, queue, state),
        rows=[_row(visit, step) for step in page.steps],
        here=address(queue),
        every=queue == EVERY,
        waiting_locked=_waiting_locked(visit) if queue == EVERY else 0,
        next=address(queue, state, page.next) if page.next else "",
        first=address(queue, state) if visit.query("after") else "",
    )


def _waiting_locked(visit: Visit) -> int:
    """Letters that wait only because nobody has unlocked the worker since it started."""
    state = state_of(visit)
    return state.waiting if state is not None and state.locked else 0


def _page(visit: Visit, queue: str, own: tuple[str, ...], state: StepState | None) -> Page:
    databases, now, after = visit.services.databases, visit.services.now(), _cursor(visit.query("after"))
    if queue != EVERY:
        return queues.page(databases, queue, now, state=state, after=after)
    # One cursor serves all: every queue is ordered by the same clock and id.
    pages = [queues.page(databases, name, now, state=state, after=after) for name in own]
    steps = sorted((step for page in pages for step in page.steps), key=lambda step: (step.clock, step.id))
    shown = tuple(steps[: queues.PAGE])
    more = len(steps) > len(shown) or any(page.next for page in pages)
    return Page(steps=shown, next=Cursor(shown[-1].clock, shown[-1].id) if more and shown else None)


def _cursor(text: str) -> Cursor | None:
    clock, mark, step_id = text.partition("~")
    return Cursor(clock, step_id) if mark else None


def _groups(visit: Visit, counts: Counts, queue: str) -> list[tuple[str, list[QueueLink]]]:
    """The list of queues beside the page, family by family, with how many unsettled steps are in each."""
    words, groups = visit.desk.words, []
    for family in visit.member.families:
        names = sorted((name for name in counts if family_of(name) == family), key=words.queue)
        links = [
            QueueLink(address=address(n), label=words.queue(n), count=_unsettled(counts[n]), current=n == queue)
            for n in names
        ]
        groups.append((words.say("families", family), links))
    return [(label, links) for label, links in groups if links]


def _states(visit: Visit, counts: Counts, queue: str, current: StepState | None) -> list[QueueLink]:
    """The states as filters, each with what it counts."""
    chosen = [counts.get(queue, {})] if queue else list(counts.values())
    number = {state: sum(each.get(state, 0) for each in chosen) for state in StepState}
    every = QueueLink(
        address=address(queue),
        label="All open",
        count=sum(n for state, n in number.items() if state not in SETTLED),
        current=current is None,
    )
    links = [
        QueueLink(
            address=address(queue, state),
            label=visit.desk.words.say("states", state.value),
            count=number[state],
            current=state is current,
        )
        for state in StepState
        if number[state] or state is current
    ]
    return [every, *links]


def _unsettled(states: Mapping[StepState, int]) -> int:
    return sum(number for state, number in states.items() if state not in SETTLED)


def _row(visit: Visit, step: QueuedStep) -> StepRow:
    words = visit.desk.words
    return StepRow(
        id=step.id,
        case_id=step.case_id,
        title=words.document(step.document, step.queue),
        queue=words.queue(step.queue),
        state=words.state(step.state, step.document),
        left=words.left(clocked(step), visit.services.now()),
        holder=holder(visit, step),
        mine=step.lease_owner == visit.member.member_id,
    )


def clocked(step: QueuedStep) -> Clocked:
    return Clocked(
        state=step.state,
        document=step.document,
        mode=step.mode,
        due=step.due,
        available_from=step.available_from,
        closes=step.closes,
    )


def holder(visit: Visit, step: QueuedStep) -> str:
    """The login of whoever works on a step now."""
    if step.lease_owner is None:
        return ""
    if step.lease_owner == visit.member.member_id:
        return visit.member.login
    member = members.by_id(visit.services.databases.keys, step.lease_owner)
    return member.login if member else "?"
