"""Switches that are painted by hand: a row of choices, an on-off toggle and a check box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.icons import draw_icon
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.tokens import OFF_ALPHA, RADIUS_CONTROL


class _Segment(QAbstractButton):
    """One choice of a row; first and last have the round corners."""

    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = parent
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setProperty("ring", True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("control")).horizontalAdvance(self.text())
        return QSize(width + 26, self._theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else OFF_ALPHA)
        whole = QRectF(self._row.rect()).translated(-QPointF(self.pos()))
        path = QPainterPath()
        path.addRoundedRect(whole.adjusted(1, 1, -1, -1), RADIUS_CONTROL - 1, RADIUS_CONTROL - 1)
        painter.save()
        painter.setClipPath(path)
        ground = "accent_soft" if self.isChecked() else "fill" if self.underMouse() else "raised"
        painter.fillRect(self.rect(), self._theme.colour(ground))
        if self.x() > 1:
            painter.fillRect(QRectF(0, 0, 1, self.height()), self._theme.colour("line"))
        painter.restore()
        draw_box(painter, whole, QColor(0, 0, 0, 0), self._theme.colour("edge"), RADIUS_CONTROL)
        painter.setFont(self._theme.font("control"))
        painter.setPen(self._theme.colour("accent" if self.isChecked() else "text2"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


class Segmented(QWidget):
    """A row of exclusive choices. `chosen` carries the value of the one that the person took."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        label: str,
        choices: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are pairs of a value and its words."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Segment] = {}
        for value, words in choices:
            button = _Segment(theme, words, self)
            button.setObjectName(f"{name}_{value}")
            self._buttons[value] = button
            self._group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(lambda _checked=False, chosen=value: self.chosen.emit(chosen))

    @property
    def value(self) -> str:
        """The chosen value, or '' when none is."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Choose without telling; a value that is not there chooses none."""
        self._group.setExclusive(False)
        for key, button in self._buttons.items():
            button.setChecked(key == value)
        self._group.setExclusive(True)


class Toggle(QAbstractButton):
    """An on-off switch with words beside it."""

    def __init__(self, theme: Theme, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setProperty("ring", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font("body")).horizontalAdvance(self.text())
        return QSize(34 + (8 + words if self.text() else 0), self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else OFF_ALPHA)
        track = QRectF(0, (self.height() - 20) / 2, 34, 20)
        on = self.isChecked()
        ground = self._theme.colour("accent" if on else "raised")
        draw_box(painter, track, ground, self._theme.colour("accent" if on else "edge"), 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("on_accent" if on else "edge"))
        painter.drawEllipse(
            QPointF(track.right() - 10 if on else track.left() + 10, track.center().y()), 7, 7
        )
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.colour("text"))
        words = self.rect().adjusted(42, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())


class CheckBox(QAbstractButton):
    """A check box with words beside it."""

    def __init__(self, theme: Theme, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setProperty("ring", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font("body")).horizontalAdvance(self.text())
        return QSize(26 + words, self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else OFF_ALPHA)
        box = QRectF(0, (self.height() - 18) / 2, 18, 18)
        on = self.isChecked()
        ground = self._theme.colour("accent" if on else "raised")
        draw_box(painter, box, ground, self._theme.colour("accent" if on else "edge"), 4)
        if on:
            draw_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", self._theme.colour("on_accent"))
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.colour("text"))
        words = self.rect().adjusted(26, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
