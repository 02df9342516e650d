"""What every test starts from: a home of its own, and nothing of the user's terminal."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from engine.datasets import load
from engine.home import Home
from tests import idle, parsed_styles

# How long an example takes to be drawn says how busy the machine is.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
# It draws constants of the modules that are loaded too, which are others after other tests: so were the examples.
if hasattr(providers, "_get_local_constants"):
    setattr(providers, "_get_local_constants", lambda: providers._local_constants)  # noqa: B010

# Programs that tests start are to start as quickly as those that are installed, which are compiled once.
for variable in ("PYTHONDONTWRITEBYTECODE", "NO_COLOR", "TEXTUAL_THEME", "COLUMNS", "LINES", "MNIST_TUI_HOME"):
    os.environ.pop(variable, None)
# Tests run in as many processes as there are cores: a second thread of PyTorch would wait for a core most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")
idle.install()
parsed_styles.install()
# A program started in the background of a shell ignores Control-C, and so would those that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Hide every card, from the programs that tests start too, unless it is the cards that are tested."""
    if config.option.markexpr != "gpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, one after the other in one process: they share a cluster."""
    items.sort(key=lambda item: "test_on_ray" not in item.nodeid)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, which programs started by the test use too."""
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home").prepare()


@pytest.fixture(scope="session")
def drawn_digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the synthetic digits, drawn once for all tests in all processes."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = Home(shared / "drawn").prepare()
    with (shared / "drawn.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load("synthetic", home)
    return home.data / "synthetic"


@pytest.fixture
def stocked_home(home: Home, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that has the synthetic digits, and a program that finds no others and no network."""
    monkeypatch.delenv("MNIST_TUI_DATA", raising=False)
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    (home.data / "synthetic").symlink_to(drawn_digits)
    return home


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of real MNIST, in torchvision's layout; the test is skipped where there is none."""
    folder = Path(os.environ.get("MNIST_TUI_DATA", ""))
    if not (folder / "MNIST/raw/train-images-idx3-ubyte").exists():
        pytest.skip("MNIST is not in $MNIST_TUI_DATA")
    return folder


def settle(condition: Callable[[], object], seconds: float = 120, every: float = 0.01) -> None:
    """Wait until `condition` holds, and look `every` so many seconds; fail when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(every)
