"""The form, kept in the home from one console to the next."""

from __future__ import annotations

from collections.abc import Mapping

from engine.config.presets import Preset
from engine.home import Home
from engine.json_text import read_file, write_file
from engine.text import clean
from tui.panes.model.draft import LONGEST, SPECS, Draft

FILE = "form.json"
LARGEST = 1 << 22


def read_draft(home: Home, presets: Mapping[str, Preset]) -> Draft | None:
    """What was kept in the home, as far as it makes sense; None where nothing was."""
    try:
        values = read_file(home.path / FILE, LARGEST)
        texts, preset, parent = values["texts"], values["preset"], values["parent"]
        written = {name: clean(texts[name], LONGEST) for name in SPECS if isinstance(texts.get(name), str)}
        return Draft.written(written, presets.get(preset), clean(parent))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def write_draft(home: Home, draft: Draft) -> None:
    """Keep it in the home. Raises OSError."""
    values = {"preset": draft.preset, "parent": draft.parent, "texts": draft.texts}
    write_file(home.path / FILE, values, 0o600)
