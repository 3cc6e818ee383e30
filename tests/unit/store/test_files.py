"""Small files: private, never half, and never written over by who only meant to make one."""

from __future__ import annotations

import multiprocessing
import resource
import stat

import pytest

from casework.store import files

OLD, LONG = b"what was there before", b"x" * 100_000


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_secret_is_never_written_over(tmp_path):
    path = tmp_path / "pepper-1.key"
    files.create(path, OLD, mode=0o400)

    with pytest.raises(FileExistsError):
        files.create(path, LONG)
    assert path.read_bytes() == OLD
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


@pytest.mark.parametrize("put", [files.create, files.replace])
def test_others_on_the_machine_cannot_read_what_is_written(tmp_path, put):
    put(tmp_path / "one", OLD)

    assert (tmp_path / "one").read_bytes() == OLD
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


def replace_on_a_full_disk(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(LONG) // 2, len(LONG)))
    try:
        files.replace(path, LONG)
    except OSError:
        return
    raise AssertionError("it was written")


def test_a_full_disk_leaves_what_was_there_and_no_half(tmp_path):
    files.replace(tmp_path / "manifest.json", OLD)
    child = multiprocessing.get_context("fork").Process(
        target=replace_on_a_full_disk, args=(tmp_path / "manifest.json",)
    )
    child.start()
    child.join(30)

    assert child.exitcode == 0
    assert (tmp_path / "manifest.json").read_bytes() == OLD
    assert names(tmp_path) == ["manifest.json"]


def replace_often(path, byte, start):
    start.wait(10)
    for _ in range(30):
        files.replace(path, byte * len(LONG))


def test_whoever_reads_while_several_write_finds_one_of_them_whole(tmp_path):
    path, fork = tmp_path / "manifest.json", multiprocessing.get_context("fork")
    files.replace(path, b"a" * len(LONG))
    start = fork.Event()
    writers = [fork.Process(target=replace_often, args=(path, byte, start)) for byte in (b"a", b"b", b"c")]
    for writer in writers:
        writer.start()

    start.set()
    seen = {path.read_bytes()}
    while any(writer.is_alive() for writer in writers):
        seen.add(path.read_bytes())
    for writer in writers:
        writer.join(30)

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert seen <= {byte * len(LONG) for byte in (b"a", b"b", b"c")}
    assert names(tmp_path) == ["manifest.json"]
