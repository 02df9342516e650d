"""The formats a run is exported in, and where the files go."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ExportError
from engine.export.csv_tables import epochs_csv, steps_csv
from engine.export.json_document import json_text
from engine.export.report import report
from engine.export.script import script
from engine.export.tensorboard import check_installed, write_event_file
from engine.files import write_whole
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot

Render = Callable[[Sequence[RunSnapshot]], str]
EVENT_FILES = "events.out.tfevents.*"


@dataclass(frozen=True)
class Format:
    """A format: what its files end in, and how the text of runs is made, if it is one. `joins`: one file takes them
    all; `prints`: their texts may follow each other."""

    suffix: str
    render: Render | None = None
    joins: bool = False
    prints: bool = True


def _one_by_one(make: Callable[[RunSnapshot], str]) -> Render:
    return lambda snapshots: "\n".join(make(snapshot) for snapshot in snapshots)


FORMATS: dict[str, Format] = {
    "csv": Format(".csv", epochs_csv, joins=True),
    "json": Format(".json", json_text),
    "markdown": Format(".md", _one_by_one(report)),
    "tensorboard": Format(""),
    "weights": Format(".pt"),
    "script": Format(".py", _one_by_one(script), prints=False),
}
STEPS = Format(".csv", steps_csv, joins=True)


def chosen(name: str, steps: bool = False) -> Format:
    """The format of that name. Raises ExportError where `steps` does not go with it."""
    if steps and name != "csv":
        raise ExportError(f"steps are an option of csv; {name} has no such choice")
    return STEPS if steps else FORMATS[name]


def export_text(runs: Sequence[Run], name: str, steps: bool = False) -> str:
    """Runs as one text. Raises ExportError where the format is none, StoreError for what is not a run."""
    form = chosen(name, steps)
    if form.render is None:
        raise ExportError(f"{name} is not text; name a file or folder with --output")
    if len(runs) > 1 and not form.prints:
        raise ExportError(f"{len(runs)} runs are {len(runs)} {name}s; name a folder with --output")
    return form.render([RunSnapshot.of(run) for run in runs])


def export(runs: Sequence[Run], name: str, output: Path, steps: bool = False, force: bool = False) -> list[Path]:
    """Write runs to a file, or to files in a folder, and say which.

    Nothing is written unless all can be made, and nothing replaced without `force`. Raises ExportError, StoreError and,
    for weights, CheckpointError."""
    form = chosen(name, steps)
    try:
        if name == "tensorboard":
            return _export_event_files(runs, output, force)
        targets = _targets(runs, form, output)
        _refuse_to_replace([path for path in targets if path.exists()], force)
        contents = {path: _content(members, name, form) for path, members in targets.items()}
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        return list(contents)
    except (FileExistsError, NotADirectoryError):
        raise ExportError(f"{output} cannot be written: a part of its path is a file") from None
    except OSError as error:
        raise ExportError(f"{output} cannot be written: {error.strerror or error}") from None


def _targets(runs: Sequence[Run], form: Format, output: Path) -> dict[Path, Sequence[Run]]:
    """Which file takes which runs."""
    if output.is_dir():
        if form.joins and len(runs) > 1:
            return {output / f"runs{form.suffix}": runs}
        return {output / f"{run.record().stem}{form.suffix}": [run] for run in runs}
    if form.joins or len(runs) == 1:
        return {output: runs}
    if output.exists():
        raise ExportError(f"{output} is a file; {len(runs)} runs need a folder")
    return {output / f"{run.record().stem}{form.suffix}": [run] for run in runs}


def _content(runs: Sequence[Run], name: str, form: Format) -> bytes:
    snapshots = [RunSnapshot.of(run) for run in runs]
    if form.render:
        return form.render(snapshots).encode()
    from engine.export.weights import weights

    return weights(runs[0], snapshots[0].config)


def _refuse_to_replace(existing: Sequence[Path], force: bool) -> None:
    if existing and not force:
        others = f" and {len(existing) - 1} more" if len(existing) > 1 else ""
        raise ExportError(f"{existing[0]}{others} exists already; --force replaces it")


def _export_event_files(runs: Sequence[Run], output: Path, force: bool) -> list[Path]:
    """A folder for each run below `output`, as TensorBoard names runs by their folders."""
    check_installed()
    folders = {run: output / run.record().stem for run in runs}
    _refuse_to_replace([folder for folder in folders.values() if folder.exists()], force)
    snapshots = {run: RunSnapshot.of(run) for run in runs}
    output.mkdir(parents=True, exist_ok=True)
    beside = output / f".{secrets.token_hex(8)}"
    try:
        for run, folder in folders.items():
            write_event_file(snapshots[run], beside / folder.name)
        for folder in folders.values():
            for old in folder.glob(EVENT_FILES):
                old.unlink()
            folder.mkdir(exist_ok=True)
            for new in (beside / folder.name).iterdir():
                new.replace(folder / new.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return list(folders.values())
