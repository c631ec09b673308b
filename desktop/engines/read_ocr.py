"""OCR for the reader: its models and libraries come with the first picture that is read, and stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.core.cancel import CancelToken

if TYPE_CHECKING:
    from desktop.engines.read_ocr_models import Picture
    from desktop.engines.read_ocr_page import PictureReader
    from desktop.engines.read_pdf_layout import PageText, WordPlace


class Ocr:
    """Reads pictures, one at a time."""

    def __init__(self) -> None:
        self._reader: PictureReader | None = None

    def read(self, picture: Picture, document: PageText, cancel: CancelToken) -> tuple[str, list[WordPlace]]:
        """The text of a picture (height x width x 3, RGB), and its words with boxes as fractions of the picture.

        `document` has seen the pages before: it knows how words are written that are cut at a line's end.
        Raises Cancelled.
        """
        if self._reader is None:
            from desktop.engines.read_ocr_page import PictureReader

            self._reader = PictureReader()
        return self._reader.read(picture, document, cancel)
