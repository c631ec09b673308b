"""Runs all measurements, or those named, and writes the table: `python -m tests.bench [NAME ...]`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import machine
from tests.bench.measure import Figure, say

NAMES = (
    "start",
    "timer",
    "open_chat",
    "streaming",
    "generation",
    "prefix",
    "features",
    "branches",
    "unloading",
    "lookup",
    "imports",
    "embedding",
    "pipelines",
    "scans",
    "search",
    "scale",
    "rescan",
    "retrieval",
    "xquad",
)
RESULTS = Path(__file__).with_name("RESULTS.md")
LIMIT_SECONDS = 1800


def main(arguments: list[str]) -> int:
    """Exit code 0 when all targets are reached, 1 when not. Only a whole run is kept in RESULTS.md."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure the promised figures."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(NAMES)}")
    chosen = os.environ.get("DESKSIDE_XQUAD")
    parser.add_argument(
        "--xquad",
        type=Path,
        metavar="DIR",
        default=Path(chosen) if chosen else None,
        help="the folder of the XQuAD files (see tests/bench/README.md); also DESKSIDE_XQUAD",
    )
    options = parser.parse_args(arguments)
    wrong = [name for name in options.names if name not in NAMES]
    if wrong:
        parser.error(f"there is no measurement named {', '.join(wrong)}")
    start = time.monotonic()
    figures: list[Figure] = []
    for name in options.names or NAMES:
        figures += _measured(name, options.xquad)
    table = _document(figures, time.monotonic() - start)
    if not options.names:
        beside = RESULTS.with_suffix(".new")
        beside.write_text(table, "utf-8")
        os.replace(beside, RESULTS)
    print(table)
    return 1 if any(figure.passed is False for figure in figures) else 0


def _measured(name: str, xquad: Path | None) -> list[Figure]:
    """The figures of one measurement, from a process of its own with a home of its own."""
    with tempfile.TemporaryDirectory(prefix="deskside-bench-") as folder:
        out = Path(folder) / "figures.json"
        busy = machine.busy()
        say(f"{name}: others take {busy:.0f} % of the processor")
        command = [sys.executable, "-m", "tests.bench.one", name, str(out)]
        command += ["--xquad", str(xquad)] if xquad else []
        try:
            subprocess.run(
                command, env=_environment(Path(folder) / "home"), timeout=LIMIT_SECONDS, check=False
            )
            found = [Figure(**data) for data in json.loads(out.read_text("utf-8"))]
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            return [Figure(name, "", "the measurement failed", passed=False, note=type(error).__name__)]
    if busy > 15:
        note = f"taken while others used {busy:.0f} % of the processor"
        found = [
            Figure(**{**figure.data(), "note": f"{figure.note}; {note}".strip("; ")}) for figure in found
        ]
    return found


def _environment(home: Path) -> dict[str, str]:
    """As a person starts the program: bytecode is kept, nothing looks at the network."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"DESKSIDE_HOME": str(home), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


def _document(figures: list[Figure], seconds: float) -> str:
    """The whole of RESULTS.md."""
    lines = ["# Figures", "", f"Written by `make bench` on {time.strftime('%Y-%m-%d')}, in one run of"]
    lines[-1] += f" {seconds / 60:.0f} minutes."
    lines += ["", *(f"- {line}" for line in machine.description()), ""]
    lines += ["| figure | target | measured | ratio | reached |", "|---|---|---|---|---|"]
    notes: list[str] = []
    for figure in figures:
        mark = ""
        if figure.note:
            notes.append(figure.note)
            mark = f" ({len(notes)})"
        reached = {True: "yes", False: "**no**", None: ""}[figure.passed]
        cells = (figure.what + mark, figure.target, figure.measured, figure.ratio, reached)
        lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
    lines += ["", "How they were taken:", ""]
    lines += [f"{number}. {' '.join(note.split())}" for number, note in enumerate(notes, 1)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
