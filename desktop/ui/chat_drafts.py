"""What was begun in each chat and not sent: it waits there while another chat is open, and for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.errors import DesksideError
from desktop.ui.chat_attachments import ChatAttachments
from desktop.ui.composer import Composer

if TYPE_CHECKING:
    from desktop.services.conversations import Conversations

_KEPT_AFTER_MS = 1000


class ChatDrafts(QObject):
    """Words are stored with their chat, a second after the last key. A new chat's words, and what is attached
    anywhere, last until the program ends."""

    failed = Signal(object)

    def __init__(self, chats: Conversations, composer: Composer, attachments: ChatAttachments) -> None:
        super().__init__(composer)
        self._chats, self._composer, self._attachments = chats, composer, attachments
        self._chat, self._new, self._stored = "", "", ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_KEPT_AFTER_MS)
        self._later.timeout.connect(self.keep)
        composer.drafted.connect(lambda _: self._later.start())

    def open(self, conversation_id: str) -> None:
        """Put away what is in the composer, and bring what was begun in this chat."""
        if conversation_id == self._chat:
            return
        self.keep()
        self._chat = conversation_id
        self._stored = self._begun(conversation_id)
        self._composer.field.setPlainText(self._stored)
        self._composer.field.moveCursor(self._composer.field.textCursor().MoveOperation.End)
        self._attachments.open(conversation_id)
        self._later.stop()

    def became(self, conversation_id: str) -> None:
        """The new chat is stored with its first message: what comes now belongs to it."""
        self._chat, self._new, self._stored = conversation_id, "", ""
        self._attachments.became(conversation_id)

    def keep(self) -> None:
        """Store what is there now."""
        self._later.stop()
        words = self._composer.field.toPlainText()
        if not self._chat:
            self._new = words
        elif words != self._stored:
            try:
                self._chats.keep_draft(self._chat, words)
            except DesksideError as error:
                self.failed.emit(error)
            self._stored = words

    def _begun(self, conversation_id: str) -> str:
        if not conversation_id:
            return self._new
        try:
            return self._chats.draft(conversation_id)
        except DesksideError as error:
            self.failed.emit(error)
            return ""
