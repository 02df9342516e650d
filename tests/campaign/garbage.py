"""Puts garbage where the program reads: in run directories, preferences, addresses, caches and locks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from textual.pilot import Pilot

from engine.home import Home
from engine.runs.directory import Run
from tests.builders.consoles import run_console
from tests.campaign.case import Case, require
from tests.campaign.checks import require_untouched, require_well_said
from tests.campaign.edits import ID
from tests.campaign.processes import Child, call
from tests.campaign.stock import Stock
from tui.console.console import Console

FILES = (
    "runs/*/events.jsonl", "runs/*/run.json", "runs/*/checkpoint.pt", "runs/*/lock", "runs/*/request",
    "runs/*/reserve", "runs/*/predictions/epoch-0003.npy", "runs/*/predictions/probabilities-0006.npy",
    "runs/*/predictions", "runs/*/weights/epoch-0003.npz", "runs/*/weights", "console.json", "engine.address",
    "engine.sock", "engine.lock", "data/verified.json",
    "data/.mnist-unreachable",
)  # fmt: skip
TEXTS = ("\x1b]0;title\x07", "\x1b[2J", "\x00", "\u202e", "\ud800", "9" * 400, "-1", "1e999", "NaN", "[" * 3000,
         "é" * 5000, "Infinity", "null", "true", "{}", '""', "/dev/zero", "../../..")  # fmt: skip
COMMANDS = (
    ["runs", "list"], ["runs", "list", "--json"], ["runs", "show", ID], ["runs", "show", ID, "--json"],
    ["runs", "show", ID, "--config"], ["runs", "compare", ID, "whole"], ["runs", "compare", ID, "whole", "--markdown"],
    ["runs", "export", ID, "--format", "json"], ["runs", "export", ID, "--format", "script"],
    ["runs", "groups"], ["runs", "family", ID], ["runs", "tag", ID, "seen"], ["data", "list"],
    ["train", "--resume", ID, "--quiet"], ["runs", "delete", "--yes", ID], ["runs", "restore", ID],
)  # fmt: skip
LARGEST = 1 << 20
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**350, 1e308, "", "\x1b[2J", "x" * 100_000, [], {}, [[]], {"epochs": 10**350}, float("nan"),
    "²",
)  # fmt: skip


def read_garbage(case: Case, stock: Stock, folder: Path) -> str:
    """You should get what can be read, or a line, from every command; and the console should open and be left."""
    random = case.random
    home = stock.home_in(folder)
    run = Run(shutil.copytree(stock.whole.path, home.runs / ID))
    _make_unfinished(run, random)
    damaged = [_damage(home, random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    for words in random.sample(COMMANDS, 4):
        try:
            require_well_said(call(words, folder), (0, 1, 2))
        except Exception as error:
            error.args = (f"`{' '.join(words)}` after {' and '.join(damaged)}: {error}",)
            raise
    if random.random() < 0.2:
        require_well_said(Child(lambda: _open_console(home), folder, "console").wait(), (0,))
    require_untouched(home, stock)
    return damaged[0].partition(" ")[0]


def _make_unfinished(run: Run, random: Random) -> None:
    """Half of the time, cut the run's events so that it reads as interrupted."""
    if random.random() < 0.5:
        lines = run.events_path.read_bytes().splitlines(keepends=True)
        run.events_path.write_bytes(b"".join(lines[: random.randrange(len(lines))]))


def _damage(home: Home, random: Random) -> str:
    """Damage a file of the run or of the home; what was done to which."""
    paths = [home.path / name.replace("*", ID) for name in FILES]
    path = random.choice([path for path in paths if path.parent.is_dir()])
    ways = [_replace, _replace]
    if path.is_file() and 0 < path.stat().st_size < LARGEST:
        ways += [_flip, _cut, _write_into, _repeat]
        if path.suffix in (".json", ".jsonl"):
            ways += [_change_values] * 4
    way: Callable[[Path, Random], str] = random.choice(ways)
    return f"{way(path, random)} in {path.name}"


def _flip(path: Path, random: Random) -> str:
    content = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 1, 8, 64))):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    path.write_bytes(content)
    return "bits"


def _cut(path: Path, random: Random) -> str:
    content = path.read_bytes()
    path.write_bytes(content[: random.randrange(len(content))])
    return "cut"


def _write_into(path: Path, random: Random) -> str:
    content = path.read_bytes()
    at = random.randrange(len(content))
    path.write_bytes(content[:at] + random.choice(TEXTS).encode(errors="surrogatepass") + content[at:])
    return "text"


def _repeat(path: Path, random: Random) -> str:
    lines = path.read_bytes().splitlines(keepends=True)
    random.shuffle(lines)
    path.write_bytes(b"".join(lines * random.choice((1, 2, 20))))
    return "lines"


def _change_values(path: Path, random: Random) -> str:
    """Change one value somewhere in a document, or in one line of many."""
    lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
    place = random.randrange(len(lines))
    try:
        document = json.loads(lines[place])
    except ValueError:
        return "values left as they are, of what was damaged before"
    inner = document
    while isinstance(inner, dict) and inner:
        key = random.choice(list(inner))
        if not isinstance(inner[key], dict) or random.random() < 0.3:
            inner[key] = random.choice(VALUES)
            break
        inner = inner[key]
    lines[place] = json.dumps(document)
    path.write_text("\n".join([*lines, ""]))
    return "values"


def _replace(path: Path, random: Random) -> str:
    """Put something in the place of a file that is not a file, or not that file."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    kind = random.choice(("pipe", "folder", "device", "dangling", "loop", "sparse", "zip", "closed"))
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in ("device", "dangling", "loop"):
        path.symlink_to({"device": "/dev/zero", "dangling": "/nonexistent/file", "loop": path.name}[kind])
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(3 << 30)
    elif kind == "zip":
        path.write_bytes(b"PK\x03\x04" + random.randbytes(2000))
    else:
        path.write_bytes(b"")
        path.chmod(0)
    return kind


def _open_console(home: Home) -> int:
    """Open the console without a terminal, look at every view, and leave it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("1", "2", "3", "4", "5", "down", "enter")
        require(not console.trouble, console.trouble)

    run_console(home, scene)
    return 0
