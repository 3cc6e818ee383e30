"""The turn API: start, turn, leave."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversation import Conversations, Heard, Message
from bot.web.bodies import bearer, json_body
from bot.web.guard import LEFT_BEHIND
from bot.web.problems import Refused
from encryption.token import Token

TURN_ID_LIMIT = 100  # characters
# The token of a resumed conversation follows from its attempt and the code: the one must not be guessed from the other.
ATTEMPT_LEAST = 22  # characters: 128 bits in base64


def _conversations(request: Request) -> Conversations:
    conversations: Conversations = request.app.state.conversations
    return conversations


async def start(request: Request) -> Response:
    """A new conversation, or one that goes on with what was put away: its token and its first messages."""
    body = await json_body(request, {"language": str, "resume": str, "id": str})
    token, messages = await (_resumed(request, body) if "resume" in body else _begun(request))
    return JSONResponse({"token": token.text, "messages": messages}, status_code=201)


async def _begun(request: Request) -> tuple[Token, list[Message]]:
    await request.app.state.pace_start.pass_()
    return await _conversations(request).start()


async def _resumed(request: Request, body: Mapping[str, str]) -> tuple[Token, list[Message]]:
    """Every code that resumes nothing gets one and the same answer, at the pace of cases that are opened."""
    attempt = body.get("id")
    if attempt is not None and not ATTEMPT_LEAST <= len(attempt) <= TURN_ID_LIMIT:
        raise Refused(400)
    await request.app.state.pace_open.pass_()
    return await _conversations(request).resume(body["resume"], attempt)


async def turn(request: Request) -> Response:
    """One exchange: a text or a choice."""
    token = bearer(request)
    body = await json_body(request, {"id": str, "text": str, "choice": str})
    if ("text" in body) == ("choice" in body) or len(body.get("id", "")) > TURN_ID_LIMIT:
        raise Refused(400)
    heard = Heard(text=body.get("text"), choice=body.get("choice"), turn_id=body.get("id"))
    return JSONResponse({"messages": await _conversations(request).turn(token, heard)})


async def leave(request: Request) -> Response:
    """Exit: our copy goes at once. Unknown and known tokens get the same answer."""
    await _conversations(request).leave(bearer(request))
    return Response(status_code=204, headers=LEFT_BEHIND)
