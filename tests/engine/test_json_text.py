"""JSON that is kept and sent."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from engine.json_text import read_file, read_json, write_file, write_line


@pytest.mark.parametrize("text", ["", "{", "NaN", "[-Infinity]", "[" * 100_000, b"\xff\xfe", '{"a": 1} {"b": 2}'])
def test_what_is_no_strict_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        read_json(text)


def test_a_line_has_no_newline_and_no_figure_that_is_not_finite() -> None:
    assert write_line({"a": [1, None, "x\n"]}) == '{"a":[1,null,"x\\n"]}'
    with pytest.raises(ValueError):
        write_line({"a": math.nan})


def test_a_file_is_read_as_it_was_written_and_up_to_a_size(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    write_file(path, {"a": [1, 2]}, 0o600)
    assert (read_file(path, 100), path.stat().st_mode & 0o777) == ({"a": [1, 2]}, 0o600)
    with pytest.raises(OSError, match="larger than 5 bytes"):
        read_file(path, 5)
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError):
        read_file(path, 1 << 20)
