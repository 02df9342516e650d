"""How a lesson stands in a home: its runs, what they answer, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.home import Home
from engine.lessons.evidence import CannotTell, Evidence, cell_name
from engine.lessons.judges import Finding
from engine.lessons.lesson import Lesson, Question
from engine.lessons.progress import Chosen, Progress, change_progress
from engine.runs.status import FINISHED
from engine.sweeps.standing import Standing, SweepReader
from engine.sweeps.sweep_file import sweep_records


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

    def runs_of(self, cell: str) -> list[str]:
        """The ids of the runs of a cell, in the order of seeds."""
        sweep = self.runs.sweep if self.runs else None
        places = [place for place, values in enumerate(sweep.cells) if cell_name(values) == cell] if sweep else []
        return [id for (place, _), id in sorted(sweep.runs.items()) if place in places] if sweep else []

    @property
    def answerable(self) -> frozenset[int]:
        """The places of the questions that the runs answer."""
        return frozenset(place for place, finding in enumerate(self.findings) if isinstance(finding, Finding))

    def explanation(self, place: int) -> list[str]:
        """What the runs answer to a question, in sentences: which answers they bear out, by which figures, and why; and
        where textbooks expect another. Only once they have been trained."""
        question, finding = self.lesson.questions[place], self.findings[place]
        if isinstance(finding, CannotTell):
            return [f"Your runs cannot tell: {finding}."]
        borne_out = [question.answer(outcome) for outcome in finding.outcomes]
        lines = [
            f"Your runs say: {' or '.join(answer.text for answer in borne_out)}.",
            f"Figures: {finding.reason}.",
        ]
        expected = question.answer(question.textbook)
        if len(borne_out) > 1:
            lines.append("These runs do not tell them apart; more seeds might.")
        if len(borne_out) == 1 or expected in borne_out:
            lines.append((expected if expected in borne_out else borne_out[0]).why)
        if expected not in borne_out:
            lines.append(f"Textbooks expect otherwise ({expected.text}): these runs contradict them.")
        return lines

    def found(self, place: int) -> dict[str, object]:
        """What the runs answer to a question, as JSON values; nothing before they have been trained."""
        if not self.findings:
            return {}
        finding = self.findings[place]
        if isinstance(finding, CannotTell):
            return {"outcomes": [], "reason": str(finding)}
        return {"outcomes": list(finding.outcomes), "reason": finding.reason}


def lesson_standing(
    home: Home, lesson: Lesson, runs: Standing | None, progress: Progress, before: LessonStanding | None = None
) -> LessonStanding:
    """How a lesson stands whose newest runs stand so. What was found `before` in the same runs is not found again."""
    standing = LessonStanding(lesson, runs, progress.of(runs.sweep.record.group if runs else ""))
    if runs is None or not standing.is_trained:
        return standing
    if before and before.findings and before.runs and before.lesson is lesson and before.runs.cells == runs.cells:
        return replace(standing, findings=before.findings)
    return replace(standing, findings=tuple(_found(lesson.questions, Evidence.of(home, runs.sweep))))


def newest_runs(home: Home, lesson: Lesson) -> Standing | None:
    """How the newest sweep of a lesson's runs stands; None before there is one. Raises StoreError."""
    record = lesson.newest(sweep_records(home))
    return SweepReader(home, record.group).read() if record else None


def _found(questions: Iterable[Question], evidence: Evidence) -> Iterator[Finding | CannotTell]:
    for question in questions:
        try:
            yield question.judge.find(evidence)
        except CannotTell as reason:
            yield reason


def keep_answer(home: Home, standing: LessonStanding, place: int, outcome: str) -> LessonStanding:
    """Keep the answer to a question that the runs answer; the lesson is done with the last of these. Raises OSError and
    HomeError."""
    finding = standing.findings[place]
    chosen = Chosen(outcome, isinstance(finding, Finding) and outcome in finding.outcomes)

    def answered(progress: Progress) -> Progress:
        before = progress.of(standing.group)
        answers = {**before.chosen, place: chosen}
        return replace(before, chosen=answers, is_done=before.is_done or answers.keys() >= standing.answerable)

    return replace(standing, progress=change_progress(home, standing.lesson, answered))
