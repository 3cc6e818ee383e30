"""The name by which a member of staff logs in."""

from __future__ import annotations

import re

from casework.errors import AskAgain

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)
_LONGEST = 64


class BadLogin(AskAgain):
    """A name has 3 to 40 small letters, digits, dots, dashes or underscores."""


def check_login(text: str) -> str:
    """
    The login name as it is stored.

    Raises
    ------
    BadLogin
        It has other characters, or too few or too many.
    """
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise BadLogin
    return login


def typed_name(text: str) -> str:
    """A name that somebody typed to log in with, known or not."""
    # Cut to what a name can be: the throttle remembers it, and memory is not for strangers to fill.
    return text.strip()[:_LONGEST].casefold()
