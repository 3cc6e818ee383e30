"""The turn API and the receipt API as an OpenAPI 3.1 document, from `openapi.yml` beside this file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    with Path(__file__).with_name("openapi.yml").open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=yaml.CSafeLoader))


async def document(_request: Request) -> Response:
    return JSONResponse(described())
