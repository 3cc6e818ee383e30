"""The pages of one case: stating a purpose, reading, recording what happened, writing to the person."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from casework.casefile import OpenedCase
from casework.documents import to_pdf
from casework.errors import AskAgain, Tampered, TryLater
from casework.facts import Refusal
from casework.states import EventKind
from casework.store.moments import today
from desk.accounts import NotLoggedIn
from desk.cases import NoPurpose, NotOpen, Purpose, read_case, state_purpose
from desk.web.case_view import Letter, letters, read_identity, view
from desk.web.entry import SEE_OTHER, UNUSABLE
from desk.web.guard import Refused, Visit
from desk.work import LONGEST_REFERENCE, LONGEST_REPLY, BadText, Outcome, Report, Work


class NoSuchLetter(AskAgain):
    """There is no such letter."""


def purpose_form(visit: Visit) -> Response:
    case_id = visit.path("case")
    if visit.desk.open_cases.purpose(visit.member, case_id, visit.services.now()):
        return RedirectResponse(f"/cases/{case_id}", SEE_OTHER)
    return visit.render("purpose.html", case_id=case_id, purposes=list(Purpose))


def open_case(visit: Visit) -> Response:
    case_id, now = visit.path("case"), visit.services.now()
    try:
        purpose = state_purpose(visit.services, visit.member, case_id, visit.field("purpose"))
    except NoPurpose as error:
        problem = visit.desk.words.error(error)
        return visit.render("purpose.html", UNUSABLE, case_id=case_id, purposes=list(Purpose), problem=problem)
    visit.desk.open_cases.remember(visit.member, case_id, purpose, now)
    return RedirectResponse(f"/cases/{case_id}", SEE_OTHER)


def show_case(visit: Visit) -> Response:
    try:
        opened = _opened(visit)
    except NotOpen:
        return RedirectResponse(f"/cases/{visit.path('case')}/open", SEE_OTHER)
    purpose = visit.desk.open_cases.purpose(visit.member, opened.case_id, visit.services.now())
    return visit.render(
        "case.html",
        case_id=opened.case_id,
        case=view(visit, opened),
        purpose=purpose,
        outcomes=list(Outcome),
        refusals=list(Refusal),
        today=today(visit.services.now()),
        longest={"reference": LONGEST_REFERENCE, "reply": LONGEST_REPLY},
    )


def put_away(visit: Visit) -> Response:
    visit.desk.open_cases.forget(visit.member, visit.path("case"))
    return RedirectResponse("/", SEE_OTHER)


def act_on_step(visit: Visit) -> Response:
    """Take, release, or record an event; what cannot be recorded is said on the case's page."""
    work, step_id, action = _work(visit), visit.path("step"), visit.path("action")
    back = f"/cases/{work.opened.case_id}?"
    try:
        done = _act(visit, work, step_id, action)
    except Refused:
        raise
    except AskAgain as error:
        return RedirectResponse(f"{back}problem={type(error).__name__}#step-{step_id}", SEE_OTHER)
    return RedirectResponse(f"{back}done={done}#step-{step_id}", SEE_OTHER)


def reply(visit: Visit) -> Response:
    work = _work(visit)
    try:
        work.reply(visit.field("text"))
    except BadText:
        return RedirectResponse(f"/cases/{work.opened.case_id}?problem=BadText#thread", SEE_OTHER)
    return RedirectResponse(f"/cases/{work.opened.case_id}?done=replied#thread", SEE_OTHER)


def erase(visit: Visit) -> Response:
    """Asks who sits there before it erases: a screen that was left open must not be enough."""
    work = _work(visit)
    case_id = work.opened.case_id
    if visit.request.method != "POST":
        return visit.render("erase.html", case_id=case_id)
    try:
        visit.desk.accounts.confirm(visit.member.login, visit.field("password"), visit.field("code"))
    except (NotLoggedIn, TryLater) as error:
        problem = "NotConfirmed" if isinstance(error, NotLoggedIn) else type(error).__name__
        return visit.render("erase.html", UNUSABLE, case_id=case_id, problem=visit.desk.words.error(problem))
    work.erase()
    visit.desk.open_cases.forget(visit.member, case_id)
    return RedirectResponse("/?done=erased", SEE_OTHER)


def letter_text(visit: Visit) -> Response:
    letter = _letter(visit)
    return _file(letter.text.encode(), "text/plain; charset=utf-8", "letter.txt")


def letter_pdf(visit: Visit) -> Response:
    letter = _letter(visit)
    return _file(to_pdf(letter.title, letter.text), "application/pdf", "letter.pdf")


def _act(visit: Visit, work: Work, step_id: str, action: str) -> str:
    if action == "take":
        work.take(step_id)
        return "taken"
    if action == "release":
        work.release(step_id)
        return "released"
    kind = next((one for one in EventKind if one.value == action), None)
    if kind is None:
        raise Refused
    typed = {name: visit.field(name) for name in ("on", "reference", "outcome", "refusal", "automated")}
    work.report(step_id, Report(kind=kind, **typed))
    return kind.value


def _opened(visit: Visit) -> OpenedCase:
    return read_case(visit.services, visit.member, visit.path("case"), visit.desk.open_cases)


def _work(visit: Visit) -> Work:
    return Work(services=visit.services, staff=visit.member, opened=_opened(visit), now=visit.services.now())


def _letter(visit: Visit) -> Letter:
    """The letter as a file: written down before it leaves, refused when it is not what was agreed to."""
    work = _work(visit)
    found = letters(work.opened, read_identity(work.opened))
    letter = next((one for one in found if one.id == visit.path("letter")), None)
    if letter is None:
        raise NoSuchLetter
    if not letter.intact:
        raise Tampered
    work.exported()
    return letter


def _file(body: bytes, media_type: str, name: str) -> Response:
    # The name says nothing: it stays in a downloads folder.
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)
