"""How a lesson stands in a home: its runs, what they answer, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.home import Home
from engine.lessons.evidence import CannotTell, Evidence
from engine.lessons.judges import Finding
from engine.lessons.lesson import Lesson, Question
from engine.lessons.progress import Progress
from engine.runs.status import FINISHED
from engine.sweeps.standing import Standing, SweepReader
from engine.sweeps.sweep_file import SweepRecord

ReadStanding = Callable[[str], Standing]


@dataclass(frozen=True)
class LessonStanding:
    """A lesson, the newest sweep of its runs, None before it was trained, and the progress made with that.

    Once all runs have ended, each question has a finding, or the reason why the runs do not answer it."""

    lesson: Lesson
    runs: Standing | None
    progress: Progress
    findings: tuple[Finding | CannotTell, ...] = ()

    @property
    def group(self) -> str:
        """The group of its runs; nothing before there are any."""
        return self.runs.sweep.record.group if self.runs else ""

    @property
    def is_trained(self) -> bool:
        """Whether all its runs have ended of themselves."""
        return self.runs is not None and self.runs.status == FINISHED

    def told(self, place: int) -> list[str]:
        """What the runs answer to a question, in sentences: which answers they bear out, by which figures, and why; and
        where textbooks expect another. Only once they have been trained."""
        question, finding = self.lesson.questions[place], self.findings[place]
        if isinstance(finding, CannotTell):
            return [f"Your runs cannot tell: {finding}."]
        borne_out = [question.answer(outcome) for outcome in finding.outcomes]
        told = [
            f"Your runs say: {' or '.join(answer.text for answer in borne_out)}.",
            f"Figures: {finding.reason}.",
            borne_out[0].why,
        ]
        if question.textbook not in finding.outcomes:
            expected = question.answer(question.textbook).text
            told.append(f"Textbooks expect otherwise ({expected}): these runs contradict them.")
        return told

    def found(self, place: int) -> dict[str, object]:
        """What the runs answer to a question, as JSON values; nothing before they have been trained."""
        if not self.findings:
            return {}
        finding = self.findings[place]
        if isinstance(finding, CannotTell):
            return {"outcomes": [], "reason": str(finding)}
        return {"outcomes": list(finding.outcomes), "reason": finding.reason}


def lesson_standing(
    home: Home, lesson: Lesson, records: Iterable[SweepRecord], progress: Progress, read: ReadStanding | None = None
) -> LessonStanding:
    """How a lesson stands, where the home has these sweeps, the newest first. Raises StoreError."""
    record = lesson.newest(records)
    if record is None:
        return LessonStanding(lesson, None, progress.of(""))
    runs = read(record.group) if read else SweepReader(home, record.group).read()
    standing = LessonStanding(lesson, runs, progress.of(record.group))
    if not standing.is_trained:
        return standing
    evidence = Evidence.of(home, runs.sweep)
    return LessonStanding(lesson, runs, standing.progress, tuple(_found(lesson.questions, evidence)))


def _found(questions: Iterable[Question], evidence: Evidence) -> Iterator[Finding | CannotTell]:
    for question in questions:
        try:
            yield question.judge.find(evidence)
        except CannotTell as reason:
            yield reason
