"""OpenDocument texts, presentations and drawings (ISO/IEC 26300): their content.xml, read tag by tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.engines.read_blocks import PAGE_NUMBER, Blocks, squeezed, table_row
from desktop.engines.read_files import Archive, damaged, empty, encrypted
from desktop.engines.read_order import Frame, reading_order
from desktop.engines.read_text import parts_with_headings
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import attribute, elements, local, parse, title_of

# What stands in a text without being part of it: deletions, authors' names, descriptions, data of pictures.
_SKIPPED = frozenset(
    {"tracked-changes", "note-citation", "creator", "date", "date-string", "desc", "binary-data", "ruby-text"}
    | {"script", "event-listeners", "forms", "sequence-decls", "meta", "initial-creator"}
)
_MARGINS = frozenset(f"{kind}{which}" for kind in ("header", "footer") for which in ("", "-left", "-first"))
_PARAGRAPHS = frozenset({"p", "h"})
_NOTES = {"note": "", "annotation": "Comment: "}
_SVG_TITLE = "}title"
_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_SHAPES = frozenset(
    {
        "frame",
        "custom-shape",
        "rect",
        "ellipse",
        "circle",
        "polygon",
        "path",
        "line",
        "connector",
        "caption",
        "g",
    }
)
_LONG_CELL = 400
_MOST_REPEATS = 20
_MAX_DEPTH = 50


def open_odf(path: str, file: BinaryIO) -> Archive:
    """The archive of an OpenDocument file. Raises ReadError if it is locked, damaged or has no content."""
    archive = Archive(path, file)
    manifest = archive.find("META-INF/manifest.xml")
    if (manifest and b"encryption-data" in archive.read(manifest)) or archive.find("encrypted-package"):
        raise encrypted(path, "document", opens=False)
    if archive.find("content.xml") is None:
        raise damaged(path, "it has no content")
    return archive


def read_odt(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a text (.odt, .ott). Raises ReadError."""
    archive = open_odf(path, file)
    collector = Collector({"body"})
    parse(path, archive.read(archive.find("content.xml") or ""), collector, cancel)
    blocks = collector.blocks
    if styles := archive.find("styles.xml"):
        margins = Collector(_MARGINS)
        parse(path, archive.read(styles), margins, cancel)
        for text in dict.fromkeys(margins.blocks.text.split("\n\n")):
            if not PAGE_NUMBER.fullmatch(text):
                blocks.add(text)
    if not blocks.text:
        raise _without_text(path, archive)
    return Reading(
        "odt", title_of(path, archive, "meta.xml"), 0, parts_with_headings(path, blocks.text, blocks.headings)
    )


