"""Runs one measurement in this process and writes its figures to a file: `python -m tests.bench.one NAME OUT`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import traceback
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Exit code 0 when figures were written, 1 when the measurement itself failed."""
    from tests.bench.measure import Figure, Options

    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--xquad", type=Path)
    given = parser.parse_args(arguments)
    code = 0
    try:
        module = importlib.import_module(f"tests.bench.{given.name}")
        figures = module.figures(Options(given.xquad))
    except Exception as error:  # noqa: BLE001 - it costs this figure, not the run; the table says so
        traceback.print_exc()
        note = f"{type(error).__name__}: {error}"
        figures, code = [Figure(given.name, "", "the measurement failed", passed=False, note=note)], 1
    given.out.write_text(json.dumps([figure.data() for figure in figures]), "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
