"""Whole screens, compared with what was looked at and found good.

The pictures are in `pictures/` beside this file. To take one anew, delete it, run the test, and look at it.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.handwriting.drawings import Drawing, put
from engine.handwriting.size_normalisation import image_of
from engine.home import Home
from engine.lessons.lesson import lesson, lessons
from engine.lessons.progress import Chosen, Progress, change_progress
from engine.runs.directory import Run
from tests.builders.consoles import NOW, Engine, Live, append, pane_text, run_console, story, text_on, until
from tests.builders.devices import server
from tests.builders.handwriting import brightness
from tests.builders.networks import drawn_network, give, layers_after, reads_sevens_as
from tests.builders.sweeps import finish_cell, make_sweep
from tui.console.console import Console
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs

PICTURES = Path(__file__).parents[1] / "pictures"


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moment, place and terminal wherever the tests run."""
    monkeypatch.setattr("tui.screens.run_following.time.time", lambda: NOW + 60)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir("/")
    monkeypatch.delenv("COLORTERM", raising=False)


async def compare(pilot: Pilot[None], console: Console, name: str) -> None:
    """Fail unless the screen comes to be as in the picture of that name."""
    path = PICTURES / f"{name}.txt"
    if not path.exists():
        await pilot.pause(2)
        PICTURES.mkdir(exist_ok=True)
        path.write_text(text_on(console), encoding="utf-8")
        pytest.fail(f"{path} was taken anew: look at it")
    picture = path.read_text(encoding="utf-8")
    with suppress(AssertionError):
        await until(pilot, lambda: text_on(console) == picture)
    assert text_on(console) == picture


def take(home: Home, name: str, size: tuple[int, int], *keys: str, glyphs: Glyphs = UNICODE, awaited: str = "") -> None:
    """Compare a console of this size, after these keys and once it says what is `awaited`, with its picture."""
    run = story(home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete and console.main.following.reference is not None)
        await until(pilot, lambda: "0.8 s an epoch" in pane_text(console, "model") or size[0] < 100)
        for key in keys:
            await pilot.press(key)
        await until(pilot, lambda: awaited in text_on(console))
        await compare(pilot, console, name)

    with Live(run):
        run_console(home, scene, size, glyphs=glyphs)


def test_train_at_120_by_40(stocked_home: Home) -> None:
    """You should see six panes: a run at epoch 3 of 5, the form, two charts with the previous run faintly behind, a
    digit with its ten bars, three runs in the history, and below them the keys that apply."""
    take(stocked_home, "train-120x40", (120, 40))


def test_train_at_80_by_24(stocked_home: Home) -> None:
    """You should see the run in four lines, one chart below it, and the names of the other panes as tabs."""
    take(stocked_home, "train-80x24", (80, 24))


def test_train_at_200_by_60(stocked_home: Home) -> None:
    """You should see the six panes with more in each: the whole form, a grid of digits, more columns of the history."""
    take(stocked_home, "train-200x60", (200, 60))


def test_train_at_40_by_12(stocked_home: Home) -> None:
    """You should see the status, the progress bar, a chart, and the keys F5, p, s, one of the chart, and ?."""
    take(stocked_home, "train-40x12", (40, 12))


def test_mistakes_at_120_by_40(stocked_home: Home) -> None:
    """You should see the mistakes alone, each with its true and its predicted class, beside the confusion matrix."""
    take(stocked_home, "mistakes-120x40", (120, 40), "2", "w")


def test_history_at_120_by_40(stocked_home: Home) -> None:
    """You should see three runs, the cursor on the one in training, and its details with the settings it changed."""
    take(stocked_home, "history-120x40", (120, 40), "3")


def test_history_folded_and_filtered_at_80_by_24(stocked_home: Home) -> None:
    """You should see the filter being typed, the two runs it lists, and how many of how many that is."""
    take(stocked_home, "history-80x24", (80, 24), "3", "slash", *"acc>80%")


def test_compare_at_120_by_40(stocked_home: Home) -> None:
    """You should see the curves of two runs with a mark of their own each, a crosshair that reads both and their
    difference, their figures with the winners marked, and in words that it is not luck."""
    take(stocked_home, "compare-120x40", (120, 40), "4", "left", "left", awaited="exact McNemar test")


def test_compare_at_80_by_24(stocked_home: Home) -> None:
    """You should see the table alone, the settings that differ or none, and figures with their differences."""
    take(stocked_home, "compare-80x24", (80, 24), "4", "tab", awaited="Verdict")


