"""Chats as files: Markdown, HTML and DOCX of the branch that is shown, JSON of all of it, and JSON read back."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop.core.conversations import Conversation, Message
from desktop.core.documents import ATTACHED, DocumentState
from desktop.core.errors import StorageError, UserError
from desktop.services.chat_json import MOST_BYTES, ChatFile, read_json, to_json
from desktop.services.export_docx import to_docx
from desktop.services.export_html import to_html
from desktop.services.export_markdown import to_markdown
from desktop.services.export_text import ExportText, export_text
from desktop.store.attachments import AttachmentStore
from desktop.store.catalogue import Catalogue
from desktop.store.conversations import ConversationStore

NOT_HERE = "It stayed on the computer that the chat was exported from."
FORMATS = ("md", "html", "docx", "json")
_FOR_PEOPLE: dict[str, Callable[[ExportText], str | bytes]] = {
    "md": to_markdown,
    "html": to_html,
    "docx": to_docx,
}
_NOT_IN_NAMES = set('<>:"/\\|?*.')


class Exporting:
    """Writes chats to files and reads them."""

    def __init__(self, store: ConversationStore, catalogue: Catalogue, attachments: AttachmentStore) -> None:
        self._store = store
        self._catalogue = catalogue
        self._attachments = attachments

    def export(self, conversation_id: str, path: Path) -> None:
        """Write a chat in the format that the name's ending says, one of FORMATS.

        The file is there whole or not at all. Raises UserError for another ending and StorageError if it cannot be
        written.
        """
        made = self.exported(conversation_id, path.suffix.lower().lstrip("."))
        content = made.encode("utf-8", "replace") if isinstance(made, str) else made
        beside = path.with_name(f"{path.name}.part")
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StorageError(
                f"{path.name} could not be written.", "Check the folder and the free space.", str(error)
            ) from error

    def exported(self, conversation_id: str, kind: str) -> str | bytes:
        """The chat in a format of FORMATS."""
        conversation = self._store.get(conversation_id)
        if conversation is None:
            raise UserError("This chat is not there any more.")
        shown = self._store.messages(conversation_id)
        if kind == "json":
            messages = tuple(self._store.all_messages(conversation_id))
            last = shown[-1].id if shown else ""
            return to_json(ChatFile(conversation, messages, last, self._attached(messages)))
        if kind not in _FOR_PEOPLE:
            raise UserError(
                "A chat can be exported as .md, .html, .docx or .json.", "Choose one of these endings."
            )
        return _FOR_PEOPLE[kind](export_text(conversation, shown, self._attached(shown)))

    def import_chat(self, path: Path) -> Conversation:
        """Add the chat of a JSON file that `export` has written. Raises UserError for any other file.

        What was attached is found again on this computer; of what is not here its name stays.
        """
        try:
            if path.stat().st_size > MOST_BYTES:
                raise UserError("This file is too large to be a chat.")
            text = path.read_text("utf-8")
        except OSError as error:
            raise UserError(f"{path.name} cannot be read.", "Check that it is there.", str(error)) from error
        except UnicodeDecodeError as error:
            raise UserError(
                "This file is not a chat that Deskside has exported.", details=str(error)
            ) from error
        chat = read_json(text, self._is_known, _Places(self._catalogue, self._attachments))
        return self._store.add(chat.conversation, chat.messages, chat.shown)

    def _attached(self, messages: Iterable[Message]) -> dict[str, str]:
        """The names of what is attached to messages, by their ids."""
        found = (self._catalogue.document(one) for message in messages for one in message.document_ids)
        return {
            one.id: one.name for one in found if one is not None and one.collection_id.startswith(ATTACHED)
        }

    def _is_known(self, document_id: str, path: str) -> bool:
        document = self._catalogue.document(document_id)
        return document is not None and document.path == path


class _Places:
    """The documents here that the questions of an imported chat ask alone."""

    def __init__(self, catalogue: Catalogue, attachments: AttachmentStore) -> None:
        self._catalogue, self._attachments = catalogue, attachments
        self._collection = ""

    def __call__(self, document_id: str, name: str) -> str:
        """The id of what is known, that of a row which says what is missing, or ''. See `read_json`."""
        known = self._catalogue.document(document_id)
        if known is not None and (not name or known.name == name):
            return known.id
        if not name:
            return ""
        self._collection = self._collection or self._attachments.create()
        row = self._catalogue.add_document(self._collection, uuid.uuid4().hex, name)
        self._catalogue.update(row.id, state=DocumentState.FAILED, reason=NOT_HERE)
        return row.id


def file_name(title: str, kind: str) -> str:
    """A name for a chat's file that every system takes."""
    kept = "".join(" " if letter in _NOT_IN_NAMES or not letter.isprintable() else letter for letter in title)
    return f"{' '.join(kept.split())[:80].strip() or 'Chat'}.{kind}"
