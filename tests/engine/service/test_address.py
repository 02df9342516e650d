"""Where the engine listens, and how it is found."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.home import Home
from engine.service.address import LONGEST_PATH, Address, AddressError
from tests.builders.locks import lease


@pytest.fixture
def deep_home(tmp_path: Path) -> Home:
    """A home whose path is too long for a socket."""
    return Home(tmp_path / ("d" * 90) / "home").prepare()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder in which a socket has room, wherever tests are kept."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def reach(address: Address) -> bytes:
    """What is heard of a listener by one who connects."""
    with address.listen() as listener, Address(address.home).connect(5) as caller:
        answering, _ = listener.accept()
        with answering:
            answering.sendall(b"here")
            return caller.recv(10)


def test_the_socket_is_in_the_home(home: Home) -> None:
    assert reach(Address(home)) == b"here"
    assert Address(home).socket_path() == home.path / "engine.sock"


def test_a_socket_left_by_a_dead_engine_is_replaced(home: Home) -> None:
    Address(home).listen().close()
    with pytest.raises(ConnectionRefusedError):
        Address(home).connect(1)
    assert reach(Address(home)) == b"here"


@pytest.mark.parametrize("runtime", [True, False])
def test_a_long_path_makes_the_socket_lie_elsewhere_for_its_owner_alone(
    deep_home: Home, short_folder: Path, monkeypatch: pytest.MonkeyPatch, runtime: bool
) -> None:
    (short_folder / "r").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder / "r") if runtime else "")
    monkeypatch.setattr("tempfile.tempdir", str(short_folder))
    address = Address(deep_home)
    assert reach(address) == b"here"
    path = Address(deep_home).socket_path()
    assert path.is_relative_to(short_folder / "r") == runtime
    assert len(str(path)) <= LONGEST_PATH
    assert path.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert Address(deep_home).socket_path() == path
    address.forget()
    assert not path.exists()


def test_a_home_made_anew_keeps_the_socket_of_its_new_engine(home: Home) -> None:
    old, new = Address(home), Address(home)
    with old.listen():
        shutil.rmtree(home.path)
        home.prepare()
        with new.listen():
            old.forget()
            Address(home).connect(5).close()


def test_a_folder_that_others_can_write_is_not_used(
    deep_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "shared"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    (tmp_path / "missing").write_text("not a folder")
    (tmp_path / "shared/mnist-tui").mkdir(parents=True)
    (tmp_path / "shared/mnist-tui").chmod(0o777)
    with pytest.raises(AddressError, match="Set MNIST_TUI_HOME to a shorter path"):
        Address(deep_home).listen()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"socket": 5}', '{"socket": "relative.sock"}', "[" * 9000, '{"pid": "' + "x" * 5000]
)
def test_a_garbled_address_stands_for_the_usual_place(home: Home, content: str) -> None:
    (home.path / "engine.address").write_text(content)
    assert Address(home).socket_path() == home.path / "engine.sock"
    assert Address(home).holder() == "process ? on ?"


def test_what_is_shown_of_the_holder_is_safe(home: Home) -> None:
    lease(home.path / "engine.lock", host="\x1b[2J" + "h" * 500)
    shown = Address(home).holder()
    assert shown.startswith("process 7 on ") and shown.isprintable() and len(shown) <= 80
