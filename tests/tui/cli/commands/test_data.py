"""`mnist-tui data` says what is there, fetches what is not, and fails in a line or two."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tui
from engine.datasets import catalogue, mirrors
from engine.home import Home
from tests.builders.mirror import FILES, Answer, Mirror, Toy
from tests.conftest import settle
from tui.cli.commands.data import data
from tui.exit_codes import explain

ROOT = Path(tui.__file__).parent.parent


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("MNIST_TUI_DATA", "MNIST_TUI_MIRROR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def mirror(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A server that has a small data set, which goes by the name of mnist."""
    toy = Toy.make()
    monkeypatch.delenv("MNIST_TUI_OFFLINE")
    monkeypatch.setitem(catalogue.SPECS, "mnist", toy.spec)
    with Mirror(toy.archives) as mirror:
        monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source(mirror.url))
        yield mirror


def ask(home: Home, *words: str) -> Result:
    """Run the command in this process; its status is `return_value` or, for an error, what the program makes of it."""
    result = CliRunner().invoke(data, words, obj=home, standalone_mode=False)
    if isinstance(result.exception, Exception):
        result.return_value = explain(result.exception)
    return result


def program(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [sys.executable, "-m", "tui", "data", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_an_empty_home_is_listed_with_what_to_do(home: Home) -> None:
    done = program()
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("mnist", "fashion-mnist", "kmnist", "synthetic"):
        assert any(line.split()[:2] == [name, "absent"] for line in done.stdout.splitlines())
    assert "mnist-tui data fetch mnist|fashion-mnist|kmnist|synthetic" in done.stdout


def test_json_holds_every_data_set(home: Home) -> None:
    for words in (["--json"], ["list", "--json"]):
        listed = json.loads(program(*words).stdout)
        assert [(held["name"], held["state"], held["bytes"]) for held in listed] == [
            (name, "absent", 0) for name in ("mnist", "fashion-mnist", "kmnist", "synthetic")
        ]


def test_a_data_set_is_fetched_and_listed(home: Home, mirror: Mirror) -> None:
    done = ask(home, "fetch", "mnist")
    assert done.return_value == 0
    assert done.stdout == f"mnist: {home.data / 'MNIST' / 'raw'} (0.0 MB, checked)\n"
    assert f"MNIST: {FILES[0]}.gz ..." in done.stderr
    listed = json.loads(ask(home, "--json").stdout)[0]
    assert (listed["state"], listed["faults"], len(listed["fingerprint"])) == ("present", [], 12)
    assert ask(home, "where", "mnist").stdout == f"{home.data / 'MNIST' / 'raw'}\n"
    mirror.requests.clear()
    assert ask(home, "fetch", "MNIST").return_value == 0 and not mirror.requests


def test_a_mirror_can_be_named(home: Home, mirror: Mirror) -> None:
    with Mirror({f"MNIST/raw{path}": content for path, content in mirror.files.items()}) as own:
        assert ask(home, "fetch", "mnist", "--mirror", own.url).return_value == 0
    assert not mirror.requests


def test_damage_and_what_is_missing_are_named(home: Home, mirror: Mirror) -> None:
    ask(home, "fetch", "mnist")
    raw = home.data / "MNIST" / "raw"
    (raw / FILES[0]).write_bytes(b"torn")
    shown = ask(home).stdout
    assert f"{raw / FILES[0]} is damaged: it is 4 bytes long" in shown
    assert json.loads(ask(home, "list", "--json").stdout)[0]["state"] == "damaged"
    (raw / FILES[0]).unlink()
    assert f"{home.data} has MNIST/raw/{FILES[0]}.gz, to be used at the next run" in ask(home, "list").stdout
    (raw / f"{FILES[0]}.gz").unlink()
    assert f"{raw / FILES[0]} is missing" in ask(home, "list").stdout
    assert ask(home, "fetch", "mnist").return_value == 0
    assert ask(home, "where", "mnist").return_value == 0


def test_a_fetch_that_fails_says_so(home: Home, mirror: Mirror, capsys: pytest.CaptureFixture[str]) -> None:
    mirror.answers = [Answer(status=404)]
    assert ask(home, "fetch", "mnist").return_value == 1
    told = capsys.readouterr().err
    assert "HTTP status 404" in told and FILES[0] in told and len(told.splitlines()) == 2


def test_without_network_the_error_is_short_and_says_what_to_do(home: Home) -> None:
    done = program("fetch", "kmnist")
    assert (done.returncode, done.stdout) == (1, "")
    assert "KMNIST could not be fetched: downloads are switched off" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 2


def test_synthetic_digits_can_be_drawn_beforehand(home: Home) -> None:
    done = program("fetch", "synthetic")
    assert done.returncode == 0 and "synthetic/raw (55.0 MB, checked)" in done.stdout
    assert program("where", "synthetic").stdout == f"{home.data / 'synthetic' / 'raw'}\n"


def test_synthetic_digits_that_cannot_be_kept_are_an_error(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalogue.SPECS, "synthetic", Toy.make(name="synthetic", folder="synthetic").spec)
    (home.data / "synthetic").write_text("in the way")
    done = ask(home, "fetch", "synthetic")
    assert done.return_value == 1 and "cannot be written" in done.stderr


def test_where_tells_the_folders_in_order(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA", str(tmp_path / "theirs"))
    assert ask(home, "where").stdout == f"{tmp_path / 'theirs'}\n{home.data}\n"
    done = ask(home, "where", "kmnist")
    assert done.return_value == 1 and "mnist-tui data fetch kmnist" in done.stderr and not done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["fetch"],
        ["fetch", "cifar"],
        ["fetch", "mnist", "--mirror", "ftp://example.org"],
        ["fetch", "mnist", "--mirror", "[red]\x1b[31m"],
        ["fetch", "synthetic", "--mirror", "http://example.org"],
        ["--json", "where"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_told_as_such(home: Home, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, *words).return_value == 2
    told = capsys.readouterr().err
    assert told.startswith("mnist-tui: ") and "\x1b" not in told


def size(path: Path) -> int | None:
    """Bytes of a file that may go at any moment."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def test_control_c_keeps_what_has_come(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_OFFLINE")
    part = home.data / "KMNIST" / "raw" / f"{FILES[0]}.gz.part"
    with Mirror({f"{FILES[0]}.gz": bytes(5_000)}) as mirror:
        mirror.answers = [Answer(status=404), Answer(send=1_000, hang=True)]
        fetching = subprocess.Popen(
            [sys.executable, "-m", "tui", "data", "fetch", "kmnist", "--mirror", mirror.url],
            cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        settle(lambda: fetching.poll() is not None or size(part) == 1_000, 90)
        fetching.send_signal(signal.SIGINT)
        output, told = fetching.communicate(timeout=120)
    assert (fetching.returncode, output) == (130, "")
    assert "interrupted; what has come is kept" in told and "Traceback" not in told
    assert part.stat().st_size == 1_000
