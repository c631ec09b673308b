"""Web pages: their visible words as paragraphs, by a parser that sees one tag at a time and fetches nothing."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from lxml import etree

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import Blocks, squeezed, table_row
from desktop.engines.read_docx_numbers import written
from desktop.engines.read_files import damaged
from desktop.engines.read_text import check_size, decoded, encoding_of, parts_with_headings
from desktop.engines.read_types import Reading

_DROPPED = frozenset(
    {
        "script",
        "style",
        "nav",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "del",
    }
    | {"video", "select", "datalist"}
)
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
    }
    | {
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "main",
        "ol",
        "p",
    }
    | {"pre", "section", "summary", "table", "tbody", "tfoot", "thead", "ul"}
)
_NUMBERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
"""Numbers of a list by its `type`, in the names that Word has for them."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHARSET = re.compile(rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w:.-]+)", re.I)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# In a table that lays out a whole page, a cell holds paragraphs; in a table of values, it holds a few words.
_LONG_CELL = 160


def read_html(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a web page. Raises ReadError."""
    check_size(path, file)
    blocks, title = html_blocks(path, decoded(file, html_encoding(file), cancel))
    return Reading("html", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def html_blocks(
    path: str, pieces: Iterable[str], anchors: Mapping[str, str] | None = None
) -> tuple[Blocks, str]:
    """The blocks and the title of a web page that comes in pieces. Raises ReadError.

    `anchors` are titles that a table of contents gives to places of the page, by their ids ("" for its beginning);
    they become headings where the page has none itself.
    """
    collector = _Collector(anchors or {})
    # A target gets tags as they come: no tree is built, so no depth and no size of the page can exhaust us.
    parser = etree.HTMLParser(
        target=collector, encoding="utf-8", no_network=True, recover=True, huge_tree=False
    )
    try:
        for piece in pieces:
            if piece:
                parser.feed(piece.encode("utf-8", "replace"))
        parser.close()
    except (etree.LxmlError, AssertionError) as error:
        if not collector.blocks.text:
            raise damaged(path, "its text cannot be told from its markup", str(error)) from error
    collector.flush()
    return collector.blocks, collector.title


def html_encoding(file: BinaryIO) -> str:
    """The encoding of a web page: its bytes come first, what it says of itself second."""
    found = encoding_of(file)
    if found.startswith("utf"):
        return found
    file.seek(0)
    return _stated(file.read(4096)) or found


def stated_encoding(content: bytes) -> str:
    """`html_encoding` for a page that is held as a whole."""
    return html_encoding(io.BytesIO(content))


def _stated(head: bytes) -> str:
    """The encoding that a page states, or '' where it cannot be right."""
    stated = _CHARSET.search(head)
    if not stated:
        return ""
    name = stated.group(1).decode("ascii", "replace").lower()
    # As browsers do: Latin-1 means its Windows superset. Bytes that are not UTF-8 are not, whatever the page says.
    name = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "shift_jis": "cp932"}.get(
        name, name
    )
    try:
        return "" if codecs.lookup(name).name in ("utf-8", "utf-16", "utf-32") else name
    except LookupError:
        return ""  # a name that nobody knows: guess, as without it


def _whole(value: str | None, otherwise: int) -> int:
    """A number as an attribute has it."""
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else otherwise


class _Collector:
    """Takes the parser's events and builds blocks."""

    def __init__(self, anchors: Mapping[str, str]) -> None:
        self.blocks = Blocks()
        self.title = ""
        self._anchors = anchors
        self._named = anchors.get("", "")
        self._words: list[str] = []
        self._skipping = 0
        self._in_title = False
        self._in_head = False
        self._preformatted = 0
        self._rows = 0
        self._item = ""
        self._lists: list[tuple[str, int]] = []  # of each open list the form of its numbers and the last one
        self._close = False
        self._cell_length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if self._skipping:
            self._skipping += 1
            return
        tag = tag.lower()
        place = attributes.get("id") or attributes.get("name")
        if place and place in self._anchors:
            self.flush()
            self._named = self._anchors[place]
        hidden = "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
        if tag in _DROPPED or (hidden and tag not in ("html", "body")):
            self._skipping = 1
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "head":
            self._in_head = True
        elif tag == "br":
            self._words.append("\n" if not self._rows else " ")
        elif tag in ("td", "th"):
            self._open_cell()
        elif tag == "tr":
            self.flush()
            self._rows += 1
        elif tag == "li":
            self.flush()
            self._item = self._label(attributes)
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._break(tag == "table")
            self._preformatted += tag == "pre"
            if tag in ("ol", "ul"):
                form = _NUMBERS.get(attributes.get("type", ""), "decimal") if tag == "ol" else ""
                self._lists.append((form, _whole(attributes.get("start"), 1) - 1))

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._skipping:
            self._skipping -= 1
            return
        tag = tag.lower()
        if tag == "title":
            self._in_title = False
            self.title = squeezed(self.title)
        elif tag == "head":
            self._in_head = False
        elif tag in _HEADINGS:
            self.flush(heading=True)
        elif tag == "tr":
            self.flush()
            self._rows = max(self._rows - 1, 0)
        elif tag == "li":
            self.flush()
            self._close = True
        elif tag == "pre":
            self.flush()
            self._preformatted = max(self._preformatted - 1, 0)
        elif tag in ("ul", "ol", "table"):
            self.flush()
            self._close = False
            if tag != "table" and self._lists:
                self._lists.pop()
        elif tag in _BLOCKS:
            self._break(False)

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._skipping:
            return
        if self._in_title:
            self.title += text
        elif not self._in_head or text.strip():
            if not self._preformatted and "\n" in text:
                text = text.replace("\n", " ")  # only <br> and <pre> break lines
            self._words.append(text)
            self._cell_length += len(text)

    def close(self) -> None:
        """The page ends."""

    def _label(self, attributes: dict[str, str]) -> str:
        """What stands before the next item of the innermost list."""
        form, last = self._lists[-1] if self._lists else ("", 0)
        if not form:
            return "-"
        number = _whole(attributes.get("value"), last + 1)
        self._lists[-1] = (form, number)
        return f"{written(number, form)}."

    def _open_cell(self) -> None:
        if self._words and "".join(self._words).strip():
            if self._cell_length > _LONG_CELL:
                self.flush()
            else:
                self._words.append(" | ")
        self._cell_length = 0

    def _break(self, table: bool) -> None:
        """A block begins or ends; within a short table cell that is no more than a space."""
        if self._rows and not table and self._cell_length <= _LONG_CELL:
            self._words.append(" ")
        else:
            self.flush()

    def flush(self, *, heading: bool = False) -> None:
        """Make a block of the words since the last one."""
        raw, self._words = "".join(self._words), []
        self._cell_length = 0
        if self._preformatted:
            text = raw
        else:
            text = "\n".join(filter(None, (squeezed(line) for line in raw.split("\n"))))
        if " |" in text or "| " in text:
            text = table_row(text.split(" | ")).strip(" |") if self._rows else text
        if not text.strip():
            return
        close, self._close = self._close, False
        item, self._item = self._item, ""
        if self._named and not heading:
            self.blocks.announce(self._named)
        self._named = ""
        self.blocks.add(f"{item} {text}" if item else text, heading=heading, close=close and bool(item))
