"""The Model pane: the form of a configuration."""
