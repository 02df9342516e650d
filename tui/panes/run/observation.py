"""The line under the charts: what the figures of the run that is shown say of its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.home import Home
from tui.drawing.styled_lines import Line, crop, width
from tui.widgets.bindings import with_keys
from tui.widgets.line_widget import LineWidget
from tui.workers.preference_file import read_part, write_part

if TYPE_CHECKING:
    from engine.comparison.observations import Observation

PART = "observations"
WHY = "{help} why"


class ObservationLine(LineWidget):
    """Shows the sentence of an `Observation`, and which key tells the reason where there is room for that.

    The line has a place while it is wanted, from the first that there is to say of a run until another one is shown:
    the charts above it change their height once a run at most, not whenever an epoch leaves nothing to say."""

    DEFAULT_CSS = """
    ObservationLine {
        height: 1; visibility: visible;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self.observation: Observation | None = None
        self.is_wanted = True
        self._run_id = ""
        self._has_spoken = False

    @property
    def has_place(self) -> bool:
        return self.is_wanted and self._has_spoken

    def show(self, run_id: str, observation: Observation | None) -> None:
        """Show what there is to say of this run, or nothing."""
        self._has_spoken = observation is not None or (self._has_spoken and run_id == self._run_id)
        if (run_id, observation) != (self._run_id, self.observation):
            self._run_id, self.observation = run_id, observation
            self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        return [observation_line(self.observation, width)]


def observation_line(observation: Observation | None, cells: int) -> Line:
    """The sentence of an observation, a blank before it, and at the right the key that tells why."""
    if observation is None:
        return ()
    line: Line = ((crop(f" {observation.sentence}", cells), ""),)
    why = with_keys(WHY)
    room = cells - width(line) - 1
    return (*line, (why.rjust(room), "dim")) if room >= len(why) + 2 else line


def are_observations_wanted(home: Home) -> bool:
    """Whether the line is to be shown, as the home keeps it; it is unless somebody has switched it off."""
    return read_part(home, PART) is not False


def keep_whether_wanted(home: Home, wanted: bool) -> None:
    """Keep whether the line is to be shown. Raises OSError."""
    write_part(home, PART, wanted)
