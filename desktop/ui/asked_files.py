"""What the questions of the open chat are answered from: a collection, or one file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.core.documents import Document
from desktop.ui.chat_empty import EmptyChat
from desktop.ui.composer import Composer

if TYPE_CHECKING:
    from desktop.services.library import Library


class AskedFiles:
    """Names it in the composer and in the empty chat. `only` is the one file that is asked, until another collection
    is chosen."""

    def __init__(self, library: Library, composer: Composer, empty: EmptyChat) -> None:
        self._library, self._composer, self._empty = library, composer, empty
        self.only: Document | None = None

    def show(self, collection_id: str) -> None:
        """Name a collection, or the one file that is asked of it."""
        collections = self._library.collections()
        self._composer.set_collections(collections, collection_id, self.only.name if self.only else "")
        chosen = next((c for c in collections if c.id == self._composer.collection_id), None)
        self._empty.tell(chosen, self.only)

    def set_only(self, document: Document) -> None:
        """Ask one file alone."""
        self.only = document
        self.show(document.collection_id)

    def ids(self, document: Document | None = None) -> tuple[str, ...]:
        """The documents that a question names: the one that is given, else the one that the chat asks."""
        asked = document or self.only
        return (asked.id,) if asked is not None else ()
