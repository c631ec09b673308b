"""One file or picture that is attached to the next message: its name, how far it is, and a cross."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.cards import IconLabel
from desktop.ui.theme import Theme
from desktop.ui.tooltips import plain_tip
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Spinner, restyle

_WIDEST = 300


class AttachmentChip(QFrame):
    """`removed` asks to take it away, `unlock_asked` for its password. A failed one says why, in a sentence, and is not
    sent."""

    removed = Signal()
    unlock_asked = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self.setObjectName("attachment")
        self.setProperty("kind", "fill")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 2, 2)
        row.setSpacing(6)
        self._spinner = Spinner(theme)
        self._icon = IconLabel(theme, "file", "text2", 16)
        row.addWidget(self._spinner)
        row.addWidget(self._icon)
        self.words = ElidedLabel("", "secondary", "text")
        row.addWidget(self.words, 1)
        self.unlock_button = Button(theme, self.tr("Unlock"), "link", size="small", name="attachment_unlock")
        self.unlock_button.setAccessibleName(self.tr("Unlock {name}").replace("{name}", name))
        self.unlock_button.setStyleSheet("min-height: 0;")
        self.unlock_button.clicked.connect(self.unlock_asked)
        row.addWidget(self.unlock_button)
        self.remove_button = IconButton(
            theme,
            "x",
            self.tr("Remove {name}").replace("{name}", name),
            name="attachment_remove",
            side=24,
            icon_side=14,
        )
        self.remove_button.clicked.connect(self.removed)
        row.addWidget(self.remove_button)
        self.show_reading()

    def show_reading(self) -> None:
        """It is being copied and read."""
        self._show("", self.tr("{name}, reading").replace("{name}", self._name), "text2")

    def show_ready(self, detail: str) -> None:
        """It can be sent; `detail` says how much was read."""
        self._show("file-text", f"{self._name}, {detail}" if detail else self._name, "text")

    def show_failed(self, reason: str) -> None:
        """It cannot be read, and why."""
        words = reason if self._name in reason else f"{self._name}: {reason}"
        self._show("warning-circle", words, "bad")

    def show_locked(self) -> None:
        """It needs its password."""
        self._show("lock-key", self.tr("{name}, locked").replace("{name}", self._name), "text", True)

    def _show(self, icon: str, words: str, tone: str, locked: bool = False) -> None:
        self.unlock_button.setVisible(locked)
        self._spinner.setVisible(not icon)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_icon(icon, "bad" if tone == "bad" else "accent")
        restyle(self.words, tone=tone)
        self.words.set_text(words)
        self.setToolTip(plain_tip(words))
        self.setAccessibleName(words)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as its words, up to a limit, so that several stand side by side."""
        words = QFontMetrics(self._theme.font("secondary")).horizontalAdvance(self.words.text()) + 6
        width = min(words, self._theme.px(_WIDEST)) + self._theme.px(16 + 24) + 22
        if not self.unlock_button.isHidden():
            width += self.unlock_button.sizeHint().width() + 6
        return QSize(width, self._theme.px(28))
