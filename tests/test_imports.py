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
FIRST_SCREEN = "import tui.cli.entry; from tui.console.launch import import_asyncio; import_asyncio()"
HEAVY = ("torch", "torchvision", "textual", "plotext")
WITH_TORCH = {
    "diagnostics.reference_loop", "diagnostics.training_bench", "export.weights",
    "training.augmentation", "training.autograd", "training.batch_buffers", "training.batch_metrics",
    "training.checkpoint",
    "training.closed_form", "training.compiled_steps", "training.cuda_graph", "training.early_stopping",
    "training.devices", "training.evaluation", "training.l2_penalty",
    "training.ladder", "training.layer_statistics", "training.network", "training.optimisers", "training.pixel_order",
    "training.products",
    "training.proof", "training.stack", "training.stacked_steps", "training.trainer",
}  # fmt: skip


# What a folder may import, besides itself; `engine` and `tui` stand for the modules that lie loose in them. Each folder
# imports only what is above it, so that there is no way round; the console may import all of the engine.
MAY_IMPORT = {
    "engine": (),
    "engine.config": ("engine",),
    "engine.handwriting": ("engine", "engine.config"),
    "engine.runs": ("engine", "engine.config"),
    "engine.datasets": ("engine", "engine.config", "engine.runs"),
    "engine.query": ("engine", "engine.config", "engine.runs"),
    "engine.comparison": ("engine", "engine.config", "engine.runs", "engine.datasets", "engine.query"),
    "engine.sweeps": ("engine", "engine.config", "engine.runs", "engine.datasets", "engine.query", "engine.comparison"),
    "engine.lessons": (
        "engine",
        "engine.config",
        "engine.runs",
        "engine.datasets",
        "engine.comparison",
        "engine.sweeps",
    ),
    "engine.training": ("engine", "engine.config", "engine.runs", "engine.datasets"),
    "engine.export": ("engine", "engine.config", "engine.runs", "engine.datasets", "engine.training"),
    "engine.service": (
        "engine",
        "engine.config",
        "engine.runs",
        "engine.datasets",
        "engine.comparison",
        "engine.sweeps",
        "engine.training",
    ),
    "engine.inference": (
        "engine",
        "engine.config",
        "engine.runs",
        "engine.datasets",
        "engine.comparison",
        "engine.training",
        "engine.service",
    ),
    "engine.cluster": (
        "engine",
        "engine.config",
        "engine.runs",
        "engine.datasets",
        "engine.sweeps",
        "engine.training",
        "engine.service",
    ),
    "engine.diagnostics": (
        "engine",
        "engine.config",
        "engine.runs",
        "engine.datasets",
        "engine.training",
        "engine.service",
    ),
    "tui": (),
    "tui.drawing": (),
    "tui.driver": ("tui.drawing",),
    "tui.widgets": ("tui.drawing",),
    "tui.charts": ("tui.drawing", "tui.widgets"),
    "tui.workers": ("tui",),
    "tui.dialogs": ("tui.drawing", "tui.widgets", "tui.workers"),
    "tui.panes": ("tui.drawing", "tui.widgets", "tui.charts", "tui.workers", "tui.dialogs"),
    "tui.screens": ("tui.drawing", "tui.widgets", "tui.charts", "tui.workers", "tui.dialogs", "tui.panes"),
    "tui.console": ("tui", "tui.drawing", "tui.driver", "tui.widgets", "tui.workers", "tui.dialogs", "tui.screens"),
    "tui.tools": ("tui.drawing", "tui.driver", "tui.panes", "tui.console"),
    "tui.cli": ("tui", "tui.drawing", "tui.console", "tui.tools"),
}
LONGEST_MODULE = 330
MOST_LOOSE = {"engine": 12, "tui": 8}


