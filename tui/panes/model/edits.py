"""What was done to a draft, so that it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tui.panes.model.draft import SEEDS, Draft

MOST = 200


class Edits(NamedTuple):
    """A draft and what it was before, the latest last, each with the name of what was edited then.

    What is edited several times in a row, as a field is with every letter, is undone at once."""

    draft: Draft
    past: tuple[tuple[str, Draft], ...] = ()

    def make(self, draft: Draft, what: str = "") -> Edits:
        """Another draft, by an edit of `what`; nothing for one that is undone by itself."""
        if draft == self.draft:
            return self
        is_same = bool(what and self.past and self.past[-1][0] == what)
        past = self.past if is_same else (*self.past, (what, self.draft))[-MOST:]
        return Edits(draft, past)

    def undo(self) -> Edits:
        """What was there before the last edit."""
        return Edits(self.past[-1][1], self.past[:-1]) if self.past else self

    def with_one_seed(self) -> Edits:
        """The same with one seed, now and whatever is undone."""
        return self._each(lambda draft: draft.reset(SEEDS))

    def _each(self, change: Callable[[Draft], Draft]) -> Edits:
        return Edits(change(self.draft), tuple((what, change(draft)) for what, draft in self.past))
