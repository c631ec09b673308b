"""What a person does about files that need attention: password, OCR, another try, ignoring with undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.attention import UNREAD
from desktop.core.documents import Document
from desktop.core.errors import DesksideError
from desktop.ui.imports import Imports
from desktop.ui.library_attention import AttentionCard
from desktop.ui.password_dialog import PasswordDialog
from desktop.ui.reasons import group_words
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services


class AttentionActions(QObject):
    """Fills the card of a collection and answers to it. `only` carries files to look at and what they are, `remove`
    files to take out, `changed` says that rows have another state."""

    message = Signal(str, object, object)
    failed = Signal(object)
    only = Signal(list, str)
    remove = Signal(list)
    changed = Signal()

    def __init__(
        self, services: Services, theme: Theme, imports: Imports, card: AttentionCard, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._imports = services, theme, imports
        self._card, self._page = card, parent
        self._collection = ""
        card.fix.connect(self.fix)
        card.ignore.connect(self._leave)
        card.look.connect(self._look)

    def show(self, collection_id: str, hidden: list[str]) -> None:
        """Count again; `hidden` are the files whose removal can still be undone."""
        self._collection = collection_id
        library = self._services.library
        self._card.set_groups(library.attention(collection_id, hidden) if collection_id else ())

    def fix(self, reason: str) -> None:
        """Put right what can be put right about the files of a group."""
        ids = self._ids(reason)
        if not ids:
            return
        if reason == "encrypted":
            self.ask_password(ids)
        elif reason in ("no text", UNREAD):
            self.read_scans(ids)
        else:
            self._imports.retry(ids, self._collection, patient=reason == "too slow")

    def try_again(self, ids: list[str]) -> None:
        """Read files again that failed or were ignored."""
        self._imports.retry(ids, self._collection)

    def read_scans(self, ids: list[str]) -> None:
        """Read the pages of files that are pictures, by OCR."""
        self._imports.retry(ids, self._collection, read_scans=True)

    def ask_password(self, ids: list[str]) -> None:
        """Ask for the password of locked files."""
        dialog = PasswordDialog(
            self._services, self._theme, self._imports, self._collection, ids, self._page.window()
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ignore(self, ids: list[str]) -> None:
        """Leave files as they are, with Undo."""
        try:
            before = self._services.library.ignore(ids)
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.changed.emit()
        many = self.tr("{n} files ignored").replace("{n}", self._theme.number(len(before)))
        words = self.tr("1 file ignored") if len(before) == 1 else many
        self.message.emit(words, lambda: self._restore(before), None)

    def _restore(self, before: list[Document]) -> None:
        try:
            self._services.library.restore(before)
        except DesksideError as error:
            self.failed.emit(error)
        self.changed.emit()

    def _leave(self, reason: str) -> None:
        """A file that is gone is not worth a row; of all others a person may want to know later."""
        ids = self._ids(reason)
        if reason == "missing":
            self.remove.emit(ids)
        else:
            self.ignore(ids)

    def _look(self, reason: str) -> None:
        ids = self._ids(reason)
        words = self.tr("{n} files {matter}").replace("{n}", self._theme.number(len(ids)))
        self.only.emit(ids, words.replace("{matter}", group_words(reason)))

    def _ids(self, reason: str) -> list[str]:
        return self._services.library.attention_ids(self._collection, reason)
