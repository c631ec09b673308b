"""Word documents: the raw XML of their parts, read tag by tag within limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.engines.read_blocks import PAGE_NUMBER, Blocks, squeezed, table_row
from desktop.engines.read_docx_math import Formula
from desktop.engines.read_docx_numbers import BULLET, Numbering
from desktop.engines.read_drawing import chart_rows, chart_titles, diagram_texts
from desktop.engines.read_files import Archive, damaged, empty
from desktop.engines.read_text import parts_with_headings
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import parse, related, relations, title_of, tree

_WORD = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
_MATH = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/officeDocument/math",
    }
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# What follows the text itself: notes first, then what stands on each page.
_EXTRA_PARTS = ("footnotes", "endnotes", "comments", "header", "footer")
_FALSE = frozenset({"0", "false", "off", "none"})
_LONG_CELL = 400


def read_docx(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a Word document (transitional or strict OOXML). Raises ReadError."""
    archive = Archive(path, file)
    names = {name.lstrip("/").replace("\\", "/"): name for name in archive.names}
    main = _main_part(path, archive, names)
    if main is None:
        raise damaged(path, "it has no text part")
    folder = main.rpartition("/")[0]
    styles = _styles(path, archive, names.get(f"{folder}/styles.xml"))
    listed = names.get(f"{folder}/numbering.xml")
    root = tree(path, archive.read(listed)) if listed else None
    numbering = Numbering(root, styles.lists())
    blocks = Blocks()

    def read_part(part: str, blocks: Blocks) -> None:
        drawn = partial(_drawn, path, archive, relations(path, archive, part))
        target = _Collector(blocks, styles.headings(), numbering, drawn)
        parse(path, archive.read(names[part]), target, cancel)

    read_part(main, blocks)
    seen: set[str] = set()
    for part in _extra_parts(names, folder):
        extra = Blocks()
        read_part(part, extra)
        text = extra.text
        if text and text not in seen and not PAGE_NUMBER.fullmatch(text):
            seen.add(text)
            blocks.add(text)
    if not blocks.text:
        if any(folder in name for folder in ("/media/", "/charts/", "/diagrams/") for name in names):
            raise ReadError(
                f"{Path(path).name} has no text in it, only pictures or charts.", "", "", "no text"
            )
        raise empty(path)
    title = title_of(path, archive)
    return Reading("docx", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def _main_part(path: str, archive: Archive, names: dict[str, str]) -> str | None:
    """The name of the part that holds the text."""
    plain = {real: name for name, real in names.items()}
    stated = [plain[real] for real in related(path, archive, "", "officeDocument")]
    return next(iter(stated), "word/document.xml" if "word/document.xml" in names else None)


def _extra_parts(names: dict[str, str], folder: str) -> list[str]:
    """The parts with notes, comments, headers and footers, in the order of _EXTRA_PARTS."""
    pattern = re.compile(re.escape(folder) + r"/(" + "|".join(_EXTRA_PARTS) + r")\d*\.xml")
    found = [(match.group(1), name) for name in names if (match := pattern.fullmatch(name))]
    return [name for _, name in sorted(found, key=lambda pair: (_EXTRA_PARTS.index(pair[0]), pair[1]))]


def _styles(path: str, archive: Archive, name: str | None) -> _StyleReader:
    """What the paragraph styles say of headings and lists."""
    reader = _StyleReader()
    if name is not None:
        parse(path, archive.read(name), reader)
    return reader


def _drawn(path: str, archive: Archive, parts: dict[str, tuple[str, str]], relation: str) -> list[str]:
    """The words and numbers of a chart or a SmartArt drawing that stands in the text."""
    kind, name = parts.get(relation, ("", ""))
    try:
        if kind == "chart":
            chart = tree(path, archive.read(name))
            return [*chart_titles(chart), *chart_rows(chart)]
        if kind == "diagramData":
            return diagram_texts(tree(path, archive.read(name)))
    except ReadError:
        pass  # a broken drawing costs its own words, not the document's
    return []


class _StyleReader:
    """Reads styles.xml: which styles are headings by their name, their outline level, or what they are based on, and
    which are those of numbered lists."""

    def __init__(self) -> None:
        self._style = ""
        self._headings: set[str] = set()
        self._based: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        name = tag.rpartition("}")[2]
        value = _value(attributes)
        if name == "style":
            self._style = next((v for k, v in attributes.items() if k.endswith("}styleId")), "")
        elif name == "name" and re.fullmatch(r"(heading \d|title)", value.lower()):
            self._headings.add(self._style)
        elif name == "basedOn":
            self._based[self._style] = value
        elif name == "outlineLvl" and value.isdigit() and int(value) < 9:
            self._headings.add(self._style)
        elif name == "numId":
            self._lists[self._style] = value
        elif name == "ilvl" and value.isdigit():
            self._levels[self._style] = int(value)

    def end(self, tag: str) -> None:
        """A tag closes."""

    def close(self) -> None:
        """The part ends."""

    def headings(self) -> frozenset[str]:
        """The ids of the heading styles and of those based on them."""
        found = set(self._headings)
        for style in self._based:
            chain = {style}
            parent = self._based[style]
            while parent in self._based and parent not in chain and parent not in found:
                chain.add(parent)
                parent = self._based[parent]
            if parent in found:
                found |= chain
        return frozenset(found - {""})

    def lists(self) -> dict[str, tuple[str, int | None]]:
        """The list and the level of each style that belongs to one, or that is based on such a style."""
        found: dict[str, tuple[str, int | None]] = {}
        for style in {*self._lists, *self._based}:
            parent, seen = style, {style}
            while parent not in self._lists and self._based.get(parent, parent) not in seen:
                parent = self._based[parent]
                seen.add(parent)
            if parent in self._lists:
                found[style] = (self._lists[parent], self._levels.get(style, self._levels.get(parent)))
        return found


def _value(attributes: dict[str, str]) -> str:
    """The `val` attribute, of whichever namespace."""
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == "val"), "")