def loaded_by(code: str, *arguments: str, whole: bool = False) -> set[str]:
    """The top-level modules, or the `whole` names of all, that are loaded once `code` has run in a new interpreter."""
    report = "import atexit, sys; atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n"
    command = [sys.executable, "-c", report + code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = done.stdout.splitlines()[-1].split()
    return set(names) if whole else {name.partition(".")[0] for name in names}


def imports_of(path: Path) -> Iterator[str]:
    """What a source names in any import, top-level or not: modules, and names with the module they are of."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def folder_of(name: str) -> str:
    """The folder that a module, or a name in one, belongs to."""
    first, _, rest = name.partition(".")
    second = rest.partition(".")[0]
    return f"{first}.{second}" if second and (ROOT / first / second).is_dir() else first


def test_every_folder_imports_only_what_it_may() -> None:
    wrong = []
    for path in [path for top in MOST_LOOSE for path in (ROOT / top).rglob("*.py")]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module == "tui.__main__":
            continue
        own = folder_of(module)
        for name in imports_of(path):
            folder = folder_of(name)
            ours = folder.partition(".")[0] in MOST_LOOSE
            down = own.startswith("tui") and folder.startswith("engine")
            if ours and not down and folder != own and folder not in MAY_IMPORT[own]:
                wrong.append(f"{module}: {name}")
    assert not wrong


def test_what_a_folder_may_import_is_above_it_and_no_folder_is_left_out() -> None:
    folders = list(MAY_IMPORT)
    for place, allowed in enumerate(MAY_IMPORT.values()):
        assert set(allowed) <= set(folders[:place]), folders[place]
    found = {f"{top}.{path.parent.name}" for top in MOST_LOOSE for path in (ROOT / top).glob("*/__init__.py")}
    assert found == set(folders) - set(MOST_LOOSE)


@pytest.mark.parametrize("top", MOST_LOOSE)
def test_few_modules_lie_loose_and_each_folder_says_in_one_sentence_what_lives_there(top: str) -> None:
    loose = [path.name for path in (ROOT / top).glob("*.py") if path.name != "__init__.py"]
    assert 0 < len(loose) <= MOST_LOOSE[top]
    for path in (ROOT / top).rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert said.endswith(".") and said.count(". ") == said.count("\n") == 0, path


def test_every_module_can_be_read_in_one_go() -> None:
    modules = [path for top in MOST_LOOSE for path in (ROOT / top).rglob("*.py")]
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in modules
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


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


def test_the_first_screen_loads_nothing_that_only_runs_and_dialogs_need() -> None:
    loaded = loaded_by(f"{FIRST_SCREEN}; import tui.console.console", whole=True)
    assert "tui.screens.main" in loaded
    later = (
        "engine.config.differences", "engine.runs.events", "engine.runs.groups", "engine.runs.metrics",
        "engine.runs.directory", "engine.service.client", "engine.training", "engine.query", "engine.sweeps",
        "tui.panes.digits.loader", "tui.panes.model.sweep_plan", "tui.panes.run.observation",
        "tui.panes.run.view", "tui.workers.messages",
        "numpy", "click", "ssl", "tui.cli.main",
        "tui.screens.comparing", "tui.screens.device_watch", "tui.screens.draw_watch", "tui.screens.editing",
        "tui.screens.learn_watch", "tui.screens.network_watch", "tui.screens.sweep_watch",
    )  # fmt: skip
    assert {name for name in loaded if name.startswith((*later, "tui.dialogs."))} == set()


def test_a_program_that_begins_has_read_no_presets() -> None:
    loaded = loaded_by("import tui.cli.entry", whole=True)
    assert loaded.isdisjoint({"engine.config.run_config", "engine.service.device_choice", "tomllib"})


def test_openssl_can_be_had_where_the_console_has_begun_without_it() -> None:
    code = f"{FIRST_SCREEN}; import ssl, urllib.request; urllib.request.HTTPSHandler(); ssl.create_default_context()"
    assert "ssl" in loaded_by(code)


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
