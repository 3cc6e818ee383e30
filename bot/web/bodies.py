"""Reads request bodies: bounded, JSON or a plain form, each field checked; anything else is a clear 4xx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.web.problems import Refused
from encryption.errors import BadKey
from encryption.token import Token

BODY_LIMIT = 64 * 1024  # bytes
FORM_LIMIT = 4 * BODY_LIMIT
FORM = "application/x-www-form-urlencoded"
BODY_SECONDS = 30.0  # as long as the widget itself waits; a body that trickles in holds a place that others need


async def json_body(request: Request, allowed: Mapping[str, type]) -> dict[str, Any]:
    """
    A JSON object with only these fields, each of its type.

    Raises
    ------
    Refused
        400 for what is no such object, 408 when it comes too slowly, 413 over 64 KiB, 415 for another
        or a compressed type.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415)  # a compressed body may grow without bound
    kind = request.headers.get("content-type", "application/json").split(";")[0].strip()
    if kind != "application/json":
        raise Refused(415)
    raw = await _bounded(request)
    data = _parsed(raw) if raw else {}
    if set(data) - set(allowed) or any(not isinstance(data[k], allowed[k]) for k in data if data[k] is not None):
        raise Refused(400)
    return {name: value for name, value in data.items() if value is not None}


async def form_body(request: Request, allowed: frozenset[str]) -> dict[str, str]:
    """
    The fields of a plain HTML form, each once, line ends as we keep them.

    Raises
    ------
    Refused
        As `json_body`; a form may have 256 KiB, since each letter beyond ASCII takes up to twelve bytes of it.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415)
    if request.headers.get("content-type", FORM).split(";")[0].strip() != FORM:
        raise Refused(415)
    raw = await _bounded(request, FORM_LIMIT)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=8)
    except ValueError as error:
        raise Refused(400) from error
    if len(dict(pairs)) != len(pairs) or not set(dict(pairs)) <= allowed:
        raise Refused(400)
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


async def _bounded(request: Request, limit: int = BODY_LIMIT) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise Refused(413)
    except TimeoutError as error:
        raise Refused(408) from error
    except ClientDisconnect as error:
        raise Refused(400) from error
    return bytes(body)


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
        # A lone surrogate cannot be encoded again: refuse it here rather than fail while sealing.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refused(400) from error
    if not isinstance(data, dict):
        raise Refused(400)
    return data


def bearer(request: Request) -> Token:
    """
    The token of the Authorization header.

    Raises
    ------
    Refused
        401: there is none, or it is no token.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise Refused(401)
    try:
        return Token.parse(text.strip())
    except BadKey as error:
        raise Refused(401) from error
