"""
The conversation without scripts: plain forms, a cookie with the client's token, one answer a request.

A page with scripts keeps the token in memory. Here only a cookie can carry it: `__Host-` binds it to this host and to
TLS, HttpOnly and SameSite=Strict keep scripts and other sites from it, and it ends with the browser. Each POST ends in
a redirect, so that neither reload nor Back sends something twice; what ends a talk is shown at once instead, since
nothing of it could be read back.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.conversation import Conversations, Heard, Row
from bot.exchange import StaleChoice
from bot.web import pages
from bot.web.bodies import form_body
from bot.web.guard import LEFT_BEHIND
from bot.web.problems import Refused, status_of
from bot.web.turns import TURN_ID_LIMIT
from casework.errors import AskAgain, TryLater
from casework.store.conversations import ConversationGone
from encryption.errors import BadKey, CannotOpen
from encryption.token import Token

HOME = "/plain"
NEWEST = f"{HOME}#now"
COOKIE = "__Host-notes"
KEPT: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "strict"}
TEXTS = pages.HERE / "templates" / "texts"
NOTICES = {409: "stale", 413: "refused_long", 503: "busy"}  # keys of talk.en.json; any other error: refused


@dataclass(frozen=True, kw_only=True)
class View:
    """What the page shows: the talk so far or how to begin, and above the box what went wrong."""

    rows: Sequence[Row] = ()
    talking: bool = False
    notice: str | None = None
    words: str = ""  # what was typed and not taken, so that it is not lost
    turn: str = field(default_factory=lambda: secrets.token_urlsafe(16))


async def talk(request: Request) -> Response:
    """The talk so far, or how to begin; reading it changes nothing."""
    token = _token(request)
    if token is None:
        return _page(request, View())
    try:
        return _page(request, View(rows=await _conversations(request).said(token), talking=True))
    except ConversationGone:
        return _page(request, View(notice="gone"), forget=True)


async def begin(request: Request) -> Response:
    """A new conversation; one that was open in this browser is left."""
    _require_own_form(request)
    await form_body(request, frozenset())
    await request.app.state.pace_start.pass_()
    await _leave(request)
    token, _ = await _conversations(request).start()
    return _on_with(token)


async def resume(request: Request) -> Response:
    """Go on with what was put away, in place of an open talk; every code that opens nothing gets one answer."""
    _require_own_form(request)
    form = await form_body(request, frozenset({"code"}))
    await request.app.state.pace_open.pass_()
    try:
        token, _ = await _conversations(request).resume(form.get("code", ""))
    except CannotOpen:
        return _page(request, View(notice="no_such_code"), status=404)
    await _leave(request)
    return _on_with(token)


async def say(request: Request) -> Response:
    """One exchange: a text or a choice."""
    _require_own_form(request)
    form = await form_body(request, frozenset({"turn", "text", "choice"}))
    token, turn = _token(request), form.get("turn", "")
    if ("text" in form) == ("choice" in form) or not 0 < len(turn) <= TURN_ID_LIMIT:
        raise Refused(400)
    if token is None:
        return _page(request, View(notice="gone"), status=410)
    heard = Heard(text=form.get("text"), choice=form.get("choice"), turn_id=turn)
    try:
        answered = await _conversations(request).turn(token, heard)
    except ConversationGone:
        return _page(request, View(notice="gone"), status=410, forget=True)
    except (AskAgain, TryLater) as error:
        return await _not_taken(request, token, heard, error)
    return await _after(request, token, answered)


async def leave(request: Request) -> Response:
    """Exit: our copy goes, then the cookie, then the page."""
    _require_own_form(request)
    await _leave(request)
    target = str(request.app.state.page_settings.get("exit_url", HOME))
    return _forgotten(RedirectResponse(target, status_code=303, headers=LEFT_BEHIND))


async def _after(request: Request, token: Token, answered: Sequence[Mapping[str, Any]]) -> Response:
    try:
        await _conversations(request).said(token)
    except ConversationGone:  # put away or deleted with this very turn: these words are read now or never
        return _page(request, View(rows=[{"messages": answered}]), forget=True)
    return RedirectResponse(NEWEST, status_code=303)


async def _not_taken(request: Request, token: Token, heard: Heard, error: Exception) -> Response:
    """Nothing changed: the same question again, with a word about it and what they had typed."""
    status = status_of(error)
    view = View(
        rows=await _conversations(request).said(token),
        talking=True,
        notice="stale" if isinstance(error, StaleChoice) else NOTICES.get(status, "refused"),
        words=heard.text or "",
    )
    return _page(request, view, status=status)


def _conversations(request: Request) -> Conversations:
    conversations: Conversations = request.app.state.conversations
    return conversations


def _token(request: Request) -> Token | None:
    try:
        return Token.parse(request.cookies.get(COOKIE, ""))
    except BadKey:
        return None


async def _leave(request: Request) -> None:
    if token := _token(request):
        await _conversations(request).leave(token)


def _require_own_form(request: Request) -> None:
    """
    Refuse what another site sends in a person's name.

    `Sec-Fetch-Site` where the browser has it. Older ones send an Origin, which is "null" for a page that sends no
    referrer; there the cookie's SameSite=Strict is what holds.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise Refused(403)
    origin = request.headers.get("origin", "null")
    if site is None and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(403)


def _on_with(token: Token) -> Response:
    answer = RedirectResponse(NEWEST, status_code=303)
    answer.set_cookie(COOKIE, token.text, **KEPT)
    return answer


def _forgotten(response: Response) -> Response:
    response.delete_cookie(COOKIE, **KEPT)
    return response


def _page(request: Request, view: View, *, status: int = 200, forget: bool = False) -> Response:
    page = pages.page(request, "plain.html", view=view, t=_texts(), written=written, due=due)
    page.status_code = status
    return _forgotten(page) if forget else page


@cache
def _texts() -> Mapping[str, Any]:
    return {name: json.loads((TEXTS / f"{name}.en.json").read_text("utf-8")) for name in ("common", "talk", "plain")}


def due(letter: Mapping[str, Any]) -> list[str]:
    """The days by which a letter must be answered, each with what it is of where it carries several."""
    several = [f"{one['title']}: {written(one.get('due'))}" for one in letter.get("carries") or ()]
    return several or [written(letter.get("due"))]


def written(day: str | None) -> str:
    """A day as people write it, or nothing."""
    return f"{dt.date.fromisoformat(day):%-d %B %Y}" if day else ""
