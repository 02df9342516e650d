"""The Devices pane: what trains on each device, who else uses it, and the queue."""
