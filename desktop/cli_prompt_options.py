"""The options of the commands prompts and batch."""

from __future__ import annotations

import argparse
from pathlib import Path


def prompts_options(parser: argparse.ArgumentParser) -> None:
    """Those of `prompts`."""
    parser.add_argument("action", choices=("list", "show", "run", "import", "export"))
    parser.add_argument(
        "what",
        nargs="*",
        metavar="PROMPT",
        help="words to list prompts by; a prompt's id or name to show, run or export; files to import",
    )
    _value_options(parser)
    parser.add_argument("--steps", action="store_true", help="let the model think step by step")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to export to")


def _value_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=WORDS", help="what is put in for a variable"
    )
    parser.add_argument(
        "--file", action="append", default=[], metavar="NAME=PATH", help="a file whose text is put in"
    )
    parser.add_argument(
        "--columns",
        default="",
        metavar="COLUMNS",
        help="a form that each answer keeps to: 'Name, Since: date, Kind: choice=lease|bill, Note?', or a JSON schema",
    )
    parser.add_argument("--rows", action="store_true", help="a list of such rows from each text")


def batch_options(parser: argparse.ArgumentParser) -> None:
    """Those of `batch`."""
    actions = ("run", "list", "resume", "retry", "show", "export", "remove")
    parser.add_argument("action", choices=actions)
    parser.add_argument(
        "what", nargs="*", metavar="WHAT", help="a prompt to run; a run's id, or nothing for the newest"
    )
    _value_options(parser)
    parser.add_argument("--collection", metavar="NAME", help="run over its documents")
    parser.add_argument(
        "--table", type=Path, metavar="FILE", help="run over the rows of a CSV, JSONL or XLSX file"
    )
    parser.add_argument("--text-column", default="", metavar="C", help="of the table: what is put in")
    parser.add_argument("--id-column", default="", metavar="C")
    parser.add_argument("--title-column", default="", metavar="C")
    parser.add_argument("--into", default="", metavar="NAME", help="the variable that takes each text")
    parser.add_argument(
        "--long",
        choices=("beginning", "parts"),
        default="beginning",
        help="of texts longer than the model's memory, read the beginning, or all of it part by part",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to export to: .csv, .xlsx or .jsonl says how"
    )
