"""The log of a process without a terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.service.log_file import KEPT, LARGEST, last_line, trim

ROOT = Path(__file__).parents[3]
NOISY = """
import logging, os, sys
from pathlib import Path
from engine.service.log_file import redirect_stdio
redirect_stdio(Path(sys.argv[1]))
print("of Python")
os.write(1, b"of a library\\n")
os.write(2, b"an error of a library\\n")
logging.getLogger("x").info("logged")
print(repr(sys.stdin.read()), file=sys.stderr)
"""


def test_all_that_is_printed_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("before\n")
    command = [sys.executable, "-c", NOISY, str(log)]
    done = subprocess.run(command, cwd=ROOT, input=b"typed", capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    said = log.read_text()
    for words in ("before", "of Python", "of a library", "an error of a library", "logged", "''"):
        assert words in said


def test_a_log_grown_too_large_is_cut_to_its_end(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("".join(f"line {number}\n" for number in range(LARGEST // 8)))
    with log.open("ab") as writer:
        trim(log)
        assert log.stat().st_size <= KEPT
        assert log.read_text().startswith("line ")
        writer.write(b"later\n")
    assert log.read_text().endswith(f"line {LARGEST // 8 - 1}\nlater\n")
    assert last_line(log) == "later"


def test_a_small_log_is_left_and_a_missing_one_is_none(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    trim(log)
    assert last_line(log) == ""
    log.write_text("one\n")
    trim(log)
    assert log.read_text() == "one\n"
