"""The engine: configurations, events, run directories, data, networks and training."""

__version__ = "0.2.0"
