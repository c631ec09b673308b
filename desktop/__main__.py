"""`python -m desktop`: the window, or a command of the command line."""

import sys

from desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
