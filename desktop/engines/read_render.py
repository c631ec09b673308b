"""Pages of PDFs and of image files drawn as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pypdfium2.raw as pdfium

from desktop.core.documents import PICTURES
from desktop.core.errors import ReadError
from desktop.core.reading_requests import PagePicture, RenderPage
from desktop.engines.read_files import damaged, opened
from desktop.engines.read_kinds import recognise
from desktop.engines.read_pdf import frame_of, open_pdf
from desktop.engines.read_pdf_draw import drawn

MAX_WIDTH = 4_000
MAX_PIXELS = 24_000_000
_PDF_MARK_WITHIN = 1024


def render_page(request: RenderPage) -> PagePicture:
    """Draw a page `request.width` pixels wide (less where the limits ask for it, or an image file has no more).

    The picture shows exactly the box that the word boxes of its reader are fractions of. Raises ReadError.
    """
    with opened(request.path) as file:
        if b"%PDF-" in file.read(_PDF_MARK_WITHIN):
            return _page_of_pdf(request)
        kind = recognise(request.path, file).name
        if kind in PICTURES:
            return _page_of_image(request, file, kind)
        raise ReadError(f"{Path(request.path).name} has no page pictures.", "", "", "unsupported")


def _page_of_image(request: RenderPage, file: BinaryIO, kind: str) -> PagePicture:
    from desktop.engines.read_image import Pictures

    pictures = Pictures(request.path, file, kind)
    width = min(max(request.width, 1), MAX_WIDTH)
    drawn = pictures.draw(request.page - 1, width, MAX_PIXELS // width)
    return PagePicture(drawn.width, drawn.height, drawn.tobytes(), pictures.count)


def _page_of_pdf(request: RenderPage) -> PagePicture:
    document = open_pdf(request.path, request.password)
    try:
        pages = len(document)
        if not 1 <= request.page <= pages:
            raise ReadError(f"{Path(request.path).name} has no page {request.page}.", "", "", "missing")
        page = pdfium.FPDF_LoadPage(document, request.page - 1)
        if not page:
            raise damaged(request.path, f"page {request.page} cannot be read")
        try:
            frame = frame_of(page)
            width, height = _size(request.width, frame.height / max(frame.width, 0.01))
            return PagePicture(width, height, drawn(document, page, width, height), pages)
        finally:
            pdfium.FPDF_ClosePage(page)
    finally:
        document.close()


def _size(width: int, ratio: float) -> tuple[int, int]:
    """Pixels of the picture, within the limits; `ratio` is the page's height by its width."""
    width = min(max(width, 1), MAX_WIDTH)
    width = min(width, max(int((MAX_PIXELS / max(ratio, 1e-6)) ** 0.5), 1))
    return width, min(max(round(width * ratio), 1), MAX_PIXELS // width)
