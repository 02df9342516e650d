"""What is done with the drawings of a home from the console, and taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.errors import NothingToDo
from engine.handwriting import drawings
from engine.handwriting.drawings import Drawing
from engine.home import Home

MOST_STEPS = 100
UNDOES = "; {undo} undoes it"


class DrawingEdits:
    """Each method waits for the disk, and returns what to say, with ideas of keys in braces, or raises UserError;
    `undo` takes back the latest."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._steps: deque[tuple[str, Callable[[], object]]] = deque(maxlen=MOST_STEPS)

    def keep(self, ink: npt.NDArray[np.uint8], label: int) -> str:
        """Keep a drawing."""
        drawing = drawings.keep_drawing(self._home, ink, label)
        return self._done(f"kept as a {label}", lambda: drawings.delete_drawing(self._home, drawing))

    def relabel(self, drawing: Drawing, label: int) -> str:
        """Say that a drawing is meant to be another digit."""
        if label == drawing.label:
            return ""
        changed = drawings.relabel_drawing(self._home, drawing, label)
        sentence = f"the {drawing.label} is a {label} now"
        return self._done(sentence, lambda: drawings.relabel_drawing(self._home, changed, drawing.label))

    def delete(self, drawing: Drawing) -> str:
        """Delete a drawing."""
        drawings.delete_drawing(self._home, drawing)
        return self._done(f"a {drawing.label} deleted", lambda: drawings.put(self._home, drawing))

    def undo(self) -> str:
        """Take back what was done last."""
        if not self._steps:
            raise NothingToDo("There is nothing to undo.")
        sentence, take_back = self._steps.pop()
        take_back()
        return f"Undone: {sentence}"

    def _done(self, sentence: str, take_back: Callable[[], object]) -> str:
        self._steps.append((sentence, take_back))
        return sentence[0].upper() + sentence[1:] + UNDOES
