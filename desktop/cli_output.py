"""What the command line prints: JSON objects on standard output, people's words beside them."""

from __future__ import annotations

import argparse
import json
import sys

from desktop.core.events import Event, Note, Progress
from desktop.core.text import shown


def emit(options: argparse.Namespace, data: dict[str, object], words: str) -> None:
    """Print `data` as one line of JSON with `--json`, else `words`."""
    encoding = sys.stdout.encoding or "utf-8"
    if options.json:
        text = json.dumps(data, ensure_ascii=False)
        try:
            text.encode(encoding)
        except UnicodeEncodeError:  # a name that is no text must still come out exactly
            text = json.dumps(data)
    else:
        # A terminal without UTF-8 shows a question mark rather than ending the program.
        text = printable(words).encode(encoding, "replace").decode(encoding)
    print(text, flush=True)


def tell(words: str) -> None:
    """Say something to a person, on standard error."""
    print(printable(words), file=sys.stderr, flush=True)


def printable(words: str) -> str:
    """The words without what would steer a terminal: they may come from anybody's file or model."""
    return "\n".join(shown(line.replace("\t", " ")) for line in words.split("\n"))


class ProgressLine:
    """One line on standard error that is written over; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def show(self, event: Event) -> None:
        """Show a Progress or a Note; other events are not for it."""
        if isinstance(event, Note):
            self.clear()
            tell(event.words)
        elif isinstance(event, Progress) and self._terminal:
            left = f", about {_duration(event.seconds_left)} left" if event.seconds_left else ""
            print(f"\r\033[K{event.words}{left}", end="", file=sys.stderr, flush=True)
            self._shown = True

    def clear(self) -> None:
        """Take the line away, before other words."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
