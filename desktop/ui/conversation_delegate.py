"""Paints the side list of the chat page: headings, chats, and found messages with the words marked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.core.conversations import Conversation, FoundMessage
from desktop.ui.conversation_model import ROW_ROLE, Heading, Index
from desktop.ui.icons import draw_icon
from desktop.ui.markdown_pieces import qt_length
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme

_ROW, _GROUP, _FOUND = 34, 30, 42
_INSET, _LEFT, _FOUND_LEFT = 8, 18, 28
_LINE = 17


class ConversationDelegate(QStyledItemDelegate):
    """Paints each kind of row from the tokens."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW_ROLE)
        height = _GROUP if isinstance(row, Heading) else _FOUND if isinstance(row, FoundMessage) else _ROW
        return QSize(100, self._theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        row = index.data(ROW_ROLE)
        painter.save()
        if isinstance(row, Heading):
            self._paint_heading(painter, rect, row)
        else:
            self._paint_ground(painter, rect, option.state)
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            if isinstance(row, FoundMessage):
                self._paint_found(painter, rect, row)
            elif isinstance(row, Conversation):
                self._paint_chat(painter, rect, str(index.data() or ""), row, selected)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("rename_field")
        folder = isinstance(index.data(ROW_ROLE), Heading)
        editor.setAccessibleName(
            self.tr("New name of the folder") if folder else self.tr("New name of the chat")
        )
        editor.setProperty("size", "small")
        editor.setMaxLength(60 if folder else 200)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(_INSET, 0, -_INSET, 0))

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        box = QRectF(rect).adjusted(_INSET, 0, -_INSET, 0)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            ground = self._theme.colour("accent_soft" if selected else "hover")
            draw_box(painter, box, ground, None, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            clear = self._theme.colour("accent", 0.0)
            draw_box(painter, box, clear, self._theme.colour("accent"), 6, 2)

    def _paint_heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        words = rect.adjusted(_LEFT, 6, -_LEFT, 0)
        if heading.folder:
            side = self._theme.px(14)
            icon = QRectF(words.left(), words.center().y() - side / 2, side, side)
            name = "caret-right" if heading.closed else "caret-down"
            draw_icon(painter, icon, name, self._theme.colour("text3"))
            words.setLeft(words.left() + side + 4)
        shown = f"{heading.words} ({heading.count})" if heading.closed else heading.words
        self._paint_words(painter, words, shown, "label", "text3")

    def _paint_chat(
        self, painter: QPainter, rect: QRect, words: str, chat: Conversation, selected: bool
    ) -> None:
        role, tone = ("control", "accent") if selected else ("body", "text")
        place = rect.adjusted(_LEFT, 0, -_LEFT, 0)
        if chat.pinned:
            side = self._theme.px(14)
            icon = QRectF(rect.right() - _LEFT - side + 4, rect.center().y() - side / 2, side, side)
            draw_icon(painter, icon, "push-pin", self._theme.colour("text3"))
            place.setRight(round(icon.left()) - 4)
        self._paint_words(painter, place, words, role, tone)

    def _paint_found(self, painter: QPainter, rect: QRect, found: FoundMessage) -> None:
        """Two lines of the message; the words that were looked for stand on their ground."""
        layout = QTextLayout(found.excerpt, self._theme.font("caption"))
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.setFormats([self._mark(found.excerpt, start, end) for start, end in found.marks])
        width = rect.width() - _FOUND_LEFT - _LEFT
        layout.beginLayout()
        for number in range(2):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self._theme.px(_LINE)))
        layout.endLayout()
        painter.setPen(self._theme.colour("text2"))
        layout.draw(painter, QPointF(rect.left() + _FOUND_LEFT, rect.top() + self._theme.px(3)))

    def _mark(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start = qt_length(text[:start])
        made.length = qt_length(text[start:end])
        style = QTextCharFormat()
        style.setBackground(self._theme.colour("mark"))
        style.setForeground(self._theme.colour("mark_text"))
        made.format = style
        return made

    def _paint_words(self, painter: QPainter, rect: QRect, words: str, role: str, tone: str) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.colour(tone))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
