"""Conversations as a person handles them: list, find, rename, delete with undo."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence

from desktop.core.chat_requests import AdapterUse
from desktop.core.conversations import Conversation, FoundMessage, Message
from desktop.store.conversations import ConversationStore

TRASH_SECONDS = 30 * 24 * 3600.0


class Conversations:
    """A thin front of the store: what a page may do with conversations."""

    def __init__(self, store: ConversationStore, after_purge: Callable[[], None] | None = None) -> None:
        """`after_purge` takes away what belonged to chats that are gone."""
        self._store = store
        self._after_purge = after_purge or (lambda: None)

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

    def find(self, text: str) -> builtins.list[FoundMessage]:
        """The messages, of all branches, that have all the words."""
        return self._store.find(text)

    def branches(self, conversation_id: str) -> dict[str, tuple[str, ...]]:
        """For each message that has others in its place: all of that place, the oldest first."""
        return self._store.branches(conversation_id)

    def show_branch(self, message_id: str) -> None:
        """Go over to the branch of a message; `messages` gives it from then on."""
        self._store.show_branch(message_id)

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Keep it above all others, or no more."""
        self._store.pin(conversation_id, pinned)

    def move(self, conversation_id: str, folder: str) -> None:
        """Put it into the folder of this name, '' for none."""
        self._store.move(conversation_id, " ".join(folder.split()))

    def rename_folder(self, folder: str, name: str) -> None:
        """Give a folder another name; an empty one changes nothing."""
        if name.split():
            self._store.rename_folder(folder, " ".join(name.split()))

    def trash(self) -> builtins.list[Conversation]:
        """What was deleted in the last thirty days, the last one first."""
        return self._store.trash()

    def purge(self, conversation_id: str) -> None:
        """Remove a deleted chat for good."""
        self._store.purge(conversation_id)
        self._after_purge()

    def empty_trash(self) -> None:
        """Remove all deleted chats for good."""
        self._store.purge_deleted(0)
        self._after_purge()

    def rename(self, conversation_id: str, title: str) -> None:
        """Give it a title of the person's own, which is then kept."""
        self._store.rename(conversation_id, " ".join(title.split()) or "Untitled", by_person=True)

    def set_collection(self, conversation_id: str, collection_id: str) -> None:
        """Choose which collection it asks; '' for none."""
        self._store.set_collection(conversation_id, collection_id)

    def draft(self, conversation_id: str) -> str:
        """What was begun in it and not sent."""
        return self._store.draft(conversation_id)

    def keep_draft(self, conversation_id: str, text: str) -> None:
        """Keep what was begun in it; '' once it is sent."""
        self._store.keep_draft(conversation_id, text)

    def set_adapters(self, conversation_id: str, adapters: tuple[AdapterUse, ...]) -> None:
        """Choose the adapters of the model that are on for it."""
        self._store.set_adapters(conversation_id, adapters)

    def delete(self, conversation_id: str) -> None:
        """Put it in the trash; `restore` takes it out again."""
        self._store.delete(conversation_id)

    def restore(self, conversation_id: str) -> None:
        self._store.restore(conversation_id)
