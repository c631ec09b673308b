"""What a page says in place: banners, empty and busy states, and popovers."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.events import Progress
from desktop.ui.paint import draw_shadow
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, Paragraph, ProgressBar, frame, restyle

_MOODS = {
    "info": ("info", "accent"),
    "ok": ("check-circle", "ok"),
    "warn": ("warning", "warn"),
    "bad": ("warning-circle", "bad"),
}


class IconLabel(QLabel):
    """An icon that stands still; it follows the theme."""

    def __init__(
        self, theme: Theme, icon: str, token: str = "text2", side: int = 20, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._token = token
        self._side = side
        self._scale()
        theme.changed.connect(self._scale)

    def set_icon(self, icon: str, token: str = "") -> None:
        """Show another icon."""
        self._icon = icon
        self._token = token or self._token
        self.update()

    def _scale(self) -> None:
        side = self._theme.px(self._side)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._theme.icon(self._icon, self._token).paint(QPainter(self), self.rect())


class Banner(QFrame):
    """What happened, what still works, one button. `mood`: info, ok, warn, bad."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        theme: Theme,
        mood: str,
        title: str,
        words: str = "",
        action: str = "",
        *,
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("kind", "banner")
        self.setProperty("mood", mood)
        self.setAccessibleName(f"{title} {words}".strip())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(10)
        row.addWidget(IconLabel(theme, *_MOODS[mood]))
        column = QVBoxLayout()
        column.setSpacing(0)
        self.title = Paragraph(theme, title, "head", "text")
        self.words = Paragraph(theme, words, "secondary", "text")
        if not words:
            self.words.hide()
        column.addWidget(self.title)
        column.addWidget(self.words)
        row.addLayout(column, 1)
        self.button = Button(theme, action, size="small", name="banner_action")
        if not action:  # Shown before it has a parent it would be a window for a moment.
            self.button.hide()
        self.button.clicked.connect(self.acted)
        row.addWidget(self.button)
        self.close_button = IconButton(
            theme, "x", self.tr("Dismiss"), name="banner_close", token="text", icon_side=18
        )
        if not closable:
            self.close_button.hide()
        self.close_button.clicked.connect(self.dismissed)
        self.close_button.clicked.connect(self.hide)
        row.addWidget(self.close_button)

    def set_words(self, title: str, words: str = "", action: str = "", mood: str = "") -> None:
        """Say something else; an empty action hides the button."""
        self.title.set_text(title)
        self.words.set_text(words)
        self.words.setVisible(bool(words))
        self.button.set_words(action)
        self.button.setVisible(bool(action))
        if mood:
            restyle(self, mood=mood)
            for icon in self.findChildren(IconLabel):
                icon.set_icon(*_MOODS[mood])
        self.setAccessibleName(f"{title} {words}".strip())


