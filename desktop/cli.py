"""The command line: the same features as the window, for scripts, tests and people at a terminal."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop import __version__
from desktop.cli_interrupt import ended_once
from desktop.cli_model_options import ask_options, chat_options, models_options
from desktop.cli_prompt_options import batch_options, prompts_options
from desktop.core.errors import Cancelled, DesksideError

USER_ERROR, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    0 done, 1 a user's error, 2 wrong usage, 3 partly done, 130 ended by Ctrl-C, as shells count it.
    """
    multiprocessing.freeze_support()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        from desktop.app import main as window

        return int(window([]))
    options = _parser().parse_args(given)
    try:
        with ended_once():
            return _run(options.where, options)
    except DesksideError as error:
        print(error, file=sys.stderr)
        return USER_ERROR
    except (Cancelled, KeyboardInterrupt):
        print("Stopped. What was done is kept.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deskside", description="Chat with your own files, on your own computer."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, words, fill, where in _commands():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
        fill(command)
        command.set_defaults(where=where)
    return parser


def _no_options(_: argparse.ArgumentParser) -> None:
    """A command that takes none."""


def _commands() -> list[tuple[str, str, Callable[[argparse.ArgumentParser], None], str]]:
    """Name, help, options, and where the command lives: that module is imported only when it runs."""
    work, answers, folders = "desktop.cli_commands", "desktop.cli_ask", "desktop.cli_folders"
    lists = "desktop.cli_collections"
    return [
        ("import", "Import files, folders, or a table's rows.", _import_options, f"{work}:import_files"),
        ("link", "Link a folder to a collection, to be kept in sync.", _link_options, f"{folders}:link"),
        ("unlink", "Keep a folder in sync no more.", _unlink_options, f"{folders}:unlink"),
        ("sync", "Read what is new in linked folders, drop what is gone.", _sync_options, f"{folders}:sync"),
        (
            "collections",
            "List the collections, and what stands out in each.",
            _no_options,
            f"{lists}:collections",
        ),
        (
            "keep",
            "Say how a collection is kept, or change its embedding model or place.",
            _keep_options,
            "desktop.cli_collections:keep",
        ),
        ("search", "Find passages.", _search_options, "desktop.cli_search:search"),
        (
            "topics",
            "Group documents, or the rows of a table, by what they are about.",
            _topics_options,
            "desktop.cli_topics:topics",
        ),
        ("summarise", "Summarise one file as a whole.", _summarise_options, f"{answers}:summarise"),
        ("ask", "Answer a question from files, with quotes and sources.", ask_options, f"{answers}:ask"),
        ("chat", "Have a conversation on the terminal.", chat_options, f"{answers}:chat"),
        (
            "evaluate",
            "Measure search on a labelled set: nDCG@10, recall@10, MRR@10.",
            _evaluate_options,
            "desktop.cli_evaluate:evaluate",
        ),
        (
            "addresses",
            "Models at OpenAI-compatible addresses: list, add, on, off, remove, or ask for their names.",
            _addresses_options,
            "desktop.cli_addresses:addresses",
        ),
        (
            "connections",
            "What the program has connected to, and why.",
            _no_options,
            "desktop.cli_addresses:connections",
        ),
        (
            "serve",
            "Offer the model and the collections to programs on this computer, as OpenAI's interface.",
            _serve_options,
            "desktop.cli_addresses:serve",
        ),
        (
            "models",
            "List, bring in, download or remove models.",
            models_options,
            "desktop.cli_models:models",
        ),
        (
            "feedback",
            "List your thumbs, corrections and choices, or write them as training data.",
            _feedback_options,
            "desktop.cli_feedback:feedback",
        ),
        (
            "compare",
            "Ask two models, instructions or presets the same, and keep which is better.",
            _compare_options,
            "desktop.cli_compare:compare",
        ),
        ("chats", "List, export or import chats.", _chats_options, "desktop.cli_chats:chats"),
        (
            "prompts",
            "The prompt library: list, show, run, import or export prompts.",
            prompts_options,
            "desktop.cli_prompts:prompts",
        ),
        (
            "batch",
            "Run one prompt over every document of a collection or every row of a table.",
            batch_options,
            "desktop.cli_batch:batch",
        ),
        ("demo", "Import the sample files and answer a question about them.", _no_options, f"{answers}:demo"),
        ("doctor", "Say what is installed, where it is, and what is missing.", _no_options, f"{work}:doctor"),
    ]


def _run(where: str, options: argparse.Namespace) -> int:
    module, _, function = where.partition(":")
    return int(getattr(importlib.import_module(module), function)(options))


def _compare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question")
    parser.add_argument("--collection", default="", help="the collection to ask")
    for name, words in (
        ("model", "a model"),
        ("system", "instructions"),
        ("preset", "precise, balanced or free"),
    ):
        parser.add_argument(
            f"--{name}", action="append", default=[], help=f"{words}: once for each side, or once for all"
        )
    parser.add_argument(
        "--better", type=int, default=0, metavar="N", help="keep that side N is the better one"
    )


def _feedback_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "export"))
    parser.add_argument(
        "--shape",
        choices=("supervised", "preference"),
        default="supervised",
        help="supervised: conversations with the answer to learn; preference: prompt, chosen and rejected",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="the JSON lines file to write")


def _chats_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "export", "import"))
    parser.add_argument(
        "what",
        nargs="*",
        metavar="CHAT",
        help="words to list chats by; a chat's id or title to export; files to import",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to export to: .md, .html, .docx or .json says how"
    )


