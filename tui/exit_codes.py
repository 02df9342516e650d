"""How the program ends: exit statuses, and errors told in a line or two on standard error."""

from __future__ import annotations

import errno
import sys

from engine.config.fields import ConfigError
from engine.errors import Refusal

NAME = "mnist-tui"
DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def explain(error: Exception) -> int:
    """Say on standard error what went wrong and what to do; the exit status it means."""
    import click

    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        if context and context.command.hidden:  # Its help is that of the group it stands for.
            context = context.parent
        path = context.command_path if context else NAME
        text = _as_a_word(error) or error.format_message().replace("\n\t", " ")
        advice = f"\nSee: {path} --help" if isinstance(error, click.UsageError) else ""
        return complain(text.rstrip(".") + advice, error.exit_code)
    if isinstance(error, ConfigError):
        problems = [str(problem) for problem in error.problems]
        if len(problems) == 1:
            return complain(problems[0], WRONG_USAGE)
        return complain("\n  ".join([f"{len(problems)} settings are refused:", *problems]), WRONG_USAGE)
    if isinstance(error, OSError):
        return _complain_of_system(error)
    return complain(str(error), WRONG_USAGE if isinstance(error, Refusal) else FAILED)


def _as_a_word(error: Exception) -> str:
    """What to say of a setting given as an option to a command that takes settings as words."""
    import click

    from engine.config.run_config import BY_NAME

    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return ""
    field = error.option_name.lstrip("-").replace("-", "_")
    takes_words = any("FIELD=" in (parameter.metavar or "") for parameter in error.ctx.command.params)
    return f"No such option '{error.option_name}'; write {field}=VALUE" if takes_words and field in BY_NAME else ""


def _complain_of_system(error: OSError) -> int:
    if error.errno == errno.EPIPE:
        return FAILED
    place = f"{error.filename}: " if error.filename else ""
    return complain(f"{place}{error.strerror or error}")


def complain(text: str, status: int = FAILED) -> int:
    """Say `text` on standard error, without what a terminal would obey; returns `status`."""
    shown = "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
    print(f"{NAME}: {shown}", file=sys.stderr, flush=True)
    return status
