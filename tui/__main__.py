"""`python -m tui` is `mnist-tui`."""

from tui.cli.entry import main

main()
