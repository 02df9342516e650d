"""Exports the README's pictures: `python -m tui.tools.screenshots` trains runs and shows them in several sizes.

A picture is an SVG and, beside it, the same screen as text. MNIST is taken from where the program finds it, else
synthetic digits stand in, and the pictures say so.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.config.presets import preset
from engine.config.run_config import RunConfig
from engine.files import ASSETS
from engine.home import Home
from engine.interval import Interval
from engine.runs.directory import Run
from engine.runs.status import FINISHED, LIVE
from engine.runs.summaries import summarise
from engine.service.client import EngineClient
from engine.service.protocol import Start
from tui.console.console import Console
from tui.drawing.glyphs import UNICODE
from tui.drawing.pictures import FONT_FROM_AFAR
from tui.tools.console_bench import dismiss

FOLDER = ASSETS / "pictures"
# Runs that are there before, and the one that is seen in training, with as many epochs as make it last.
BEFORE = ("shallow", "dropout")
SEEN = RunConfig(epochs=20)
SEEN_AT_EPOCH = 8
TIMEOUT = 300.0
TICK = 0.05
# A seven on the canvas: to where it begins, its bar, and down its stem.
SEVEN = (*["left"] * 6, *["up"] * 9, "space", *["right"] * 12, *["down", "down", "left"] * 8, "space")


@dataclass(frozen=True)
class Picture:
    """A console of this size, so many seconds after these keys."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    seconds: float = 1.5


PICTURES = (
    Picture("console", (120, 40)),
    Picture("console-small", (80, 24)),
    Picture("console-large", (200, 60)),
    Picture("digits", (120, 40), ("2", "w")),
    Picture("history", (120, 40), ("3",)),
    Picture("compare", (120, 40), ("3", "a", "4")),
    Picture("differences", (120, 40), ("3", "space", "space", "5")),
    Picture("network", (120, 40), ("8", "down"), seconds=5),
    Picture("draw", (120, 40), ("3", "a", "9", *SEVEN), seconds=5),
    Picture("learn", (120, 40), ("0", "down")),
)
SWEEP = Picture("sweep", (120, 40), ("7",))
SWEPT = ("deep", "l2=0,1e-4,1e-3,1e-2", "batch_size=16,32,64", "validation=0.1", "epochs=2", "--seeds", "2")


class PictureError(Exception):
    """No picture can be made; the message says why."""


def export(home: Home, folder: Path, pictures: Sequence[Picture] = PICTURES) -> list[Path]:
    """Train in `home` and write the pictures into `folder`; the files, text after drawing."""
    client = EngineClient(home)
    client.connect()
    try:
        for name in BEFORE:
            before = _start(client, home, preset(name).config, name)
            _await(before, lambda run: summarise(run).status == FINISHED)
        run = _start(client, home, SEEN, "deep")
        _await(run, lambda run: len(run.state().epochs) >= SEEN_AT_EPOCH)
        run.request("pause")
        return asyncio.run(_export(home, folder, pictures))
    finally:
        dismiss(client)


async def _export(home: Home, folder: Path, pictures: Sequence[Picture]) -> list[Path]:
    written = []
    for picture in pictures:
        drawing, text = await _taken(home, picture)
        for suffix, content in ((".svg", drawing), (".txt", text)):
            path = folder / f"{picture.name}{suffix}"
            path.write_text(content, encoding="utf-8")
            written.append(path)
    return written


async def _taken(home: Home, picture: Picture) -> tuple[str, str]:
    """One picture, as drawing and as text."""
    console = Console(home, UNICODE)
    async with console.run_test(size=picture.size) as pilot:
        deadline = Interval(TIMEOUT)
        while not console.main.is_complete:
            if deadline.is_over():
                raise PictureError("the console did not show its runs")
            await pilot.pause(TICK)
        for key in picture.keys:
            await pilot.press(key)
        await pilot.pause(picture.seconds)
        return FONT_FROM_AFAR.sub("", console.export_screenshot(title="mnist-tui", simplify=True)), text_of(console)


def text_of(console: Console) -> str:
    strips = console.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


def export_sweep(home: Home, folder: Path) -> list[Path]:
    """Train a sweep in `home` and write its picture into `folder`; the files, text after drawing."""
    subprocess.run(
        [sys.executable, "-m", "tui", "sweep", *SWEPT],
        env={**os.environ, "MNIST_TUI_HOME": str(home.path)},
        check=True,
        capture_output=True,
    )
    return asyncio.run(_export(home, folder, (SWEEP,)))


def _start(client: EngineClient, home: Home, config: RunConfig, name: str) -> Run:
    return Run(home.runs / client.request(Start(config=config, run_name=name, preset=name)).run)


def _await(run: Run, condition: Callable[[Run], bool]) -> None:
    deadline = Interval(TIMEOUT)
    while not condition(run):
        if deadline.is_over() or run.state().phase not in {*LIVE, FINISHED}:
            raise PictureError(f"{run.id} did not train: {run.state().reason or 'it took too long'}")
        time.sleep(TICK)


def main() -> None:
    """Export every picture, over runs in a home that is gone afterwards."""
    os.environ["COLORTERM"] = "truecolor"
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mnist-tui-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder))
        home.data.symlink_to(Home.find().prepare().data.absolute())
        for path in (*export(home.prepare(), FOLDER), *export_sweep(home, FOLDER)):
            print(path)


if __name__ == "__main__":
    main()
