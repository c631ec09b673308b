"""Source code: as it stands, with the name of each function and class as a heading, so that it is kept together."""

from __future__ import annotations

import itertools
import re
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Heading
from desktop.engines.read_code_languages import language_of
from desktop.engines.read_text import check_size, decoded, encoding_of, parts, parts_with_headings
from desktop.engines.read_types import Reading

_MAX_SEARCHED = 4_000_000
"""In code longer than this many characters, which a program wrote, functions are not looked for."""

# Keywords that begin a definition in one language or another, after any of the words that may stand before them.
_DEFINITION = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub"
    r"(?:\([a-z]+\))?|open|override|sealed|virtual|unsafe|extern|inline|data|partial|local|declare|case)[ \t]+)*"
    r"(?:def|class|function|func|fun|fn|sub|proc|procedure|interface|trait|struct|enum|module|namespace|impl|object"
    r"|record|type|contract|defmodule|defp|defn|create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:table|view|function|procedure"
    r"|trigger|index))[ \t*]+(?P<name>[^\s({:;=,<\[]+)",
    re.M | re.I,
)
# In languages with braces: a name, its parameters and an opening brace, on one line that begins with a type or name.
_WITH_BRACE = re.compile(
    r"^(?P<indent>[ \t]{0,4})(?![ \t]|if\b|for\b|while\b|switch\b|catch\b|else\b|return\b|do\b|try\b|using\b|lock\b)"
    r"(?=[A-Za-z_~])[\w:<>,*&~.\[\] \t]{0,160}?(?P<name>~?[A-Za-z_]\w{0,80})[ \t]?\([^;{}()\n]{0,300}\)"
    r"[\w \t:,]{0,60}\n?[ \t]{0,8}\{",
    re.M,
)
_BRACED = frozenset({"JavaScript", "TypeScript", "Java", "C", "C++", "C#", "Objective-C", "Groovy", "Dart"})
_PLAIN = frozenset({"YAML", "TOML", "INI", "CSS", "Batch", "Makefile", "Dockerfile", "CMake", "Assembly"})
# What belongs to the definition below it: comments, decorators, attributes, annotations.
_ABOVE = re.compile(r"[ \t]*(?:#|//|/\*|\*|@|--|\[[A-Z]|%%|;;|''')")
_DEEPEST_INDENT = 8


def read_code(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a source file. Raises ReadError."""
    check_size(path, file)
    pieces = decoded(file, encoding_of(file), cancel)
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _MAX_SEARCHED:
            return Reading("code", "", 0, parts(path, itertools.chain([text], pieces)))
    text = text.strip("\n").rstrip()
    headings = _headings(text, language_of(path, text))
    return Reading("code", "", 0, parts_with_headings(path, text, headings))


def _headings(text: str, language: str) -> list[Heading]:
    """A heading for the beginning, which names the language, and one for each function and class."""
    headings = [Heading(0, language)]
    if language in _PLAIN:
        return headings
    found = {
        match.start(): match["name"] for match in _DEFINITION.finditer(text) if _is_shallow(match["indent"])
    }
    if language in _BRACED:
        for match in _WITH_BRACE.finditer(text):
            found.setdefault(match.start(), match["name"])
    for at in sorted(found):
        start = _with_comment(text, at)
        heading = Heading(start, f"{language}: {found[at]}")
        if start == headings[-1].start:
            headings[-1] = heading
        elif start > headings[-1].start:
            headings.append(heading)
    return headings


def _is_shallow(indent: str) -> bool:
    """Whether a definition stands at the top or right within a class; those in functions stay with them."""
    return len(indent.expandtabs(4)) < _DEEPEST_INDENT


def _with_comment(text: str, start: int) -> int:
    """Where the comment and the decorators right above a line begin, or the line's own start."""
    while start > 0:
        before = text.rfind("\n", 0, start - 1) + 1
        if not _ABOVE.match(text, before, start):
            break
        start = before
    return start
