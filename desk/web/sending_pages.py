"""Sending: whether the worker holds the dispatch key, what waits for it, and the button that hands it over."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import RedirectResponse, Response

from casework.errors import AskAgain, RecourseError
from casework.store.audit import Entry
from casework.store.moments import today
from desk import dispatch_client
from desk.dispatch import WorkerState
from desk.dispatch_client import Absent
from desk.web.entry import SEE_OTHER
from desk.web.guard import Visit
from encryption.keys import DISPATCH


class NoDispatchKey(AskAgain):
    """You were not given the key for sending."""


class WorkerAbsent(AskAgain):
    """The worker does not answer."""


def sending(visit: Visit) -> Response:
    state, newest = state_of(visit), visit.services.manifest.current(DISPATCH, visit.services.now()).epoch
    return visit.render(
        "sending.html",
        state=state,
        holds_key=bool(visit.member.keys_by_epoch(DISPATCH)),
        lacks_key=state is not None and (bool(state.without_key) or newest not in state.epochs),
    )


def unlock(visit: Visit) -> Response:
    """Hand the worker every epoch of the dispatch key that this member holds: letters wait under older ones too."""
    signed = {e.epoch: e.public_key for e in visit.services.manifest.entries if e.family == DISPATCH}
    # One that was never signed, left over from a signing that was cut short, would make the worker refuse them all.
    own = visit.member.keys_by_epoch(DISPATCH).items()
    keys = {epoch: key for epoch, key in own if signed.get(epoch) == key.public}
    if not keys:
        raise NoDispatchKey
    _record(visit, "dispatch_unlocked")
    if isinstance(dispatch_client.unlock(_socket(visit), keys), Absent):
        raise WorkerAbsent
    return RedirectResponse("/sending?done=unlocked", SEE_OTHER)


def lock(visit: Visit) -> Response:
    _record(visit, "dispatch_locked")
    if isinstance(dispatch_client.lock(_socket(visit)), Absent):
        raise WorkerAbsent
    return RedirectResponse("/sending?done=locked", SEE_OTHER)


def state_of(visit: Visit) -> WorkerState | None:
    """How the worker stands; None when none answers. A page must not fail because of it."""
    try:
        found = dispatch_client.worker_state(_socket(visit))
    except RecourseError:
        return None
    return None if isinstance(found, Absent) else found


def _socket(visit: Visit) -> Path:
    if visit.services.worker_socket is None:
        raise WorkerAbsent
    return visit.services.worker_socket


def _record(visit: Visit, action: str) -> None:
    entry = Entry(actor=visit.member.member_id, action=action, on=today(visit.services.now()))
    visit.services.record(entry)
