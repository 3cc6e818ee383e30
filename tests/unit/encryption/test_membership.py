"""Whoever can write to the key database cannot make themselves a member, or a member of more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encryption import primitives
from encryption.errors import BadKey
from encryption.keys import ROOT, Certificate, Invitation, invite, new_private_key

ROOT_SEED = bytes(range(32))
ROOT_PUBLIC = primitives.public_half(ROOT_SEED)
KEY = new_private_key().public
ANOTHER = new_private_key().public


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return invite(["triage", "dispatch"], root_seed=ROOT_SEED).accept("ada", KEY)


def test_the_root_vouches_for_whom_it_let_in(certificate: Certificate) -> None:
    stored = Certificate.from_bytes(certificate.to_bytes())

    assert stored.check(root=ROOT_PUBLIC, member_id="ada", key=KEY) == ("dispatch", "triage")


def test_an_invitation_survives_the_link_that_carries_it() -> None:
    carried = Invitation.from_text(invite(["triage"], root_seed=ROOT_SEED).to_text())

    assert carried.accept("ada", KEY).check(root=ROOT_PUBLIC, member_id="ada", key=KEY) == ("triage",)


def test_a_certificate_of_somebody_else_vouches_for_nobody(certificate: Certificate) -> None:
    another_root = primitives.public_half(bytes(32))

    for wrong in ({"key": ANOTHER}, {"member_id": "eve"}, {"root": another_root}):
        with pytest.raises(BadKey):
            certificate.check(**{"root": ROOT_PUBLIC, "member_id": "ada", "key": KEY, **wrong})


def test_a_team_that_was_written_in_afterwards_is_not_vouched_for(certificate: Certificate) -> None:
    for families in (("dispatch", "safeguarding", "triage"), (ROOT,), ("triage", "dispatch"), ("dispatchtriage",)):
        with pytest.raises(BadKey):
            replace(certificate, families=families).check(root=ROOT_PUBLIC, member_id="ada", key=KEY)


def test_an_invitation_that_the_root_never_signed_lets_nobody_in() -> None:
    forged = invite(["triage"], root_seed=bytes(32)).accept("eve", KEY)

    with pytest.raises(BadKey):
        forged.check(root=ROOT_PUBLIC, member_id="eve", key=KEY)


def test_an_invitation_leads_to_families_that_exist() -> None:
    for families in ([], ["press"], ["triage", "audit-desk"]):
        with pytest.raises(BadKey):
            invite(families, root_seed=ROOT_SEED)


def test_an_invitation_shows_nothing_of_its_seed() -> None:
    invitation = invite(["triage"], root_seed=ROOT_SEED)

    assert invitation.seed.hex() not in repr(invitation) + str(vars(invitation).keys())
    assert repr(invitation) == "Invitation(hidden)"


@given(
    st.binary(max_size=400)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_whatever_stands_in_the_row_is_a_certificate_or_refused(data: bytes) -> None:
    with pytest.raises(BadKey):
        Certificate.from_bytes(data).check(root=ROOT_PUBLIC, member_id="ada", key=KEY)
