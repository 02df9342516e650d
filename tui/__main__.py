"""`python -m tui` is `mnist-tui`."""

from tui.cli.main import main

main()
