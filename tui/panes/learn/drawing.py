"""A lesson as lines, some of which can be gone to and done."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.lessons.standing import LessonStanding
from engine.quantities import duration
from engine.runs.status import ENDED, QUEUED
from engine.sweeps.standing import WAITING
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.learn.view import Choose, LookAt, Request, Train

MARK, INDENT = "▸ ", "  "
NOT_YET = "To be answered once its runs have ended."


@dataclass
class Page:
    """The lines of a lesson, of each which of the `stops` it belongs to, None for text, and what these do."""

    width: int
    lines: list[Line] = field(default_factory=list)
    stop_of: list[int | None] = field(default_factory=list)
    stops: list[Request] = field(default_factory=list)
    # The lines of each question with its answers, or with what the runs say.
    questions: list[range] = field(default_factory=list)

    def say(self, text: str, style: str = "", indent: str = "", gap: bool = False) -> None:
        """A paragraph, after an empty line where there is to be a `gap`."""
        self._add(None, [()] if gap else [])
        self._add(None, wrapped(indent + text, self.width, style, indent=indent))

    def offer(self, request: Request, text: str, gap: bool = False) -> None:
        """Something that can be done."""
        self._add(None, [()] if gap else [])
        self.stops.append(request)
        self._add(len(self.stops) - 1, wrapped(MARK + text, self.width, "stop", indent=INDENT))

    def rows(self, stop: int) -> range:
        """The lines of a stop."""
        own = [row for row, place in enumerate(self.stop_of) if place == stop]
        return range(own[0], own[-1] + 1) if own else range(0)

    def _add(self, stop: int | None, lines: list[Line]) -> None:
        self.lines += lines
        self.stop_of += [stop] * len(lines)


def page(standing: LessonStanding, width: int) -> Page:
    """A lesson in a space of `width` cells."""
    made, lesson = Page(width), standing.lesson
    made.say(f"{lesson.title}: {lesson.question}", "title")
    for text in lesson.idea:
        made.say(text, gap=True)
    made.say(f"Published: {lesson.published}", gap=True)
    _add_runs(made, standing)
    for place, look in enumerate(lesson.looks):
        if standing.runs:
            made.offer(LookAt(place), f"Look at {look.view}: {look.at}")
        else:
            made.say(f"Look at {look.view}: {look.at}", "dim", INDENT)
    for place in range(len(lesson.questions)):
        begin = len(made.lines)
        _add_question(made, standing, place)
        made.questions.append(range(begin, len(made.lines)))
    made.say("Then try:", "title", gap=True)
    for text in lesson.then:
        made.say(text, indent=INDENT)
    if standing.is_trained:
        made.offer(Train(), "Train its runs once more, and answer anew.", gap=True)
    return made


def _add_runs(made: Page, standing: LessonStanding) -> None:
    """Whether its runs are trained, and the way there."""
    runs = standing.runs
    if runs is None:
        count = standing.lesson.planned.runs
        made.offer(Train(), f"Train its {count} runs." if count > 1 else "Train its run.", gap=True)
    elif standing.is_trained:
        made.say(f"Its runs are trained: {runs.runs} in the group {standing.group}.", "right", gap=True)
    elif runs.fed and not runs.counts.keys() - {WAITING, QUEUED}:
        made.say(f"Its {runs.runs} runs wait for their turn.", "right", gap=True)
    elif runs.fed:
        ended = sum(runs.counts[status] for status in ENDED)
        left = f", about {duration(runs.seconds_left, 1)} left" if runs.seconds_left is not None else ""
        made.say(f"Its runs train: {ended} of {runs.runs} have ended{left}.", "right", gap=True)
    else:
        made.offer(Train(), "Train its runs anew: some were broken off or deleted.", gap=True)


def _add_question(made: Page, standing: LessonStanding, place: int) -> None:
    """A question with the answers to choose from or, once one is chosen, what the runs say."""
    question, chosen = standing.lesson.questions[place], standing.progress.chosen.get(place)
    made.say(f"{place + 1}. {question.text}", "title", gap=True)
    if standing.findings and place not in standing.answerable:
        made.say(standing.explanation(place)[0], "wrong", INDENT)
    elif standing.findings and chosen is None:
        for answer in question.answers:
            made.offer(Choose(place, answer.outcome), answer.text)
    elif standing.findings and chosen:
        mark, style = ("✓ Right", "right") if chosen.is_right else ("✗ Not by these runs", "wrong")
        made.say(f"{mark}: {question.answer(chosen.outcome).text}", style, INDENT)
        for text in standing.explanation(place):
            made.say(text, indent=INDENT)
    else:
        for answer in question.answers:
            made.say(answer.text, "dim", INDENT)
        made.say(NOT_YET, "dim", INDENT)
