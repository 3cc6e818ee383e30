"""Secrets of the machine: read only when nobody else can, never written over, and the same from both providers."""

from __future__ import annotations

import pytest

from desk.keyring import KeyRing, SecretExposed, SecretMissing, SecretsReadOnly
from encryption.errors import BadKey
from encryption.keys import VerifyingKey, pepper_id
from recourse.key_providers import (
    Files,
    NoCredentials,
    SystemdCredentials,
    UnknownProvider,
    provider_of,
)
from recourse.settings import read_settings

FIRST, SECOND = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture
def files(tmp_path):
    provider = Files(tmp_path)
    provider.create("pepper-1", FIRST)
    return provider


@pytest.fixture
def credentials(tmp_path):
    """A folder as systemd.exec(5) describes it: one file a credential, for this unit alone to read."""
    for name, secret in {"recourse-pepper-1": FIRST, "recourse-pepper-2": SECOND, "other": FIRST}.items():
        (tmp_path / name).write_bytes(secret)
        (tmp_path / name).chmod(0o400)
    return SystemdCredentials(tmp_path)


def test_a_secret_is_private_from_the_start(files, tmp_path):
    assert files.read("pepper-1") == FIRST
    assert (tmp_path / "pepper-1.key").stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o444, 0o420, 0o402])
def test_a_secret_that_others_can_reach_is_not_used(files, tmp_path, mode):
    (tmp_path / "pepper-1.key").chmod(mode)

    with pytest.raises(SecretExposed):
        files.read("pepper-1")


def test_a_link_in_the_place_of_a_secret_is_not_followed(files, tmp_path):
    (tmp_path / "pepper-2.key").symlink_to(tmp_path / "pepper-1.key")

    with pytest.raises(SecretMissing):
        files.read("pepper-2")


def test_a_folder_in_the_place_of_a_secret_is_refused(files, tmp_path):
    (tmp_path / "pepper-2.key").mkdir(mode=0o700)

    with pytest.raises((SecretExposed, SecretMissing)):
        files.read("pepper-2")


def test_a_secret_is_never_written_over(files):
    with pytest.raises(FileExistsError):
        files.create("pepper-1", SECOND)
    assert files.read("pepper-1") == FIRST


def test_a_secret_that_was_cut_is_refused(tmp_path):
    Files(tmp_path).create("pepper-1", FIRST[:31])

    with pytest.raises(BadKey):
        KeyRing(Files(tmp_path)).pepper()


def test_the_newest_pepper_is_used_and_the_older_is_still_found(files):
    ring = KeyRing(files)

    assert ring.add("pepper", SECOND) == "pepper-2"

    assert ring.pepper() == SECOND
    assert ring.pepper_named(pepper_id(FIRST)) == FIRST
    assert ring.pepper_named("00000000") is None


def test_ten_comes_after_nine(files):
    ring = KeyRing(files)
    for number in range(2, 12):
        ring.add("pepper", bytes([number]) * 32)

    assert ring.pepper() == bytes([11]) * 32


def test_a_process_signs_with_the_key_that_was_signed_and_not_with_the_newest(files):
    ring = KeyRing(files)
    for secret in (FIRST, SECOND):
        ring.add("audit-desk", secret)

    assert ring.audit_seed("audit-desk", VerifyingKey.of_seed(FIRST)) == FIRST
    assert ring.unsigned("audit-desk", (VerifyingKey.of_seed(FIRST),)) == VerifyingKey.of_seed(SECOND)
    assert ring.unsigned("audit-desk", (VerifyingKey.of_seed(SECOND),)) is None
    with pytest.raises(SecretMissing):
        ring.audit_seed("audit-worker", VerifyingKey.of_seed(FIRST))


def test_credentials_of_systemd_give_the_same_as_files(credentials):
    ring = KeyRing(credentials)

    assert credentials.names() == ("pepper-1", "pepper-2")
    assert ring.pepper() == SECOND
    assert ring.pepper_named(pepper_id(FIRST)) == FIRST


def test_credentials_are_made_outside(credentials):
    with pytest.raises(SecretsReadOnly):
        KeyRing(credentials).add("pepper", SECOND)


def test_a_missing_secret_stops_the_process(tmp_path):
    with pytest.raises(SecretMissing):
        KeyRing(Files(tmp_path)).pepper()


def test_a_ring_shows_no_secret(files):
    assert repr(KeyRing(files)) == "KeyRing(hidden)"


def test_the_setting_chooses_the_provider(tmp_path, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    assert isinstance(provider_of(read_settings(environment={}, home=tmp_path)), Files)
    with pytest.raises(NoCredentials):
        provider_of(read_settings(environment={"RECOURSE_KEY_PROVIDER": "systemd"}, home=tmp_path))
    with pytest.raises(UnknownProvider):
        provider_of(read_settings(environment={"RECOURSE_KEY_PROVIDER": "drawer"}, home=tmp_path))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    systemd = read_settings(environment={"RECOURSE_KEY_PROVIDER": "systemd"}, home=tmp_path)
    assert isinstance(provider_of(systemd), SystemdCredentials)
