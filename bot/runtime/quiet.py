"""
Keep a person's words out of every log that Rasa, its SDK and Python itself would write.

Stock Rasa prints the whole tracker when an action fails, logs each message at DEBUG, and warns
with the raw text of an odd `/…` message. Its loggers are closed at the source, not filtered:
a filter can miss a field, a closed logger cannot.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

import structlog

LOUD_LIBRARIES = ("rasa", "rasa_sdk", "asyncio", "apscheduler", "sanic", "aiohttp", "urllib3")


class _Closed(logging.NullHandler):
    """Takes every record and keeps none."""


def silence() -> None:
    """Close the loggers above for good, at any level that the environment asks for."""
    for name in LOUD_LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [_Closed()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
    # Rasa's newer modules log through structlog's global configuration; ours do not (recourse/logs.py).
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=False
    )
    warnings.showwarning = _drop


def _drop(*_args: Any, **_kwargs: Any) -> None:
    """Rasa puts the raw message into Python warnings, which reach stderr at any log level."""
