"""The engine process, which trains the runs of a home as consoles ask: its protocol, client, server and queue."""