def test_compare_at_200_by_60(stocked_home: Home) -> None:
    """You should see three runs, all figures, and the verdicts in whole sentences."""
    take(stocked_home, "compare-200x60", (200, 60), "3", "a", "4", awaited="Verdict")


def test_disagree_at_120_by_40(stocked_home: Home) -> None:
    """You should see how many digits either run alone has right, one of them with both answers, and the difference of
    the confusion matrices."""
    take(stocked_home, "disagree-120x40", (120, 40), "4", "5", awaited="alone right")


def test_devices_at_120_by_40(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see four cards: one with a run, one that is free, two that others use, and who; below them three runs
    that wait, each with why, the cursor on the first."""
    monkeypatch.setattr("tui.screens.device_watch.monotonic", lambda: NOW)
    engine = Engine()
    with server(stocked_home, engine) as home:

        async def scene(pilot: Pilot[None], console: Console) -> None:
            await until(pilot, lambda: console.main.is_complete and console.main.following.reference is not None)
            await pilot.press("6", "down")
            await until(pilot, lambda: "waits for its turn" in pane_text(console, "devices"))
            await until(pilot, lambda: "alice" in pane_text(console, "devices"))
            await compare(pilot, console, "devices-120x40")

        run_console(home, scene, engine=engine)


def test_sweep_at_120_by_40(stocked_home: Home) -> None:
    """You should see a map of two settings with a figure or a mark in each cell and the best one marked, in words what
    it beats, and below it the cells from the best to one that failed, with how many of their seeds are done."""
    make_sweep(stocked_home, {"learning_rate": "0.01,0.1,1", "batch_size": "16,32,64"}, seeds=2)
    for cell, mean in enumerate((0.91, 0.92, 0.93, 0.95, 0.975, 0.973, float("nan"))):
        finish_cell(stocked_home, cell, {1: mean, 2: mean + 0.002})

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "cells" in console.main.board.there)
        await pilot.press("7")
        await until(pilot, lambda: "more than luck" in pane_text(console, "sweep"))
        await compare(pilot, console, "sweep-120x40")

    run_console(stocked_home, scene)


@pytest.mark.parametrize(("size", "glyphs"), [((120, 40), UNICODE), ((80, 24), ASCII)])
def test_sweep_of_three_settings(stocked_home: Home, size: tuple[int, int], glyphs: Glyphs) -> None:
    """You should see paths across four axes, on the last of which a range is brushed, and how many cells it lets
    through; what each value of each setting comes to, a mark at its mean, with what settings explain; and a filter
    being typed above the cells it lists."""
    settings = {"hidden": "none/128/128,64", "learning_rate": "0.01,0.1,1", "l2": "0,1e-4,1e-2"}
    make_sweep(stocked_home, settings, base=RunConfig(epochs=1, device="cpu"))
    for cell in range(25):
        wide, rate, decay = cell // 9, cell // 3 % 3, cell % 3
        mean = 0.9 + 0.02 * wide + (0, 0.03, 0.01)[rate] - (0, 0.002, 0.02)[decay] + cell * 7 % 5 / 2000
        finish_cell(stocked_home, cell, {1: float("nan") if cell == 17 else mean})
    where = f"{size[0]}x{size[1]}"

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "cells" in console.main.board.there)
        await pilot.press("7")
        await until(pilot, lambda: "hidden=128,64 learning_rate=0.1 l2=0" in pane_text(console, "sweep"))
        await pilot.press("right", "right", "right", "shift+down", "down")
        await until(pilot, lambda: "7 of 27 cells" in pane_text(console, "sweep"))
        await compare(pilot, console, f"sweep-paths-{where}")
        await pilot.press("i", "escape", "up")
        await until(pilot, lambda: "of the variance" in pane_text(console, "sweep"))
        await compare(pilot, console, f"sweep-effects-{where}")
        await pilot.press("slash", *"l2<1e-3 128")
        await until(pilot, lambda: "12 of 27 cells" in text_on(console))
        await compare(pilot, console, f"sweep-filter-{where}")

    run_console(stocked_home, scene, size, glyphs=glyphs)


@pytest.mark.parametrize(("size", "glyphs"), [((120, 40), UNICODE), ((80, 24), ASCII)])
def test_draw(stocked_home: Home, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], glyphs: Glyphs) -> None:
    """You should see a seven on the canvas, the same as networks get it, that it is read as a seven above the bars of
    ten digits, the votes of three runs, and, where there is room, one drawing that is kept."""
    ids = (f"20231114-{220000 + number}-{number:07x}" for number in (1, 2, 3))
    give(monkeypatch, {id: reads_sevens_as(7 if id.endswith("3") else 1) for id in ids})
    ink = image_of(brightness())
    assert ink is not None
    put(stocked_home, Drawing("20231114-220000-abcdef", 7, ink))
    seven = (*["left"] * 6, *["up"] * 9, "space", *["right"] * 12, *["down", "down", "left"] * 8)
    name = "draw-120x40" if size == (120, 40) else "draw-80x24"
    take(stocked_home, name, size, "3", "a", "9", *seven, glyphs=glyphs, awaited="7  9")


@pytest.mark.parametrize(("size", "glyphs"), [((120, 40), UNICODE), ((80, 24), ASCII)])
def test_network(stocked_home: Home, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], glyphs: Glyphs) -> None:
    """You should see, at 120×40, the units of two networks side by side with a dead one and one that is off, what
    units of the first layer look for, what the network answers without the unit, and the gradients of both by layer;
    at 80×24, the unit alone."""
    ids = (f"20231114-{220000 + number}-{number:07x}" for number in (1, 2, 3))
    networks = {id: drawn_network("hidden=40,20 activation=relu,tanh", epoch=3) for id in ids}
    for network in networks.values():
        network.arrays["0.bias"][5] = -1e4
    give(monkeypatch, networks)
    run, wide = story(stocked_home), size == (120, 40)
    dropout = next(one for one in stocked_home.runs.iterdir() if one.name.startswith("20231114-220002"))
    for one, last in ((run, 3), (Run(dropout), 5)):
        append(one, *(layers_after(epoch, 0.01 * epoch, 0.1, 0.2) for epoch in range(1, last + 1)))

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete and console.main.following.reference is not None)
        await until(pilot, lambda: "unit" in console.main.board.there)
        await pilot.press("8", *([] if wide else ["tab"]))
        await until(pilot, lambda: "test digits right" in text_on(console))
        await pilot.press("right", "down", "space")
        await until(pilot, lambda: "answered otherwise" in text_on(console))
        await compare(pilot, console, "network-120x40" if wide else "network-80x24")

    with Live(run):
        run_console(stocked_home, scene, size, glyphs=glyphs)


def test_labels_at_80_by_24(stocked_home: Home) -> None:
    """You should see name, tags, group and note of the run under the cursor, and which keys save and leave."""
    take(stocked_home, "labels-80x24", (80, 24), "3", "n")


def test_export_at_120_by_40(stocked_home: Home) -> None:
    """You should see the formats a run is exported in, and where it goes."""
    take(stocked_home, "export-120x40", (120, 40), "E")


def test_the_form_at_80_by_24(stocked_home: Home) -> None:
    """You should see the form over the whole width with a line of help beside each field."""
    take(stocked_home, "model-80x24", (80, 24), "e")


def test_stopping_at_80_by_24(stocked_home: Home) -> None:
    """You should see a question over the chart, its two answers, and that the checkpoint is kept."""
    take(stocked_home, "stop-80x24", (80, 24), "s")


def test_train_in_ascii_at_120_by_40(stocked_home: Home) -> None:
    """You should see the same as in the picture of 120×40, drawn with ASCII alone."""
    take(stocked_home, "ascii-120x40", (120, 40), glyphs=ASCII)


@pytest.mark.parametrize(("size", "glyphs"), [((120, 40), UNICODE), ((80, 24), ASCII)])
def test_learn(stocked_home: Home, size: tuple[int, int], glyphs: Glyphs) -> None:
    """You should see a lesson whose runs are trained: where to look, a question answered wrongly with the figures that
    say so and why, and the next with its answers; beside it, where there is room, which lessons are done."""
    depth = lesson("depth")
    make_sweep(stocked_home, depth.request.texts, depth.request.base, name=depth.request.name, preset="deep")
    for cell, accuracy in enumerate((0.92, 0.97, 0.975, 0.974)):
        finish_cell(stocked_home, cell, {1: accuracy})
    change_progress(stocked_home, depth, lambda _: Progress("mine", {0: Chosen("first", False)}, is_done=True))

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("0")
        await until(pilot, lambda: "Depth" in pane_text(console, "lessons"))
        await pilot.press("g", *["down"] * [*lessons()].index("depth"), "enter")
        await until(pilot, lambda: "What does a hidden layer" in " ".join(pane_text(console, "lesson").split()))
        await pilot.press(*["down"] * 4)
        await compare(pilot, console, f"learn-{size[0]}x{size[1]}")

    run_console(stocked_home, scene, size, glyphs=glyphs)
