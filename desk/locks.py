"""How a member's private key, second factor and team keys are put away; nothing here talks to a database."""

from __future__ import annotations

from casework.store import contract
from casework.store.members import Lock, Member, TeamWrap
from encryption import primitives
from encryption.errors import BadKey, CannotOpen
from encryption.keys import PrivateKey, PublicKey, seal_private_key
from encryption.open import open_
from encryption.receipt import Receipt, parse_receipt
from encryption.seal import seal
from encryption.token import open_with_key

PASSWORD, RECOVERY, PASSKEY = "password", "recovery", "passkey"
PRF_BYTES = 32  # what the PRF extension of WebAuthn gives for one input
_PEPPER_AT = 2  # argon2id-v1$<numbers>$<pepper id>$<salt>


def team_wrap(member_id: str, family: str, epoch: int, seed: bytes, to: PublicKey) -> TeamWrap:
    context = contract.TEAM_WRAP.context(member_id=member_id, family=family, epoch=epoch)
    return TeamWrap(family=family, epoch=epoch, seed=seal(seed, to=to, context=context))


def opened_wrap(member_id: str, wrap: TeamWrap, key: PrivateKey) -> bytes:
    """The seed that a member was given; CannotOpen with any other key."""
    context = contract.TEAM_WRAP.context(member_id=member_id, family=wrap.family, epoch=wrap.epoch)
    return open_(wrap.seed, key=key, context=context)


def needed_pepper(derivation: str) -> str:
    """The id of the pepper that a password lock was made with; "" for what is none."""
    parts = derivation.split("$")
    return parts[_PEPPER_AT] if len(parts) > _PEPPER_AT else ""


def sealed_totp(seed: str, member_id: str, key: PrivateKey) -> bytes:
    # To the member's own key, which opens with password and pepper only: a stolen key database holds no second factor.
    return seal(seed.encode(), to=key.public, context=contract.TOTP.context(id=member_id))


def opened_totp(member: Member, key: PrivateKey) -> str | None:
    if member.totp is None:
        return None
    return open_(member.totp, key=key, context=contract.TOTP.context(id=member.id)).decode()


def lock_of(member: Member | None, method: str) -> Lock | None:
    return next((lock for lock in (member.locks if member else ()) if lock.method == method), None)


def recovery_lock(member_id: str, key: PrivateKey, code: Receipt) -> Lock:
    """The second copy of a member's key, under the code that they print; 120 random bits need no slow derivation."""
    context = contract.MEMBER_LOCK.context(member_id=member_id, method=RECOVERY)
    sealed = seal_private_key(key, under=_recovery_key(code), context=context)
    return Lock(method=RECOVERY, derivation="hkdf-v1", private_key=sealed)


def open_with_recovery(member: Member | None, typed: str) -> PrivateKey | None:
    lock = lock_of(member, RECOVERY)
    try:
        key = _recovery_key(parse_receipt(typed))
    except BadKey:
        return None
    if member is None or lock is None:
        return None
    context = contract.MEMBER_LOCK.context(member_id=member.id, method=RECOVERY)
    try:
        return PrivateKey.from_seed(open_with_key(lock.private_key, key=key, context=context))
    except CannotOpen:
        return None


def passkey_lock(member_id: str, key: PrivateKey, credential_id: str, prf: bytes) -> Lock:
    """
    Another copy of a member's key, under the 32 bytes that their passkey gives for this desk (WebAuthn, PRF).

    Raises
    ------
    BadKey
        The authenticator gave something else.
    """
    method = f"{PASSKEY}:{credential_id}"
    context = contract.MEMBER_LOCK.context(member_id=member_id, method=method)
    sealed = seal_private_key(key, under=_passkey_key(prf), context=context)
    return Lock(method=method, derivation="prf-v1", private_key=sealed)


def open_with_passkey(member: Member | None, credential_id: str, prf: bytes) -> PrivateKey | None:
    lock = lock_of(member, f"{PASSKEY}:{credential_id}")
    if member is None or lock is None:
        return None
    context = contract.MEMBER_LOCK.context(member_id=member.id, method=lock.method)
    try:
        return PrivateKey.from_seed(open_with_key(lock.private_key, key=_passkey_key(prf), context=context))
    except CannotOpen:
        return None


def _passkey_key(prf: bytes) -> bytes:
    if len(prf) != PRF_BYTES:
        raise BadKey
    return primitives.derive(prf, "staff passkey")


def _recovery_key(code: Receipt) -> bytes:
    # Its own label: the same characters as a person's receipt would still be another key.
    return primitives.derive(code.key, "staff recovery")
