"""XML as text: written documents (DocBook, TEI, JATS, feeds) as paragraphs, data as one "name: value" a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import BinaryIO

from lxml import etree

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import Blocks, squeezed
from desktop.engines.read_files import damaged
from desktop.engines.read_html import html_blocks, html_encoding
from desktop.engines.read_text import check_size, decoded, parts_with_headings
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import local


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROSE = _words("""
p para simpara formalpara ab l line seg s item li listitem text tspan td th entry cell v verse abstract quote
blockquote footnote fn remark speech speaker stage caption figcaption term definition dd dt programlisting
screen literallayout code pre subtitle subtext epigraph dedication body content string value desc summary
description paragraph block comment documentation annotation
""")
_TITLE = _words("""
title head heading h1 h2 h3 h4 h5 h6 titleabbrev bridgehead
""")
_INLINE = _words("""
emphasis em i b strong sub sup superscript subscript ulink link xref a citation ref hi name persname placename q
foreign term literal filename command option varname function classname methodname application italic bold
underline sc monospace ext-link uri email abbrev acronym phrase strikethrough span tt u br lb pb date rs orgname
gi att ident symbol userinput computeroutput replaceable constant envar systemitem productname trademark
guilabel guimenu guimenuitem guibutton keycap tspan
""")
# Blocks that hold blocks: they never stand within a sentence.
_STRUCTURE = _words("""
itemizedlist orderedlist variablelist simplelist varlistentry list table informaltable tgroup thead tbody row tr
figure informalfigure mediaobject example section sect1 sect2 sect3 sec chapter note warning tip important
caution div ul ol dl lg sp castlist
""")
_PREFORMATTED = frozenset(("programlisting", "screen", "literallayout", "pre"))
_BREAKING = frozenset(("br", "lb", "pb"))
_DROPPED = frozenset(("style", "script", "binary"))
# Attributes that say something to a person; all others are for programs.
_SILENT_ATTRIBUTES = _words("""
id class style href src type rel lang space base schemalocation nonamespaceschemalocation role width height d
transform fill stroke points viewbox x y x1 x2 y1 y2 cx cy r rx ry dx dy
""")
_PROLOG = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.S)
_ROOT = re.compile(r"<[^\W\d][^<>]*>")
_DOCUMENT_TYPE = re.compile(
    r"<!DOCTYPE(?:[^\"'\[>]|\"[^\"]*\"|'[^']*')*+"
    r"(?:\[(?:[^\"'\]<]|\"[^\"]*\"|'[^']*'|<!--.*?-->|<\?.*?\?>|<)*+\]\s*)?>",
    re.S,
)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_MAX_HEAD = 4_000_000
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_MAX_DEPTH = 250
_LONG_RECORD = 40


@dataclass
class _Open:
    """An element that has begun: its words since the last block; one within a sentence shares those of the sentence.

    `child` is the name of the last block in it, `nested` whether that one held blocks itself.
    """

    name: str
    attributes: list[tuple[str, str]]
    words: list[str] = field(default_factory=list)
    inline: bool = False
    mixed: bool = False
    child: str = ""
    nested: bool = False


def read_xml_text(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read an XML file; no entity is expanded and nothing outside it is opened. Raises ReadError."""
    check_size(path, file)
    collector = _Collector()
    parser = etree.XMLParser(
        target=collector, encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, recover=True,
    )  # fmt: skip
    try:
        for piece in _without_document_type(path, decoded(file, html_encoding(file), cancel)):
            if piece:
                parser.feed(_ENTITY.sub(_character, piece).encode("utf-8", "replace"))
        parser.close()
    except (etree.LxmlError, AssertionError) as error:
        if not collector.blocks.text:
            raise damaged(path, "its XML is broken", str(error)) from error
    collector.finish()
    blocks = collector.blocks
    title = collector.title or (blocks.headings[0].text if blocks.headings else "")
    return Reading("xml", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def _without_document_type(path: str, pieces: Iterator[str]) -> Iterator[str]:
    """The file without its document type, which could declare entities that expand without end or open files.

    Raises ReadError where it cannot be told where that ends.
    """
    head = ""
    for piece in pieces:
        head += piece
        if len(head) > _MAX_HEAD or _ROOT.search(head, _prolog(head)):
            break
    while head.startswith("<!DOCTYPE", begin := _prolog(head)):
        whole = _DOCUMENT_TYPE.match(head, begin)
        if whole is None:
            raise damaged(path, "its document type does not end")
        head = head[:begin] + head[whole.end() :]
    yield head
    yield from pieces


def _prolog(head: str) -> int:
    """Where comments, instructions and white space at the beginning end."""
    found = _PROLOG.match(head)
    return found.end() if found else 0


def _character(reference: re.Match[str]) -> str:
    """The character that HTML knows by this name: documents with a document type use those names too."""
    known = html5.get(reference.group(1) + ";", "")
    return known if known and known not in "<>&\"'" else reference.group()


class _Collector:
    """Takes the parser's events and builds blocks; lines of data stay together until their element ends."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self.title = ""
        self._open: list[_Open] = []
        self._lines: list[str] = []
        self._skipping = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        plain = name.lower()
        if self._skipping or plain in _DROPPED or len(self._open) >= _MAX_DEPTH:
            self._skipping += 1
            return
        above = self._open[-1] if self._open else None
        if above is not None and _is_inline(plain, above):
            above.mixed = True
            self._open.append(_Open(name, [], above.words, inline=True, mixed=True))
            return
        if above is not None:
            self._flush(above)
            if above.nested and above.child == name:
                self._end_lines()  # the next record of the same kind begins
            above.child, above.nested = name, False
        said = [(local(key), squeezed(value)) for key, value in attributes.items()]
        said = [(key, value) for key, value in said if value and key.lower() not in _SILENT_ATTRIBUTES]
        self._open.append(_Open(name, said))

    def end(self, tag: str) -> None:
        """An element ends: its words become a block, a line of data, or stay a part of the sentence around it."""
        if self._skipping:
            self._skipping -= 1
            return
        if not self._open:
            return
        element = self._open.pop()
        if element.inline:
            element.words.append(" " if element.name.lower() in _BREAKING else "")
            return
        self._flush(element)
        if element.child and self._open:
            self._open[-1].nested = True
            if len(self._open) == 1 or len(self._lines) > _LONG_RECORD:
                self._end_lines()

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._open and not self._skipping:
            self._open[-1].words.append(text)

    def close(self) -> None:
        """The file ends."""

    def finish(self) -> None:
        """Make blocks of what a file that broke off has left open."""
        while self._open:
            self._flush(self._open.pop())
        self._end_lines()

    def _flush(self, element: _Open) -> None:
        """Write the words of an element that have gathered."""
        raw = "".join(element.words)
        element.words.clear()
        text = squeezed(raw)
        attributes, element.attributes = element.attributes, []
        plain = element.name.lower()
        if not text:
            # An element of a table of data may say all in its attributes.
            self._lines += [f"{element.name} {key}: {value}" for key, value in attributes]
        elif plain in _TITLE:
            self._end_lines()
            self.title = self.title or ("" if self.blocks.text else text[:300])
            self.blocks.add(text, heading=True)
        elif "</" in text and _MARKUP.search(text):  # feeds carry web pages as text
            self._end_lines()
            self.blocks.add(html_blocks("", [raw])[0].text)
        elif plain in _PROSE or element.mixed or element.child:
            self._end_lines()
            self.blocks.add(raw.strip("\n") if plain in _PREFORMATTED else text)
        else:
            notes = "".join(f" ({key} {value})" for key, value in attributes[:4])
            self._lines.append(f"{element.name}{notes}: {text}")

    def _end_lines(self) -> None:
        """The record whose lines have gathered is whole."""
        lines, self._lines = self._lines, []
        self.blocks.add("\n".join(lines))


def _is_inline(name: str, above: _Open) -> bool:
    """Whether an element stands within a sentence of the one around it."""
    if name in _PROSE or name in _TITLE or name in _STRUCTURE:
        return above.inline and name in _INLINE
    if any(word.strip() for word in above.words):
        return True
    return name in _INLINE and (above.inline or above.name.lower() in _PROSE or above.name.lower() in _TITLE)
