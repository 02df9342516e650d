"""Bindings written on one line each."""

from __future__ import annotations

from textual.binding import Binding


def shown(
    id: str, key: str, action: str, name: str, tooltip: str, display: str | None = None, *, priority: bool = False
) -> Binding:
    """A key that the footer shows as `name` while it applies."""
    return Binding(key, action, name, tooltip=tooltip, id=id, key_display=display, priority=priority)


def hidden(id: str, key: str, action: str, name: str, tooltip: str, *, priority: bool = False) -> Binding:
    """A key that only the help shows, such as an arrow."""
    return Binding(key, action, name, tooltip=tooltip, id=id, show=False, priority=priority)
