"""Text and styles from values, for every pane."""
