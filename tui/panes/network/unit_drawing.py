"""The unit under the cursor in lines: what it looks for, what it says, and what the network answers without it."""

from __future__ import annotations

import numpy as np

from engine.inference.features import evidence, pattern
from engine.quantities import percent
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, beside, crop, fit, wrapped
from tui.panes.digits.image import draw
from tui.panes.digits.matrix_drawing import Matrix, MatrixView, matrix_lines
from tui.panes.digits.probability_bars import bars
from tui.panes.digits.view import Guess
from tui.panes.disagreement.confusion_difference import ConfusionDifference
from tui.panes.network.picture import EXCITES, INHIBITS, draw_weights
from tui.panes.network.view import NetworkView, Place, Scene

LARGE, SMALL, GAP = (28, 14), (14, 7), 2
# Beside the pictures: what the bars of ten classes need, and how wide they are at least.
BARS, LEAST_BARS = 11, 26
WEIGHTS, THROUGH = "its weights", "roughly: weights multiplied"


def unit_lines(scene: Scene, glyphs: Glyphs, style: str, width: int, height: int) -> list[Line]:
    """The lines of the pane."""
    view = scene.view
    if view is None:
        return wrapped(scene.problem, width, "dim")
    place = view.nearest(scene.place)
    words, answers = unit_words(scene, view, place, width), answer_words(scene, view, width)
    room = height - len(words) - len(answers)
    gap: list[Line] = [()] if room >= LARGE[1] + 2 else []
    middle = _middle(scene, view, place, glyphs, style, width, room - 2 * len(gap))
    return [*words, *gap, *middle, *gap, *answers][:height]


def unit_words(scene: Scene, view: NetworkView, place: Place, width: int) -> list[Line]:
    """What the unit is called, and its figures."""
    layer, unit = place
    figures, outputs = view.activations.figures[layer], view.activations.layers[layer]
    digit = f"on this {view.class_names[view.labels[scene.digit]]} {outputs[scene.digit, unit]:.2f}"
    sentence = f"mean {figures.mean[unit]:.2f} ± {figures.spread[unit]:.2f}, {digit}"
    if layer == view.outputs:
        title = f"Output for {view.class_names[unit]}"
    else:
        title = f"Layer {layer + 1}, unit {unit + 1:,} of {view.sizes[layer]:,}"
        rank = int(np.flatnonzero(view.orders[layer] == unit)[0]) + 1
        sentence += f", {'most influential' if rank == 1 else f'influence {rank:,} of {view.sizes[layer]:,}'}"
    off = scene.is_off(layer)
    if off is not None and off[unit]:
        state = "switched off"
    elif figures.dead[unit]:
        state = "dead: never above zero"
    else:
        state = "saturated: at its limits" if figures.saturated[unit] else ""
    head: Line = ((title, "title"), (f"  {state}", "dead")) if state else ((title, "title"),)
    return [head, *wrapped(sentence, width, "", most=2)]


def answer_words(scene: Scene, view: NetworkView, width: int) -> list[Line]:
    """How many test digits are right, and what is off does to that."""
    count = f"{len(view.labels):,} test digits"
    if not scene.gains:
        return [((crop(f"{percent(view.whole.accuracy)} of {count} right", width), ""),)]
    answer = scene.answer
    if answer is None:
        return [((f"With {scene.off_words} …", "title"),)]
    change = 100 * (answer.accuracy - view.whole.accuracy)
    others = int((answer.probabilities.argmax(1) != view.whole.probabilities.argmax(1)).sum())
    most = _most_new(view, answer.confusion - view.whole.confusion)
    right = f"{percent(view.whole.accuracy)} → {percent(answer.accuracy)} ({change:+.2f}) of {count} right"
    return wrapped(f"{right} with {scene.off_words}; {others:,} are answered otherwise{most}.", width, "notice", most=4)


def _most_new(view: NetworkView, more: np.ndarray[tuple[int, int], np.dtype[np.intp]]) -> str:
    """The mistake that is made most often anew, where there is one."""
    mistakes = np.where(np.eye(len(more), dtype=bool), 0, more)
    true, taken = divmod(int(mistakes.argmax()), len(more))
    names = view.class_names
    return f", above all {names[true]} as {names[taken]} (+{mistakes.max():,})" if mistakes.max() > 0 else ""


