"""Asks before an address that a model wrote is opened: opening it tells its server whatever stands in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextOption
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph

_LONGEST = 2000
_WIDTH = 520
_LINES = 4


class LinkQuestion(QDialog):
    """Shows the whole address; the browser opens it only by the person's own button."""

    def __init__(self, theme: Theme, address: QUrl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._full = bytes(address.toEncoded().data()).decode("ascii", "replace")
        self.setObjectName("link_question")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open this address?"))
        self.setMinimumWidth(theme.px(_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(Label(self.tr("Open this address in your browser?"), "section"))
        column.addWidget(self._shown(theme))
        words = self.tr(
            "The model wrote it. Whoever runs {host} learns that you opened it, and all that stands in it."
        )
        host = address.host() or address.scheme()
        column.addWidget(Paragraph(theme, words.replace("{host}", host), "secondary", "text2"))
        column.addLayout(self._buttons(theme))
        self.cancel.setFocus()

    def _shown(self, theme: Theme) -> QPlainTextEdit:
        """The address as text, broken wherever a line ends: none of it can be out of sight."""
        shown = self._full if len(self._full) <= _LONGEST else f"{self._full[:_LONGEST]}…"
        self.field = QPlainTextEdit(shown)
        self.field.setObjectName("link_address")
        self.field.setAccessibleName(self.tr("The address"))
        self.field.setReadOnly(True)
        self.field.setTabChangesFocus(True)
        self.field.setProperty("kind", "field")
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.field.setFixedHeight(_LINES * theme.line_height("body") + theme.px(20))
        return self.field

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        opens = Button(theme, self.tr("Open in the browser"), name="link_open")
        opens.clicked.connect(self._open)
        copies = Button(theme, self.tr("Copy the address"), name="link_copy")
        copies.clicked.connect(self._copy)
        self.cancel = Button(theme, self.tr("Cancel"), "primary", name="link_cancel")
        self.cancel.clicked.connect(self.reject)
        row.addStretch(1)
        for button in (opens, copies, self.cancel):
            button.setAutoDefault(button is self.cancel)
            row.addWidget(button)
        self.cancel.setDefault(True)
        return row

    def _open(self) -> None:
        QDesktopServices.openUrl(self._address)
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._full)
        self.accept()


def ask_about_link(theme: Theme, address: QUrl, parent: QWidget) -> LinkQuestion:
    """Ask whether an address is to be opened."""
    question = LinkQuestion(theme, address, parent)
    question.open()
    return question
