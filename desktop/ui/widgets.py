"""The small controls that every page is made of: labels, buttons, chips, bars and switches."""

from __future__ import annotations

import html

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from desktop.ui.icons import draw_icon
from desktop.ui.paint import CHIP_HEIGHT, chip_width, draw_bar, draw_chip, draw_ring
from desktop.ui.theme import Theme
from desktop.ui.tooltips import plain_tip


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet asks for, and dress the widget anew."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def frame(kind: str, name: str, parent: QWidget | None = None) -> QFrame:
    """A plain frame in one of the looks of the style sheet: 'card', 'side', 'header', 'line', ..."""
    made = QFrame(parent)
    made.setProperty("kind", kind)
    made.setObjectName(name)
    return made


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline from left to right."""
    made = frame("line", "", parent)
    made.setFixedHeight(1)
    return made


class Label(QLabel):
    """One line of plain text in a role of the type scale and a colour token."""

    def __init__(
        self, text: str = "", role: str = "body", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)


class Paragraph(QLabel):
    """Wrapped plain text with the line height of its role."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: str = "body",
        tone: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._plain = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        self.set_text(text)
        theme.changed.connect(self._refresh)

    def set_text(self, text: str) -> None:
        """Show `text`; line ends are kept, nothing in it is read as markup."""
        self._plain = text
        self._refresh()

    def text(self) -> str:
        """The plain words."""
        return self._plain

    def _refresh(self) -> None:
        words = html.escape(self._plain).replace("\n", "<br>")
        align = "center" if self.alignment() & Qt.AlignmentFlag.AlignHCenter else "left"
        height = self._theme.line_height(self._role)
        super().setText(f'<p align="{align}" style="margin:0; line-height:{height}px">{words}</p>')
        self.setAccessibleName(self._plain)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        super().setAlignment(alignment)
        self._refresh()


class ElidedLabel(Label):
    """A line of text that ends in an ellipsis where it does not fit; the whole text is its tooltip then."""

    def __init__(
        self, text: str = "", role: str = "body", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__("", role, tone, parent)
        self._whole = text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show `text`, as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._elide()
        self.updateGeometry()

    def text(self) -> str:
        """The whole text."""
        return self._whole

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 24))
        super().setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")


_ICON_TOKENS = {
    "primary": "on_accent",
    "destructive": "on_bad",
    "quiet": "accent",
    "link": "accent",
    "plain": "text2",
    "secondary": "text",
}


class Button(QPushButton):
    """A push button. `kind`: primary, secondary, quiet, plain, link, destructive; `size`: small, normal, large."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: str = "secondary",
        *,
        icon: str = "",
        size: str = "normal",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon_name = ""
        self.setProperty("kind", kind)
        self.setProperty("extent", size)
        self.setProperty("ring", True)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if icon:
            self.set_icon(icon)
        theme.changed.connect(self._resize_icon)

    def set_icon(self, name: str) -> None:
        """Show another icon, in the colour of the button's words."""
        self._icon_name = name
        kind = str(self.property("kind"))
        self.setIcon(self._theme.icon(name, _ICON_TOKENS.get(kind, "text"), gap=2))
        self._resize_icon()

    def set_words(self, text: str) -> None:
        """Change the words, and the accessible name with them."""
        self.setText(text)
        self.setAccessibleName(text)

    def _resize_icon(self) -> None:
        side = self._theme.px(16 if self.property("extent") == "small" else 18)
        self.setIconSize(QSize(side + 3, side))


