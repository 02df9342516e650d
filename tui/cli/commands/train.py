"""`mnist-tui train`: trains a network without the console."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import click
from click.shell_completion import CompletionItem

from engine.config.field_types import Switch
from engine.config.fields import Field
from engine.config.presets import own_presets, preset, presets
from engine.config.run_config import FIELDS, RunConfig
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.groups import Repetition
from engine.runs.status import FINISHED, LIVE
from engine.runs.summaries import find_run, summarise
from engine.service.device_choice import DeviceChoice
from tui.cli.commands.shared import KEEP_WEIGHTS, PLACE, options, preset_and_texts
from tui.cli.completion import complete_groups, complete_runs, complete_settings, complete_values

EXAMPLES = """\b
Examples:
  mnist-tui train                                      the reference network
  mnist-tui train shallow                              a preset
  mnist-tui train deep --hidden 256,128 --epochs 10    a preset with other settings
  mnist-tui train deep hidden=256,128 epochs=10        the same, as runs show --config prints it
  mnist-tui train $(mnist-tui runs show last --config) the last run once more
  mnist-tui train deep --seeds 5                       five seeds, with mean and standard deviation
  mnist-tui train --resume last                        go on with a run that was stopped
  mnist-tui train dropout --json > events.jsonl        events for a program

Ctrl-C, SIGTERM and a terminal that hangs up stop the run after its step and keep a checkpoint, from which --resume
goes on exactly. A second Ctrl-C leaves at once. When nobody reads standard output any more, training goes on."""

REFERENCE = "deep"


class FieldOption(click.Option):
    """The option of one configuration field; what it is given is read with all the others at once."""

    def __init__(self, field: Field) -> None:
        flag = field.name.replace("_", "-")
        switch = isinstance(field.kind, Switch)
        short = [] if switch else [f"--{alias}" for alias in field.aliases]
        super().__init__(
            [f"--{flag}/--no-{flag}" if switch else f"--{flag}", *short, field.name],
            help=f"{field.help} [{field.kind.accepts}; default {field.kind.write(field.default)}]",
            metavar=None if switch else "VALUE",
            type=None if switch else click.STRING,
            default=None,
        )
        self.field = field

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return complete_values(self.field, incomplete)


class TrainCommand(click.Command):
    """The command with an option for every field, its help under the fields' headings."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.params += [FieldOption(field) for field in FIELDS]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        of_run = [option for option in options if not isinstance(option, FieldOption)]
        _write_options(ctx, formatter, "The run", of_run)
        fields = [option for option in options if isinstance(option, FieldOption)]
        for group, members in groupby(fields, key=lambda option: option.field.group):
            _write_options(ctx, formatter, group, members)
        own = own_presets(ctx.obj or Home.find()).presets
        for heading, known in (("Presets", presets()), ("Your presets", own)):
            if known:
                with formatter.section(heading):
                    formatter.write_dl([(name, preset.line) for name, preset in known.items()])


def _write_options(
    ctx: click.Context, formatter: click.HelpFormatter, heading: str, options: Iterable[click.Option]
) -> None:
    records = [record for option in options if (record := option.get_help_record(ctx))]
    with formatter.section(heading):
        formatter.write_dl(records)


@click.command(cls=TrainCommand, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="[PRESET] [FIELD=VALUE]...", shell_complete=complete_settings)
@click.option("--name", default="", help="What to call the run; its preset's name unless given.")
@click.option("--tag", "tags", multiple=True, help="A word to find it by; may be given several times.")
@click.option("--note", default="", help="A remark kept with the run.")
@click.option("--group", default="", shell_complete=complete_groups, help="A name shared by runs that belong together.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Train so often, each with the next seed, as a group.")
@KEEP_WEIGHTS
@options(PLACE)
@click.option("--json", is_flag=True, help="Every event as a line of JSON on standard output.")
@click.option("--quiet", is_flag=True, help="Print the last line only.")
@click.option("--resume", metavar="RUN", shell_complete=complete_runs, help="Go on with a run from its checkpoint.")
@click.pass_obj
def train(
    home: Home,
    /,
    words: tuple[str, ...],
    name: str,
    tags: tuple[str, ...],
    note: str,
    group: str,
    seeds: int | None,
    keep_weights: str,
    on: str | None,
    gpu_share: float | None,
    json: bool,
    quiet: bool,
    resume: str | None,
    **fields: str | bool | None,
) -> int:
    """Train a network on handwritten digits.

    Settings come from the PRESET, then from FIELD=VALUE words, then from options.
    """
    if json and quiet:
        raise click.UsageError("--json and --quiet exclude each other", click.get_current_context())
    if (on or gpu_share) and seeds is None:
        raise click.UsageError("--on and --gpu-share go with --seeds N", click.get_current_context())
    DeviceChoice.of_environment()  # Refused before a run is made.
    settings = {field: value for field, value in fields.items() if value is not None}
    if resume is None:
        chosen, config = configure(home, words, settings)
        if seeds is not None:
            from tui.cli.commands.train_seeds import train_seeds, train_seeds_on_cluster

            repetition = Repetition(
                config, seeds, name=name or chosen, tags=tags, note=note, preset=chosen, group=group,
                keep_weights=keep_weights,
            )  # fmt: skip
            if on is None and gpu_share is None:
                return train_seeds(home, repetition, json=json, quiet=quiet)
            from tui.cli.sweep_trainers import sweep_trainer

            trainer = sweep_trainer(on, gpu_share)
            return train_seeds_on_cluster(home, repetition, trainer, json=json, quiet=quiet)
        run = Run.create(
            home, config, name=name, tags=tags, note=note, preset=chosen, group=group, keep_weights=keep_weights
        )
    else:
        given = [*words, *settings, *filter(None, (name, *tags, note, group)), *(["--seeds"] if seeds else [])]
        given += ["--keep-weights"] if keep_weights else []
        if given:
            raise click.UsageError(
                f"--resume goes on with a run as it is; leave out {', '.join(given)}", click.get_current_context()
            )
        run = resumable(home, resume)
    from tui.cli.progress_reports import choose_report
    from tui.cli.training_session import train_and_conclude

    return train_and_conclude(run, choose_report(json=json, quiet=quiet))


def configure(home: Home, words: Iterable[str], settings: dict[str, str | bool]) -> tuple[str, RunConfig]:
    """The preset of a home that `words` begin with, if any, and the configuration they and `settings` describe.

    Raises PresetError, ConfigError."""
    name, texts = preset_and_texts(words, "settings look like epochs=10")
    given = {**texts, **settings}
    chosen = preset(name, home) if name is not None else None if given else preset(REFERENCE)
    base = chosen.config if chosen else RunConfig()
    return chosen.name if chosen else "", base.replace(given)


def resumable(home: Home, query: str) -> Run:
    """The run to go on with. Raises StoreError when it is finished or being trained."""
    run = find_run(home, query)
    status = summarise(run).status
    if status == FINISHED:
        raise StoreError(
            f"{run.id} is finished; to train it again: mnist-tui train $(mnist-tui runs show {run.id} --config)"
        )
    if status in LIVE:
        raise StoreError(f"{run.id} is {status} in another process; see it: mnist-tui runs show {run.id}")
    return run
