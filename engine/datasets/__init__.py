"""Data sets: MNIST and those of its form, and synthetic digits that need no network."""

from engine.datasets.dataset import Dataset, DatasetError, Report
from engine.datasets.loading import load

__all__ = ["Dataset", "DatasetError", "Report", "load"]
