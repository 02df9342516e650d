"""Files and folders that are replaced as a whole, whoever is killed meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.files import clear_leftovers, is_full, leftovers, new_folder, write_whole
from tests.builders.runs import full_disk

WRITE = """
import os, sys
from pathlib import Path
from engine import files
def wait(descriptor):
    print("writing", flush=True)
    sys.stdin.read()
os.fsync = wait
if sys.argv[2] == "file":
    files.write_whole(Path(sys.argv[1]), b"new")
else:
    with files.new_folder(Path(sys.argv[1])) as folder:
        (folder / "a file").touch()
        wait(0)
"""
ROOT = Path(__file__).parent.parent.parent


@contextmanager
def writing(path: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """While a process is in the middle of writing `path`; it is killed at the end."""
    command = [sys.executable, "-c", WRITE, str(path), what]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_a_killed_process_left_is_told_from_what_is_being_written(tmp_path: Path, what: str) -> None:
    with writing(tmp_path / "it", what):
        assert leftovers(tmp_path) == []
        clear_leftovers(tmp_path)
        (unfinished,) = tmp_path.iterdir()
    assert leftovers(tmp_path) == [unfinished]
    clear_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_is_full_where_little_is_left_or_no_more_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_full(tmp_path) and not is_full(tmp_path / "none")
    with full_disk(20_000):
        assert is_full(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=20_000))
    assert is_full(tmp_path) and not list(tmp_path.iterdir())


def test_nothing_takes_the_place_of_a_pipe(tmp_path: Path) -> None:
    """You should find it as it was, with nothing beside it; but a link to it is replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="a pipe"):
        write_whole(pipe, b"new")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
    link = tmp_path / "link"
    link.symlink_to(pipe)
    write_whole(link, b"new")
    assert link.read_bytes() == b"new" and pipe.is_fifo()


def test_nothing_else_is_taken_for_left(tmp_path: Path) -> None:
    for name in (".hidden", "run.json", ".x.12.abc", "x.12.0123abcd"):
        (tmp_path / name).touch()
    os.mkfifo(tmp_path / ".pipe.12.0123abcd")
    (tmp_path / ".link.12.0123abcd").symlink_to(tmp_path / "run.json")
    assert [path.name for path in leftovers(tmp_path)] == [".pipe.12.0123abcd"]
    clear_leftovers(tmp_path)
    assert len(list(tmp_path.iterdir())) == 5


def test_a_file_is_on_the_disk_before_its_name_and_both_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        kind = "folder" if os.path.samestat(os.fstat(descriptor), tmp_path.stat()) else "file"
        synced.append((kind, (tmp_path / "it").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(tmp_path / "it", b"content")
    assert synced == [("file", False), ("folder", True)]


def test_a_folder_is_there_filled_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "a"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with new_folder(tmp_path / "a") as folder:
        (folder / "file").touch()
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a" / "file").exists()
    with pytest.raises(FileExistsError), new_folder(tmp_path / "a"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_taken_for_left_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = Path.mkdir, list[Path]()

    def make_and_clear(path: Path, mode: int = 0o777) -> None:
        make(path, mode)
        made.append(path)
        if len(made) == 1:
            clear_leftovers(tmp_path)

    monkeypatch.setattr(Path, "mkdir", make_and_clear)
    with new_folder(tmp_path / "run") as folder:
        (folder / "kept").touch()
    assert (tmp_path / "run" / "kept").exists() and len(made) == 2
