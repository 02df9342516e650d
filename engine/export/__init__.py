"""Runs taken elsewhere: tables, documents, reports, event files, weights and scripts."""

from engine.export.formats import FORMATS, export, export_text
from engine.export.run_snapshot import ExportError

__all__ = ["FORMATS", "ExportError", "export", "export_text"]
