"""The command for a machine with a card, where there is none."""

from __future__ import annotations

import pytest
import torch

from tests.gpu import main, table


def test_without_a_card_it_is_skipped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main() == 0
    assert capsys.readouterr().out == "skipped: there is no CUDA device here\n"


def test_the_table_has_a_row_for_each_way_and_a_column_for_each_batch_size() -> None:
    timings = [
        {"way": "this engine", "batch_size": "32", "median": 1234567.8},
        {"way": "this engine", "batch_size": "full", "median": 9e6},
        {"way": "a peer", "batch_size": "32", "median": 1000.0},
    ]
    found = {"device": "cuda:0 (NVIDIA H200)", "torch": "2.11", "dataset": "mnist", "timings": timings}
    assert table(found) == [
        "cuda:0 (NVIDIA H200), PyTorch 2.11, mnist, images a second:",
        "",
        "| batch | 32 | full |",
        "| --- | ---: | ---: |",
        "| this engine | 1,234,568 | 9,000,000 |",
        "| a peer | 1,000 |  |",
    ]
