"""Asks for the password of locked files, tries it on all of them, and says which are still locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.password_field import PasswordField
from desktop.ui.tasks import ListedTask
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph, Spinner
from desktop.ui.worker import Outcome

if TYPE_CHECKING:
    from desktop.services.all import Services

_NAMED = 3


class Unlocks(Protocol):
    """Tries a password on locked documents of a collection, as work that is listed."""

    def unlock(self, document_ids: Sequence[str], password: str, collection_id: str) -> ListedTask: ...


class PasswordDialog(QDialog):
    """For the files of `ids`. It closes when all are open; what it has begun goes on when a person closes it."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        imports: Unlocks,
        collection_id: str,
        ids: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._imports = services, theme, imports
        self._collection = collection_id
        self._locked = list(ids)
        self._entry: ListedTask | None = None
        self.setObjectName("password_dialog")
        title = self.tr("Enter the password")
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(title, "section"))
        self.words = self._paragraph(column, "text")
        column.addSpacing(4)
        self.password = PasswordField(theme, self)
        self.password.entered.connect(self._try)
        self.password.changed.connect(lambda: self._show_state())
        column.addWidget(self.password)
        self.problem = self._paragraph(column, "bad")
        self.problem.setObjectName("password_problem")
        self.problem.hide()
        hint = self._paragraph(column, "text2")
        hint.set_text(self.tr("The password stays in memory, until Deskside ends. It is written nowhere."))
        column.addSpacing(8)
        column.addLayout(self._buttons())
        self._show_state()

    def _paragraph(self, column: QVBoxLayout, tone: str) -> Paragraph:
        paragraph = Paragraph(self._theme, "", "secondary", tone)
        paragraph.setMinimumWidth(self._theme.px(400))
        column.addWidget(paragraph)
        return paragraph

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.spinner = Spinner(self._theme, 16, self)
        self.spinner.hide()
        self.busy = Label("", "secondary", "text2")
        row.addWidget(self.spinner)
        row.addWidget(self.busy)
        row.addStretch(1)
        self.close_button = Button(self._theme, self.tr("Close"), name="password_close")
        self.close_button.clicked.connect(self.reject)
        self.unlock_button = Button(self._theme, self.tr("Unlock"), "primary", name="password_unlock")
        self.unlock_button.clicked.connect(self._try)
        row.addWidget(self.close_button)
        row.addWidget(self.unlock_button)
        return row

    def _try(self) -> None:
        if not self.password.text() or self._entry is not None:
            return
        self.problem.hide()
        self._entry = self._imports.unlock(self._locked, self.password.text(), self._collection)
        self._entry.task.finished.connect(self._tried)
        self._entry.changed.connect(self._show_busy)  # it may wait for another import to end
        self._show_state()

    def _tried(self) -> None:
        entry, self._entry = self._entry, None
        if entry is None or entry.task.outcome is not Outcome.DONE:
            error = entry.task.error if entry is not None else None
            self._say(str(error) if error is not None else "")
            return
        tried = len(self._locked)
        still = set(self._services.library.attention_ids(self._collection, "encrypted"))
        self._locked = [one for one in self._locked if one in still]
        if self._locked:
            self._refuse(tried - len(self._locked))
        else:
            self.password.clear()
            self.accept()

    def _refuse(self, opened: int) -> None:
        left = len(self._locked)
        if opened:
            words = self.tr("{n} files are open now. The rest needs another password.")
            words = words.replace("{n}", self._theme.number(opened))
            if opened == 1:
                words = self.tr("1 file is open now. The rest needs another password.")
        elif left == 1:
            words = self.tr("This password does not open the file.")
        else:
            words = self.tr("This password opens none of the files.")
        self._say(words)
        self.password.refuse()

    def _say(self, words: str) -> None:
        """Say what went wrong, and let another one be typed."""
        self.problem.set_text(words)
        self.problem.setVisible(bool(words))
        self._show_state()

    def _show_state(self) -> None:
        busy = self._entry is not None
        self.words.set_text(self._locked_words())
        self.spinner.setVisible(busy)
        self._show_busy()
        self.password.setEnabled(not busy)
        self.unlock_button.setEnabled(not busy and bool(self.password.text()))
        if self.isVisible():
            self.adjustSize()  # a dialog does not grow by itself when a line comes

    def _show_busy(self) -> None:
        words = (self._entry.note or self.tr("Trying it")) if self._entry is not None else ""
        self.busy.setText(words)

    def _locked_words(self) -> str:
        found = (self._services.library.document(one) for one in self._locked[:_NAMED])
        names = ", ".join(one.name for one in found if one is not None)
        number = len(self._locked)
        if number == 1:
            return self.tr("{name} is locked with a password.").replace("{name}", names)
        words = self.tr("{n} files are locked. The password is tried on all of them: {names}")
        if number > _NAMED:
            words = self.tr(
                "{n} files are locked. The password is tried on all of them: {names} and {m} more"
            )
            words = words.replace("{m}", self._theme.number(number - _NAMED))
        return words.replace("{n}", self._theme.number(number)).replace("{names}", names)
