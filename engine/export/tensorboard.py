"""A run as an event file for TensorBoard, written by TensorBoard's own writer; PyTorch is not needed for it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.errors import ExportError
from engine.export.report import report
from engine.runs.layers import BINS, FIGURES, HISTOGRAMS, Histogram, layer_name
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
    """Write an event file into `folder`: figures by step, those of the epochs, of their layers and of the batches
    between, at the times they were taken, histograms of the layers, and the run's report as text."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder))
    for time, step, name, value in scalars(snapshot):
        summary = Summary(value=[Summary.Value(tag=name, simple_value=value)])
        writer.add_event(Event(wall_time=time, step=step, summary=summary))
    for time, step, name, histogram in histograms(snapshot):
        writer.add_event(Event(wall_time=time, step=step, summary=_histogram(name, histogram)))
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
    yield from (one for one in _of_layers(snapshot, FIGURES) if math.isfinite(one[-1]))


def histograms(snapshot: RunSnapshot) -> Iterator[tuple[float, int, str, Histogram]]:
    """Time, step, name and histogram of each that has a range."""
    yield from (one for one in _of_layers(snapshot, HISTOGRAMS) if math.isfinite(one[-1].low))


def _of_layers(snapshot: RunSnapshot, names: Iterable[str]) -> Iterator[tuple[float, int, str, Any]]:
    for epoch in snapshot.state.layers:
        for place, layer in enumerate(epoch.layers):
            for name in names:
                yield epoch.time, epoch.step, f"{name}/{layer_name(place, len(epoch.layers))}", getattr(layer, name)


def _histogram(name: str, histogram: Histogram) -> Any:
    """As TensorBoard keeps one: a row a bin, of where it begins, where it ends, and its count."""
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
    from tensorboard.compat.proto.types_pb2 import DT_DOUBLE

    wide = (histogram.high - histogram.low) / BINS
    rows = [
        (histogram.low + place * wide, histogram.low + (place + 1) * wide, count)
        for place, count in enumerate(histogram.counts)
    ]
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in (BINS, 3)])
    tensor = TensorProto(dtype=DT_DOUBLE, tensor_shape=shape, double_val=[value for row in rows for value in row])
    return _summary(name, "histograms", tensor)


def _text(name: str, markdown: str) -> Any:
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.types_pb2 import DT_STRING

    return _summary(name, "text", TensorProto(dtype=DT_STRING, string_val=[markdown.encode()]))


def _summary(name: str, plugin: str, tensor: Any) -> Any:
    """A tensor for one of TensorBoard's plugins."""
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    return Summary(value=[Summary.Value(tag=name, metadata=metadata, tensor=tensor)])
