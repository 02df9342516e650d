"""The marked runs side by side."""
