"""What is changed of runs from the console: labels, stars and deletions, each of which can be undone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from engine.errors import NothingToDo, UserError
from engine.files import StoreError
from engine.home import Home
from engine.runs import trash
from engine.runs.directory import Run
from engine.runs.labels import Relabel, relabel
from engine.text import clean

MOST_STEPS = 100


@dataclass(frozen=True)
class Change:
    """What was done to one run, called `name`. `take_back` raises StoreError where that is past, OSError where it
    cannot be done now."""

    name: str
    take_back: Callable[[], object]


@dataclass(frozen=True)
class Step:
    """What was done at once, as it was `said`."""

    changes: Sequence[Change]
    said: str


class Changes:
    """Changes runs of a home and takes changes back, the latest first.

    Each method does all of what it is asked that can be done and returns a sentence to show, or raises UserError with
    one when nothing could be. They wait for the disk, and for each other when called from several threads.
    Sentences name the key that takes back `undo_key`."""

    def __init__(self, home: Home, undo_key: str = "u") -> None:
        self._home = home
        self._undo_key = undo_key
        self._steps: deque[Step] = deque(maxlen=MOST_STEPS)
        self._turn = Lock()

    def star(self, ids: Iterable[str]) -> str:
        """Give runs a star or, if all of them have one, take it away."""
        runs = self._runs(ids)
        with self._turn:
            given = not all(map(_is_starred, runs))
            return self._relabel(runs, Relabel(starred=given), "starred" if given else "no longer starred")

    def relabel(self, ids: Iterable[str], change: Relabel) -> str:
        with self._turn:
            return self._relabel(self._runs(ids), change, "relabelled")

    def delete(self, ids: Iterable[str]) -> str:
        """Move runs to the trash, but for those in training."""
        with self._turn:
            return self._do(self._runs(ids), self._delete, "deleted")

    def undo(self) -> str:
        """Take back what was done last. What cannot be taken back now, but perhaps later, can be undone again."""
        with self._turn:
            if not self._steps:
                deleted = trash.trashed(self._home)
                more = "; mnist-tui runs restore brings deleted runs back" if deleted else ""
                raise NothingToDo(f"There is nothing to undo{more}.")
            step = self._steps.pop()
            done: list[Change] = []
            again: list[Change] = []
            refused: list[str] = []
            for change in step.changes:
                try:
                    change.take_back()
                    done.append(change)
                except UserError as error:
                    refused.append(str(error))
                except OSError as error:
                    refused.append(f"The run {change.name}: {error.strerror or error}")
                    again.append(change)
            if again:
                self._steps.append(Step(again, step.said))
            return _sentence(done, "Undone: {} " + step.said, refused)

    def _runs(self, ids: Iterable[str]) -> list[Run]:
        return [Run(self._home.runs / id) for id in dict.fromkeys(ids)]

    def _relabel(self, runs: Iterable[Run], request: Relabel, sentence: str) -> str:
        def act(run: Run) -> Change | None:
            _require(run, run.id)
            change = relabel(run, request)

            def take_back() -> None:
                _require(run, change.after.name)
                run.update_record(change.undone)

            return Change(change.after.name, take_back) if change.changed else None

        return self._do(runs, act, sentence)

    def _delete(self, run: Run) -> Change:
        _require(run, run.id)
        name = _name(run)
        if run.lock.held():
            raise StoreError(f"The run {name} is in training; stop it first")
        deleted = trash.delete(self._home, run)

        def take_back() -> None:
            if not deleted.path.is_dir():
                raise StoreError(f"The run {name} is no longer in the trash")
            deleted.move_to(self._home.runs)

        return Change(name, take_back)

    def _do(self, runs: Iterable[Run], act: Callable[[Run], Change | None], sentence: str) -> str:
        """Do something to each run, and remember how to undo it."""
        done: list[Change] = []
        refused: list[str] = []
        for run in runs:
            try:
                if change := act(run):
                    done.append(change)
            except UserError as error:
                refused.append(str(error))
            except OSError as error:
                refused.append(f"The run {_name(run)}: {error.strerror or error}")
        if done:
            self._steps.append(Step(done, sentence))
        return _sentence(done, f"{sentence.capitalize()}: {{}}; {self._undo_key} undoes it", refused)


def _sentence(done: Sequence[Change], sentence: str, refused: Sequence[str]) -> str:
    """What was done, a sentence in which braces stand for the runs, and what was not. Raises UserError where nothing
    was."""
    others = f" (and {len(refused) - 1:,} more refused)" if len(refused) > 1 else ""
    failure = clean(refused[0], 300) + others if refused else ""
    if not done:
        raise UserError(failure or "Nothing to change")
    subject = clean(done[0].name, 40) if len(done) == 1 else f"{len(done):,} runs"
    return ". ".join(filter(None, [sentence.replace("{}", subject), failure]))


def _require(run: Run, name: str) -> None:
    if not run.path.is_dir():
        raise StoreError(f"The run {name} is not there any more")


def _name(run: Run) -> str:
    try:
        return run.record().name
    except StoreError:
        return run.id


def _is_starred(run: Run) -> bool:
    try:
        return run.record().starred
    except StoreError:
        return True
