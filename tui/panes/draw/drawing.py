"""The lines of the canvas and of what is read on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len

from engine.quantities import percent
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, Tone, beside, crop, fit, pad, wrapped
from tui.panes.digits.image import GREYS, draw
from tui.panes.draw.canvas import SIDE, Canvas
from tui.panes.draw.layout import GAP, SMALL, Layout
from tui.panes.draw.view import Answer, Reading, tally
from tui.widgets.bindings import with_keys

# A tone beyond the ink: the colour of the pen.
PEN = GREYS
WIDEST_BAR, PERCENT, VOTE = 40, 8, 12
HOW_TO = (
    "Draw a digit with the mouse, or by keys: {mark} puts the pen down and lifts it, arrows move it. Networks see it "
    "as the images they know: 20 pixels high or wide, its mass in the middle."
)
NO_RUN = "No run is there yet to read it: {train} trains one."
NO_VOTES = "Runs that are marked in History ({mark}) vote here."


def canvas_lines(canvas: Canvas, layout: Layout, style: str) -> list[Line]:
    """The canvas in a frame that says how the pen is."""
    columns, pixels, times = layout.columns, canvas.pixels, layout.columns // SIDE
    if times > 1:
        pixels = pixels.repeat(times, 0).repeat(times, 1)
    lines = [pad(line, columns) for line in draw(pixels, style, small=columns < SIDE)]
    x, y = (int(at * cells / SIDE) for at, cells in zip(canvas.pen, (columns, layout.rows), strict=True))
    lines[y] = _with_pen(lines[y], canvas, x - x % max(1, times), max(1, times), layout)
    words = crop(pen_words(canvas), columns - 2)
    edge: Span = ("│", "frame")
    return [
        (("┌" + "─" * columns + "┐", "frame"),),
        *((edge, *line, edge) for line in lines),
        ((f"└ {words} ", "frame"), ("─" * (columns - 2 - len(words)) + "┘", "frame")),
    ]


def pen_words(canvas: Canvas) -> str:
    """How the pen is, in few words."""
    return f"{'eraser' if canvas.erases else 'pen'} {'down' if canvas.is_down else 'up'}, {canvas.width:.0f} px"


def _with_pen(line: Line, canvas: Canvas, x: int, cells: int, layout: Layout) -> Line:
    """A line of the canvas with the pen on so many cells from the `x`-th: on half of them where they show two pixels in
    greys of their own."""
    symbols = [(symbol, style) for text, style in line for symbol in text]
    under = symbols[x][1]
    lower = (canvas.pen.y * layout.rows / SIDE) % 1 >= 0.5
    mark: Span = ("x" if canvas.is_down else "+", "pen")
    if isinstance(under, Tone):
        upper_half, lower_half = (PEN, under.behind) if not lower else (under.symbol, PEN)
        mark = ("▀", Tone(PEN, PEN) if cells > 1 else Tone(upper_half, lower_half))
    symbols[x : x + cells] = [mark] * cells
    alike = groupby(symbols, key=lambda symbol: symbol[1])
    return tuple(("".join(text for text, _ in run), style) for style, run in alike)


def reading_lines(reading: Reading, layout: Layout, glyphs: Glyphs, style: str, height: int) -> list[Line]:
    """What stands beside the canvas: the picture as networks get it, what the run that is shown reads, the votes."""
    width = layout.beside
    if reading.image is None:
        return wrapped(with_keys(HOW_TO), width, "dim")[:height]
    votes_wide = width - layout.picture[0] - GAP if layout.votes_beside else width
    picture: list[Line] = []
    if layout.picture[1]:
        picture = draw(reading.image, style, small=layout.picture == SMALL)
    answer = answer_lines(reading.shown, glyphs, width, height - len(picture) - bool(picture) - bool(reading.votes))
    room = len(picture) if layout.votes_beside else height - len(picture) - len(answer) - 1
    votes = vote_lines(reading.votes, votes_wide, max(1, room))
    if layout.votes_beside:
        return [*beside(picture, votes, layout.picture[0] + GAP), (), *answer][:height]
    return [*picture, *([()] if picture else []), *answer, *([()] if room > 2 else []), *votes][:height]


def answer_lines(answer: Answer | None, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    """What a network reads, above the bars of its classes: the most probable alone where there is no room for all."""
    if answer is None:
        return wrapped(with_keys(NO_RUN), width, "dim")
    if answer.predicted is None:
        return wrapped(answer.problem, width, "notice")
    epoch, room = f", epoch {answer.epoch}", width - len(answer.words)
    run = crop(f"  {title_in(answer.run, room - 2 - len(epoch))}{epoch}", room)
    places: Sequence[int] = range(len(answer.probabilities))
    if height - 1 < len(places):
        places = sorted(places, key=lambda place: -answer.probabilities[place])[: max(0, height - 1)]
    bars = (_bar(answer, place, glyphs, width) for place in places)
    return [((answer.words, "title"), (run, "dim")), *bars]


def _bar(answer: Answer, place: int, glyphs: Glyphs, width: int) -> Line:
    """A class with its bar and its percentage; the most probable is marked."""
    share, longest = answer.probabilities[place], min(max(map(cell_len, answer.classes)), width // 3)
    mark, look = ("▸", "chosen") if place == answer.predicted else (" ", "bar")
    bar = glyphs.bar(share, max(0, min(WIDEST_BAR, width - longest - 3 - PERCENT)))
    name = fit(answer.classes[place], longest)
    return ((f"{mark} {name} ", look), (bar, look), (percent(share, digits=1).rjust(PERCENT), ""))


def vote_lines(votes: tuple[Answer, ...], width: int, height: int) -> list[Line]:
    """What the marked runs read: how many each class, and each run where there is room."""
    if not votes:
        return wrapped(with_keys(NO_VOTES), width, "dim", most=height)
    head: Line = ((crop(f"Votes: {tally(votes) or 'none'}", width), "title"),)
    shown = votes if len(votes) < height else votes[: max(0, height - 2)]
    more: list[Line] = [((f"and {len(votes) - len(shown)} more", "dim"),)] if len(shown) < len(votes) else []
    return [head, *(_vote(vote, width) for vote in shown), *more][:height]


def _vote(vote: Answer, width: int) -> Line:
    name = title_in(vote.run, max(0, width - VOTE - 1))
    return ((fit(vote.words, VOTE), "dim" if vote.problem else ""), (f" {name}", "dim"))
