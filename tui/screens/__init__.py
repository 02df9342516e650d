"""Screens: they route what happens to the widgets that show it."""
