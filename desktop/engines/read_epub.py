"""E-books (EPUB): the chapters in their order, with the titles that the table of contents gives them."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from lxml import etree

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.engines.read_blocks import squeezed
from desktop.engines.read_files import Archive, damaged, empty
from desktop.engines.read_html import html_blocks, stated_encoding
from desktop.engines.read_text import clean, parts_with_headings
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import attribute, local

# Fonts are often garbled in a way that anybody may undo; that locks nothing.
_FONTS_ONLY = frozenset(("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"))
_LOCKS = (
    ("META-INF/license.lcpl", "Readium LCP"),
    ("META-INF/sinf.xml", "Apple FairPlay"),
    ("META-INF/rights.xml", "Adobe ADEPT"),
)
_PAGE_TYPES = frozenset(
    ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
)
_CONTENTS = "application/x-dtbncx+xml"


@dataclass
class _Book:
    """What the package document says: the title, and the pages in reading order by their names in the archive."""

    title: str = ""
    pages: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)


def read_epub(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read an e-book. Raises ReadError, also for one with copy protection."""
    archive = Archive(path, file)
    _refuse_locked(path, archive)
    book = _book(path, archive)
    if not book.pages:
        raise damaged(path, "it has no chapters")
    return Reading("epub", book.title, 0, _pages(path, archive, book, cancel))


def _pages(path: str, archive: Archive, book: _Book, cancel: CancelToken) -> Iterator[Page]:
    titles = _titles(path, archive, book)
    number = failed = 0
    for name in book.pages:
        cancel.check()
        try:
            content = archive.read(name)
            blocks, _ = html_blocks(path, [clean(_decoded(content))], titles.get(name))
        except ReadError as error:
            if error.reason == "too large":
                raise
            failed += 1  # the other chapters are worth having
            continue
        if blocks.text.strip():
            for page in parts_with_headings(path, blocks.text, blocks.headings):
                number += 1
                yield Page(number, page.text, headings=page.headings)
    if not number:
        raise damaged(path, "none of its chapters can be read") if failed else empty(path)


def _decoded(content: bytes) -> str:
    return content.decode(stated_encoding(content), "replace")


def _refuse_locked(path: str, archive: Archive) -> None:
    """Raise ReadError for a book whose chapters are encrypted."""
    listing = archive.find("META-INF/encryption.xml")
    if listing is None:
        return
    root = _tree(archive.read(listing))
    methods = {
        element.get("Algorithm", "") for element in _every(root, "EncryptionMethod") if root is not None
    }
    if methods and methods <= _FONTS_ONLY:
        return
    names = [unquote(element.get("URI", "")) for element in _every(root, "CipherReference")]
    if not any(name.lower().endswith((".xhtml", ".html", ".htm", ".xml", ".opf")) for name in names):
        return
    lock = next((label for name, label in _LOCKS if archive.find(name)), "")
    by = f" ({lock})" if lock else ""
    raise ReadError(
        f"{Path(path).name} is locked by copy protection{by}, which Deskside cannot open.",
        "Read it in the program of the shop that it is from.",
        "",
        "unsupported",
    )


def _book(path: str, archive: Archive) -> _Book:
    """The package document's order of pages; without one, all pages in the order of their names."""
    book = _Book()
    package = _package_name(archive)
    root = _tree(archive.read(package)) if package else None
    if package and root is not None:
        folder = posixpath.dirname(package)
        items: dict[str, Any] = {item.get("id", ""): item for item in _every(root, "item")}
        book.title = next((squeezed(one.text or "") for one in _every(root, "title") if one.text), "")
        for reference in _every(root, "itemref"):
            item = items.get(reference.get("idref", ""))
            name = _found(archive, folder, item.get("href", "")) if item is not None else None
            if name and name not in book.pages and _is_page(item, name):
                book.pages.append(name)
        for item in items.values():
            if "nav" in item.get("properties", "").split() or item.get("media-type") == _CONTENTS:
                name = _found(archive, folder, item.get("href", ""))
                book.contents += [name] if name else []
    if not book.pages:
        pages = [name for name in archive.names if name.lower().endswith((".xhtml", ".html", ".htm"))]
        book.pages = sorted(pages, key=lambda name: [(len(run), run) for run in re.split(r"(\d+)", name)])
    return book


def _is_page(item: Any, name: str) -> bool:
    return item.get("media-type", "") in _PAGE_TYPES or name.lower().endswith((".xhtml", ".html", ".htm"))


def _package_name(archive: Archive) -> str | None:
    """The name of the package document."""
    container = archive.find("META-INF/container.xml")
    root = _tree(archive.read(container)) if container else None
    for element in _every(root, "rootfile"):
        name = archive.find(unquote(element.get("full-path", "")))
        if name:
            return name
    return next((name for name in archive.names if name.lower().endswith(".opf")), None)


def _titles(path: str, archive: Archive, book: _Book) -> dict[str, dict[str, str]]:
    """The titles in the table of contents, by page and by the id of a place in it ("" for its beginning)."""
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for contents in book.contents:
        folder = posixpath.dirname(contents)
        for title, target in _entries(_tree(archive.read(contents))):
            href, _, place = target.partition("#")
            name = _found(archive, folder, href) if href else contents
            if name and title and place not in titles[name]:
                titles[name][unquote(place)] = title
    return titles


def _entries(root: Any) -> Iterator[tuple[str, str]]:
    """Title and target of each entry: of the old form (navPoint) or the new one (links within nav)."""
    for point in _every(root, "navPoint"):
        label = next((one.text or "" for one in _every(point, "text")), "")
        target = next((one.get("src", "") for one in _every(point, "content")), "")
        yield squeezed(label), target
    for nav in _every(root, "nav"):
        if attribute(nav, "type") in ("toc", ""):
            for link in _every(nav, "a"):
                yield squeezed("".join(link.itertext())), link.get("href", "")


def _found(archive: Archive, folder: str, href: str) -> str | None:
    """The member that a link leads to; links out of the book lead nowhere."""
    target = posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))
    return None if target.startswith("..") else archive.find(target)


def _every(root: Any, name: str) -> Iterator[Any]:
    """Each element of this local name below `root`, which may be None."""
    if root is not None:
        yield from (element for element in root.iter() if local(element.tag) == name)


def _tree(content: bytes) -> Any:
    """The root of a small XML part, as far as it can be read; no entity is expanded and nothing is opened."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
