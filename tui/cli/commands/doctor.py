"""`mnist-tui doctor`: what this machine offers, what is wrong with it, and what to do."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from engine.diagnostics import doctor as checks
from engine.diagnostics.doctor import NOTE, OK, PROBLEM, Finding
from engine.home import Home
from engine.text import clean
from tui.cli.commands.shared import print_json
from tui.exit_codes import DONE, FAILED

EXAMPLES = """\b
Examples:
  mnist-tui doctor
  mnist-tui doctor --json | jq '.[] | select(.state == "problem")'

Exit status: 0 when nothing is broken, 1 when something is."""


@click.command(epilog=EXAMPLES)
@click.option("--json", is_flag=True, help="As one JSON array.")
@click.pass_obj
def doctor(home: Home, json: bool) -> int:
    """Check this machine: versions, devices, terminal, data, home."""
    findings: list[Finding] = []
    for finding in _findings(home, quiet=json):
        findings.append(finding)
        if not json:
            _print(finding)
    broken = sum(finding.state == PROBLEM for finding in findings)
    if json:
        print_json([vars(finding) for finding in findings])
    else:
        click.echo("Nothing is broken." if not broken else f"Problems: {broken}.")
    return FAILED if broken else DONE


def _findings(home: Home, quiet: bool) -> Iterator[Finding]:
    yield from checks.check_versions()
    yield from check_terminal()
    yield check_locale()
    yield from checks.check_home(home)
    yield from checks.check_logout()
    yield from checks.check_data(home)
    if not quiet and sys.stderr.isatty():
        click.echo("Loading PyTorch to see the devices ...\r", nl=False, err=True)
    devices = list(checks.check_devices())
    if not quiet and sys.stderr.isatty():
        click.echo("\x1b[2K\r", nl=False, err=True)
    yield from devices


def _print(finding: Finding) -> None:
    from rich.text import Text

    from tui.cli.output import Output

    output = Output()
    style = {OK: "green", NOTE: "yellow", PROBLEM: "bold red"}[finding.state]
    output.pair(Text(finding.state, style), f"{finding.subject}: {clean(finding.found, 500)}", 7)
    if finding.advice:
        output.pair("", f"what to do: {clean(finding.advice, 500)}", 7)


def check_terminal() -> Iterable[Finding]:
    """The terminal standard output leads to, as the console would find it."""
    name = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        return [Finding("terminal", NOTE, "standard output is not a terminal", "the console needs one; train does not")]
    if name in ("", "dumb", "unknown"):
        return [Finding("terminal", NOTE, f"TERM={name} is no screen", "set TERM, or use train; the console needs one")]
    from rich.console import Console

    size = shutil.get_terminal_size()
    colours = Console().color_system or "no colours"
    inside = [
        word for word, variable in (("tmux", "TMUX"), ("screen", "STY"), ("SSH", "SSH_TTY")) if variable in os.environ
    ]
    inside += ["NO_COLOR"] if "NO_COLOR" in os.environ else []
    terminal = ", ".join([f"TERM={name}", f"{size.columns}x{size.lines}", f"colours: {colours}", *inside])
    if size.columns < 80 or size.lines < 24:
        return [Finding("terminal", NOTE, terminal, "from 80x24 on there is more to see")]
    return [Finding("terminal", OK, terminal)]


def check_locale() -> Finding:
    """Whether the characters that charts and digits are drawn with can be written."""
    encoding = (getattr(sys.__stderr__, "encoding", None) or "none").lower()
    locale_name = f"{locale.setlocale(locale.LC_CTYPE, None)}, {encoding}"
    if encoding.replace("-", "") == "utf8":
        return Finding("locale", OK, locale_name)
    return Finding("locale", NOTE, locale_name, "charts and digits are drawn in ASCII; export LC_ALL=C.UTF-8 for more")
