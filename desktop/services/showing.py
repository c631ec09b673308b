"""The pictures that a question comes with: shown to a model that sees, and said where none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Picture
from desktop.core.conversations import Message
from desktop.core.documents import PICTURES, Document
from desktop.core.errors import DesksideError
from desktop.services.models import Models
from desktop.services.pages import Pages

WIDTH = 1024
"""Pixels: models for pictures cut them into tiles of about this size, and more only costs time."""
MOST = 4
ONLY_TEXT = "The text in the picture was read. To say what else it shows, a model for pictures is missing."

NO_TEXT = "There is no text in the picture. To say what it shows, a model for pictures is missing."


@dataclass(frozen=True)
class Showing:
    """Draws pictures in the reader's child: their files are untrusted."""

    pages: Pages

    def pictures(self, asked: Message) -> tuple[Document, ...]:
        """The pictures among the documents that a question names."""
        found = (self.pages.catalogue.document(one) for one in asked.document_ids)
        return tuple(one for one in found if one is not None and one.kind in PICTURES)

    def shown(self, pictures: Sequence[Document], models: Models, cancel: CancelToken) -> tuple[Picture, ...]:
        """The first of them as pixels, where the model sees; one that cannot be drawn is left out."""
        if not pictures or not models.sees():
            return ()
        drawn = []
        for one in pictures[:MOST]:
            try:
                page = self.pages.render(one.path, 1, WIDTH, cancel, one.member)
            except DesksideError:
                continue
            drawn.append(Picture(page.width, page.height, page.pixels))
        return tuple(drawn)

    def note(self, pictures: Sequence[Document], shown: Sequence[Picture]) -> str:
        """What is to be said of pictures that the model did not see; '' where there is nothing."""
        if not pictures or len(shown) == len(pictures):
            return ""
        if not shown:
            return ONLY_TEXT if any(one.passages for one in pictures) else NO_TEXT
        return f"The model saw {len(shown)} of {len(pictures)} pictures; of the others it read the text."
