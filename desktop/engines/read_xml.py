"""XML that nobody vouches for: parsed tag by tag, without entities, document types or anything from outside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.engines.read_files import Archive, damaged

_CHUNK = 262_144
_DOCUMENT_TYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "recover": False,
}


def local(tag: object) -> str:
    """The name of an element or attribute without its namespace; "" for a comment or an instruction."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The attribute of this local name, of whichever namespace, or ""."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def parse(path: str, data: bytes, target: object, cancel: CancelToken | None = None) -> None:
    """Run a parser over `data` that builds no tree: `target` has start, end, data and close. Raises ReadError."""
    _refuse_document_type(path, data)
    parser = etree.XMLParser(target=target, **_OPTIONS)
    try:
        for start in range(0, len(data), _CHUNK):
            if cancel:
                cancel.check()
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _broken(path, error) from error


def tree(path: str, data: bytes) -> Any:
    """The root element of a small part. Raises ReadError."""
    _refuse_document_type(path, data)
    try:
        return etree.fromstring(data, etree.XMLParser(**_OPTIONS))
    except etree.XMLSyntaxError as error:
        raise _broken(path, error) from error


def elements(
    path: str, pieces: Iterable[bytes], names: Iterable[str], cancel: CancelToken | None = None
) -> Iterator[Any]:
    """Yield each element of these local names when it ends, and free it afterwards: for parts of any size.

    An element inside another of these names comes first, and is empty when the outer one comes. Raises ReadError.
    """
    wanted = frozenset(names)
    parser = etree.XMLPullParser(("end",), tag=[f"{{*}}{name}" for name in wanted], **_OPTIONS)
    first = True
    try:
        for piece in pieces:
            if cancel:
                cancel.check()
            if first:
                _refuse_document_type(path, piece)
                first = False
            for start in range(0, len(piece), _CHUNK):
                parser.feed(piece[start : start + _CHUNK])
                for _, element in parser.read_events():
                    yield element
                    _free(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _broken(path, error) from error


def _free(element: Any) -> None:
    """Empty an element that was dealt with, and let go of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def relations(path: str, archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part of an Office document points to: by id, the last word of the type and the part's name.

    Parts outside the archive, and those that are not in it, are left out. Raises ReadError.
    """
    folder, _, name = part.replace("\\", "/").rpartition("/")
    listing = archive.find(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    if listing is None:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for relation in elements(path, [archive.read(listing)], ("Relationship",)):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External" or not target:
            continue
        joined = target if target.startswith("/") else f"{folder}/{target}"
        real = archive.find(posixpath.normpath(unquote(joined)).lstrip("/"))
        if real is not None:
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], real)
    return found


def related(path: str, archive: Archive, part: str, kind: str) -> list[str]:
    """The names of the parts of one kind that a part points to, in the order they are listed."""
    return [name for found, name in relations(path, archive, part).values() if found == kind]


def title_of(path: str, archive: Archive, part: str = "docProps/core.xml") -> str:
    """The title among a document's properties, or ""."""
    name = archive.find(part)
    try:
        for element in elements(path, archive.stream(name), ("title",)) if name else ():
            return re.sub(r"\s+", " ", element.text or "").strip()
    except ReadError:
        pass  # a document whose properties are broken still has its text
    return ""


def _refuse_document_type(path: str, data: bytes) -> None:
    # Office files have no document type; one that has wants its entities expanded, perhaps a billion times.
    if any(mark in data for mark in _DOCUMENT_TYPES):
        raise damaged(path, "its XML declares a document type, as no such document does")


def _broken(path: str, error: Exception) -> ReadError:
    return damaged(path, "its XML is broken", str(error))
