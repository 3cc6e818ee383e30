"""The second factor: time-based one-time codes (RFC 6238), each good once."""

from __future__ import annotations

import datetime as dt
import re
from hmac import compare_digest

import pyotp
import segno

_STEP_SECONDS = 30
_NEIGHBOURS = (0, -1, 1)  # phones run a little early or late
_SEED = re.compile(r"[A-Z2-7]{32}", re.ASCII)  # 160 bits, as RFC 4226 recommends
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_ISSUER = "Desk"  # what the authenticator app shows: no word of what the desk is for


def new_seed() -> str:
    return pyotp.random_base32(32)


def is_seed(text: str) -> bool:
    return bool(_SEED.fullmatch(text))


def address(seed: str, login: str) -> str:
    """What an authenticator app reads from the picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=_ISSUER)


def picture(seed: str, login: str) -> str:
    """The QR code as an address that an <img> shows; made here, so that no other server learns the seed."""
    # Dark on light whatever the colour scheme: cameras do not read the inverse.
    code = segno.make(address(seed, login), error="m", micro=False)
    return str(code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def time_step(seed: str, code: str, now: dt.datetime) -> int | None:
    """The time step whose code this is, or None; the caller marks it as used."""
    typed = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(typed):
        return None
    current = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(seed)
    found = [current + by for by in _NEIGHBOURS if compare_digest(totp.generate_otp(current + by), typed)]
    return found[0] if found else None
