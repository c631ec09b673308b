"""reStructuredText: its words without the marks, its sections by name; nothing that it asks to include is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import Blocks, table_row
from desktop.engines.read_text import check_size, decoded, encoding_of, parts_with_headings
from desktop.engines.read_types import Reading


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RULE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*\Z")
_DIRECTIVE = re.compile(r"(\s*)\.\.\s+(?:\|[^|]+\|\s+)?([A-Za-z][\w:.+-]*)::(?:\s+(.*))?\Z")
_TARGET = re.compile(r"\s*(?:\.\.\s+(?:_[^:]*|__):|__\s)\s*(?:\S+)?\Z")
_NOTE = re.compile(r"(\s*)\.\.\s+\[([^\]]+)\]\s+")
_COMMENT = re.compile(r"\s*\.\.(?:\s|\Z)")
_OPTION = re.compile(r"\s+:[\w-]+:(?:\s|\Z)")
_FIELD = re.compile(r"(\s*):([^:`\n]+):(?=\s|\Z)")
_GRID = re.compile(r"\s*\+(?:[-=]+\+)+\s*\Z")
_SIMPLE = re.compile(r"\s*=+(?:\s+=+)+\s*\Z")
# Directives whose argument is no words, and those whose content is no text.
_WORDLESS = _words("""
image figure include literalinclude raw code code-block sourcecode highlight parsed-literal math toctree
contents automodule autoclass autofunction automethod currentmodule module only ifconfig csv-table list-table
table role default-role class container unicode replace meta index
""")
_SILENT = _words("""
raw toctree index meta role default-role highlight currentmodule contents
""")
_INLINE = (
    (re.compile(r"``(.+?)``", re.S), r"\1"),
    (re.compile(r"(?<!\w):[\w:.+-]+:`([^`<]+?)\s*<[^`>]+>`", re.S), r"\1"),
    (re.compile(r"(?<!\w):[\w:.+-]+:`~?([^`]+)`", re.S), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^`>]*>`__?", re.S), r"\1"),
    (re.compile(r"`([^`]+)`_{0,2}", re.S), r"\1"),
    (re.compile(r"(?<!\w)\*\*(\S(?:.*?\S)?)\*\*(?!\w)", re.S), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*]*?\S)?)\*(?![\w*])", re.S), r"\1"),
    (re.compile(r"(?<!\w)\|(\S(?:[^|]*?\S)?)\|_{0,2}(?!\w)"), r"\1"),
    (re.compile(r"\[([#*]?[\w.-]*)\]_(?!\w)"), r"[\1]"),
    (re.compile(r"(?<=\w)__?(?=[\s.,;:!?)]|\Z)"), ""),
    (re.compile(r"\\(\S)"), r"\1"),
)


def read_rst(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a reStructuredText file. Raises ReadError."""
    check_size(path, file)
    text = "".join(decoded(file, encoding_of(file), cancel))
    blocks = Blocks()
    for block, heading in _blocks(text.expandtabs(8).split("\n")):
        blocks.add(block, heading=heading)
    title = blocks.headings[0].text if blocks.headings else ""
    return Reading("rst", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def _blocks(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each paragraph, list, table row or literal block, and whether it is a section's title."""
    at = 0
    literal = -1  # the indent of the text that announced a literal block, where one may follow
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        if literal >= 0:
            end = _end_of_indented(lines, at, literal)
            literal = -1
            if end > at:
                yield _dedented(lines[at:end]), False
                at = end
                continue
        title = _title_at(lines, at)
        if title:
            yield _plain(lines[at + title - 2].strip()), True
            at += title
        elif (directive := _DIRECTIVE.match(line)) is not None:
            at, block, literal = _directive(lines, at, directive)
            yield block, False
        elif _TARGET.match(line):
            at += 1
        elif note := _NOTE.match(line):
            lines[at] = f"{note.group(1)}[{note.group(2)}] {line[note.end() :]}"
        elif _COMMENT.match(line):
            at = _end_of_indented(lines, at + 1, _indent(line))
        elif _GRID.match(line) or _SIMPLE.match(line):
            end = _end_of_table(lines, at)
            for row in _rows(lines[at:end]):
                yield row, False
            at = end
        else:
            end = at + 1
            while end < len(lines) and lines[end].strip() and not _title_at(lines, end):
                end += 1
            block = "\n".join(lines[at:end])
            if block.rstrip().endswith("::"):
                literal = min(_indent(one) for one in lines[at:end])
                block = (
                    block.rstrip()[:-1].removesuffix(":") if block.strip() == "::" else block.rstrip()[:-1]
                )
            yield _paragraph(block), False
            at = end


def _title_at(lines: list[str], at: int) -> int:
    """The number of lines that a section's title takes here: 2 with a rule below, 3 with one above too, 0 for none."""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if _RULE.match(lines[at]) and after.strip() and not _RULE.match(after):
        last = lines[at + 2] if at + 2 < len(lines) else ""
        if _RULE.match(last) and last.strip() == lines[at].strip() and len(lines[at].strip()) > 1:
            return 3
    long_enough = min(len(lines[at].rstrip()), 4)
    if _RULE.match(after) and len(after.rstrip()) >= long_enough and not _RULE.match(lines[at]):
        return 2 if _indent(lines[at]) == 0 and _indent(after) == 0 and len(after.rstrip()) > 1 else 0
    return 0


def _directive(lines: list[str], at: int, match: re.Match[str]) -> tuple[int, str, int]:
    """Where to go on after the line of a directive, its words, and the indent of literal content, or -1.

    The content of most directives (note, warning, figure) is text as any other: it is read on as paragraphs.
    """
    name, argument = match.group(2).lower(), match.group(3) or ""
    indent = len(match.group(1))
    at += 1
    options: list[str] = []
    while at < len(lines) and _OPTION.match(lines[at]) and _indent(lines[at]) > indent:
        field, _, value = lines[at].strip()[1:].partition(":")
        options += [value.strip()] if field in ("alt", "caption", "name") else []
        at += 1
    if name in _SILENT:
        return _end_of_indented(lines, at, indent), "", -1
    words = "" if name in _WORDLESS and name not in ("csv-table", "list-table", "table") else argument
    if name.startswith(("py:", "c:", "cpp:", "js:")) or name in (
        "function",
        "class",
        "method",
        "attribute",
        "data",
    ):
        words = argument
    is_code = name in ("code", "code-block", "sourcecode", "parsed-literal", "math", "literalinclude")
    return at, " ".join(filter(None, (_plain(words), *options))), indent if is_code else -1


def _end_of_indented(lines: list[str], at: int, indent: int) -> int:
    """The first line from `at` on that has text and is not indented by more than `indent`."""
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > indent):
        at += 1
    return at


def _end_of_table(lines: list[str], at: int) -> int:
    """A grid table ends at an empty line; a simple one after a rule that has one below it, or its third rule."""
    end = at + 1
    grid = bool(_GRID.match(lines[at]))
    while end < len(lines):
        if not lines[end].strip() and (grid or _SIMPLE.match(lines[end - 1])) and end - at > 2:
            break
        end += 1
    return end


def _rows(lines: list[str]) -> Iterator[str]:
    """The rows of a table; in a simple table its rules say where the columns are."""
    if _GRID.match(lines[0]):
        cells: list[str] = []
        for line in lines:
            if line.lstrip().startswith("+"):
                yield table_row([_plain(cell) for cell in cells])
                cells = []
            else:
                now = line.strip().strip("|").split("|")
                cells = [f"{old} {new.strip()}" for old, new in _paired(cells, now)]
        return
    starts = [match.start() for match in re.finditer(r"=+", lines[0])]
    for line in lines:
        if line.strip() and not _SIMPLE.match(line):
            ends = [*starts[1:], max(len(line), starts[-1])]
            yield table_row([_plain(line[a:b].strip()) for a, b in zip(starts, ends, strict=True)])


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for index in range(max(len(old), len(new))):
        yield old[index] if index < len(old) else "", new[index] if index < len(new) else ""


def _paragraph(block: str) -> str:
    """A paragraph without marks: fields by their names, bullets as they are."""
    block = "\n".join(_FIELD.sub(r"\1\2:", line, count=1) for line in block.split("\n"))
    return _dedented(_plain(block).split("\n"))


def _plain(text: str) -> str:
    """Text without inline marks."""
    for pattern, put in _INLINE:
        text = pattern.sub(put, text)
    return text


def _dedented(lines: list[str]) -> str:
    indent = min((_indent(line) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:].rstrip() for line in lines).strip("\n")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
