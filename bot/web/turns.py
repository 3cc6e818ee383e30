"""The turn API: start, turn, leave."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversation import Conversations, Heard
from bot.web.bodies import bearer, json_body
from bot.web.problems import Refused

TURN_ID_LIMIT = 100  # characters


def _conversations(request: Request) -> Conversations:
    conversations: Conversations = request.app.state.conversations
    return conversations


async def start(request: Request) -> Response:
    """A new conversation: its token, which only the client keeps, and the opening."""
    await json_body(request, {"language": str, "resume": str})
    await request.app.state.pace_start.pass_()
    token, messages = await _conversations(request).start()
    return JSONResponse({"token": token.text, "messages": messages}, status_code=201)


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
    return Response(status_code=204)
