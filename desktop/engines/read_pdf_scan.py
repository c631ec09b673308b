"""Pages of a PDF without text that can be used: told from the others, drawn, and read by OCR."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2.raw as pdfium

from desktop.core.cancel import CancelToken
from desktop.engines.read_pdf_draw import drawn
from desktop.engines.read_pdf_layout import PageText, WordPlace
from desktop.engines.read_pdf_words import PageFrame
from desktop.engines.read_types import Scans

if TYPE_CHECKING:
    from desktop.engines.read_ocr import Ocr

DOTS_PER_INCH = 200
MAX_SIDE = 4_000
_NO_TEXT = 20
"""Characters: a page with fewer has a number or a stamp at best, if it shows anything else."""
_LITTLE_TEXT = 100
"""Characters: a page with fewer under a picture that covers it is a scan with a line stamped on it."""
_COVERS = 0.6
_GLANCE_WIDTH = 200
_INK_SHARE = 0.0005
# What a font without a table of its characters gives: characters of no meaning, or none at all.
_MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]")
_MANY = 60
_LATIN = re.compile("[A-Za-z]")
_VOWELS = "aeiouyAEIOUY"
_FEW_VOWELS = 0.12


class PageScanner:
    """Reads the pages of one document that need it. Without `ocr` they are only counted."""

    def __init__(self, ocr: Ocr | None, cancel: CancelToken) -> None:
        self.text, self.scans = PageText(), Scans()
        self._ocr, self._cancel = ocr, cancel

    @property
    def seen(self) -> int:
        """How many pages so far have, or would have, only what OCR finds on them."""
        return self.scans.scanned + self.scans.unread

    def read(
        self, document: Any, page: Any, frame: PageFrame, text: str, words: list[WordPlace]
    ) -> tuple[str, list[WordPlace]]:
        """The text of a page and its words: those given, or what OCR sees where it is the better of both."""
        garbled = is_garbled(text)
        if not garbled and not self._is_scan(document, page, frame, text):
            return text, words
        if self._ocr is None:
            self.scans.unread += 1
            return ("", []) if garbled else (text, words)
        width, height = _size(frame)
        pixels = np.frombuffer(drawn(document, page, width, height), np.uint8).reshape(height, width, 3)
        seen, places = self._ocr.read(pixels, self.text, self._cancel)
        self.scans.scanned += 1
        if len(seen) > len(text) or (garbled and not is_garbled(seen)):
            return seen, places
        return ("", []) if garbled else (text, words)

    def _is_scan(self, document: Any, page: Any, frame: PageFrame, text: str) -> bool:
        """Whether a page shows something that its few characters do not say."""
        if len(text) >= _LITTLE_TEXT:
            return False
        if len(text) >= _NO_TEXT:
            return _is_covered(page)
        return pdfium.FPDFPage_CountObjects(page) > 0 and _shows_ink(document, page, frame)


def is_garbled(text: str) -> bool:
    """Whether a page's text layer says something else than its picture.

    It does where many of its characters have no meaning, or where there are next to no vowels among many Latin
    letters: fonts whose letters are counted through give texts like "7KLV LV" for "This is".
    """
    if len(text) < _MANY or (text.isascii() and _vowels(text) > _FEW_VOWELS * len(text)):
        return False
    if len(_MEANINGLESS.findall(text)) > 0.1 * len(text):
        return True
    plain = unicodedata.normalize("NFD", text)
    latin = len(_LATIN.findall(plain))
    return latin > max(_MANY, 0.9 * sum(map(str.isalpha, plain))) and _vowels(plain) < _FEW_VOWELS * latin


def _vowels(text: str) -> int:
    return sum(map(text.count, _VOWELS))


def _is_covered(page: Any) -> bool:
    """Whether one picture covers most of the page."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return False
    whole = max((box.right - box.left) * (box.top - box.bottom), 1.0)
    return any(area > _COVERS * whole for area in _picture_areas(page))


def _picture_areas(page: Any) -> list[float]:
    """The areas of the pictures on a page, in points."""
    left, bottom, right, top = (pdfium.c_float() for _ in range(4))
    areas = []
    for index in range(min(pdfium.FPDFPage_CountObjects(page), 1_000)):
        shape = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(shape) not in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        if pdfium.FPDFPageObj_GetBounds(shape, left, bottom, right, top):
            areas.append((right.value - left.value) * (top.value - bottom.value))
    return areas


def _shows_ink(document: Any, page: Any, frame: PageFrame) -> bool:
    """Whether a small picture of the page is more than an empty sheet."""
    width, height = _GLANCE_WIDTH, max(round(_GLANCE_WIDTH * frame.height / max(frame.width, 0.01)), 1)
    height = min(height, 20 * _GLANCE_WIDTH)
    pixels = np.frombuffer(drawn(document, page, width, height), np.uint8).reshape(-1, 3).mean(axis=1)
    return float((np.abs(pixels - np.median(pixels)) > 50).mean()) > _INK_SHARE


def _size(frame: PageFrame) -> tuple[int, int]:
    """Width and height in pixels of the picture that is read."""
    scale = min(DOTS_PER_INCH / 72, MAX_SIDE / max(frame.width, frame.height, 1.0))
    return max(round(frame.width * scale), 1), max(round(frame.height * scale), 1)
