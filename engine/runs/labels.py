"""What people put on runs: name, tags, group, note and star; changed, and put back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.files import StoreError
from engine.runs.directory import Run
from engine.runs.record import MOST_TAGS, RunRecord
from engine.text import LONGEST_NOTE, clean

LABELS = ("name", "tags", "group", "note", "starred")


@dataclass(frozen=True)
class Relabel:
    """What becomes of the labels of a run; None leaves one as it is.

    `tags` replaces all there are, then `removed` are taken away and `added` put behind the others. An empty group or
    note takes it away."""

    name: str | None = None
    tags: tuple[str, ...] | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    group: str | None = None
    note: str | None = None
    starred: bool | None = None

    def of(self, record: RunRecord) -> RunRecord:
        """The record with other labels, its texts made safe. Raises StoreError for what is no label."""
        return replace(
            record,
            name=record.name if self.name is None else name_of(self.name),
            tags=self._tags(record.tags if self.tags is None else self.tags),
            group=record.group if self.group is None else group_of(self.group),
            note=record.note if self.note is None else clean(self.note, LONGEST_NOTE),
            starred=record.starred if self.starred is None else self.starred,
        )

    def _tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        removed = set(map(clean, self.removed))
        remaining = [tag for tag in map(clean, tags) if tag not in removed]
        change = tuple(dict.fromkeys(filter(None, [*remaining, *map(clean, self.added)])))
        if len(change) > MOST_TAGS:
            raise StoreError(f"a run has at most {MOST_TAGS} tags")
        return change


def name_of(text: str) -> str:
    """A name, made safe. Raises StoreError where nothing is left of it."""
    if not (name := clean(text)):
        raise StoreError("a name needs at least one character that can be shown")
    return name


def group_of(text: str) -> str:
    """The name of a group, made safe, or nothing for none. Raises StoreError where nothing is left of a name."""
    return name_of(text) if text.strip() else ""


@dataclass(frozen=True)
class Relabelled:
    """A change of a run's labels: its record before and after."""

    before: RunRecord
    after: RunRecord

    @property
    def changed(self) -> tuple[str, ...]:
        """The labels that are not what they were."""
        return tuple(label for label in LABELS if getattr(self.before, label) != getattr(self.after, label))

    def undone(self, record: RunRecord) -> RunRecord:
        """`record` with its labels as they were before, but for those that somebody has changed again since.

        Raises StoreError where all have been."""
        ours = [label for label in self.changed if getattr(record, label) == getattr(self.after, label)]
        if self.changed and not ours:
            raise StoreError(f"the run {record.name} has been changed again since; it stays as it is")
        return replace(record, **{label: getattr(self.before, label) for label in ours})


def relabel(run: Run, change: Relabel) -> Relabelled:
    """Change the labels of a run. Raises StoreError or OSError."""
    return Relabelled(*run.update_record(change.of))
