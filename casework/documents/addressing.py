"""To which mailbox a letter may go: one that the recipient's own row names, and never another's. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casework.law import Authority, Law, Platform
from casework.step import Step

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,}")


def address_of(step: Step, law: Law) -> str | None:
    """
    The e-mail address that the step's letter goes to; None where the way is a web form, an app or the post.

    The channel of a step counts only when the recipient's own row holds the same address.
    """
    channel = step.channel.strip()
    if not _ADDRESS.fullmatch(channel):
        return None
    return channel if channel in set(_mailboxes(step.recipient_id, law)) else None


def _mailboxes(recipient: str, law: Law) -> Iterator[str]:
    platform, authority = law.platforms.get(recipient), law.authorities.get(recipient)
    if platform is not None:
        yield from _of_platform(platform)
    if authority is not None:
        yield from _of_authority(authority)


def _of_platform(platform: Platform) -> Iterator[str]:
    unsure = platform.evidence.unverified_fields
    yield from (value for key, value in platform.channels.items() if f"channels.{key}" not in unsure)
    yield from (row.contact for row in platform.representatives.values() if row.contact)


def _of_authority(authority: Authority) -> Iterator[str]:
    if authority.email and "email" not in authority.evidence.unverified_fields:
        yield authority.email
