"""Presets in the command palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import Hit, Hits, Provider

if TYPE_CHECKING:
    from tui.console.console import Console


class PresetCommands(Provider):
    """Fills the form with a preset, found by its name or by what to look for in it."""

    async def search(self, query: str) -> Hits:
        main, matcher = cast("Console", self.app).main, self.matcher(query)
        for preset in main.form.presets:
            command = f"Preset {preset.name}"
            score = max(matcher.match(command), matcher.match(preset.line) / 2)
            if score > 0:
                take = partial(main.form.choose_preset, preset.name)
                yield Hit(score, matcher.highlight(command), take, text=command, help=preset.line)
