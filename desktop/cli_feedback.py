"""The command about feedback: list what was said of answers, and write it as training data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from desktop.cli_commands import DONE, services
from desktop.cli_output import emit


def feedback(options: argparse.Namespace) -> int:
    """Show the rows, or write them."""
    with services() as built:
        if options.action == "export":
            path = options.out or Path(f"feedback-{options.shape}.jsonl")
            count = built.feedback.export(path, options.shape)
            emit(options, {"path": str(path), "rows": count}, f"Wrote {count} rows to {path}")
            return DONE
        for row in built.feedback.rows(options.shape):
            emit(options, row, json.dumps(row, ensure_ascii=False))
    return DONE
