"""The figures that the program promises, each measured against the bare libraries: `python -m tests.bench`."""
