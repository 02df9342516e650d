"""`mnist-tui learn`: lessons on runs of one's own."""

from __future__ import annotations

import string
import sys
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from engine.home import Home
from tui.cli.commands.shared import print_json
from tui.cli.entry import open_as_asked
from tui.exit_codes import DONE

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson
    from engine.lessons.standing import LessonStanding

EXAMPLES = """\b
Examples:
  mnist-tui learn                          the console, on its Learn view
  mnist-tui learn --list                   every lesson, and which are done
  mnist-tui learn depth                    the question, what was published, where to look
  mnist-tui learn depth --train            train its runs, a minute or two
  mnist-tui learn depth --answers          what your runs answer, and why

In the console a lesson opens what answers it, and keeps your answers."""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from engine.lessons.lesson import lessons

    return [CompletionItem(own.name, help=own.title) for own in lessons().values() if own.name.startswith(incomplete)]


@click.command("learn", epilog=EXAMPLES)
@click.argument("name", required=False, metavar="[LESSON]", shell_complete=_complete)
@click.option("--list", "list_", is_flag=True, help="Print which lessons there are, and which are done.")
@click.option("--train", is_flag=True, help="Train its runs now, in the engine.")
@click.option("--answers", is_flag=True, help="Say what your runs answer to its questions.")
@click.option("--json", is_flag=True, help="As one JSON object, of all lessons as an array.")
@click.pass_obj
def learn(home: Home, name: str | None, list_: bool, train: bool, answers: bool, json: bool) -> int:
    """Learn from runs of your own: lessons with questions that your figures answer.

    Without a LESSON, open the console on its Learn view; where no terminal is, list the lessons.
    """
    if name is None:
        if train or answers:
            raise click.UsageError("--train and --answers go with a LESSON", click.get_current_context())
        if sys.stdout.isatty() and not (json or list_):
            return open_as_asked(click.get_current_context(), lessons=True)
        _list(home, json)
        return DONE
    if list_:
        raise click.UsageError("--list goes without a LESSON", click.get_current_context())
    if train and json:
        raise click.UsageError("--train and --json exclude each other", click.get_current_context())
    from engine.lessons.lesson import lesson

    chosen = lesson(name)
    if train and (status := _train(home, chosen)) != DONE:
        return status
    if json:
        print_json(_json(_standing(home, chosen)))
    else:
        _print(_standing(home, chosen), answers or train)
    return DONE


def _standing(home: Home, chosen: Lesson) -> LessonStanding:
    from engine.lessons.progress import read_progress
    from engine.lessons.standing import lesson_standing, newest_runs

    return lesson_standing(home, chosen, newest_runs(home, chosen), read_progress(home)[chosen.name])


def _train(home: Home, chosen: Lesson) -> int:
    """Train the runs of a lesson as a sweep; the exit status."""
    from engine.sweeps.plan import plan
    from engine.sweeps.sweep_file import create_sweep, taken_groups
    from tui.cli.sweep_session import SweepLines, exit_status, train_sweep
    from tui.cli.sweep_trainers import ByEngine

    made = plan(chosen.request, taken_groups(home))
    create_sweep(home, made.record, made.cells)
    engine = ByEngine()
    return exit_status(train_sweep(home, made.record.group, SweepLines(), engine), engine)


def _list(home: Home, json: bool) -> None:
    from engine.lessons.lesson import lessons
    from engine.lessons.progress import read_progress
    from tui.cli.output import Column, Output

    progress = read_progress(home)
    if json:
        values = [{**_about(own), "done": progress[name].is_done} for name, own in lessons().items()]
        print_json(values)
        return
    rows = [(own.name, "done" if progress[own.name].is_done else "", own.question) for own in lessons().values()]
    Output().table([Column("lesson"), Column(""), Column("question", flexible=True)], rows)


def _print(standing: LessonStanding, answers: bool) -> None:
    from tui.cli.output import Output

    output, own = Output(), standing.lesson

    def say(text: str, style: str = "") -> None:
        output.line(text, style, wrap=True)

    say(f"{own.title}: {own.question}", "bold")
    for text in (*own.idea, f"Published: {own.published}"):
        output.line()
        say(text)
    output.line()
    say(_of_runs(standing))
    for look in own.looks:
        say(f"Look at {look.view} in the console. {look.at}")
    for place, question in enumerate(own.questions):
        output.line()
        say(question.text, "bold")
        for letter, answer in zip(string.ascii_lowercase, question.answers, strict=False):
            say(f"  {letter}) {answer.text}")
        if answers and standing.findings:
            for text in standing.explanation(place):
                say(text)
    output.line()
    for text in ("Then try:", *(f"  {text}" for text in own.then)):
        say(text)


def _of_runs(standing: LessonStanding) -> str:
    """Whether there are runs, and what to do next."""
    name, runs = standing.lesson.name, standing.runs
    if runs is None:
        return f"Train its runs: mnist-tui learn {name} --train"
    if standing.is_trained:
        trained = f"Its {runs.runs} runs are trained, as the group {standing.group}"
        return f"{trained}; what they say: mnist-tui learn {name} --answers"
    if runs.fed:
        return f"Its runs train now, as the group {standing.group}."
    return f"Some of its runs were broken off or deleted; train them anew: mnist-tui learn {name} --train"


def _json(standing: LessonStanding) -> dict[str, Any]:
    own = standing.lesson
    questions = [
        {
            "text": question.text,
            "answers": [{"outcome": answer.outcome, "text": answer.text} for answer in question.answers],
            "textbook": question.textbook,
            **standing.found(place),
        }
        for place, question in enumerate(own.questions)
    ]
    state = {"group": standing.group, "trained": standing.is_trained, "done": standing.progress.is_done}
    return {**_about(own), **state, "questions": questions}


def _about(own: Lesson) -> dict[str, Any]:
    return {"name": own.name, "title": own.title, "question": own.question, "published": own.published}