class EmptyState(QWidget):
    """An icon, one sentence and one large button that is the next step, in the middle of the space it gets."""

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        words: str,
        action: str = "",
        *,
        name: str = "empty_state",
        width: int = 420,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(0)
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(theme, icon, "text3", 40), 0, centre)
        column.addSpacing(16)
        self.title = Label(title, "section")
        column.addWidget(self.title, 0, centre)
        column.addSpacing(4)
        self.words = Paragraph(theme, words, "body", "text2")
        self.words.setAlignment(centre)
        self._theme, self._widest = theme, width
        column.addWidget(self.words, 0, centre)
        column.addSpacing(16)
        self.button = Button(theme, action, "primary", size="large", name=f"{name}_action")
        if not action:  # Shown before it has a parent it would be a window for a moment.
            self.button.hide()
        self.button.clicked.connect(self.acted)
        column.addWidget(self.button, 0, centre)
        column.addStretch(3)
        theme.changed.connect(self._fit)

    def say(self, title: str, words: str) -> None:
        """Show another title and other words."""
        self.title.setText(title)
        self.words.set_text(words)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A layout that centres a wrapped text does not ask how high it gets."""
        self.words.ensurePolished()
        self.words.setFixedWidth(min(self._theme.px(self._widest), max(self.width() - 48, 160)))
        self.words.setMinimumHeight(self.words.heightForWidth(self.words.width()))


def time_left(owner: QObject, seconds: float | None) -> str:
    """'about 6 minutes left' in words, or '' where it is not known."""
    if seconds is None:
        return ""
    if seconds < 10:
        return owner.tr("a few seconds left")
    if seconds < 90:
        return owner.tr("about {n} seconds left").replace("{n}", str(round(seconds / 10) * 10))
    minutes = round(seconds / 60)
    if minutes < 90:
        return owner.tr("about {n} minutes left").replace("{n}", str(minutes))
    return owner.tr("about {n} hours left").replace("{n}", str(round(minutes / 60)))


class BusyCard(QFrame):
    """What is going on in words, a bar, the time left, pause and cancel."""

    cancelled = Signal()
    pause_toggled = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, *, pausable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("busy_card")
        self.setProperty("kind", "card")
        self._paused = False
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, -5, 0)
        row.setSpacing(8)
        self.title = Label(title, "head")
        self.words = ElidedLabel("", "body", "text2")
        row.addWidget(self.title)
        row.addWidget(self.words, 1)
        self.pause_button = Button(theme, self.tr("Pause"), "plain", icon="pause", name="busy_pause")
        self.pause_button.setVisible(pausable)
        self.pause_button.clicked.connect(self._toggle)
        self.cancel_button = Button(theme, self.tr("Cancel"), "plain", name="busy_cancel")
        self.cancel_button.clicked.connect(self.cancelled)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        self.bar = ProgressBar(theme)
        column.addWidget(self.bar)
        self.hint = Label("", "caption", "text2")
        self.hint.hide()
        column.addSpacing(1)
        column.addWidget(self.hint)

    def set_progress(self, progress: Progress) -> None:
        """Show how far it is: the event's own words, and the time left where it is known."""
        left = time_left(self, progress.seconds_left)
        self.set_words(", ".join(part for part in (progress.words, left) if part))
        self.bar.set_share(progress.done / progress.total if progress.total else None)

    def set_words(self, words: str) -> None:
        """What is going on, beside the title."""
        self.words.set_text(words)

    def set_hint(self, words: str) -> None:
        """What is good to know meanwhile, under the bar."""
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def set_paused(self, paused: bool) -> None:
        """Show Pause or Go on."""
        self._paused = paused
        self.pause_button.set_icon("play" if paused else "pause")
        self.pause_button.set_words(self.tr("Go on") if paused else self.tr("Pause"))

    def _toggle(self) -> None:
        self.set_paused(not self._paused)
        self.pause_toggled.emit(self._paused)


class Popover(QWidget):
    """A panel with a shadow over the window, closed by a click outside or by Escape. Fill `body`."""

    MARGIN = 20
    closed = Signal()

    def __init__(self, theme: Theme, name: str, width: int, parent: QWidget) -> None:
        super().__init__(
            parent,
            Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setObjectName(name)
        self._theme = theme
        self._corner: QPoint | None = None
        self._above = False
        outer = QVBoxLayout(self)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        outer.setContentsMargins(self.MARGIN, self.MARGIN, self.MARGIN, self.MARGIN)
        self.card = frame("card", f"{name}_card", self)
        self.card.setFixedWidth(width)
        outer.addWidget(self.card)
        self.body = QVBoxLayout(self.card)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)

    def open_at(self, corner: QPoint, *, above: bool = False) -> None:
        """Show with its corner at a point of the screen; `above` lets the lower left corner stand there."""
        self._corner, self._above = corner, above
        self.adjustSize()
        self._place()
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if self._corner is None:
            return
        x, y = self._corner.x() - self.MARGIN, self._corner.y() - self.MARGIN
        if self._above:
            y = self._corner.y() - self.height() + self.MARGIN
        self.move(x, max(0, y))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_shadow(QPainter(self), self._theme, QRectF(self.card.geometry()))

    def hideEvent(self, event: object) -> None:
        self.closed.emit()


def widgets_of(item: object) -> list[QWidget]:
    """The widgets that a layout's item holds, also those of a layout in it."""
    widget = item.widget()  # type: ignore[attr-defined]
    if widget is not None:
        return [widget]
    layout = item.layout()  # type: ignore[attr-defined]
    if layout is None:
        return []
    return [w for i in range(layout.count()) for w in widgets_of(layout.itemAt(i))]
