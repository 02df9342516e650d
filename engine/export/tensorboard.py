"""A run as an event file for TensorBoard, written by TensorBoard's own writer; PyTorch is not needed for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ExportError
from engine.export.report import report
from engine.runs.snapshot import RunSnapshot

INSTALL = "TensorBoard is not installed; get it: pip install 'mnist-tui[tensorboard]'"
# The name TensorBoard shows, and the field of an `epoch` event.
SCALARS = {
    "loss/training": "train_loss",
    "loss/validation": "validation_loss",
    "loss/test": "test_loss",
    "accuracy/training": "train_accuracy",
    "accuracy/validation": "validation_accuracy",
    "accuracy/test": "test_accuracy",
    "penalty": "penalty",
}
OF_BATCHES = {"loss/batches": "loss", "accuracy/batches": "accuracy", "learning_rate": "learning_rate"}


def check_installed() -> None:
    """Raises ExportError when TensorBoard is not installed."""
    try:
        import tensorboard.summary.writer.event_file_writer  # noqa: F401
    except ImportError:
        raise ExportError(INSTALL) from None


def write_event_file(snapshot: RunSnapshot, folder: Path) -> None:
    """Write an event file into `folder`: figures by step, those of the epochs and of the batches between, at the times
    they were taken, and the run's report as text."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder))
    for time, step, name, value in scalars(snapshot):
        summary = Summary(value=[Summary.Value(tag=name, simple_value=value)])
        writer.add_event(Event(wall_time=time, step=step, summary=summary))
    writer.add_event(Event(wall_time=snapshot.record.created, step=0, summary=_text("run", report(snapshot))))
    writer.close()


def scalars(snapshot: RunSnapshot) -> Iterator[tuple[float, int, str, float]]:
    """Time, step, name and value of each figure that is one."""
    began = snapshot.state.started.time if snapshot.state.started else snapshot.record.created
    for values in snapshot.steps():
        for name, field in OF_BATCHES.items():
            if math.isfinite(values[field]):
                yield began + values["elapsed"], int(values["step"]), name, values[field]
    for epoch in snapshot.state.epochs:
        for name, field in SCALARS.items():
            value = getattr(epoch, field)
            if value is not None and math.isfinite(value):
                yield epoch.time, epoch.step, name, value


def _text(name: str, markdown: str) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.types_pb2 import DT_STRING

    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    tensor = TensorProto(dtype=DT_STRING, string_val=[markdown.encode()])
    return Summary(value=[Summary.Value(tag=name, metadata=metadata, tensor=tensor)])
