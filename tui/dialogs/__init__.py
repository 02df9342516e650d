"""Dialogs, which return a value and decide nothing."""
