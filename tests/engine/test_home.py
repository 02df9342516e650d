"""Where everything is kept, and for whom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.home import Home, HomeError
from engine.service.log_file import open_log, redirect_stdio, trim


@pytest.fixture(params=[0o022, 0o002, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_data_can_be_reached_by_others_as_the_umask_says_and_runs_cannot(tmp_path: Path, umask: int) -> None:
    home = Home(tmp_path / "new" / "home").prepare()
    assert mode(home.path) == 0o711 & ~umask
    assert mode(home.data) == 0o777 & ~umask
    assert mode(home.runs) == 0o700


def test_a_home_of_somebody_else_is_refused_with_the_remedy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: home.path.stat().st_uid + 54_321)
    with pytest.raises(HomeError, match=r"home belongs to \w+\.\nSet MNIST_TUI_HOME to a folder of your own"):
        home.prepare()


@pytest.mark.parametrize("folder", ["path", "runs"])
def test_a_home_that_others_can_write_to_is_narrowed_with_a_notice(
    home: Home, caplog: pytest.LogCaptureFixture, folder: str
) -> None:
    narrowed = getattr(home, folder)
    narrowed.chmod(0o777)
    home.prepare()
    assert mode(narrowed) == 0o755
    assert [record.getMessage() for record in caplog.records] == [
        f"{narrowed} could be written to by others; that has been taken away"
    ]
    home.prepare()
    assert len(caplog.records) == 1


def test_the_way_to_a_home_and_its_data_may_be_links(tmp_path: Path) -> None:
    (tmp_path / "disk" / "home").mkdir(parents=True)
    (tmp_path / "shared").mkdir(mode=0o555)
    (tmp_path / "disk" / "home" / "data").symlink_to(tmp_path / "shared")
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "home")
    assert Home(tmp_path / "link").prepare().runs.is_dir()


def test_a_log_that_is_a_link_is_not_followed(home: Home, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine\n" * (1 << 18))
    log = home.path / "engine.log"
    log.symlink_to(victim)
    for write in (open_log, redirect_stdio):
        with pytest.raises(OSError):
            write(log)
    trim(log)
    assert victim.stat().st_size == 5 << 18
    log.unlink()
    open_log(log).close()
    assert mode(log) == 0o600