def _given(attributes: dict[str, str]) -> str | None:
    """The same, or None where there is no such attribute."""
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == "val"), None)


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    heading: bool = False
    style: str = ""
    list_number: str | None = None
    list_level: int | None = None
    drawn: list[str] = field(default_factory=list)
    in_run: bool = False
    hidden: bool = False


@dataclass
class _Table:
    """An open table: the finished cells of the open row, and the paragraphs of the open cell."""

    cells: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None


class _Collector:
    """Takes the events of a document part and builds blocks. Nested paragraphs are those of text boxes."""

    def __init__(
        self,
        blocks: Blocks,
        headings: frozenset[str],
        numbering: Numbering,
        drawn: Callable[[str], list[str]],
    ) -> None:
        """`headings` are ids of styles; `drawn` gives the words of a drawing by the id of its relation."""
        self._blocks, self._styles, self._numbering, self._drawn = blocks, headings, numbering, drawn
        self._formula = Formula()
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._skipping = 0
        self._in_text = False
        self._last_item = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if self._skipping:
            self._skipping += 1
            return
        space, _, name = tag[1:].rpartition("}")
        if space == _COMPATIBILITY:
            self._skipping = int(name == "Fallback")  # the same content again, for old programs
        elif space in _MATH:
            self._in_text = name == "t"
            if self._paragraphs:
                self._formula.start(name, _given(attributes), self._paragraphs[-1].words)
        elif space in _WORD:
            self._start_word(name, attributes)
        elif name in ("chart", "relIds") and self._paragraphs:
            ids = [value for key, value in attributes.items() if key.rpartition("}")[2] in ("id", "dm")]
            self._paragraphs[-1].drawn += self._drawn(ids[0]) if ids else []

    def _start_word(self, name: str, attributes: dict[str, str]) -> None:
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        if name in ("del", "moveFrom", "instrText", "delText"):
            self._skipping = 1  # what was deleted or moved away, and commands of fields
        elif name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "tbl":
            self._tables.append(_Table())
        elif name == "tr" and self._tables:
            self._tables[-1].cells = []
        elif name == "tc" and self._tables:
            self._tables[-1].cell = []
        elif paragraph is None:
            return
        elif name == "t":
            self._in_text = not paragraph.hidden
        elif name == "r":
            paragraph.in_run, paragraph.hidden = True, False
        elif name == "vanish":
            paragraph.hidden = paragraph.in_run and _value(attributes).lower() not in _FALSE
        elif name in ("tab", "ptab"):
            if paragraph.in_run:  # elsewhere it defines a tab stop
                paragraph.words.append("\t")
        elif name in ("br", "cr"):
            paragraph.words.append("\n")
        elif name == "noBreakHyphen":
            paragraph.words.append("-")
        elif name == "pStyle":
            paragraph.style = _value(attributes)
            paragraph.heading = paragraph.style in self._styles
        elif name == "outlineLvl":
            paragraph.heading = _value(attributes) in set("012345678")
        elif name == "numPr":
            paragraph.list_number = paragraph.list_number or ""
        elif name == "numId":
            paragraph.list_number = _value(attributes)
        elif name == "ilvl" and _value(attributes) in set("012345678"):
            paragraph.list_level = int(_value(attributes))

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._skipping:
            self._skipping -= 1
            return
        space, _, name = tag[1:].rpartition("}")
        if name == "t":
            self._in_text = False
        if space in _MATH and self._paragraphs:
            self._formula.end(name, self._paragraphs[-1].words)
        if space not in _WORD:
            return
        if name == "r" and self._paragraphs:
            self._paragraphs[-1].in_run = self._paragraphs[-1].hidden = False
        elif name == "p" and self._paragraphs:
            self._end_paragraph(self._paragraphs.pop())
        elif name == "tc" and self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cells.append(self._tables[-1].cell)
            self._tables[-1].cell = None
        elif name == "tr" and self._tables:
            self._end_row()
        elif name == "tbl" and self._tables:
            self._tables.pop()

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._in_text and not self._skipping and self._paragraphs:
            self._paragraphs[-1].words.append(text)

    def close(self) -> None:
        """The part ends."""

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        lines = (squeezed(line) for line in "".join(paragraph.words).split("\n"))
        text = "\n".join(line for line in lines if line)
        label = self._label(paragraph)
        if text:
            self._add(f"{label} {text}" if label else text, paragraph, bool(label))
        for drawn in paragraph.drawn:
            self._add(drawn, _Paragraph(), False)

    def _label(self, paragraph: _Paragraph) -> str:
        """What stands before a paragraph of a list. A heading has its number, and no bullet."""
        number, level = paragraph.list_number, paragraph.list_level
        if not number:
            number, of_style = self._numbering.of_style(paragraph.style)
            level = of_style if level is None else level
        if not number or number == "0":
            return BULLET if paragraph.list_number == "" and not paragraph.heading else ""
        label = self._numbering.label(number, level, paragraph.style)
        return "" if paragraph.heading and label == BULLET else label

    def _add(self, text: str, paragraph: _Paragraph, listed: bool) -> None:
        cell = next((table.cell for table in reversed(self._tables) if table.cell is not None), None)
        if cell is not None:
            cell.append(text)
            return
        item = listed and not paragraph.heading
        self._blocks.add(text, heading=paragraph.heading, close=item and self._last_item)
        self._last_item = item

    def _end_row(self) -> None:
        """Write a row as one line, or cell by cell where the table only lays out paragraphs."""
        table = self._tables[-1]
        filled = [cell for cell in table.cells if cell]
        outer = next((above.cell for above in reversed(self._tables[:-1]) if above.cell is not None), None)
        long = any(sum(map(len, cell)) > _LONG_CELL for cell in filled)
        self._last_item = False
        if len(filled) == 1 or long:
            for paragraph in (text for cell in filled for text in cell):
                if outer is None:
                    self._blocks.add(paragraph)
                else:
                    outer.append(paragraph)
        elif filled:
            row = table_row([" ".join(cell) for cell in table.cells])
            if outer is None:
                self._blocks.add(row)  # a paragraph of its own, so that a row can be quoted
            else:
                outer.append(row)
        table.cells = []
