"""`mnist-tui devices`: what the engine trains on, what trains there, who else does, and the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from engine.files import StoreError
from engine.home import Home
from engine.quantities import NOTHING
from engine.runs.directory import Run
from engine.runs.summaries import RunSummary, summarise
from engine.service.client import EngineClient, EngineGone
from engine.service.codec import pack
from engine.service.protocol import Device, DeviceList, Devices, Job, Ping, Status
from tui.cli.commands.shared import print_json

if TYPE_CHECKING:
    from tui.cli.output import Output

EXAMPLES = """\b
Examples:
  mnist-tui devices
  mnist-tui devices --json | jq '.devices[] | select(.run == "") | .slot'
  MNIST_TUI_DEVICES=0,2-5 mnist-tui       an engine that is started so uses these GPUs alone"""


@click.command(epilog=EXAMPLES)
@click.option("--json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def devices(home: Home, json: bool) -> None:
    """Show the devices, the run on each, who else uses them, and the queue.

    Where no engine is running, the devices that one would use are shown."""
    status, listed = _status_and_devices(home)
    runs = _runs(home, status, listed)
    if json:
        print_json(_values(status, listed, runs))
    else:
        _print(status, listed, runs)


def _status_and_devices(home: Home) -> tuple[Status | None, DeviceList]:
    """What the engine tells; without one, the devices as they would be found."""
    client = EngineClient(home)
    try:
        client.connect(start=False)
    except EngineGone:
        return None, _devices_without_engine(home)
    try:
        return client.request(Ping()), client.request(Devices())
    finally:
        client.close()


def _devices_without_engine(home: Home) -> DeviceList:
    from engine.service.device_choice import DeviceChoice
    from engine.service.device_list import device_list
    from engine.service.device_stats import FIRST_SECONDS, DeviceStats, DeviceUsage, with_user
    from engine.service.slots import Slot, find_slots
    from engine.training.slot_locks import SlotLocks

    slots, stats, locks = find_slots(DeviceChoice.of_environment()), DeviceStats(), SlotLocks(home)
    if slots.cards:
        stats.wait(FIRST_SECONDS)

    def usage(slot: Slot) -> DeviceUsage:
        return with_user(stats.read(slot.device, slot.uuid), locks.user_of(slot.key))

    return device_list(slots, usage, {}, lambda slot: None, False)


def _runs(home: Home, status: Status | None, listed: DeviceList) -> dict[str, RunSummary]:
    """What is known of the runs that are named."""
    ids = {device.run for device in listed.devices} | {job.run for job in (status.waiting if status else ())}
    runs = {}
    for id in filter(None, ids):
        try:
            runs[id] = summarise(Run(home.runs / id))
        except StoreError:
            continue
    return runs


def _values(status: Status | None, listed: DeviceList, runs: dict[str, RunSummary]) -> dict[str, Any]:
    engine = {"pid": status.pid, "version": status.version, "since": status.since} if status else None
    rows = [{**pack(device), "progress": _progress_values(runs.get(device.run))} for device in listed.devices]
    waiting = [{"place": number, **pack(job)} for number, job in enumerate(status.waiting if status else (), 1)]
    for row in rows:
        del row["epoch_seconds"]
    return {
        "engine": engine, "devices": rows, "queue": waiting, "reason": listed.reason, "faults": list(listed.faults)
    }  # fmt: skip


def _progress_values(run: RunSummary | None) -> dict[str, Any] | None:
    return {"status": run.status, "epoch": run.epoch, "epochs": run.record.config.epochs} if run else None


def _print(status: Status | None, listed: DeviceList, runs: dict[str, RunSummary]) -> None:
    from tui.cli.output import Column, Output

    output = Output()
    columns = [Column("device"), Column("run", flexible=True), Column("progress"), Column("memory free", number=True)]
    columns += [Column("busy", number=True), Column("worker", number=True), Column("also there", flexible=True)]
    output.table([*columns, Column("model", flexible=True)], [_cells(device, runs) for device in listed.devices])
    for fault in listed.faults:
        output.line(fault, style="yellow", wrap=True)
    if listed.reason:
        output.line(f"slots of the processor: {listed.reason}", wrap=True)
    if status is None:
        output.line("No engine is running; the console starts one.")
    elif not listed.devices:
        output.line("The engine is looking at the devices; ask again in a moment.")
    else:
        _print_queue(output, status.waiting, runs)


def _print_queue(output: Output, waiting: tuple[Job, ...], runs: dict[str, RunSummary]) -> None:
    from tui.drawing.device_figures import queued_run

    output.line(f"\n{len(waiting)} in the queue" if waiting else "\nNothing is in the queue.")
    for number, job in enumerate(waiting, 1):
        queued = queued_run(job, number, runs)
        reason = f"({queued.reason})" if queued.reason else ""
        cells = [queued.ordinal, queued.run, queued.title, f"for {queued.device}", reason]
        output.line("  " + " ".join(filter(None, cells)), wrap=True)


def _cells(device: Device, runs: dict[str, RunSummary]) -> list[str]:
    from tui.drawing.device_figures import device_figures

    figures = device_figures(device, runs)
    run = " ".join(filter(None, (figures.title, figures.run, figures.more))) or NOTHING
    return [
        figures.slot,
        run,
        figures.progress,
        figures.memory,
        figures.busy,
        figures.worker,
        figures.users or NOTHING,
        figures.model,
    ]
