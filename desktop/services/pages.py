"""Showing a source: its page as a picture, or the text around it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, Page, Source
from desktop.core.errors import DesksideError, ReadError, UserError
from desktop.core.reading_requests import PagePicture, PagesRead, ReadFile, RenderPage
from desktop.engines.process import EngineLink, call
from desktop.services.passwords import Passwords
from desktop.store.catalogue import Catalogue

AROUND = 3_000
"""Characters of text shown before and after a marked passage."""


@dataclass(frozen=True)
class Pages:
    """A reader process of its own, so that a page opens while files are being read."""

    catalogue: Catalogue
    engine: EngineLink
    passwords: Passwords

    def render(
        self,
        path: str,
        page: int,
        width_px: int,
        cancel: CancelToken | None = None,
        member: tuple[str, ...] = (),
    ) -> PagePicture:
        """Draw a page of a PDF or a picture, `width_px` wide. Blocks.

        Raises ReadError, with the reason "encrypted" where no password that is known opens the file.
        """
        place = (path, member)
        locked: ReadError | None = None
        for password in self.passwords.to_try(place):
            request = RenderPage(path, page, width_px, password, member)
            try:
                picture = call(self.engine, PagePicture, request, cancel)
            except ReadError as error:
                if error.reason != "encrypted":
                    raise
                locked = error
            else:
                self.passwords.fits(place, password)
                return picture
        assert locked is not None  # '' is always among those to try
        raise locked

    def know_password(self, password: str) -> None:
        """Try a password on every locked file from now on; it is kept in memory only."""
        self.passwords.add(password)

    def text(self, source: Source, cancel: CancelToken | None = None) -> tuple[str, int, int]:
        """The text around a source in a file without page pictures, and the start and end of its mark in it.

        Where the file has changed or is gone, the passage as it was imported.
        """
        try:
            page = self._page(source, cancel)
        except DesksideError:
            page = None
        if page is None or page.text[source.start : source.end] != source.text:
            start = max(source.passage.find(source.text), 0)
            return source.passage, start, min(start + len(source.text), len(source.passage))
        first = max(source.start - AROUND, 0)
        last = min(source.end + AROUND, len(page.text))
        return page.text[first:last], source.start - first, source.end - first

    def _page(self, source: Source, cancel: CancelToken | None) -> Page | None:
        document: Document | None = self.catalogue.document(source.document_id)
        if document is None:
            raise UserError("This file is not in the library any more.")
        request = ReadFile(
            document.path, document.columns, self.passwords.of(document.place), document.member
        )
        for message in self.engine.request(request, cancel, silence=30.0):
            if isinstance(message, PagesRead):
                for page in message.pages:
                    if page.number == source.page:
                        return page
        return None