def read_odp(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> Reading:
    """Read a presentation or a drawing, a page a slide; `kind` is 'odp' or 'odg'. Raises ReadError."""
    archive = open_odf(path, file)
    return Reading(kind, title_of(path, archive, "meta.xml"), 0, _slides(path, archive, cancel))


def _without_text(path: str, archive: Archive) -> ReadError:
    if any(name.startswith(("Pictures/", "Object")) for name in archive.names):
        return ReadError(f"{Path(path).name} has no text in it, only pictures or charts.", "", "", "no text")
    return empty(path)


def _slides(path: str, archive: Archive, cancel: CancelToken) -> Iterator[Page]:
    pieces = archive.stream(archive.find("content.xml") or "")
    any_text = False
    for number, page in enumerate(elements(path, pieces, ("page",), cancel), 1):
        blocks = Blocks()
        notes = [element for element in page if local(element.tag) == "notes"]
        shapes = _ordered(page)
        for shape in sorted(shapes, key=lambda shape: attribute(shape, "class") != "title"):
            _add_shape(blocks, shape, heading=attribute(shape, "class") == "title")
        for element in notes:
            words = Blocks()
            for shape in element:
                if attribute(shape, "class") == "notes":
                    _add_shape(words, shape)
            blocks.add(f"Speaker notes: {words.text}" if words.text else "")
        any_text = any_text or bool(blocks.text)
        yield Page(number, blocks.text, headings=tuple(blocks.headings))
    if not any_text:
        raise _without_text(path, archive)


def _ordered(group: Any, depth: int = 0) -> list[Any]:
    """The shapes of a page or a group in reading order; a group within counts as one."""
    shapes = [
        element
        for element in group
        if local(element.tag) in _SHAPES
        and attribute(element, "class") not in ("page-number", "date-time", "notes")
        and attribute(element, "placeholder") != "true"
    ]
    found = []
    for index in reading_order([_frame(shape) for shape in shapes]):
        shape = shapes[index]
        found += _ordered(shape, depth + 1) if local(shape.tag) == "g" and depth < _MAX_DEPTH else [shape]
    return found


def _frame(shape: Any) -> Frame | None:
    """Where a shape stands in points; a group stands where its first shape does."""
    inner = shape
    while local(inner.tag) == "g" and len(inner):
        inner = inner[0]
    sizes = [_LENGTH.fullmatch(attribute(inner, name)) for name in ("x", "y", "width", "height")]
    try:
        points = [float(size.group(1)) * _POINTS[size.group(2) or "pt"] for size in sizes if size]
    except ValueError:
        return None
    return Frame(*points) if len(points) == 4 else None


def _add_shape(blocks: Blocks, shape: Any, heading: bool = False) -> None:
    collector = Collector(None)
    _replay(shape, collector)
    inner = collector.blocks
    if heading:
        blocks.add(inner.text.replace("\n\n", "\n"), heading=True)
    else:
        blocks.add(inner.text)


def _replay(element: Any, target: Collector) -> None:
    """Give a target the events of an element that was parsed already; the parser has limited its depth."""
    if not isinstance(element.tag, str):
        return
    target.start(element.tag, dict(element.attrib))
    target.data(element.text or "")
    for child in element:
        _replay(child, target)
        target.data(child.tail or "")
    target.end(element.tag)


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    heading: bool = False
    item: bool = False


@dataclass
class _Table:
    """An open table: the finished cells of the open row, and the paragraphs of the open cell."""

    cells: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    repeated: int = 1


class Collector:
    """Takes the events of OpenDocument XML inside elements of the given names (None: everywhere) and builds blocks.

    Notes and comments stand in the middle of a paragraph, and follow it.
    """

    def __init__(self, regions: set[str] | frozenset[str] | None) -> None:
        self.blocks = Blocks()
        self._regions = regions
        self._inside = int(regions is None)
        self._skipping = 0
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._notes: list[list[str]] = []
        self._titles = {"Title"}
        self._new_item = False
        self._last_item = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if self._skipping:
            self._skipping += 1
            return
        name = local(tag)
        if self._regions is not None and name in self._regions:
            self._inside += 1
        if name == "style" and _value(attributes, "parent-style-name") in self._titles:
            self._titles.add(_value(attributes, "name"))
        elif not self._inside:
            return
        elif name in _SKIPPED or tag.endswith(_SVG_TITLE):
            self._skipping = 1
        elif name in _NOTES:
            self._notes.append([])
        elif name in _PARAGRAPHS:
            heading = name == "h" or _value(attributes, "style-name") in self._titles
            self._paragraphs.append(_Paragraph([], heading, self._new_item))
            self._new_item = False
        elif name == "list-item":
            self._new_item = True
        elif self._paragraphs and name in ("s", "tab", "line-break"):
            self._paragraphs[-1].words.append("\n" if name == "line-break" else " ")
        else:
            self._start_table(name, attributes)

    def _start_table(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._tables.append(_Table())
        elif name == "table-row" and self._tables:
            self._tables[-1].cells = []
        elif name in ("table-cell", "covered-table-cell") and self._tables:
            repeated = _value(attributes, "number-columns-repeated")
            self._tables[-1].cell = []
            self._tables[-1].repeated = min(int(repeated), _MOST_REPEATS) if repeated.isdigit() else 1

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._skipping:
            self._skipping -= 1
            return
        name = local(tag)
        if name in _PARAGRAPHS and self._paragraphs and self._inside:
            self._end_paragraph(self._paragraphs.pop())
        elif name in _NOTES and self._notes:
            self._end_note(_NOTES[name], "\n".join(self._notes.pop()))
        elif (
            name in ("table-cell", "covered-table-cell")
            and self._tables
            and self._tables[-1].cell is not None
        ):
            table = self._tables[-1]
            table.cells += [table.cell or []] * table.repeated
            table.cell = None
        elif name == "table-row" and self._tables:
            self._end_row()
        elif name == "table" and self._tables:
            self._tables.pop()
        if self._regions is not None and name in self._regions:
            self._inside -= 1

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._paragraphs and not self._skipping and self._inside:
            self._paragraphs[-1].words.append(text.replace("\n", " "))

    def close(self) -> None:
        """The part ends."""

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        lines = (squeezed(line) for line in "".join(paragraph.words).split("\n"))
        text = "\n".join(line for line in lines if line)
        if not text:
            return
        if self._notes:
            self._notes[-1].append(text)
            return
        cell = self._cell()
        if cell is not None:
            cell.append(text)
            return
        item = paragraph.item and not paragraph.heading
        self.blocks.add(
            f"- {text}" if item else text, heading=paragraph.heading, close=item and self._last_item
        )
        self._last_item = item

    def _end_note(self, label: str, text: str) -> None:
        """A note within a paragraph is written into it, in brackets: there it can be understood."""
        if text and self._paragraphs:
            self._paragraphs[-1].words.append(f" ({label}{text}) ".replace("\n", " "))
        elif text:
            self.blocks.add(label + text)

    def _cell(self) -> list[str] | None:
        return next((table.cell for table in reversed(self._tables) if table.cell is not None), None)

    def _end_row(self) -> None:
        """Write a row as one line, or paragraph by paragraph where the table only lays out a page."""
        table = self._tables[-1]
        filled = [cell for cell in table.cells if cell]
        self._last_item = False
        if len(filled) == 1 or any(sum(map(len, cell)) > _LONG_CELL for cell in filled):
            texts = [text for cell in filled for text in cell]
        else:
            texts = [table_row([" ".join(cell) for cell in table.cells])] if filled else []
        table.cells = []
        outer = next((above.cell for above in reversed(self._tables[:-1]) if above.cell is not None), None)
        for text in texts:
            if outer is None:
                self.blocks.add(text)
            else:
                outer.append(text)


def _value(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if local(key) == name), "")
