"""The commands of `mnist-tui`, a module each, imported when they are called."""