class IconButton(QToolButton):
    """A square button with an icon; its name is its tooltip and accessible name."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        label: str,
        *,
        name: str = "",
        token: str = "text2",
        side: int = 32,
        icon_side: int = 20,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = token
        self._sides = (side, icon_side)
        self.setObjectName(name)
        self.setProperty("ring", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(checkable)
        self.set_label(label)
        self.set_icon(icon)
        self._scale()
        theme.changed.connect(self._scale)

    def set_icon(self, name: str, token: str = "") -> None:
        """Show another icon."""
        self._token = token or self._token
        self.setIcon(self._theme.icon(name, self._token, "accent" if self.isCheckable() else ""))

    def set_label(self, label: str) -> None:
        """What the button does, for the tooltip and for screen readers."""
        self.setToolTip(plain_tip(label))
        self.setAccessibleName(label)

    def _scale(self) -> None:
        side, icon_side = (self._theme.px(value) for value in self._sides)
        self.setFixedSize(side, side)
        self.setIconSize(QSize(icon_side, icon_side))


class Chip(QWidget):
    """A state in a pill: an icon and a word. `kind` is a key of `paint.CHIPS`."""

    def __init__(self, theme: Theme, kind: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kind = kind
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.changed.connect(self.updateGeometry)

    def set_chip(self, kind: str, text: str) -> None:
        """Show another state."""
        self._kind = kind
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            round(chip_width(self._theme, self._kind, self._text) + 0.5), self._theme.px(CHIP_HEIGHT)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_chip(painter, self._theme, QRectF(self.rect()), self._kind, self._text)


class ProgressBar(QWidget):
    """A 6 px bar. A share of None says that the length is not known: then a part of the bar wanders."""

    def __init__(self, theme: Theme, name: str = "progress_bar", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share: float | None = 0.0
        self._phase = 0.0
        self._tone = "accent"
        self._height = 6
        self.setObjectName(name)
        self.setFixedHeight(self._height)
        self._timer = QTimer(self)
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._wander)

    def set_share(self, share: float | None) -> None:
        """How much is done, 0 to 1, or None."""
        self._share = share
        self._timer.stop() if share is not None or not self._theme.motion(1) else self._timer.start()
        self.setAccessibleDescription("" if share is None else f"{share:.0%}")
        self.update()

    @property
    def share(self) -> float | None:
        return self._share

    def set_tone(self, token: str) -> None:
        """The colour token of the filled part."""
        self._tone = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        begin, end = (0.0, self._share) if self._share is not None else (self._phase - 0.3, self._phase)
        track = self._theme.colour("sunken")
        draw_bar(QPainter(self), QRectF(self.rect()), track, self._theme.colour(self._tone), begin, end)

    def _wander(self) -> None:
        self._phase = (self._phase + 0.02) % 1.3
        self.update()


class Spinner(QWidget):
    """A small ring that turns while something is being done (still where the system asks for no motion)."""

    def __init__(self, theme: Theme, side: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._angle = 90.0
        self.setFixedSize(side, side)
        self._timer = QTimer(self)
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._turn)

    def showEvent(self, event: object) -> None:
        if self._theme.motion(1):
            self._timer.start()

    def hideEvent(self, event: object) -> None:
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        track = self._theme.colour("line")
        draw_ring(QPainter(self), box, self._theme.colour("accent"), track, 0.65, 2.5, self._angle)

    def _turn(self) -> None:
        self._angle -= 18
        self.update()


class ComboBox(QComboBox):
    """A choice of words with a caret of the icon family; words that do not fit end in an ellipsis."""

    def __init__(self, theme: Theme, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setProperty("ring", True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        side = self._theme.px(16)
        box = QRectF(self.width() - side - 9, (self.height() - side) / 2, side, side)
        complex_control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        left = self.style().subControlRect(complex_control, option, field, self).left()
        room = int(box.left()) - left - 4
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )
        painter.drawComplexControl(complex_control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        draw_icon(painter, box, "caret-down", self._theme.colour("text2"))


def fit_dialog(dialog: QWidget, theme: Theme, width: int, height: int) -> None:
    """Give a dialog its size, but for what the window below it does not have."""
    parent = dialog.parentWidget()
    below = parent.window().size() if parent is not None else QSize(theme.px(width), theme.px(height))
    dialog.resize(min(theme.px(width), below.width()), min(theme.px(height), below.height()))


def menu(parent: QWidget, name: str) -> QMenu:
    """An empty menu with rounded corners; it is deleted when it closes."""
    made = QMenu(parent)
    made.setObjectName(name)
    made.setWindowFlags(
        made.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
    )
    made.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made
