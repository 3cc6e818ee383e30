"""
Everything that hangs on a secret which only its holder keeps: tokens, sessions, receipts.

The server stores ids that it cannot invert and ciphertexts that it cannot open. When
the page closes, the token is gone, and what is left under its id is noise.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from typing import NamedTuple

from encryption.envelope import Context
from encryption.errors import BadKey
from encryption.hidden import Hidden
from encryption.primitives import KEY_BYTES, derive
from encryption.receipt import CODE_BYTES, Receipt, parse_receipt, receipt_from_bytes
from encryption.record import open_derived

__all__ = [
    "ConversationKeys",
    "Receipt",
    "SessionKeys",
    "Token",
    "conversation_keys",
    "enrolment_keys",
    "new_receipt",
    "open_with_key",
    "parse_receipt",
    "receipt_or_decoy",
    "resume_code_or_decoy",
    "resumed_token",
    "session_keys",
]

_TEXT_LENGTH = 43
# 128 bits: two people never meet under one id, and no id can be guessed.
_ID_BYTES = 16


@dataclass(frozen=True, repr=False)
class Token(Hidden):
    """A 256-bit secret in the hands of one client, for one conversation or session."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise BadKey

    @classmethod
    def new(cls) -> Token:
        """A fresh token from the operating system's random source."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> Token:
        """The token that these 43 characters spell; BadKey for anything else."""
        # Threat: a header that decodes leniently. Python's decoder skips characters
        # it does not know and ignores spare bits, so many texts would be one token,
        # and a log filter that looks for one of them would miss the others. Only the
        # text that we would write ourselves is accepted.
        if len(text) != _TEXT_LENGTH or not text.isascii():
            raise BadKey
        try:
            token = cls(base64.urlsafe_b64decode(text + "="))
        except binascii.Error:
            raise BadKey from None
        if token.text != text:
            raise BadKey
        return token

    @property
    def text(self) -> str:
        """The token as a client carries it: 43 characters, safe in a URL and a header."""
        return base64.urlsafe_b64encode(self.secret).decode("ascii").rstrip("=")


@dataclass(frozen=True, repr=False, kw_only=True)
class ConversationKeys(Hidden):
    """What a conversation token gives: all of it again and again the same."""

    conversation_id: str  # 32 hex digits; the only one of these that is stored with the turns
    key: bytes  # seals the turns; never stored
    case_id: str  # 32 hex digits; known before the case exists, so that repeating is harmless
    receipt: Receipt  # shown once on its own screen; never stored
    resume: Receipt  # the way back to a conversation that was put away; shown once, never stored


def conversation_keys(token: Token) -> ConversationKeys:
    """The ids and secrets of one conversation."""
    # Threat: linking. The id under which turns lie and the id of the case that came of
    # them are both one-way: a thief with both databases cannot match them.
    # Threat: a lost answer. A submission sent twice derives the same case and the same
    # receipt, so nothing is stored twice and no second code contradicts the first.
    return ConversationKeys(
        conversation_id=derive(token.secret, "conversation id", length=_ID_BYTES).hex(),
        key=derive(token.secret, "conversation key"),
        case_id=derive(token.secret, "case id", length=_ID_BYTES).hex(),
        receipt=receipt_from_bytes(derive(token.secret, "receipt", length=CODE_BYTES)),
        resume=_as_resume(receipt_from_bytes(derive(token.secret, "resume code", length=CODE_BYTES))),
    )


def _as_resume(code: Receipt) -> Receipt:
    # Threat: one code for another. Both kinds look alike on paper; under labels of their
    # own a resume code opens no case, and a receipt resumes no conversation.
    id_ = derive(code.key, "resume id", length=_ID_BYTES).hex()
    return Receipt(code=code.code, id=id_, key=derive(code.key, "resume key"))


def new_receipt() -> Receipt:
    """A receipt that follows from nothing: for a case whose first code is to be forgotten."""
    return receipt_from_bytes(os.urandom(CODE_BYTES))


def receipt_or_decoy(typed: str) -> Receipt:
    """The receipt that somebody typed; for a slip of the pen one that opens nothing."""
    # Threat: a clock. Who mistypes must wait as long as who guesses, so both go the same
    # way to the end, with the same derivations before them.
    try:
        return parse_receipt(typed)
    except BadKey:
        return new_receipt()


def resume_code_or_decoy(typed: str) -> Receipt:
    """The resume code that somebody typed; for a slip of the pen one that opens nothing."""
    return _as_resume(receipt_or_decoy(typed))


def resumed_token(code: Receipt, attempt: str) -> Token:
    """The token of the conversation that one attempt to resume begins."""
    # Threat: an answer that never arrives, after the draft was moved. The same page asks
    # again with the same attempt and gets the same conversation. Not from the code alone:
    # whoever finds the paper later could derive the case and its receipt from it.
    # The key has a fixed length, so the join cannot be read two ways.
    return Token(derive(code.key + attempt.encode(), "resumed token"))


class SessionKeys(NamedTuple):
    """The id of a session, which is stored, and its key, which never is."""

    id: str
    key: bytes

    def __repr__(self) -> str:
        # A named tuple so that callers can unpack it; it must hide like the rest.
        return "SessionKeys(hidden)"


def session_keys(token: Token) -> SessionKeys:
    """What a case session or staff session is stored under and sealed with."""
    # Threat: a stolen session table. It holds neither tokens nor hashes that could be
    # presented as one, and the unlocked keys in it are sealed under keys that only
    # the browsers of the logged-in can derive.
    return _id_and_key(token, "session")


def enrolment_keys(token: Token) -> SessionKeys:
    """What the one-time link of a new member finds and opens."""
    # The token travels in the URL fragment, which browsers do not send to any server.
    # Its own label: an enrolment link is never a session, whoever mixes them up.
    return _id_and_key(token, "enrolment")


def _id_and_key(token: Token, purpose: str) -> SessionKeys:
    return SessionKeys(
        id=derive(token.secret, f"{purpose} id", length=_ID_BYTES).hex(),
        key=derive(token.secret, f"{purpose} key"),
    )


def open_with_key(envelope: bytes, *, key: bytes, context: Context) -> bytes:
    """The text of an envelope of key form 2; CannotOpen, always the same, for every failure."""
    # Intake may import this: it opens only what the holder of the token or code asks
    # for, with a key that came in with the request and leaves with it.
    return open_derived(envelope, key=key, context=context)
