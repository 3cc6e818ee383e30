"""The pages and static files: the host's page, the frame, the receipt page, privacy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent
templates = Jinja2Templates(directory=HERE / "templates")


def widget_files() -> StaticFiles:
    return StaticFiles(directory=HERE / "widget")


def page(request: Request, name: str, **values: Any) -> Response:
    settings = request.app.state.page_settings
    return templates.TemplateResponse(request, name, {**settings, **values})


async def host(request: Request) -> Response:
    return page(request, "host.html")


async def frame(request: Request) -> Response:
    return page(request, "frame.html")


async def case(request: Request) -> Response:
    return page(request, "case.html")


async def privacy(request: Request) -> Response:
    return page(request, "privacy.html")


async def health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def error_page(request: Request, status: int) -> Response:
    shown = page(request, "error.html", status=status)
    shown.status_code = status
    return shown
