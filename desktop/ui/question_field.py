"""The field that a question is written in; what is pasted or dropped there and is no text is attached."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from desktop.ui.plain_document import PlainDocument
from desktop.ui.theme import Theme

_MOST_LINES = 8
_LEAST_LINES = 2


class QuestionField(QTextEdit):
    """Plain text: Enter sends, Shift+Enter starts a new line. It is as high as its lines, up to eight or as many as
    there is room for; then it scrolls.

    A "/" typed first asks for the prompt library. `files_given` and `picture_given` carry what was pasted or dropped
    and is no text.
    """

    sent = Signal()
    slash = Signal()
    files_given = Signal(list)
    picture_given = Signal(QImage)
    focused = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._room = 0
        document = PlainDocument(self)
        document.setDocumentMargin(0)
        self.setDocument(document)
        self.setAcceptRichText(False)
        self.setObjectName("question")
        self.setProperty("kind", "bare")
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        document.documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._scale)
        self._scale()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
            return
        if event.text() == "/" and self.document().isEmpty():
            self.slash.emit()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(_files(source)) or source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted or dropped files and pictures are attached. Words come first: a copied table brings its picture."""
        if files := _files(source):
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            self.picture_given.emit(QImage(source.imageData()))
        else:
            super().insertFromMimeData(source)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def set_room(self, room: int) -> None:
        """How high it may become."""
        if room != self._room:
            self._room = room
            self._fit()

    def _scale(self) -> None:
        font = self._theme.font("quote")
        self.setFont(font)
        self.document().setDefaultFont(font)
        self._fit()

    def _fit(self) -> None:
        line = math.ceil(QFontMetricsF(self.document().defaultFont()).lineSpacing())
        lines = min(max(self._room // line, _LEAST_LINES), _MOST_LINES) if self._room else _MOST_LINES
        most = lines * line + 2
        wanted = round(self.document().size().height()) + 2
        self.setFixedHeight(min(max(wanted, self._theme.line_height("quote")), most))
        more = wanted > most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)


def _files(source: QMimeData) -> list[Path]:
    """The files of this computer among what was given."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
