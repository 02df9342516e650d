"""Taking runs and comparisons out of the console, into files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.files import SPECIAL, is_special, write_whole
from engine.home import Home
from engine.service.subprocesses import environment, module
from engine.text import clean
from tui.exit_codes import NAME

if TYPE_CHECKING:
    from engine.comparison.judgement import Judgement
    from engine.comparison.table import Comparison, Setting
    from engine.sweeps.pivot import Pivot

TIMEOUT = 600.0
LONGEST_PATH = 4096


@dataclass(frozen=True)
class Format:
    """A format to choose, and what it is in a few words. Its file ends in `suffix`; several files go into a folder,
    which is called `folder` unless somebody wants another."""

    name: str
    about: str
    suffix: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Export:
    """What somebody wants written, and where; with `force` over what is there."""

    format: str
    path: Path
    force: bool = False


MARKDOWN, CSV, STEPS, JSON = "markdown", "csv", "steps", "json"
OF_RUNS = (
    Format(MARKDOWN, "a report to read", ".md"),
    Format(CSV, "a table with a row an epoch", ".csv"),
    Format(STEPS, "a CSV table of batches, several rows a second", ".csv"),
    Format(JSON, "everything that is known", ".json"),
    Format("tensorboard", "event files, for tensorboard --logdir", folder="logs"),
    Format("weights", "the state_dict of the last checkpoint", ".pt"),
    Format("script", "a PyTorch script that trains the run again", ".py"),
)
OF_COMPARISON = (
    Format(MARKDOWN, "tables and notes to read", ".md"),
    Format(CSV, "a table with a row a line", ".csv"),
    Format(JSON, "everything that is compared", ".json"),
)

OF_SWEEP = (
    Format(CSV, "means and deviations, a row a value", ".csv"),
    Format(MARKDOWN, "a table to read, the best bold", ".md"),
    Format("latex", "a tabular of the package booktabs", ".tex"),
)


def formats_of_runs(count: int) -> tuple[Format, ...]:
    """What so many runs can be taken elsewhere as: several of them are one table, or files in a folder."""
    if count == 1:
        return OF_RUNS
    return tuple(
        form if form.folder or form.suffix == ".csv" else Format(form.name, form.about, folder=f"runs-{form.name}")
        for form in OF_RUNS
    )


def seen_from(folder: Path, text: str) -> Path:
    """The path that `text` names in `folder`, whatever is there. Raises UserError for what can be none."""
    if not text.strip():
        raise UserError("say where to")
    try:
        path = folder / Path(text.strip()).expanduser()
        if b"\0" not in os.fsencode(path):
            return path
    except (RuntimeError, ValueError):
        pass
    raise UserError("there can be no such path")


def target(folder: Path, text: str, form: Format, stem: str) -> Path:
    """The file or folder to write, as `text` names it; in a folder, a file is called `stem`.

    Raises UserError where it cannot be written."""
    path = seen_from(folder, text)
    if form.folder and not path.is_dir() and is_there(path):
        raise UserError("that is a file; a folder is needed")
    if is_special(path):
        raise UserError(f"that is {SPECIAL}; name a file")
    if not form.folder and (path.is_dir() or text.rstrip().endswith("/")):
        return path / f"{stem}{form.suffix}"
    return path


def is_there(path: Path) -> bool:
    """Whether there is anything at `path` that can be seen."""
    try:
        return path.exists()
    except OSError:
        return False


class Exporter:
    """Writes runs of a home by the command line, in processes of their own: this one never loads PyTorch."""

    def __init__(self, home: Home, timeout: float = TIMEOUT) -> None:
        self._home = home
        self._timeout = timeout
        self._turn = Lock()
        self._ended = False
        self._children: set[subprocess.Popen[str]] = set()

    def export(self, ids: Sequence[str], request: Export) -> str:
        """Write runs and say where, in a sentence. Waits for it; raises UserError."""
        child = self._start(ids, request)
        try:
            output, errors = child.communicate(timeout=self._timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise UserError(f"the export was given up after {self._timeout:g} s") from None
        finally:
            with self._turn:
                self._children.discard(child)
        if child.returncode:
            raise UserError(_complaint(errors) or "the export was ended before it was done")
        return _wrote([clean(line, LONGEST_PATH) for line in output.splitlines()])

    def end(self) -> None:
        """End what is being written; from now on nothing more is."""
        with self._turn:
            self._ended = True
            for child in self._children:
                child.kill()

    def _start(self, ids: Sequence[str], request: Export) -> subprocess.Popen[str]:
        form = ["--format", CSV, "--steps"] if request.format == STEPS else ["--format", request.format]
        command = [*module("tui"), "runs", "export", *ids, *form, f"--output={request.path}"]
        given = {**environment(), "MNIST_TUI_HOME": str(self._home.path.absolute()), "PYTHONUTF8": "1"}
        with self._turn:
            if self._ended:
                raise UserError("the console is being left")
            try:
                child = subprocess.Popen(
                    [*command, "--force"] if request.force else command,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    cwd="/", env=given, encoding="utf-8", errors="replace",
                )  # fmt: skip
            except OSError as error:
                raise UserError(f"the export cannot be started: {error.strerror or error}") from None
            self._children.add(child)
        return child


def write_comparison(
    request: Export,
    comparison: Comparison,
    settings: Iterable[Setting],
    judgement: Judgement,
) -> str:
    """Write a comparison and say where, in a sentence. Raises UserError."""
    return _write(request, lambda: _comparison_text(request.format, comparison, settings, judgement))


def write_pivot(request: Export, table: Pivot) -> str:
    """Write the pivot of a sweep and say where, in a sentence. Raises UserError."""
    from engine.sweeps.pivot import FORMATS

    return _write(request, lambda: FORMATS[request.format](table))


def _write(request: Export, text: Callable[[], str]) -> str:
    if is_there(request.path) and not request.force:
        raise UserError(f"{request.path} exists already")
    content = text().encode()
    try:
        request.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(request.path, content)
    except OSError as error:
        raise UserError(f"{request.path} cannot be written: {error.strerror or error}") from None
    return _wrote([clean(str(request.path), LONGEST_PATH)])


def _comparison_text(name: str, comparison: Comparison, settings: Iterable[Setting], judgement: Judgement) -> str:
    import json

    from engine.comparison import formats as comparison_text

    verdicts, disagreement = judgement.verdicts, judgement.disagreement

    if name == MARKDOWN:
        return comparison_text.to_markdown(comparison, settings, verdicts, disagreement)
    if name == CSV:
        return comparison_text.to_csv(comparison, settings)
    values = comparison_text.to_json(comparison, verdicts, disagreement)
    return json.dumps(values, indent=2, allow_nan=False) + "\n"


def _wrote(paths: Sequence[str]) -> str:
    others = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return f"Wrote {paths[0]}{others}" if paths else "Wrote nothing"


def _complaint(errors: str) -> str:
    """What the command line said, without its name before it."""
    lines = [clean(line.removeprefix(f"{NAME}: "), 300) for line in errors.splitlines()[-2:]]
    return ". ".join(filter(None, lines))
