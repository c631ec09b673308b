"""Pictures inside Office files: where a file is hardly more than a cover for pictures, their words are its text.

A scan that was put into a document, a slide that is one screenshot: their pictures are read like pages without text,
in the order of their names, behind the file's own pages. Where a file has text of its own, its pictures are left: a
logo on each letter would cost seconds of OCR a file.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.engines.read_files import Archive
from desktop.engines.read_types import Reading

if TYPE_CHECKING:
    from desktop.engines.read_image import Pictures
    from desktop.engines.read_ocr import Ocr

FEW_CHARACTERS = 400
"""A file with less text of its own than this is taken for a cover of its pictures."""
MOST_PICTURES = 500
MOST_BYTES = 64 * 2**20
SMALLEST_WIDTH, SMALLEST_HEIGHT = 160, 40
"""Smaller pictures, in pixels, are icons."""
_PLACES = re.compile(r"(?:^|/)(?:media|pictures)/[^/]+\Z", re.IGNORECASE)
_MARKS = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"BM", "bmp"),
)


def with_pictures(
    reading: Reading,
    path: str,
    file: BinaryIO,
    ocr: Ocr | None,
    cancel: CancelToken,
    otherwise: ReadError | None = None,
) -> Reading:
    """The reading of an Office file, with pages for the words of its pictures where it has hardly text of its own.

    Without `ocr` the pictures are only counted as unread. `otherwise` is raised where there is no picture either.
    """
    return replace(reading, pages=_pages(reading, path, file, ocr, cancel, otherwise))


def _pages(
    reading: Reading,
    path: str,
    file: BinaryIO,
    ocr: Ocr | None,
    cancel: CancelToken,
    otherwise: ReadError | None,
) -> Iterator[Page]:
    characters = last = 0
    try:
        for page in reading.pages:
            characters += len(page.text)
            last = page.number
            yield page
    except ReadError as error:
        if error.reason != "no text":
            raise
        otherwise = error
    if characters >= FEW_CHARACTERS:
        return
    from desktop.engines.read_image import OCR_SIDE
    from desktop.engines.read_pdf_layout import PageText

    text = PageText()
    for pictures in _pictures(path, file, cancel):
        if ocr is None:
            reading.scans.unread += 1
            continue
        try:
            drawn = np.asarray(pictures.draw(0, OCR_SIDE, OCR_SIDE))
        except ReadError:
            continue  # one broken picture costs its own words alone
        words, _ = ocr.read(drawn, text, cancel)
        reading.scans.scanned += 1
        last += 1
        if words:
            yield Page(last, words)
    if otherwise is not None and not reading.scans.scanned and not reading.scans.unread:
        raise otherwise


def _pictures(path: str, file: BinaryIO, cancel: CancelToken) -> Iterator[Pictures]:
    """The pictures that can be decoded and are large enough for words, each content once."""
    from desktop.engines.read_image import Pictures

    file.seek(0)
    archive = Archive(path, file)
    seen: set[bytes] = set()
    for name in sorted(filter(_PLACES.search, archive.names), key=_natural)[:MOST_PICTURES]:
        cancel.check()
        if archive.size(name) > MOST_BYTES:
            continue
        try:
            content = archive.read(name)
            kind = next((kind for mark, kind in _MARKS if content.startswith(mark)), "")
            kind = "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else kind
            digest = hashlib.sha256(content).digest()
            if not kind or digest in seen:
                continue
            pictures = Pictures(path, io.BytesIO(content), kind)
        except ReadError:
            continue
        seen.add(digest)
        if pictures.width >= SMALLEST_WIDTH and pictures.height >= SMALLEST_HEIGHT:
            yield pictures


def _natural(name: str) -> list[tuple[int, str]]:
    """image2 before image10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]
