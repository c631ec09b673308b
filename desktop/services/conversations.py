"""Conversations as a person handles them: list, find, rename, delete with undo."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.core.conversations import Conversation, Message
from desktop.store.conversations import ConversationStore

TRASH_SECONDS = 30 * 24 * 3600.0


class Conversations:
    """A thin front of the store: what a page may do with conversations."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def tidy(self) -> None:
        """At start-up: mark answers that were cut off, and empty the trash of what is older than thirty days."""
        self._store.mark_interrupted()
        self._store.purge_deleted(TRASH_SECONDS)

    def list(self, text: str = "") -> list[Conversation]:
        """Newest first; `text` searches titles and messages."""
        return self._store.list(text)

    def get(self, conversation_id: str) -> Conversation | None:
        return self._store.get(conversation_id)

    def create(self, collection_id: str = "") -> Conversation:
        return self._store.create(collection_id)

    def messages(self, conversation_id: str) -> Sequence[Message]:
        return self._store.messages(conversation_id)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give it a title of the person's own, which is then kept."""
        self._store.rename(conversation_id, " ".join(title.split()) or "Untitled", by_person=True)

    def set_collection(self, conversation_id: str, collection_id: str) -> None:
        """Choose which collection it asks; '' for none."""
        self._store.set_collection(conversation_id, collection_id)

    def delete(self, conversation_id: str) -> None:
        """Put it in the trash; `restore` takes it out again."""
        self._store.delete(conversation_id)

    def restore(self, conversation_id: str) -> None:
        self._store.restore(conversation_id)
