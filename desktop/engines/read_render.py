"""PDF pages drawn as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from desktop.core.errors import ReadError
from desktop.core.requests import PagePicture, RenderPage
from desktop.engines.read_files import damaged, opened
from desktop.engines.read_pdf import frame_of, open_pdf

MAX_WIDTH = 4_000
MAX_PIXELS = 24_000_000
_PDF_MARK_WITHIN = 1024


def render_page(request: RenderPage) -> PagePicture:
    """Draw a page `request.width` pixels wide (less where the limits ask for it). Raises ReadError.

    The picture shows exactly the box that the word boxes of `read_pdf` are fractions of.
    """
    with opened(request.path) as file:
        if b"%PDF-" not in file.read(_PDF_MARK_WITHIN):
            raise ReadError(f"{Path(request.path).name} has no page pictures.", "", "", "unsupported")
        document = open_pdf(request.path, request.password)
        try:
            pages = len(document)
            if not 1 <= request.page <= pages:
                raise ReadError(f"{Path(request.path).name} has no page {request.page}.", "", "", "missing")
            width, height, pixels = _draw(request, document)
            return PagePicture(width, height, pixels, pages)
        finally:
            document.close()


def _draw(request: RenderPage, document: Any) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes of the page."""
    page = pdfium.FPDF_LoadPage(document, request.page - 1)
    if not page:
        raise damaged(request.path, f"page {request.page} cannot be read")
    bitmap = None
    try:
        frame = frame_of(page)
        width, height = _size(request.width, frame.height / max(frame.width, 0.01))
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        placing = (bitmap, page, 0, 0, width, height, 0, flags)
        pdfium.FPDF_RenderPageBitmap(*placing)
        if document.formenv:
            pdfium.FPDF_FFLDraw(document.formenv, *placing)
        return width, height, _without_padding(bytes(bitmap.buffer), width, height, bitmap.stride)
    finally:
        if bitmap is not None:
            bitmap.close()
        pdfium.FPDF_ClosePage(page)


def _size(width: int, ratio: float) -> tuple[int, int]:
    """Pixels of the picture, within the limits; `ratio` is the page's height by its width."""
    width = min(max(width, 1), MAX_WIDTH)
    width = min(width, max(int((MAX_PIXELS / max(ratio, 1e-6)) ** 0.5), 1))
    return width, min(max(round(width * ratio), 1), MAX_PIXELS // width)


def _without_padding(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    row = 3 * width
    if stride == row:
        return pixels[: row * height]
    return b"".join(pixels[start : start + row] for start in range(0, stride * height, stride))
