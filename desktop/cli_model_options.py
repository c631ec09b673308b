"""The options of the commands ask, chat and models."""

from __future__ import annotations

import argparse
from pathlib import Path


def models_options(parser: argparse.ArgumentParser) -> None:
    """Those of `models`."""
    parser.add_argument("action", choices=("list", "import", "download", "remove", "settings"))
    parser.add_argument(
        "path",
        nargs="?",
        metavar="MODEL",
        help="a file or folder to import; a name of the catalogue, or OWNER/NAME:FILE.gguf, to download; a name to "
        "remove, or to show or change how it runs",
    )
    parser.add_argument("--copy", action="store_true", help="copy it instead of using it where it is")
    parser.add_argument("--catalogue", action="store_true", help="list what can be downloaded instead")
    parser.add_argument("--reset", action="store_true", help="let Deskside decide again how it runs")
    _running_options(parser)


def ask_options(parser: argparse.ArgumentParser) -> None:
    """Those of `ask`."""
    parser.add_argument("question", nargs="?", default="", metavar="QUESTION")
    parser.add_argument(
        "--questions", type=Path, metavar="FILE", help='JSONL of {"id", "text"}: many in one process'
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--collection", metavar="NAME")
    where.add_argument(
        "--files", nargs="+", type=Path, metavar="PATH", help="import these, then ask them alone"
    )
    where.add_argument(
        "--attach",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="ask files or pictures that do not come into the library",
    )
    parser.add_argument("--model", metavar="M", help="a model's name or the path of a GGUF file")
    parser.add_argument("--quotes-only", action="store_true", help="leave the model out")
    _adapter_options(parser)
    _running_options(parser)


def chat_options(parser: argparse.ArgumentParser) -> None:
    """Those of `chat`."""
    parser.add_argument("--model", metavar="M", help="a model's name or the path of a GGUF file")
    parser.add_argument("--system", default="", metavar="S", help="instructions for the model")
    parser.add_argument("--collection", metavar="NAME", help="ask this collection")
    _adapter_options(parser)
    _running_options(parser)


def _running_options(parser: argparse.ArgumentParser) -> None:
    """How a model runs; left out, it runs as its own settings and those for all models say."""
    parser.add_argument(
        "--context", type=int, dest="context_size", metavar="N", help="tokens it sees at once"
    )
    parser.add_argument(
        "--gpu-layers", type=int, metavar="N", help="layers on the graphics card; -1 is as many as fit"
    )
    parser.add_argument("--cache-type", choices=("f16", "q8_0"), help="of the KV cache; q8_0 takes half")
    parser.add_argument("--flash-attention", action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads; 0 chooses by itself")


def _adapter_options(parser: argparse.ArgumentParser) -> None:
    """Which adapters are on."""
    parser.add_argument(
        "--adapter",
        action="append",
        default=[],
        metavar="NAME[=STRENGTH]",
        help="switch a LoRA adapter of the model on; 1 is as it was trained; may be given again",
    )
