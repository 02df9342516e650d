"""Runs taken elsewhere: tables, documents, reports, event files, weights and scripts."""

from engine.errors import ExportError
from engine.export.formats import FORMATS, export, export_text

__all__ = ["FORMATS", "ExportError", "export", "export_text"]
