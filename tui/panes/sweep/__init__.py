"""The panes of a sweep: its cells as a picture, and best first in a table."""
