"""The cards of the machine, told by a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.service.card_probe import Card, Cards, ProbeError, probe_cards


def test_the_process_tells_that_no_card_is_to_be_seen() -> None:
    assert probe_cards() == Cards()


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))


def test_cards_and_faults_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = '{"cards": [{"name": "cuda:1", "description": "a card", "uuid": "GPU-1", "memory": 10}], "faults": ["one"]}'
    stand_in(monkeypatch, tmp_path, f"echo warnings of a library\necho '{said}'")
    card = Card(name="cuda:1", description="a card", uuid="GPU-1", memory=10)
    assert probe_cards() == Cards(cards=(card,), faults=("one",))


@pytest.mark.parametrize("script", ["echo broken driver >&2; exit 3", "echo '{\"cards\": 7}'", "true", "kill -9 $$"])
def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    stand_in(monkeypatch, tmp_path, script)
    with pytest.raises(ProbeError, match="the cards cannot be told: "):
        probe_cards()
