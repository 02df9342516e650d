"""`mnist-tui bench`: how fast training is here, next to the loop a tutorial writes; with `--console`, how fast the
console is."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.quantities import percent
from tui.cli.commands.shared import print_json
from tui.cli.output import Column, Output
from tui.exit_codes import DONE, FAILED

if TYPE_CHECKING:
    from types import FrameType

    from rich.progress import Progress

    from engine.diagnostics.training_bench import Timing
    from tui.tools.figures import Failure, Figure

# Few images where a way of training is slow: batch 1 takes thirty times as many steps as batch 32.
IMAGES = {"1": 2000}
BUDGETED = ("32", "128", "1", "1024", "full")
CUDA_BUDGET = 20.0
CUDA_BUDGETED = ("32", "128")
JAX_BUDGET = 1.3
JAX_BUDGETED = ("1", "32")
# Cells of the longest name of a figure of the console.
FIGURE_NAME = 58
EXAMPLES = """\b
Examples:
  mnist-tui bench
  mnist-tui bench --batch-size 32 --batch-size 128 --rounds 9
  mnist-tui bench --console
  mnist-tui bench --queue

Exit status: 0 when the budgets hold, 1 when one does not."""


@click.command(epilog=EXAMPLES)
@click.option(
    "--batch-size", "batch_sizes", multiple=True, default=("32", "128", "1", "full"), help="Can be given several times."
)
@click.option("--hidden", default="128,64", show_default=True, help="Widths of the hidden layers.")
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Medians are over this many.")
@click.option("--dataset", default="auto", show_default=True, help="The data to train on.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:N or mps.")
@click.option("--console", is_flag=True, help="Measure the console instead, on a pseudo-terminal.")
@click.option("--queue", is_flag=True, help="Measure a queue of runs instead: on every core, against one.")
@click.option("--json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def bench(
    home: Home,
    /,
    batch_sizes: tuple[str, ...],
    hidden: str,
    rounds: int,
    dataset: str,
    device: str,
    console: bool,
    queue: bool,
    json: bool,
) -> int:
    """Measure training: reference loop, JAX where it is installed, this engine and the bare products, side by side."""
    if console and queue:
        raise click.UsageError("--console and --queue exclude each other", click.get_current_context())
    if console or queue:
        with ended_as_by_a_key():
            return _tell(_of_queue(home) if queue else _of_console(home), json)
    base = RunConfig().replace({"hidden": hidden, "dataset": dataset, "device": device})
    configs = [base.replace({"batch_size": b, "train_size": IMAGES.get(b, "all")}) for b in batch_sizes]
    timings, machine = _measure(home, configs, rounds)
    failed = [timing for timing in timings if _over_budget(timing, machine["device"])]
    if json:
        print_json({**machine, "timings": [vars(timing) for timing in timings]})
    else:
        _print(timings, machine)
    return FAILED if failed else DONE


def _over_budget(timing: Timing, device: str) -> str:
    """In what the engine misses its budgets: to be ahead of every way that is installed, and well ahead of JAX on one
    thread; empty when it does not."""
    if timing.way != "this engine":
        return ""
    if timing.batch_size in BUDGETED and timing.against_best < 1:
        return f"{timing.against_best:.2f} times the fastest other way"
    if timing.batch_size in JAX_BUDGETED and timing.against_jax is not None and timing.against_jax < JAX_BUDGET:
        return f"{timing.against_jax:.2f} times JAX on one thread"
    slow = device.startswith("cuda") and timing.against_reference < CUDA_BUDGET
    if timing.batch_size in CUDA_BUDGETED and slow:
        return f"{timing.against_reference:.1f} times the reference loop"
    return ""


def _measure(home: Home, configs: list[RunConfig], rounds: int) -> tuple[list[Timing], dict[str, str]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %")
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading PyTorch", total=len(configs))
        from engine import datasets
        from engine.diagnostics import training_bench as benches
        from engine.training import devices

        data = datasets.load(configs[0].dataset, home.prepare(), lambda event: None)
        device = devices.resolve(configs[0].device)
        timings = []
        for number, config in enumerate(configs):
            timings += benches.measure(config, data, device, rounds, _teller(progress, task, number, config))
    return timings, {**devices.machine(device), "dataset": data.name, "rounds": str(rounds)}


def _teller(progress: Progress, task: int, number: int, config: RunConfig) -> Callable[[str, int, int], None]:
    def tell(way: str, done: int, total: int) -> None:
        text = f"batch {config.text('batch_size')}: {way}"
        progress.update(task, description=text, completed=number + done / total)  # type: ignore[arg-type]

    return tell


def _print(timings: list[Timing], machine: dict[str, str]) -> None:
    from rich.text import Text

    headings = "threads", "images/s", "range", "x reference", "of products", "of peak"
    columns = [Column("batch"), Column("way", flexible=True), *(Column(text, number=True) for text in headings)]
    output = Output()
    output.table(columns, [[Text(cell, _style(timing)) for cell in _cells(timing)] for timing in timings])
    output.line()
    output.line(", ".join(f"{name}: {value}" for name, value in machine.items()), wrap=True)
    for timing in timings:
        if ratio := _over_budget(timing, machine["device"]):
            output.line(f"below budget: batch {timing.batch_size} trains at {ratio}", style="yellow")
        elif timing.way == "this engine" and timing.batch_size in BUDGETED:
            output.line(f"within budget: batch {timing.batch_size} trains at {_ratios(timing)}", wrap=True)


def _ratios(timing: Timing) -> str:
    """By how much the engine is ahead."""
    jax = f", {timing.against_jax:.2f} times JAX on one thread" if timing.against_jax is not None else ""
    return f"{timing.against_best:.2f} times the fastest other way{jax}"


def _style(timing: Timing) -> str:
    return "bold" if timing.way == "this engine" else ""


def _cells(timing: Timing) -> list[str]:
    return [
        timing.batch_size,
        timing.way,
        str(timing.threads),
        f"{timing.median:,.0f}",
        f"{timing.lowest:,.0f} to {timing.highest:,.0f}",
        f"{timing.against_reference:.2f}",
        percent(timing.against_products, digits=0),
        percent(timing.of_peak, digits=0),
    ]


def _of_queue(home: Home) -> Iterator[Figure | Failure]:
    from tui.tools.queue_bench import measure_queue

    yield from measure_queue(home, _report)


def _of_console(home: Home) -> Iterator[Figure | Failure]:
    from tui.tools.console_bench import console_measurements
    from tui.tools.figures import measure
    from tui.tools.history_bench import history_measurements

    yield from measure(console_measurements(home, seconds=20), _report)
    yield from measure(history_measurements(), _report)


@contextmanager
def ended_as_by_a_key() -> Iterator[None]:
    """Have SIGTERM and a terminal that hangs up end this program as Ctrl-C does: with the engine it has started."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _report(text: str) -> None:
    click.echo(text, err=True)


def _tell(figures: Iterable[Figure | Failure], json: bool) -> int:
    """Print each as it is found or, as JSON, all of them at the end; the exit status."""
    from rich.text import Text

    output, results = Output(), []
    for one in figures:
        results.append(one)
        if not json:
            output.pair(Text(one.name, "" if one.ok else "yellow"), _said(one), FIGURE_NAME)
            output.flush()
    if json:
        print_json([one._asdict() for one in results])
    return DONE if all(one.ok for one in results) else FAILED


def _said(one: Figure | Failure) -> str:
    """A figure beside its budget, or why there is none."""
    from tui.tools.figures import Failure

    if isinstance(one, Failure):
        return f"not measured: {one.error}"
    return f"{one.value:,.3g} {one.unit}, budget {one.budget:,.3g}: {'kept' if one.ok else 'missed'}"
