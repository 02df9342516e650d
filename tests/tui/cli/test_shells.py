"""Completion as bash, zsh and fish have it: the shells themselves are asked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config.run_config import FIELDS
from engine.home import Home
from engine.query.columns import BY_NAME
from tests.builders.program import ROOT
from tests.builders.runs import finished_run
from tests.conftest import settle
from tui.tools.pseudoterminal import PseudoTerminal

START = {
    "bash": (
        ["--norc", "--noprofile", "-i"],
        "bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'; bind 'set enable-bracketed-paste off'; "
        "bind 'set completion-query-items 0'; bind 'set completion-display-width 0'",
    ),
    "zsh": (
        ["-f", "-i"],
        "autoload -Uz compinit; compinit -D; LISTMAX=100000; unsetopt list_ambiguous; unset zle_bracketed_paste",
    ),
}
LISTED = [
    ("train dropo", ["dropout", "dropout="]),
    ("train activation=", ["relu", "tanh"]),
    ("train --optimiser ada", ["adam", "adamw"]),
    ("runs list --sort acc:", ["asc", "desc"]),
]
COMPLETED = [
    ("train activation=ta", "<train><activation=tanh>"),
    ("train activation=tanh,re", "<train><activation=tanh,relu>"),
    ("train --activation tanh,re", "<train><--activation><tanh,relu>"),
    ("train learning_r", "<train><learning_rate=>"),
    ("runs list --columns test_accuracy,test_l", "<runs><list><--columns><test_accuracy,test_loss>"),
    ("runs list --sort acc:d", "<runs><list><--sort><acc:desc>"),
    ("runs list --where 'lr>0.05 optimi", "<runs><list><--where><lr>0.05 optimiser>"),
    ("runs show my", "<runs><show><my run>"),
]


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A folder with a `mnist-tui` that completes as ours does and, when it is run, shows its arguments."""
    path = tmp_path / "bin" / "mnist-tui"
    path.parent.mkdir()
    ours = f"PYTHONPATH={ROOT} exec {sys.executable} -m tui"
    shown = "printf '<%s>' \"$@\"; echo"
    path.write_text(f'#!/bin/sh\n[ -n "$_MNIST_TUI_COMPLETE" ] && {ours}\n{shown}\n')
    path.chmod(0o755)
    return str(path.parent)


def needs(shell: str) -> str:
    """The path of a shell; the test is skipped where there is none."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"there is no {shell} here")
    return found


class Shell:
    """An interactive shell in which Tab is pressed."""

    def __init__(self, name: str, program: str, home: Home) -> None:
        arguments, settings = START[name]
        environ = {**os.environ, "PATH": f"{program}:{os.environ['PATH']}", "TERM": "vt100", "PS1": "$ "}
        environ |= {"MNIST_TUI_HOME": str(home.path), "LC_ALL": "C.UTF-8", "HISTFILE": "", "ZDOTDIR": program}
        self.terminal = PseudoTerminal([needs(name), *arguments], environ, 200, 2000)
        self.seen = ""
        self.ask(f'{settings}; eval "$(_MNIST_TUI_COMPLETE={name}_source mnist-tui)"')

    def ask(self, typed: str) -> str:
        """What is seen after a line is typed, until it has been seen to."""
        began = len(self.seen)
        self.terminal.press(f"{typed}\necho {began}'done'\n")
        settle(lambda: f"{began}done" in self._read()[began:], 60)
        return self.seen[began:]

    def _read(self) -> str:
        self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.terminal.read(0.05).decode(errors="replace"))
        return self.seen


@pytest.fixture(params=["bash", "zsh"])
def shell(request: pytest.FixtureRequest, program: str, home: Home) -> Iterator[Shell]:
    """A shell that completes our words, in a home with a run."""
    finished_run(home, "my run")
    shell = Shell(request.param, program, home)
    yield shell
    shell.terminal.close()


def test_tab_completes_words_with_signs_in_them(shell: Shell) -> None:
    for typed, words in LISTED:
        seen = shell.ask(f"mnist-tui {typed}\t")
        missing = [word for word in words if not re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", seen)]
        assert not missing, seen
    for typed, arguments in COMPLETED:
        seen = shell.ask(f"mnist-tui {typed}\t")
        assert arguments in seen, seen


def test_a_setting_and_its_value_are_typed_in_one_go(shell: Shell) -> None:
    assert "<train><learning_rate=0.9>" in shell.ask("mnist-tui train learning_r\t0.9")


def test_fish_gets_words_and_descriptions_whole(program: str, home: Home) -> None:
    run = finished_run(home, "my run")
    fish = needs("fish")

    def offered(typed: str) -> dict[str, str]:
        code = f"_MNIST_TUI_COMPLETE=fish_source mnist-tui | source; complete --do-complete {quoted(typed)}"
        environ = {**os.environ, "PATH": f"{program}:{os.environ['PATH']}", "MNIST_TUI_HOME": str(home.path)}
        environ |= {"HOME": program, "LC_ALL": "C.UTF-8"}
        done = subprocess.run([fish, "-c", code], env=environ, capture_output=True, text=True, check=True, timeout=60)
        return dict(line.partition("\t")[::2] for line in done.stdout.splitlines())

    for typed, words in LISTED:
        assert {re.sub("^.*[=:](?=.)", "", word) for word in offered(f"mnist-tui {typed}")} >= {*words}
    assert offered("mnist-tui runs list --columns name,test_a") == {
        "name,test_accuracy": BY_NAME["test_accuracy"].label
    }
    fields = {f"{field.name}=": field.help for field in FIELDS}
    assert {word: help for word, help in offered("mnist-tui train ").items() if word in fields} == fields
    assert offered("mnist-tui runs show my") == {"my run": run.id}


def quoted(text: str) -> str:
    """As one word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