def _addresses_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "add", "on", "off", "remove", "models"))
    parser.add_argument("address", nargs="?", default="", metavar="ADDRESS", help="or the name it was given")
    parser.add_argument("--model", default="", metavar="M", help="the model's name there")
    parser.add_argument("--name", default="", metavar="NAME", help="what it is to be called here")
    parser.add_argument("--context", type=_positive, default=0, metavar="TOKENS", help="the model's context")
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=("chat", "vision", "embedding"),
        default="chat",
        help="whether it answers, is shown attached pictures, too, or embeds the passages of collections",
    )
    parser.add_argument(
        "--key", action="store_true", help="ask for a key, or take it from the variable DESKSIDE_KEY"
    )


def _topics_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collection", default="", metavar="NAME", help="the documents of a collection")
    parser.add_argument("--input", type=Path, metavar="FILE", help="or the rows of a CSV, TSV or JSONL file")
    parser.add_argument("--text-column", default="", metavar="C", help="the column of the texts")
    parser.add_argument("--id-column", default="", metavar="C", help="the column of their ids")
    parser.add_argument("--number", type=_positive, default=0, metavar="N", help="exactly N topics")
    parser.add_argument(
        "--outliers",
        choices=("none", "some"),
        default="none",
        help="whether what is far from every topic is left without one",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="another one, other topics")
    parser.add_argument(
        "--export", type=Path, metavar="F", help="write a row for each document: CSV, XLSX or JSON"
    )


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8111, help="the port on this computer (8111); 0 takes any"
    )
    parser.add_argument("--model", metavar="M", help="a model's name or the path of a GGUF file")
    parser.add_argument(
        "--key",
        action="store_true",
        help="ask for a key that programs must send, or take it from DESKSIDE_KEY",
    )


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--collection", required=True, metavar="NAME")
    parser.add_argument(
        "--text-column", default="", metavar="C", help="rows of CSV/JSONL become documents: their text"
    )
    parser.add_argument("--id-column", default="", metavar="C")
    parser.add_argument("--title-column", default="", metavar="C")
    parser.add_argument(
        "--resume", action="store_true", help="go on with what an earlier import has left undone"
    )
    parser.add_argument(
        "--password",
        action="store_true",
        help="ask for the password of locked files; scripts set the variable DESKSIDE_PASSWORD",
    )


def _link_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--collection", required=True, metavar="NAME")
    parser.add_argument(
        "--ignore",
        nargs="+",
        default=[],
        metavar="PATTERN",
        help="what else to leave out, as in a .gitignore",
    )


def _unlink_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--collection", metavar="NAME", help="only from this collection")
    parser.add_argument("--remove", action="store_true", help="remove its documents from the library, too")


def _sync_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collection", metavar="NAME", help="only the folders of this collection")
    parser.add_argument("--watch", action="store_true", help="go on following them until Ctrl-C")


def _keep_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("collection", metavar="NAME")
    parser.add_argument("--embedder", default="", metavar="M", help="an installed embedding model, by name")
    parser.add_argument(
        "--place",
        metavar="PLACE",
        help="a folder, s3://…, or a LanceDB server db://…; '' for the program's own folder",
    )


def _search_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", default="", metavar="QUERY")
    parser.add_argument(
        "--queries", type=Path, metavar="FILE", help='JSONL of {"id", "text"}: many in one process'
    )
    parser.add_argument("--collection", required=True, metavar="NAME")
    parser.add_argument("-k", type=_positive, default=10, help="how many results (10)")
    parser.add_argument("--mode", choices=("hybrid", "vector", "keyword"), default="hybrid")
    parser.add_argument("--by-document", action="store_true", help="each document at most once")
    parser.add_argument(
        "--rerank",
        action=argparse.BooleanOptionalAction,
        help="read the best ones again with a cross-encoder; done where one is installed",
    )
    parser.add_argument(
        "--phrase",
        nargs="?",
        const=True,
        default="",
        metavar="TEXT",
        help="only passages with this exact phrase; without TEXT, with the query as it is",
    )
    parser.add_argument("--folder", type=Path, metavar="PATH", help="only files in this folder and below")
    parser.add_argument(
        "--type",
        action="append",
        default=[],
        metavar="KIND",
        help="only files of this kind, such as pdf; may be repeated",
    )
    parser.add_argument(
        "--after", type=_day, default=0.0, metavar="DATE", help="only files changed on this day or later"
    )
    parser.add_argument(
        "--before", type=_day, default=0.0, metavar="DATE", help="only files changed before this day"
    )


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="with corpus.jsonl, queries.jsonl, qrels/test.tsv",
    )
    parser.add_argument("--corpus", type=Path, metavar="FILE", help='JSONL of {"_id", "title", "text"}')
    parser.add_argument("--queries", type=Path, metavar="FILE", help='JSONL of {"_id", "text"}')
    parser.add_argument(
        "--qrels", type=Path, metavar="FILE", help="query, document and grade, with tabs between"
    )
    parser.add_argument(
        "--collection",
        default="",
        metavar="NAME",
        help="keep the corpus in a collection of this name; without a labelled set, ask questions written from it",
    )


def _summarise_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="import this, then summarise it")
    parser.add_argument("--document", default="", metavar="ID", help="a document of the library instead")
    parser.add_argument("--model", metavar="M", help="a model's name or the path of a GGUF file")


def _day(text: str) -> float:
    """The beginning of a day as seconds since 1970, in the time of this computer."""
    try:
        return time.mktime(time.strptime(text, "%Y-%m-%d"))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError("must be a date such as 2026-01-31") from error


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
