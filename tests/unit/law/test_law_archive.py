"""Each version of the law that a home has used can be read again, and nothing else can be passed off as one."""

from __future__ import annotations

import os
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from casework.errors import AskAgain, RefuseToStart, Tampered
from casework.lawfiles import read_texts, version_of
from recourse.cli import app
from recourse.law_archive import keep, law_as_of, texts_of, versions

FACTS = "today: 2026-11-22\nfacts:\n  person: {country: GB}\n  acts: [shared]\n  places: [{platform: x}]\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def old(home: Path, copy: Path, edit) -> str:
    """A version before this one, kept by the home that used it."""
    edit("rights.yml", "title: To have it erased", "title: To have it forgotten")
    return keep(home, copy)


def test_a_version_is_kept_as_it_was_and_read_again(home: Path, old: str, copy: Path) -> None:
    assert old != version_of(read_texts())
    assert texts_of(home, old) == read_texts(copy)
    assert law_as_of(home, old).rights["gdpr-17"].title == "To have it forgotten"
    assert law_as_of(home, old).version == old


def test_keeping_again_leaves_the_file_as_it_is(home: Path, old: str, copy: Path) -> None:
    (kept,) = versions(home)
    os.utime(kept.path, (0, 0))

    keep(home, copy)

    assert kept.path.stat().st_mtime == 0
    assert [each.version for each in versions(home)] == [old]


def test_the_same_law_gives_the_same_bytes_in_every_home(home: Path, old: str, copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    keep(other, copy)

    assert versions(home)[0].path.read_bytes() == versions(other)[0].path.read_bytes()


def test_others_may_read_a_law_and_nothing_else_lies_beside_it(home: Path, old: str) -> None:
    (path,) = (home / "law").iterdir()

    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == set(read_texts())


def test_processes_that_start_together_leave_one_whole_file(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(keep, [home] * 16))

    assert [path.suffix for path in (home / "law").iterdir()] == [".zip"]
    assert kept == {version_of(texts_of(home, version)) for version in kept}


def test_a_file_whose_hash_does_not_fit_is_refused(home: Path, old: str) -> None:
    (kept,) = versions(home)
    with zipfile.ZipFile(kept.path, "a") as archive:
        archive.writestr("zz.yml", "names: {}")

    with pytest.raises(Tampered, match="not the law"):
        texts_of(home, old)


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 half of one"])
def test_a_file_that_is_no_archive_is_refused(home: Path, old: str, content: bytes) -> None:
    versions(home)[0].path.write_bytes(content)

    with pytest.raises(Tampered):
        texts_of(home, old)


def test_a_file_that_would_fill_the_memory_is_refused_unread(home: Path, old: str) -> None:
    with zipfile.ZipFile(versions(home)[0].path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yml", b"0" * 30_000_000)

    with pytest.raises(Tampered, match="larger"):
        texts_of(home, old)


@pytest.mark.parametrize("version", ["sha256:0123456789abcdef", "0123456789abcdef"])
def test_a_version_that_was_never_used_here_is_said_so(home: Path, version: str) -> None:
    with pytest.raises(AskAgain, match="never used"):
        texts_of(home, version)


@pytest.mark.parametrize("version", ["", "latest", "../../etc/passwd", "sha256:0123456789ABCDEF", "sha256:01"])
def test_what_is_no_version_opens_no_file(home: Path, version: str) -> None:
    with pytest.raises(AskAgain, match="16 characters"):
        texts_of(home, version)


def test_the_law_of_this_release_needs_no_archive(home: Path) -> None:
    assert texts_of(home, version_of(read_texts())) == read_texts()


def test_a_home_that_cannot_be_written_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "law").write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(RefuseToStart):
        keep(tmp_path)


def test_the_command_lists_the_versions_and_marks_this_one(home: Path, old: str) -> None:
    keep(home)

    done = CliRunner().invoke(app, ["law", "versions", "--home", str(home)])

    assert done.exit_code == 0
    assert old in done.output
    assert [line for line in done.output.splitlines() if version_of(read_texts()) in line and "this release" in line]


def test_a_row_is_shown_as_it_stood(home: Path, old: str) -> None:
    def shown(*more: str) -> str:
        return CliRunner().invoke(app, ["law", "show", "gdpr-17", "--home", str(home), *more]).output

    assert "To have it forgotten" in shown("--version", old)
    assert "To have it forgotten" not in shown()


def test_a_plan_is_made_by_the_law_as_it_stood(home: Path, old: str, tmp_path: Path) -> None:
    (tmp_path / "facts.yml").write_text(FACTS, encoding="utf-8")
    command = ["plan", str(tmp_path / "facts.yml"), "--json", "--home", str(home)]

    assert f'"law_version": "{old}"' in CliRunner().invoke(app, [*command, "--law", old]).output
    assert f'"law_version": "{old}"' not in CliRunner().invoke(app, command).output
