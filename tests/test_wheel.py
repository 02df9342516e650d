"""A wheel built from the tree, installed elsewhere, works without the tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_a_wheel_holds_the_packages_and_the_assets_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"engine", "tui", "assets"}
    assert {
        "assets/strokes.json",
        "assets/presets.toml",
        "assets/lessons/02-depth.toml",
        "tui/console/app.tcss",
    } <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_installed_program_trains_far_from_the_tree(wheel: Path, tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "MNIST_TUI_HOME": str(home),
        "MNIST_TUI_OFFLINE": "1",
        "MNIST_TUI_DATA": str(tmp_path / "nowhere"),
    }
    entry = "import sys; from tui.cli.main import main; sys.argv[0] = 'mnist-tui'; main()"

    def program(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", entry, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)

    trained = program("train", "shallow", "epochs=1", "train_size=2000", "--quiet")
    assert trained.returncode == 0, trained.stderr
    assert "synthetic" in trained.stdout + trained.stderr
    shown = program("runs", "show", "last", "--json")
    assert shown.returncode == 0, shown.stderr
    assert [run.name for run in (home / "runs").iterdir()] == [json.loads(shown.stdout)["id"]]
