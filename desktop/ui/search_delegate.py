"""Paints the results of a search: the file's line, and its passages with the matched words marked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.core.found import FoundDocument, FoundPassage
from desktop.ui.icons import draw_icon, file_icon
from desktop.ui.markdown_pieces import qt_length
from desktop.ui.paint import draw_box
from desktop.ui.quote_card import place_words
from desktop.ui.search_model import ROW_ROLE, Index, More, SearchModel
from desktop.ui.theme import Theme

_LEFT = 24
_INSET = 12
_PLACE = 64
_RIGHT = 20
_LINES = 2
_LEFT_ALIGNED = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class SearchDelegate(QStyledItemDelegate):
    """Draws from the tokens. Heights of passages are kept until the width, the text size or the results change."""

    def __init__(self, theme: Theme, view: QListView, model: SearchModel) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._model = model
        self._lines: dict[str, int] = {}
        self._width = 0
        self.hovered_like: Index | None = None
        model.modelReset.connect(self._lines.clear)
        theme.changed.connect(self._lines.clear)

    # --- sizes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW_ROLE)
        if isinstance(row, FoundPassage):
            return QSize(100, self._lines_of(row) * self._theme.line_height("body") + self._theme.px(22))
        if isinstance(row, More):
            return QSize(100, self._theme.px(36))
        return QSize(100, self._theme.px(34 if index.row() == 0 else 46))

    def like_rect(self, rect: QRect) -> QRect:
        """Where "More like this" stands in a file's line that fills `rect`."""
        metrics = QFontMetrics(self._theme.font("secondary-control"))
        width = metrics.horizontalAdvance(self.like_words()) + 12
        height = self._theme.px(28)
        return QRect(rect.right() - _RIGHT - width, rect.bottom() - self._theme.px(31), width, height)

    def like_words(self) -> str:
        """The words of the link."""
        return self.tr("More like this")

    def _text_width(self) -> int:
        return max(self._view.viewport().width() - _LEFT - self._place_width() - _RIGHT, 80)

    def _place_width(self) -> int:
        return self._theme.px(_PLACE)

    def _lines_of(self, passage: FoundPassage) -> int:
        if self._width != self._view.viewport().width():
            self._width = self._view.viewport().width()
            self._lines.clear()
        if passage.id not in self._lines:
            self._lines[passage.id] = len(self._layout(passage)[1])
        return self._lines[passage.id]

    # --- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        rect: QRect = option.rect
        painter.save()
        if isinstance(row, FoundDocument):
            self._paint_file(painter, rect, row, index)
        else:
            self._paint_ground(painter, rect, option.state)
            if isinstance(row, FoundPassage):
                self._paint_passage(painter, rect, row, bool(option.state & QStyle.StateFlag.State_Selected))
            elif isinstance(row, More):
                words = QRect(rect.left() + _LEFT + self._place_width(), rect.top(), 400, rect.height())
                self._words(painter, words, self._model.more_words(row), "secondary-control", "accent")
        painter.restore()

    def _paint_file(self, painter: QPainter, rect: QRect, found: FoundDocument, index: Index) -> None:
        theme = self._theme
        line = QRect(rect.left() + _LEFT, rect.bottom() - theme.px(31), rect.width(), theme.px(28))
        side = theme.px(18)
        icon = QRectF(line.left(), line.center().y() + 1 - side / 2, side, side)
        draw_icon(painter, icon, file_icon(found.document.name), theme.colour("text2"))
        like = self.like_rect(rect)
        count = self._model.count_words(found)
        counted = QFontMetrics(theme.font("secondary")).horizontalAdvance(count)
        left = line.left() + side + 8
        metrics = QFontMetrics(theme.font("head"))
        name = metrics.elidedText(
            found.document.name, Qt.TextElideMode.ElideMiddle, like.left() - left - counted - 24
        )
        self._words(painter, QRect(left, line.top(), like.left() - left, line.height()), name, "head", "text")
        left += metrics.horizontalAdvance(name) + 8
        self._words(painter, QRect(left, line.top(), counted + 2, line.height()), count, "secondary", "text3")
        pointed = self.hovered_like is not None and self.hovered_like == index
        if pointed:
            draw_box(painter, QRectF(like), theme.colour("hover"), None, 6)
        tone = "accent" if pointed else "text2"
        self._words(painter, like.adjusted(6, 0, 0, 0), self.like_words(), "secondary-control", tone)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        box = QRectF(rect).adjusted(_INSET, 1, -_INSET + 4, -1)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            ground = self._theme.colour("accent_soft" if selected else "hover")
            draw_box(painter, box, ground, None, 8)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            clear = self._theme.colour("accent", 0.0)
            draw_box(painter, box, clear, self._theme.colour("accent"), 8, 2)

    def _paint_passage(self, painter: QPainter, rect: QRect, passage: FoundPassage, selected: bool) -> None:
        theme = self._theme
        top = rect.top() + theme.px(11)
        place = QRect(rect.left() + _LEFT, top, self._place_width(), theme.line_height("body"))
        words = place_words(self._model, passage.source)
        role, tone = ("label", "accent") if selected else ("caption", "text3")
        self._words(painter, place, words, role, tone)
        self._paint_words(painter, QPointF(rect.left() + _LEFT + self._place_width(), top), passage)

    def _words(self, painter: QPainter, rect: QRect, words: str, role: str, tone: str) -> None:
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.colour(tone))
        painter.drawText(rect, _LEFT_ALIGNED, words)

    def _paint_words(self, painter: QPainter, corner: QPointF, passage: FoundPassage) -> None:
        """The excerpt line by line: the marks' grounds first, then the words over them."""
        theme = self._theme
        text, lines = self._layout(passage)
        font = theme.font("body")
        metrics = QFontMetricsF(font)
        height = theme.line_height("body")
        baseline = (height + metrics.ascent() - metrics.descent()) / 2
        painter.setFont(font)
        for number, (start, end) in enumerate(lines):
            top = corner.y() + number * height
            words = text[start:end].rstrip()
            self._paint_line(painter, QPointF(corner.x(), top), words, start, passage, baseline)

    def _paint_line(
        self,
        painter: QPainter,
        corner: QPointF,
        words: str,
        start: int,
        passage: FoundPassage,
        baseline: float,
    ) -> None:
        theme = self._theme
        layout = QTextLayout(words, theme.font("body"))
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(100_000)
        layout.endLayout()
        painter.setPen(theme.colour("text"))
        base = corner.y() + baseline - line.ascent()
        layout.draw(painter, QPointF(corner.x(), base))
        for begin, end in passage.marks:
            first, last = max(begin - start, 0), min(end - start, len(words))
            if first >= last:
                continue
            left = _x(line, words, first)
            right = _x(line, words, last)
            ground = QRectF(corner.x() + min(left, right) - 1.5, corner.y() + 1, abs(right - left) + 3, 0)
            ground.setHeight(theme.line_height("body") - 2)
            draw_box(painter, ground, theme.colour("mark"), None, 3)
            painter.save()
            painter.setClipRect(ground)
            painter.setPen(theme.colour("mark_text"))
            layout.draw(painter, QPointF(corner.x(), base))
            painter.restore()

    def _layout(self, passage: FoundPassage) -> tuple[str, list[tuple[int, int]]]:
        """The text, shortened to `_LINES` lines, and the start and end of each line."""
        font = self._theme.font("body")
        width = self._text_width()
        layout = QTextLayout(passage.excerpt, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        whole = passage.excerpt.encode("utf-16-le")
        text = passage.excerpt
        lines: list[tuple[int, int]] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid() and len(lines) < _LINES:
            line.setLineWidth(width)
            start = _from_qt(whole, line.textStart())
            end = _from_qt(whole, line.textStart() + line.textLength())
            if len(lines) == _LINES - 1 and end < len(text):
                rest = QFontMetricsF(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, width)
                text = text[:start] + rest
                end = len(text)
            lines.append((start, end))
        layout.endLayout()
        return text, lines


def _from_qt(utf16: bytes, position: int) -> int:
    """The character at a position that Qt counts in units of UTF-16."""
    return len(utf16[: 2 * position].decode("utf-16-le", "replace"))


def _x(line: object, words: str, position: int) -> float:
    """How far a character stands from the left end of its line."""
    place = line.cursorToX(qt_length(words[:position]))  # type: ignore[attr-defined]
    return float(place[0] if isinstance(place, tuple) else place)
