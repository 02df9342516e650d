"""How far somebody has come in the lessons: `lessons.json` in the home.

It holds by lesson the group of the sweep that its answers are of, and each answer that was chosen first with whether
the runs bore it out. It may be torn, garbled or written by somebody else: what makes no sense counts as not done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.files import changing_alone
from engine.home import Home
from engine.json_text import object_to_change, read_object, write_file
from engine.lessons.lesson import Lesson, lessons

FILE = "lessons.json"
LARGEST = 1 << 18


@dataclass(frozen=True)
class Chosen:
    """An answer, by its outcome, and whether the runs bore it out."""

    outcome: str
    is_right: bool


@dataclass(frozen=True)
class Progress:
    """The answers to the questions of a lesson by their places, of the sweep of this group; `is_done` once every
    question has been answered, whatever was trained since."""

    group: str = ""
    chosen: Mapping[int, Chosen] = field(default_factory=dict)
    is_done: bool = False

    def of(self, group: str) -> Progress:
        """The progress where the lesson's runs are those of a group: answers about others no longer count."""
        return self if self.group == group else Progress(group, is_done=self.is_done)


def read_progress(home: Home) -> dict[str, Progress]:
    """The progress by lesson, of all lessons. Whatever the file holds, this raises nothing."""
    try:
        return _progress(read_object(home.path / FILE, LARGEST))
    except (OSError, ValueError):
        return _progress({})


def change_progress(home: Home, lesson: Lesson, change: Callable[[Progress], Progress]) -> Progress:
    """Keep what is made of the progress in a lesson, which it returns; a file that cannot be read is set aside. Raises
    OSError and HomeError."""
    home.prepare()
    with changing_alone(home.path):
        progress = _progress(object_to_change(home.path / FILE, LARGEST))
        progress[lesson.name] = change(progress[lesson.name])
        write_file(home.path / FILE, {name: _written(own) for name, own in progress.items() if own.group}, 0o600)
    return progress[lesson.name]


def _progress(content: Mapping[str, object]) -> dict[str, Progress]:
    return {name: _read(lesson, content.get(name)) for name, lesson in lessons().items()}


def _written(progress: Progress) -> dict[str, object]:
    answers = {str(place): [chosen.outcome, chosen.is_right] for place, chosen in progress.chosen.items()}
    return {"group": progress.group, "answers": answers, "done": progress.is_done}


def _read(lesson: Lesson, values: object) -> Progress:
    match values:
        case {"group": str(group), "answers": dict(answers), "done": bool(done)}:
            answered = dict(enumerate(_chosen(lesson, place, answers) for place in range(len(lesson.questions))))
            return Progress(group, {place: chosen for place, chosen in answered.items() if chosen}, done)
    return Progress()


def _chosen(lesson: Lesson, place: int, answers: Mapping[str, object]) -> Chosen | None:
    match answers.get(str(place)):
        case [str(outcome), bool(is_right)] if outcome in lesson.questions[place].judge.outcomes:
            return Chosen(outcome, is_right)
    return None
