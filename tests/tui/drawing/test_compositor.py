"""What is painted is what Textual would paint, and nothing that is covered is drawn for it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.color import ColorSystem
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tui.drawing.compositor import Pieces, SeenCompositor
from tui.driver.cells import Cells

WIDTH, HEIGHT = 24, 8
AREAS = [Region(0, 0, WIDTH, HEIGHT), Region(3, 1, 8, 5), Region(5, 2, 1, 1), Region(20, 6, 9, 9)]


class Asked(Static):
    """A widget that knows which of its rows were asked for."""

    asked: ClassVar[list[tuple[str, int, int]]] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append((self.id or "", crop.y, crop.bottom))
        return super().render_lines(crop)


class Layers(App[None]):
    CSS = """
    Screen { layers: below above; }
    Asked { position: absolute; }
    #whole { layer: below; width: 100%; height: 100%; border: solid red; background: blue; }
    #hidden { layer: below; offset: 5 2; width: 6; height: 2; }
    #over { layer: above; offset: 4 2; width: 10; height: 3; color: green; }
    #beyond { layer: above; offset: 18 5; width: 12; height: 6; background: red; }
    """

    def compose(self) -> ComposeResult:
        yield Asked("手" * 40, id="whole")
        yield Asked("hidden", id="hidden")
        yield Asked("over the others", id="over")
        yield Asked("half beyond", id="beyond")


def test_the_same_is_painted_though_only_what_is_seen_is_drawn() -> None:
    async def scene() -> None:
        app = Layers()
        async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
            await pilot.pause()
            screen = app.screen
            screen._compositor = compositor = SeenCompositor()
            compositor.reflow(screen, screen.size)
            assert {widget.id for widget in compositor.visible_widgets} >= {"whole", "hidden", "over", "beyond"}
            whole = Cells(WIDTH, HEIGHT)
            full = Compositor.render_full_update(compositor)
            whole.write(full.render_segments(app.console).replace("\n", "\r\n"))
            for area in AREAS:
                Asked.asked.clear()
                compositor._dirty_regions = {area}
                pieces = compositor.render_partial_update()
                assert isinstance(pieces, Pieces)
                assert not [name for name, _, _ in Asked.asked if name == "hidden"]
                assert painted(pieces, app.console._color_system) == cells_of(whole, area)
                written = Cells(WIDTH, HEIGHT)
                written.write(pieces.render_segments(app.console))
                assert cells_of(written, area) == cells_of(whole, area)
            assert Asked.asked == [("beyond", 1, 3)]
            assert compositor.render_partial_update() is None

    asyncio.run(scene())


def painted(pieces: Pieces, colours: ColorSystem | None) -> dict[tuple[int, int], object]:
    """What is put into a picture; nowhere is anything put twice."""
    assert colours is not None
    cells = Cells(WIDTH, HEIGHT)
    places: set[tuple[int, int]] = set()
    for y, x, strip in pieces.pieces:
        cells.put(y, x, [(Strip.render_ansi(style, colours) if style else "", text) for text, style, _ in strip])
        here = {(y, column) for column in range(x, x + strip.cell_length)}
        assert not places & here
        places |= here
    return {(y, x): (cells.rows[y].texts[x], cells.rows[y].looks[x]) for y, x in places}


def cells_of(cells: Cells, area: Region) -> dict[tuple[int, int], object]:
    inside = area.intersection(Region(0, 0, WIDTH, HEIGHT))
    return {
        (y, x): (cells.rows[y].texts[x], cells.rows[y].looks[x]) for y in inside.line_range for x in inside.column_range
    }
