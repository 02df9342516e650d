"""Which way imports point, and what is not loaded before it is needed, each proven in a fresh interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.home import Home

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "torchvision", "textual", "plotext")
WITH_TORCH = {
    "diagnostics.reference_loop", "diagnostics.training_bench", "export.weights", "service.device_stats",
    "training.autograd", "training.batch_buffers", "training.batch_metrics", "training.checkpoint",
    "training.closed_form", "training.cuda_graph", "training.devices", "training.evaluation", "training.l2_penalty",
    "training.ladder", "training.network", "training.optimisers", "training.pixel_order", "training.proof",
    "training.trainer",
}  # fmt: skip


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The top-level modules that are loaded once `code` has run in a new interpreter."""
    report = "import atexit, sys; atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n"
    command = [sys.executable, "-c", report + code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def imports_of(path: Path) -> Iterator[str]:
    """The modules that a source names in any import, top-level or not."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_engine_loads_torch_only_where_it_trains() -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "engine").rglob("*.py")]
    modules = [name for name in names if name.removeprefix("engine.") not in WITH_TORCH]
    assert {
        "engine.config.run_config",
        "engine.runs.directory",
        "engine.training.trainer_thread",
        "engine.datasets.loading",
    } <= set(modules)
    assert loaded_by("import " + ", ".join(modules)) & {*HEAVY, "rich"} == set()


def test_the_probe_sees_what_is_loaded() -> None:
    assert "rich" in loaded_by("import rich.text")


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["runs", "list"], ["runs", "--help"], ["train", "--help"]]
)
def test_quick_commands_load_neither_torch_nor_textual(words: list[str], home: Home) -> None:
    loaded = loaded_by("from tui.cli.main import main; main()", *words)
    assert "click" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_neither_numpy_nor_rich(words: list[str], home: Home) -> None:
    assert loaded_by("from tui.cli.main import main; main()", *words).isdisjoint({"numpy", "rich"})


def test_the_engine_never_imports_the_console() -> None:
    sources = list((ROOT / "engine").rglob("*.py"))
    assert len(sources) > 20
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources
        for name in imports_of(path)
        if name.partition(".")[0] in ("tui", "textual", "rich", "click", "plotext")
    ]
    assert not wrong


def test_the_console_never_imports_torch() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "tui").rglob("*.py")
        for name in imports_of(path)
        if name.partition(".")[0] in ("torch", "torchvision")
    ]
    assert not wrong