def _middle(
    scene: Scene, view: NetworkView, place: Place, glyphs: Glyphs, style: str, width: int, height: int
) -> list[Line]:
    """What excites the unit and the digit, in pictures as large as there is room for; beside them, or below, the bars
    of the digit, an output's evidence, or the confusion."""
    weights, image = pattern(view.network, *place), view.images[scene.digit]

    def answers(wide: int, high: int) -> list[Line]:
        return _answer_lines(scene, view, place, glyphs, wide, high)

    two, three = 2 * LARGE[0] + GAP, LARGE[0] + LEAST_BARS + SMALL[0] + 2 * GAP
    if width >= two and height >= LARGE[1] + 1 + BARS + 1:
        captions: Line = ((fit(WEIGHTS if place.layer == 0 else THROUGH, LARGE[0] + GAP), "dim"), ("the digit", "dim"))
        pictures = beside(draw_weights(weights, style, glyphs), draw(image, style), LARGE[0] + GAP)
        return [captions, *pictures, (), *answers(width, height - len(pictures) - 2)]
    if width >= three and height >= LARGE[1]:
        digit = beside(
            answers(width - LARGE[0] - SMALL[0] - 2 * GAP, height),
            draw(image, style, small=True),
            width - LARGE[0] - SMALL[0] - GAP,
        )
        return beside(draw_weights(weights, style, glyphs), digit, LARGE[0] + GAP)[:height]
    column = draw_weights(weights, style, glyphs, small=True)
    if height >= 2 * SMALL[1] - 1:
        # The last row of a digit is its margin.
        column += draw(image, style, small=True)
    return beside(column, answers(width - SMALL[0] - GAP, height), SMALL[0] + GAP)[:height]


def _answer_lines(scene: Scene, view: NetworkView, place: Place, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    if place.layer == view.outputs and view.outputs > 0 and not scene.confusion:
        return evidence_lines(scene, view, place.unit, glyphs, width, height)
    return (
        confusion_lines(scene, view, width, height)
        if scene.confusion
        else digit_bars(scene, view, glyphs, width, height)
    )


def digit_bars(scene: Scene, view: NetworkView, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    """The probabilities of the digit by the whole network and, beside them, where units are off without them, else by
    that of the reference."""
    answers, labels = [view.whole], ["whole"]
    if scene.gains and scene.answer is not None:
        answers, labels = [view.whole, scene.answer], ["whole", f"{scene.off:,} off"]
    elif not scene.gains and (other := scene.reference) and other.knows(view, scene.digit):
        answers, labels = [view.whole, other.whole], ["shown", "reference"]
    true = int(view.labels[scene.digit])
    guesses = []
    for answer in answers:
        row = answer.probabilities[scene.digit]
        predicted = int(row.argmax())
        guesses.append(Guess(scene.digit, true, predicted, float(row[predicted]), tuple(map(float, row))))
    return bars(guesses, view.class_names, glyphs, width, height, labels if len(guesses) > 1 else ())


def confusion_lines(scene: Scene, view: NetworkView, width: int, height: int) -> list[Line]:
    """What is taken for what or, where units are off, how often more or less than by the whole network."""
    counts: Matrix = MatrixView(view.whole.confusion, view.class_names, view.network.epoch)
    if scene.gains and scene.answer is not None:
        more = scene.answer.confusion - view.whole.confusion
        counts = ConfusionDifference(view.whole.confusion, more, view.class_names, labels=("whole", "now"))
    return matrix_lines(counts, counts.outstanding(), width, height)


def evidence_lines(scene: Scene, view: NetworkView, output: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    """What speaks for an output on the digit and what against it: units of the layer before, the strongest first."""
    layer = view.outputs - 1
    outputs = view.activations.layers[layer][scene.digit]
    off = scene.is_off(layer)
    shares = evidence(view.network, outputs * scene.gains[layer] if off is not None else outputs, output)
    logit = float(shares.sum())
    names = view.class_names
    head = f"Evidence for {names[output]} on this {names[view.labels[scene.digit]]}: {logit:+.1f} in all"
    room = max(0, height - 1)
    strongest = sorted(range(len(shares)), key=lambda unit: -abs(shares[unit]))[:room]
    largest = float(np.abs(shares).max()) or 1.0
    order = sorted(strongest, key=lambda unit: -shares[unit])
    return [
        ((crop(head, width), "title"),),
        *(_evidence(unit, float(shares[unit]), largest, glyphs, width) for unit in order),
    ]


def _evidence(unit: int, share: float, largest: float, glyphs: Glyphs, width: int) -> Line:
    style = EXCITES if share >= 0 else INHIBITS
    name = f"unit {unit + 1}".ljust(10)
    cells = max(0, width - len(name) - 8)
    return ((name, "dim"), (f"{share:+7.2f} ", ""), (glyphs.bar(abs(share) / largest, cells), style))
