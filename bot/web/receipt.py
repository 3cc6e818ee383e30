"""
The receipt API: the person's own case, opened with their code.

The only module of intake that opens a case, and only with the code or the session that the code gave.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.bodies import bearer, json_body
from bot.web.guard import LEFT_BEHIND
from bot.web.problems import Refused
from casework import casefile, caseview, erasure, next_steps, takeaway
from casework.casefile import OpenedCase
from casework.documents import to_eml, to_pdf
from casework.next_steps import Yes
from casework.store.database import Databases
from casework.submission import family_of
from encryption.errors import CannotOpen
from encryption.token import Token, new_receipt

T = TypeVar("T")
FORMS = {"txt": "text/plain; charset=utf-8", "pdf": "application/pdf", "eml": "message/rfc822"}


def _now(request: Request) -> dt.datetime:
    now: dt.datetime = request.app.state.clock()
    return now


def _databases(request: Request) -> Databases:
    databases: Databases = request.app.state.databases
    return databases


async def _opened(request: Request) -> OpenedCase:
    try:
        return await asyncio.to_thread(casefile.resume_session, _databases(request), bearer(request), _now(request))
    except CannotOpen as error:
        raise Refused(401) from error


async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Database and key work never runs in the event loop."""
    return await asyncio.to_thread(work, *arguments)


async def open_case(request: Request) -> Response:
    """A token for 15 idle minutes; every code that does not open gets one and the same answer."""
    body = await json_body(request, {"receipt": str})
    await request.app.state.pace_open.pass_()
    return JSONResponse({"token": await _in_thread(_open, request, body.get("receipt", ""))})


def _open(request: Request, code: str) -> str:
    return casefile.log_in(_databases(request), code, _now(request)).text


async def leave(request: Request) -> Response:
    """Lock the case again at once. Unknown and known tokens get the same answer."""
    await _in_thread(casefile.end_session, _databases(request), bearer(request))
    return Response(status_code=204, headers=LEFT_BEHIND)


async def current(request: Request) -> Response:
    """Status, steps with their clocks, documents, thread, and who opened the case."""
    opened = await _opened(request)
    state = request.app.state
    found = await _in_thread(caseview.overview, state.databases, opened, state.law, state.explanations, _now(request))
    return JSONResponse(found)


async def document(request: Request) -> Response:
    """One document as text, PDF or e-mail, with the person's own details filled in."""
    opened = await _opened(request)
    name, form = request.path_params["id"], request.path_params["form"]
    letter = await _in_thread(takeaway.letter, opened, request.app.state.law, name, _now(request))
    if letter is None or form not in FORMS:
        raise Refused(404)
    body = await _in_thread(_rendered, letter, form)
    return _saved(body, FORMS[form], f"letter.{form}")


def _rendered(letter: takeaway.Letter, form: str) -> bytes:
    if form == "pdf":
        return to_pdf(letter.title, letter.text)
    if form == "eml":
        return to_eml(letter.text, letter.address, letter.title)
    return letter.text.encode()


async def documents(request: Request) -> Response:
    """Every letter of the case in one ZIP."""
    opened = await _opened(request)
    return _saved(await _in_thread(takeaway.archive, opened), "application/zip", "letters.zip")


async def calendar(request: Request) -> Response:
    """The days of the case for a calendar, without a word of what they are."""
    opened = await _opened(request)
    body = await _in_thread(takeaway.calendar, opened, request.app.state.law, _now(request))
    return _saved(body, "text/calendar; charset=utf-8", "dates.ics")


def _saved(body: bytes, media_type: str, name: str) -> Response:
    """The name says nothing: it stays in a downloads folder."""
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def thread(request: Request) -> Response:
    """GET: messages after one id. POST: write to the team."""
    opened = await _opened(request)
    if request.method == "GET":
        after = request.query_params.get("after", "")
        return JSONResponse({"thread": await _in_thread(caseview.thread, opened, after)})
    text = (await json_body(request, {"text": str})).get("text", "").strip()
    if not text or len(text) > caseview.THREAD_LIMIT:
        raise Refused(413 if text else 400)
    await _in_thread(caseview.write_to_team, _databases(request), opened, text, _now(request))
    return Response(status_code=204)


async def step_event(request: Request) -> Response:
    """The person records that they sent a letter, or what was answered."""
    opened = await _opened(request)
    told = ("kind", "on", "reference", "outcome", "refusal", "automated")
    body = await json_body(request, dict.fromkeys(told, str))
    step, law = request.path_params["step"], request.app.state.law
    await _in_thread(caseview.record_by_person, _databases(request), opened, law, step, body, _now(request))
    return Response(status_code=204)


async def consent(request: Request) -> Response:
    """The person's yes to one letter that is offered, by the hash of the text that they read."""
    opened = await _opened(request)
    body = await json_body(request, {"sha256": str})
    await _in_thread(_agreed, request, opened, Yes(step_id=request.path_params["step"], sha256=body.get("sha256", "")))
    return Response(status_code=204)


def _agreed(request: Request, opened: OpenedCase, yes: Yes) -> None:
    state = request.app.state
    step = next_steps.agree(state.databases, opened, state.law, yes, _now(request))
    casefile.share_with_team(state.databases, opened, family_of(step.queue), state.teams())


async def new_code(request: Request) -> Response:
    """
    Another code in place of the old one, which stops at once, and with it every other session.

    If this answer gets lost, the session is still there to ask again: nobody is left without a code.
    """
    token = bearer(request)
    opened = await _opened(request)
    await json_body(request, {})
    code = await _in_thread(_replaced, request, opened, token)
    return JSONResponse({"receipt": code})


def _replaced(request: Request, opened: OpenedCase, token: Token) -> str:
    receipt = new_receipt()
    casefile.replace_receipt(_databases(request), opened, receipt, _now(request))
    casefile.end_other_sessions(_databases(request), opened, token)
    return receipt.code


async def no_code(request: Request) -> Response:
    """Two steps, as to erase: afterwards nobody opens the case but the team, and this session ends too."""
    token = bearer(request)
    opened = await _opened(request)
    if not _confirmed(request, proof := _proof(token, "no code")):
        return JSONResponse({"confirm": proof}, status_code=202)
    await _in_thread(_given_up, request, opened)
    return Response(status_code=204, headers=LEFT_BEHIND)


def _given_up(request: Request, opened: OpenedCase) -> None:
    casefile.replace_receipt(_databases(request), opened, None, _now(request))
    casefile.end_sessions(_databases(request), opened)


async def erase(request: Request) -> Response:
    """Two steps: the first answer holds what the second must show, so that no single slip erases a case."""
    token = bearer(request)
    opened = await _opened(request)
    if not _confirmed(request, proof := caseview.erase_proof(token.secret)):
        return JSONResponse({"confirm": proof}, status_code=202)
    ledger = request.app.state.ledger
    await _in_thread(erasure.erase, _databases(request), ledger, opened.case_id, _now(request), "person")
    return Response(status_code=204, headers=LEFT_BEHIND)


def _proof(token: Token, what: str) -> str:
    """Derived from the session: nothing to store, worthless to anyone without it, and good for this one thing."""
    return hashlib.sha256(f"recourse: {what}\0".encode() + token.secret).hexdigest()[:32]


def _confirmed(request: Request, proof: str) -> bool:
    return hmac.compare_digest(request.headers.get("x-confirm", "").encode(), proof.encode())
