"""The messages of a conversation: widgets made as they near the view, which stays where the person reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.core.conversations import Message
from desktop.ui.focus_order import chain
from desktop.ui.theme import Theme
from desktop.ui.tokens import READING_WIDTH

_GAP = 20
_SIDE = 28
_TOP = 20
_AT_END = 24

Maker = Callable[[Message], QWidget]


@dataclass
class Entry:
    """A message with its place. Without a widget, `height` is a guess.

    `measured` is the width at which the height was taken, -1 when it has to be taken again.
    """

    message: Message
    top: int = 0
    height: int = 0
    widget: QWidget | None = None
    measured: int = -1


class MessageList(QScrollArea):
    """Shows entries from top to bottom in a column at most 720 wide."""

    def __init__(self, theme: Theme, make: Maker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._make = make
        self.entries: list[Entry] = []
        self._follows = True
        self._moving = False
        self._board = QWidget()
        self._board.setObjectName("message_board")
        self._board.setProperty("kind", "scroll")
        self.setObjectName("message_list")
        self.setAccessibleName(self.tr("Messages"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._board)
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._board.setAutoFillBackground(False)
        bar = self.verticalScrollBar()
        bar.setSingleStep(24)
        bar.valueChanged.connect(self._scrolled)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._arrange_all)
        self.tab_after: QWidget | None = None
        self.divider: QWidget | None = None
        self._divided = ""
        theme.changed.connect(self.arrange_soon)

    @property
    def follows(self) -> bool:
        """Whether the view is at the end and will stay there while the text grows."""
        return self._follows

    def set_messages(self, messages: list[Message]) -> None:
        """Show another conversation, at its end."""
        for entry in self.entries:
            self._drop(entry)
        self.entries = [Entry(message, height=self._guess(message)) for message in messages]
        self._follows = True
        self.arrange()

    def change_to(self, messages: list[Message]) -> None:
        """Show another branch: what both have stays as it is, and the view where it is."""
        ids = [entry.message.id for entry in self.entries]
        pairs = zip(ids, (message.id for message in messages), strict=False)
        same = next((i for i, (old, new) in enumerate(pairs) if old != new), min(len(ids), len(messages)))
        for entry in self.entries[same:]:
            self._drop(entry)
        self.entries[same:] = [Entry(message, height=self._guess(message)) for message in messages[same:]]
        self._follows = False
        self.arrange()

    def set_divider(self, message_id: str, widget: QWidget | None) -> None:
        """Put a widget above a message, in place of the one that was put somewhere before; None takes it away."""
        if self.divider is None and widget is None:
            return
        if self.divider is not None:
            self.divider.hide()
            self.divider.deleteLater()
        self.divider, self._divided = widget, message_id
        if widget is not None:
            widget.setParent(self._board)
            widget.show()
        self.arrange()

    def append(self, message: Message) -> Entry:
        """Add a message at the end, and go there."""
        entry = Entry(message, height=self._guess(message))
        self.entries.append(entry)
        self._follows = True
        self.arrange()
        return entry

    def remove_from(self, index: int) -> None:
        """Take the entries from number `index` on away."""
        for entry in self.entries[index:]:
            self._drop(entry)
        del self.entries[index:]
        self.arrange()

    def widget_of(self, message_id: str) -> QWidget | None:
        """The widget of a message, if it has been made."""
        return next((e.widget for e in self.entries if e.message.id == message_id), None)

    def made(self) -> int:
        """How many widgets exist."""
        return sum(entry.widget is not None for entry in self.entries)

    def arrange_soon(self) -> None:
        """Measure all and arrange once, when the events of now are through."""
        for entry in self.entries:
            entry.measured = -1
        self._later.start()

    def touch(self, widget: QWidget) -> None:
        """A message has grown or shrunk: measure it alone, now."""
        self._forget_height(widget)
        self.arrange()

    def _forget_height(self, widget: object) -> None:
        for entry in self.entries:
            if entry.widget is widget:
                entry.measured = -1

    def scroll_to(self, message_id: str) -> None:
        """Put a message, or the first word marked in it, near the top of the view."""
        entry = next((one for one in self.entries if one.message.id == message_id), None)
        if entry is None:
            return
        self._follows = False
        # Widgets that are made on the way have other heights than was guessed.
        for _ in range(6):
            self._place()
            self._move_view(entry, -_TOP)
            if not self._make_near():
                break
        self._show_near()
        self._order_tabs()
        mark = getattr(entry.widget, "first_mark", lambda: -1)()
        if mark > self.viewport().height() // 2:
            self.verticalScrollBar().setValue(entry.top + mark - self.viewport().height() // 3)

    def scroll_to_end(self) -> None:
        """Go to the end and follow it."""
        self._follows = True
        self.arrange()

    def arrange(self) -> None:
        """Measure and place everything, keeping what the person reads where it is."""
        self._later.stop()
        anchor, offset = self._anchor()
        self._measure()
        made = False
        for _ in range(4):
            self._place()
            self._move_view(anchor, offset)
            if not self._make_near():
                break
            made = True
        self._show_near()
        if made:
            self._order_tabs()

    def _arrange_all(self) -> None:
        self.arrange()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes through the messages from top to bottom, whenever they were made."""
        if self.tab_after is not None:
            chain(self.tab_after, [widget for entry in self.entries for widget in self._parts(entry)])

    def _parts(self, entry: Entry) -> list[QWidget]:
        """What of an entry there is, from top to bottom."""
        divider = self.divider if entry.message.id == self._divided else None
        return [widget for widget in (divider, entry.widget) if widget is not None]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A message whose parts have changed asks its layout anew; then its height may be another."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._forget_height(watched)
            self._later.start()
        return False

    def _column(self) -> tuple[int, int]:
        """Left edge and width of the reading column, in line with the composer whether or not there is a bar."""
        space = self.width()
        width = min(READING_WIDTH, space - 2 * _SIDE)
        return (space - width) // 2, max(width, 100)

    def _guess(self, message: Message) -> int:
        quotes = len(message.grounding.quotes) * 90 + 80 if message.grounding else 0
        return 60 + quotes + 25 * (len(message.text) // 70 + 1)

    def _measure(self) -> None:
        _, width = self._column()
        for entry in self.entries:
            if entry.widget is not None and entry.measured != width:
                entry.height = self._height(entry.widget, width)
                entry.measured = width

    def _height(self, widget: QWidget, width: int) -> int:
        height = widget.heightForWidth(width)
        return max(height if height >= 0 else widget.sizeHint().height(), 1)

    def _place(self) -> None:
        left, width = self._column()
        top = _TOP
        there = False
        for entry in self.entries:
            if self.divider is not None and entry.message.id == self._divided:
                height = self._height(self.divider, width)
                self.divider.setGeometry(left, top, width, height)
                top += height + _GAP
                there = True
            entry.top = top
            if entry.widget is not None:
                entry.widget.setGeometry(left, top, width, entry.height)
            top += entry.height + _GAP
        if self.divider is not None:
            self.divider.setVisible(there)
        self._board.resize(self.viewport().width(), max(top, self.viewport().height()))

    def _anchor(self) -> tuple[Entry | None, int]:
        """The first entry in view, and how far above the view it begins."""
        value = self.verticalScrollBar().value()
        for entry in self.entries:
            if entry.top + entry.height > value:
                return entry, value - entry.top
        return None, 0

    def _move_view(self, anchor: Entry | None, offset: int) -> None:
        bar = self.verticalScrollBar()
        self._moving = True
        # The range follows the board only at the next layout; the view must be right in this very frame.
        bar.setRange(0, max(0, self._board.height() - self.viewport().height()))
        if self._follows:
            bar.setValue(bar.maximum())
        elif anchor is not None and anchor in self.entries:
            bar.setValue(anchor.top + offset)
        self._moving = False

    def _near(self) -> list[Entry]:
        height = self.viewport().height()
        first = self.verticalScrollBar().value() - height // 2
        last = first + 2 * height
        return [e for e in self.entries if e.top < last and e.top + e.height > first]

    def _make_near(self) -> bool:
        """Make the widgets in and near the view; true if any was made."""
        _, width = self._column()
        missing = [entry for entry in self._near() if entry.widget is None]
        for entry in missing:
            entry.widget = self._make(entry.message)
            entry.widget.setParent(self._board)
            entry.widget.installEventFilter(self)
            entry.widget.resize(width, entry.height)
            entry.widget.ensurePolished()
            entry.height = self._height(entry.widget, width)
            entry.measured = width
        return bool(missing)

    def _show_near(self) -> None:
        for entry in self.entries:
            if entry.widget is not None and entry.widget.isHidden():
                entry.widget.show()

    def _scrolled(self, value: int) -> None:
        if self._moving:
            return
        self._follows = value >= self.verticalScrollBar().maximum() - _AT_END
        if any(entry.widget is None for entry in self._near()):
            self.arrange()

    def _drop(self, entry: Entry) -> None:
        if entry.widget is not None:
            entry.widget.removeEventFilter(self)
            entry.widget.hide()
            entry.widget.deleteLater()
