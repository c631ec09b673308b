"""A page of a PDF as pixels."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium


def drawn(document: Any, page: Any, width: int, height: int) -> bytes:
    """The RGB bytes of a raw FPDF_PAGE drawn at this size on white, with its form fields; rows without padding."""
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        placing = (bitmap, page, 0, 0, width, height, 0, flags)
        pdfium.FPDF_RenderPageBitmap(*placing)
        if document.formenv:
            pdfium.FORM_OnAfterLoadPage(
                page, document.formenv
            )  # makes what fields show that nobody has drawn
            pdfium.FPDF_FFLDraw(document.formenv, *placing)
            pdfium.FORM_OnBeforeClosePage(page, document.formenv)
        return _without_padding(bytes(bitmap.buffer), width, height, bitmap.stride)
    finally:
        bitmap.close()


def _without_padding(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    row = 3 * width
    if stride == row:
        return pixels[: row * height]
    return b"".join(pixels[start : start + row] for start in range(0, stride * height, stride))
