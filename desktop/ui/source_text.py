"""The words around a quoted passage, marked, for files whose pages have no picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.documents import Source
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.ui.markdown_pieces import qt_length
from desktop.ui.plain_document import PlainDocument
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

_AROUND = 6000


class TextReader(Protocol):
    """The part of `services.pages` that reads."""

    def text(self, source: Source) -> tuple[str, int, int]: ...


@dataclass(frozen=True)
class _Read(Event):
    text: str
    start: int
    end: int


class SourceText(QTextEdit):
    """Read-only plain text that is scrolled to its marked passage. `failed` tells why there is none."""

    ready = Signal()
    failed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = _Read("", 0, 0)
        document = PlainDocument(self)
        document.setDocumentMargin(theme.px(12))
        self.setDocument(document)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("source_text")
        self.setAccessibleName(self.tr("The words around the passage"))
        self.setFixedHeight(theme.px(360))
        theme.changed.connect(self._show)

    def load(self, reader: TextReader, source: Source, tasks: TaskList) -> None:
        """Read the text on a thread of its own."""

        def read(_cancel: CancelToken) -> Iterator[Event]:
            text, start, end = reader.text(source)
            yield _cut(text, start, end)

        task = tasks.run(read)
        task.happened.connect(self._take)
        task.failed.connect(self._fail)

    def marked_words(self) -> str:
        """What is marked."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._shown.start)
        cursor.setPosition(self._shown.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def _take(self, event: object) -> None:
        if isinstance(event, _Read):
            self._shown = event
            self._show()
            self.ready.emit()

    def _fail(self, error: DesksideError) -> None:
        self.failed.emit(error)

    def _show(self) -> None:
        theme = self._theme
        self.setStyleSheet(f"background: {theme.tokens.surface}; border-radius: 4px;")
        document = self.document()
        document.setDefaultFont(theme.font("body"))
        document.setPlainText(self._shown.text)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(theme.line_height("body"), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(block)
        cursor.setPosition(self._shown.start)
        cursor.setPosition(self._shown.end, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextCharFormat()
        mark.setBackground(theme.colour("mark"))
        mark.setForeground(theme.colour("mark_text"))
        cursor.mergeCharFormat(mark)
        self.scroll_to_mark()

    def scroll_to_mark(self) -> None:
        """Bring the passage into view, a third from the top."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._shown.start)
        self.setTextCursor(cursor)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - self.height() // 3)


def _cut(text: str, start: int, end: int) -> _Read:
    """At most some thousand characters on each side of the passage; one character stays one for Qt."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    piece = text[first:last].replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")
    begin, close = start - first, end - first
    return _Read(piece, qt_length(piece[:begin]), qt_length(piece[:close]))
