"""
Who may be sealed to and who may open: manifest, wraps, passwords, the first start.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from encryption import primitives
from encryption.envelope import Context, key_id_of
from encryption.errors import BadKey, CannotOpen
from encryption.keys import (
    SEALING_FAMILIES,
    TEAM_FAMILIES,
    VALIDITY,
    Installation,
    Manifest,
    ManifestEntry,
    PasswordParameters,
    PrivateKey,
    PublicKey,
    lock_with_password,
    new_installation,
    new_private_key,
    new_shred_key,
    open_private_key,
    password_key,
    rewrap_for_reader,
    seal_private_key,
    sign_manifest,
    unlock_with_password,
    unwrap_for_reader,
    wrap_for_reader,
)

NOW = dt.datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)
LATER = NOW + VALIDITY
# The least that is allowed: the tests check what it is bound to, not how slow it is.
CHEAP = PasswordParameters(memory_kib=19 * 1024, iterations=2)
PEPPER = bytes(range(32))


@pytest.fixture(scope="module")
def home() -> Installation:
    return new_installation(NOW)


def load(data: bytes, home: Installation, now: dt.datetime | None = NOW) -> Manifest:
    return Manifest.from_bytes(data, verify=home.root_public, now=now)


def test_a_new_installation_has_a_signed_key_for_every_family(home: Installation) -> None:
    assert set(home.team_keys) == set(SEALING_FAMILIES) == {*TEAM_FAMILIES, "dispatch"}
    for family, private in home.team_keys.items():
        assert home.manifest.key_for(family, NOW) == private.public


def test_two_installations_share_no_key(home: Installation) -> None:
    other = new_installation(NOW)

    assert other.root_seed != home.root_seed
    assert other.pepper != home.pepper
    seeds = {key.seed for each in (home, other) for key in each.team_keys.values()}
    assert len(seeds) == 10


def test_an_installation_without_a_time_zone_is_not_begun() -> None:
    with pytest.raises(BadKey):
        new_installation(NOW.replace(tzinfo=None))


def test_a_manifest_reads_back_as_it_was_signed(home: Installation) -> None:
    assert load(home.manifest.to_bytes(), home) == home.manifest


def test_a_reformatted_manifest_file_still_verifies(home: Installation) -> None:
    compact = json.dumps(json.loads(home.manifest.to_bytes()), sort_keys=True).encode()

    assert load(compact, home) == home.manifest


def changed(home: Installation, **fields: object) -> bytes:
    return json.dumps({**json.loads(home.manifest.to_bytes()), **fields}).encode()


def test_a_manifest_in_which_any_field_was_altered_is_refused(home: Installation) -> None:
    thief = new_private_key().public.raw
    entry = home.manifest.entries[0]
    altered = (
        replace(entry, public_key=PublicKey.from_bytes(thief)),
        replace(entry, family="platform", epoch=2),
        replace(entry, epoch=2),
        replace(entry, not_after=entry.not_after + dt.timedelta(days=1)),
        replace(entry, not_before=entry.not_before - dt.timedelta(days=1)),
    )

    for one in altered:
        with pytest.raises(BadKey):
            replace(home.manifest, entries=(one, *home.manifest.entries[1:]))


def test_a_manifest_with_a_dropped_or_moved_entry_is_refused(home: Installation) -> None:
    entries = home.manifest.entries

    for altered in (entries[1:], entries[::-1], (*entries, entries[0])):
        with pytest.raises(BadKey):
            replace(home.manifest, entries=altered)


def test_an_unsigned_manifest_is_refused(home: Installation) -> None:
    for signature in ("", "AAAA", None, 7):
        with pytest.raises(BadKey):
            load(changed(home, signature=signature), home)


def test_a_manifest_signed_by_another_root_is_refused(home: Installation) -> None:
    forged = new_installation(NOW).manifest

    with pytest.raises(BadKey):
        load(forged.to_bytes(), home)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"format": "recourse-manifest-2", "entries": [1]}',
        b" " * 3_000_000,
    ],
)
def test_a_broken_manifest_file_is_refused_in_one_way(home: Installation, data: bytes) -> None:
    with pytest.raises(BadKey):
        load(data, home)


def test_a_lapsed_manifest_is_refused_except_to_the_officer_who_renews_it(
    home: Installation,
) -> None:
    data = home.manifest.to_bytes()

    with pytest.raises(BadKey):
        load(data, home, now=LATER)
    assert load(data, home, now=None) == home.manifest


def test_a_key_that_is_not_valid_yet_is_not_used(home: Installation) -> None:
    with pytest.raises(BadKey):
        home.manifest.key_for("triage", NOW - dt.timedelta(seconds=1))


def test_an_unknown_family_has_no_key(home: Installation) -> None:
    with pytest.raises(BadKey):
        home.manifest.key_for("press", NOW)


def next_epoch(home: Installation, public: PublicKey, at: dt.datetime) -> Manifest:
    entry = ManifestEntry(family="triage", epoch=2, public_key=public, not_before=at, not_after=at + VALIDITY)
    entries = (*home.manifest.entries, entry)
    return sign_manifest(entries, root_seed=home.root_seed, previous=home.manifest)


def test_the_newest_valid_epoch_is_used_and_the_old_one_is_still_found(home: Installation) -> None:
    public = new_private_key().public
    soon = NOW + dt.timedelta(days=1)

    rotated = next_epoch(home, public, soon)

    assert rotated.key_for("triage", NOW) == home.team_keys["triage"].public
    assert rotated.key_for("triage", soon) == public
    assert rotated.with_key_id(home.team_keys["triage"].public.id).epoch == 1


def test_a_key_id_that_was_never_signed_is_refused(home: Installation) -> None:
    with pytest.raises(BadKey):
        home.manifest.with_key_id(bytes(16))


def test_a_manifest_out_of_the_chain_is_refused(home: Installation) -> None:
    rotated = next_epoch(home, new_private_key().public, NOW)

    rotated.require_descends_from(home.manifest)
    with pytest.raises(BadKey):
        rotated.require_descends_from(new_installation(NOW).manifest)
    with pytest.raises(BadKey):
        home.manifest.require_descends_from(rotated)


def test_an_earlier_key_cannot_be_dropped_from_the_next_manifest(home: Installation) -> None:
    with pytest.raises(BadKey):
        sign_manifest(home.manifest.entries[1:], root_seed=home.root_seed, previous=home.manifest)


def test_two_keys_cannot_share_an_epoch(home: Installation) -> None:
    twin = replace(home.manifest.entries[0], public_key=new_private_key().public)

    with pytest.raises(BadKey):
        sign_manifest((*home.manifest.entries, twin), root_seed=home.root_seed, previous=home.manifest)


def test_an_entry_without_zone_family_epoch_or_duration_is_refused(home: Installation) -> None:
    entry = home.manifest.entries[0]
    wrong = (
        {"not_before": NOW.replace(tzinfo=None)},
        {"family": "press"},
        {"epoch": 0},
        {"not_after": entry.not_before},
    )

    for fields in wrong:
        with pytest.raises(BadKey):
            replace(entry, **fields)


def test_the_root_signature_counts_for_nothing_else(home: Installation) -> None:
    with pytest.raises(BadKey):
        primitives.verify(home.root_public, b"another message", home.manifest.signature)


def test_a_pair_is_the_same_again_after_it_was_stored(private: PrivateKey) -> None:
    again = PrivateKey.from_seed(private.seed)

    assert again.public == private.public
    assert PublicKey.from_bytes(private.public.raw).id == private.public.id


@pytest.mark.parametrize("length", [0, 32, 95, 97])
def test_a_seed_of_another_length_is_no_key(length: int) -> None:
    with pytest.raises(BadKey):
        PrivateKey.from_seed(bytes(length))


@pytest.mark.parametrize("raw", [b"", bytes(1215), bytes(1217), b"\xff" * 1216])
def test_bytes_that_describe_no_public_key_are_refused(raw: bytes) -> None:
    with pytest.raises(BadKey):
        PublicKey.from_bytes(raw)


@pytest.fixture
def shred_key() -> bytes:
    return new_shred_key()


def test_a_team_unwraps_a_case_seed_while_the_shred_key_lives(
    private: PrivateKey, place: Context, shred_key: bytes
) -> None:
    seed = new_private_key().seed

    wrapped = wrap_for_reader(seed, to=private.public, shred_key=shred_key, context=place)

    found = unwrap_for_reader(wrapped, key=private, shred_key=shred_key, context=place)
    assert found == seed
    assert key_id_of(wrapped) == private.public.id


def test_a_receipt_unwraps_a_case_seed_while_the_shred_key_lives(place: Context, shred_key: bytes) -> None:
    seed, receipt_key = new_private_key().seed, bytes(range(32))

    wrapped = wrap_for_reader(seed, to=receipt_key, shred_key=shred_key, context=place)

    assert unwrap_for_reader(wrapped, key=receipt_key, shred_key=shred_key, context=place) == seed


def test_after_shredding_no_reader_opens_a_kept_wrap(private: PrivateKey, place: Context, shred_key: bytes) -> None:
    kept = wrap_for_reader(bytes(96), to=private.public, shred_key=shred_key, context=place)

    for guess in (new_shred_key(), bytes(32), b""):
        with pytest.raises(CannotOpen):
            unwrap_for_reader(kept, key=private, shred_key=guess, context=place)


def test_the_shred_key_alone_opens_nothing(private: PrivateKey, place: Context, shred_key: bytes) -> None:
    wrapped = wrap_for_reader(bytes(96), to=private.public, shred_key=shred_key, context=place)

    for key in (shred_key, new_private_key()):
        with pytest.raises(CannotOpen):
            unwrap_for_reader(wrapped, key=key, shred_key=shred_key, context=place)


def test_a_wrap_moved_to_another_case_does_not_open(private: PrivateKey, place: Context, shred_key: bytes) -> None:
    wrapped = wrap_for_reader(bytes(96), to=private.public, shred_key=shred_key, context=place)

    with pytest.raises(CannotOpen):
        unwrap_for_reader(wrapped, key=private, shred_key=shred_key, context=replace(place, case="c2"))


def test_a_wrap_without_a_whole_shred_key_is_not_made(private: PrivateKey, place: Context) -> None:
    with pytest.raises(BadKey):
        wrap_for_reader(bytes(96), to=private.public, shred_key=b"", context=place)


def test_a_team_key_sealed_to_a_member_opens_for_that_member_only(private: PrivateKey, place: Context) -> None:
    team = new_private_key()

    sealed = seal_private_key(team, under=private.public, context=place)

    assert open_private_key(sealed, key=private, context=place) == team
    with pytest.raises(CannotOpen):
        open_private_key(sealed, key=team, context=place)


def test_a_password_opens_a_member_key(private: PrivateKey, place: Context) -> None:
    locked = lock_with_password(private, password="correct horse", pepper=PEPPER, context=place, params=CHEAP)

    found = unlock_with_password(locked, password="correct horse", pepper=PEPPER, context=place)

    assert found == private


def test_a_wrong_password_or_place_opens_nothing(private: PrivateKey, place: Context) -> None:
    locked = lock_with_password(private, password="correct horse", pepper=PEPPER, context=place, params=CHEAP)

    with pytest.raises(CannotOpen):
        unlock_with_password(locked, password="Correct horse", pepper=PEPPER, context=place)
    with pytest.raises(CannotOpen):
        unlock_with_password(locked, password="correct horse", pepper=PEPPER, context=replace(place, record="r2"))


def test_a_password_without_the_pepper_is_not_even_tried(private: PrivateKey, place: Context) -> None:
    locked = lock_with_password(private, password="correct horse", pepper=PEPPER, context=place, params=CHEAP)

    with pytest.raises(BadKey):
        unlock_with_password(locked, password="correct horse", pepper=bytes(32), context=place)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m=19456", "m=4194304"),  # 4 GiB: takes the desk down
        ("m=19456", "m=8"),
        ("t=2", "t=99"),
        ("p=1", "p=9"),
        ("argon2id-v1", "argon2i-v1"),
        ("$m", "$x"),
    ],
)
def test_tampered_password_parameters_are_refused_before_any_work(
    private: PrivateKey, place: Context, old: str, new: str
) -> None:
    locked = lock_with_password(private, password="correct horse", pepper=PEPPER, context=place, params=CHEAP)
    tampered = replace(locked, derivation=locked.derivation.replace(old, new))

    with pytest.raises(BadKey):
        unlock_with_password(tampered, password="correct horse", pepper=PEPPER, context=place)


def test_a_password_typed_on_two_keyboards_is_one_password() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"

    keys = {password_key(typed, salt=bytes(16), pepper=PEPPER, params=CHEAP) for typed in (composed, decomposed)}

    assert len(keys) == 1


def test_salt_and_pepper_change_the_key() -> None:
    keys = {
        password_key("correct horse", salt=salt, pepper=pepper, params=CHEAP)
        for salt in (bytes(16), b"\x01" * 16)
        for pepper in (PEPPER, bytes(32))
    }

    assert len(keys) == 4


def test_a_short_salt_or_pepper_is_refused() -> None:
    for salt, pepper in ((bytes(15), PEPPER), (bytes(16), b"")):
        with pytest.raises(BadKey):
            password_key("correct horse", salt=salt, pepper=pepper, params=CHEAP)


def test_passwords_cost_64_mebibytes_unless_told_otherwise() -> None:
    assert PasswordParameters().memory_kib == 64 * 1024


def test_an_audit_key_is_found_for_checking_and_never_for_sealing(home: Installation) -> None:
    (key,) = home.manifest.verifying_keys("audit-desk")

    key.verify(b"what was done", primitives.sign(home.audit_seeds["audit-desk"], b"what was done"))
    with pytest.raises(BadKey):
        key.verify(b"what was done", primitives.sign(home.audit_seeds["audit-worker"], b"what was done"))
    with pytest.raises(BadKey):
        home.manifest.key_for("audit-desk", NOW)


def test_a_sealing_key_cannot_pass_for_a_signing_key_or_the_other_way_round(home: Installation) -> None:
    sealing, signing = home.manifest.entries[0], home.manifest.current("audit-desk", NOW)

    for wrong in ((sealing, signing.public_key), (signing, sealing.public_key)):
        with pytest.raises(BadKey):
            replace(wrong[0], public_key=wrong[1])


def test_who_was_let_go_stays_so_in_every_later_manifest(home: Installation) -> None:
    gone = new_private_key().public.id
    without = sign_manifest(home.manifest.entries, root_seed=home.root_seed, previous=home.manifest, removed=[gone])

    later = sign_manifest(without.entries, root_seed=home.root_seed, previous=without)

    assert later.removed == (gone,)
    with pytest.raises(BadKey):
        replace(later, removed=())


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_an_id_of_another_length_lets_nobody_go(home: Installation, length: int) -> None:
    with pytest.raises(BadKey):
        sign_manifest(
            home.manifest.entries, root_seed=home.root_seed, previous=home.manifest, removed=[b"\x01" * length]
        )


def test_a_process_that_slept_through_two_rotations_still_knows_later_from_earlier(home: Installation) -> None:
    second = sign_manifest(home.manifest.entries, root_seed=home.root_seed, previous=home.manifest)
    third = sign_manifest(home.manifest.entries, root_seed=home.root_seed, previous=second)
    fork = sign_manifest(home.manifest.entries, root_seed=home.root_seed, previous=home.manifest, removed=[bytes(16)])

    third.require_descends_from(home.manifest)
    for earlier in (fork, new_installation(NOW).manifest):
        with pytest.raises(BadKey):
            third.require_descends_from(earlier)


def test_a_wrap_moves_to_the_next_key_without_the_shred_key(
    private: PrivateKey, place: Context, shred_key: bytes
) -> None:
    later, seed = new_private_key(), new_private_key().seed
    wrapped = wrap_for_reader(seed, to=private.public, shred_key=shred_key, context=place)

    moved = rewrap_for_reader(wrapped, key=private, to=later.public, context=place)

    assert unwrap_for_reader(moved, key=later, shred_key=shred_key, context=place) == seed
    for key, shred in ((private, shred_key), (later, new_shred_key())):
        with pytest.raises(CannotOpen):
            unwrap_for_reader(moved, key=key, shred_key=shred, context=place)
