"""The command line: the programs of click, their output and their completion."""
