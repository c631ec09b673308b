"""Thumbs at an answer, and the question what it should have said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.errors import DesksideError
from desktop.core.feedback import Feedback, Rating
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, IconButton, Label, Paragraph

if TYPE_CHECKING:
    from desktop.services.feedback import FeedbackService

_WIDTH = 520


class FeedbackButtons(QWidget):
    """Thumbs up and down; a click on one that is set takes it back. Thumbs down offers to write a correction."""

    failed = Signal(object)

    def __init__(
        self, theme: Theme, service: FeedbackService, message_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._service, self._id = theme, service, message_id
        self.setObjectName("feedback")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.up = self._thumb("thumbs-up", self.tr("Good answer"), "answer_up", Rating.UP)
        self.down = self._thumb("thumbs-down", self.tr("Bad answer"), "answer_down", Rating.DOWN)
        self.correct = Button(theme, "", "plain", size="small", name="answer_correct")
        self.correct.clicked.connect(self.ask)
        for control in (self.up, self.down, self.correct):
            row.addWidget(control)
        self._show()

    def ask(self) -> CorrectionDialog:
        """Ask what it should have said."""
        dialog = CorrectionDialog(self._theme, self._service.get(self._id).correction, self.window())
        dialog.kept.connect(lambda words: self._do(lambda: self._service.correct(self._id, words)))
        dialog.open()
        return dialog

    def _thumb(self, icon: str, label: str, name: str, rating: Rating) -> IconButton:
        button = IconButton(self._theme, icon, label, name=name, side=24, icon_side=18, checkable=True)
        button.clicked.connect(
            lambda on: self._do(lambda: self._service.rate(self._id, self._wanted(rating, on)))
        )
        return button

    def _wanted(self, rating: Rating, on: bool) -> Rating:
        return rating if on else Rating.NONE

    def _do(self, change: Callable[[], Feedback]) -> None:
        try:
            change()
        except DesksideError as error:
            self.failed.emit(error)
        self._show()

    def _show(self) -> None:
        try:
            said = self._service.get(self._id)
        except DesksideError as error:
            said = Feedback(self._id)
            self.failed.emit(error)
        self.up.setChecked(said.rating is Rating.UP)
        self.down.setChecked(said.rating is Rating.DOWN)
        words = self.tr("Your correction") if said.correction else self.tr("What should it have said?")
        self.correct.set_words(words)
        self.correct.setVisible(said.rating is Rating.DOWN or bool(said.correction))


class CorrectionDialog(QDialog):
    """`kept` carries what the answer should have said, '' to take a correction back."""

    kept = Signal(str)

    def __init__(self, theme: Theme, before: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("correction_dialog")
        self.setWindowTitle(self.tr("What should it have said?"))
        self.setMinimumWidth(theme.px(_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("What should it have said?"), "section"))
        note = self.tr(
            "Your words stay on this computer, with the question and what the model saw. "
            "A model can be trained with them."
        )
        column.addWidget(Paragraph(theme, note, "secondary", "text2"))
        self.field = QPlainTextEdit()
        self.field.setProperty("kind", "field")
        self.field.setTabChangesFocus(True)
        self.field.setObjectName("correction")
        self.field.setAccessibleName(self.tr("The better answer"))
        self.field.setPlaceholderText(self.tr("Write the answer that you wanted"))
        self.field.setPlainText(before)
        self.field.setMinimumHeight(theme.px(140))
        column.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        remove = Button(theme, self.tr("Remove"), "quiet", name="correction_remove")
        remove.setVisible(bool(before))
        remove.clicked.connect(lambda: self._end(""))
        cancel = Button(theme, self.tr("Cancel"), name="correction_cancel")
        cancel.clicked.connect(self.reject)
        keep = Button(theme, self.tr("Keep"), "primary", name="correction_keep")
        keep.clicked.connect(lambda: self._end(self.field.toPlainText()))
        row.addWidget(remove)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(keep)
        column.addLayout(row)
        self.field.setFocus()

    def _end(self, words: str) -> None:
        self.kept.emit(words)
        self.accept()
