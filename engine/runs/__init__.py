"""The run directory, which is the stream: its record, events, state, lock, predictions and labels."""
