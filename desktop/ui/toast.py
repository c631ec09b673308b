"""A message at the window's lower edge, with undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QCursor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.paint import draw_box, draw_shadow
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label

TOAST_MS = 6000
_OVER_FLOOR = 8


@dataclass
class _Pending:
    """A change that waits for its toast to end: `commit` carries it out, `undo` takes it back."""

    commit: Callable[[], None] | None
    undo: Callable[[], None] | None


class Toast(QWidget):
    """A message at the window's lower edge for six seconds, with Undo where there is something to undo.

    A new message carries the old one's change out. It stays while the pointer or the focus is on it.
    """

    MARGIN = 20

    def __init__(
        self, theme: Theme, window: QWidget, floor: Callable[[], QWidget | None] = lambda: None
    ) -> None:
        """`floor` gives what stands at the lower edge and must not be covered, if anything does."""
        super().__init__(window)
        self._floor = floor
        self.setObjectName("toast")
        self._window = window
        self._theme = theme
        self._pending: _Pending | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(self.MARGIN + 14, self.MARGIN + 6, self.MARGIN + 10, self.MARGIN + 6)
        row.setSpacing(24)
        self.words = Label("", "body", "toast_text")
        self.undo_button = Button(theme, self.tr("Undo"), "toast", name="toast_undo")
        self.undo_button.clicked.connect(self.undo)
        row.addWidget(self.words)
        row.addWidget(self.undo_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self._time_is_up)
        window.installEventFilter(self)
        self.hide()

    def show_message(
        self, words: str, undo: Callable[[], None] | None = None, commit: Callable[[], None] | None = None
    ) -> None:
        """Say `words`. `undo` makes the Undo button; `commit` is called once when it was not undone."""
        self.finish()
        self._pending = _Pending(commit, undo)
        self.words.setText(words)
        self.setAccessibleName(words)
        self.undo_button.setVisible(undo is not None)
        self.place()
        self.show()
        self.raise_()
        self.place()
        self._timer.start()

    def undo(self) -> None:
        """Take the shown change back."""
        pending, self._pending = self._pending, None
        self._leave()
        if pending is not None and pending.undo is not None:
            pending.undo()

    def finish(self) -> None:
        """Carry the shown change out now: the time is up, another message came, or the window closes."""
        pending, self._pending = self._pending, None
        self._leave()
        if pending is not None and pending.commit is not None:
            pending.commit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(self.MARGIN, self.MARGIN, -self.MARGIN, -self.MARGIN)
        draw_shadow(painter, self._theme, box, 8)
        draw_box(painter, box, self._theme.colour("toast"), None, 8)

    def _time_is_up(self) -> None:
        by_keyboard = self._window.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        pointed = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        if pointed or (by_keyboard and self.undo_button.hasFocus()):
            self._timer.start()
        else:
            self.finish()

    def _leave(self) -> None:
        self._timer.stop()
        self.hide()

    def place(self) -> None:
        """Stand in the middle of the lower edge, or over the floor where the page that is shown has one."""
        self.adjustSize()
        window, floor = self._window, self._floor()
        x = (window.width() - self.width()) // 2
        lower_edge = window.height() - 4
        if floor is not None and floor.isVisible():
            floor.installEventFilter(self)  # it moves and grows by itself
            lower_edge = floor.mapTo(window, QPoint()).y() + self.MARGIN - _OVER_FLOOR
        self.move(max(0, x), lower_edge - self.height())
