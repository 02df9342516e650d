"""The Run pane: what the run that is shown does now."""
