"""A field for a password, which can be looked at, and the card that asks for one where a page is locked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.cards import IconLabel
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, IconButton, Label, Paragraph, restyle


class PasswordField(QWidget):
    """`entered` comes with the Return key, `changed` with every letter."""

    entered = Signal()
    changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.field = QLineEdit(self)
        self.field.setObjectName("password_field")
        self.field.setAccessibleName(self.tr("Password"))
        self.field.setPlaceholderText(self.tr("Password"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.returnPressed.connect(self.entered)
        self.field.textChanged.connect(self.changed)
        self.field.textChanged.connect(lambda: restyle(self.field, bad=False))
        self.eye = IconButton(
            theme, "eye", self.tr("Show the password"), name="password_show", checkable=True, icon_side=18
        )
        self.eye.toggled.connect(self._show)
        row.addWidget(self.field, 1)
        row.addWidget(self.eye)
        self.setFocusProxy(self.field)

    def text(self) -> str:
        """The password as it was typed."""
        return self.field.text()

    def clear(self) -> None:
        """Forget it."""
        self.field.clear()

    def refuse(self) -> None:
        """It was wrong: mark it, to be typed anew."""
        restyle(self.field, bad=True)
        self.field.setFocus()
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The Return key ends here: a card around the field would close."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.field.setEchoMode(mode.Normal if shown else mode.Password)


class LockedCard(QFrame):
    """Stands where a page would: its file is locked. `unlock` carries the password."""

    unlock = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("locked_card")
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("This file is locked with a password"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 10, 14)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(theme, "lock-key", "text2", 18))
        head.addWidget(Label(self.tr("This file is locked"), "head"), 1)
        column.addLayout(head)
        words = self.tr("Its password shows the page. It stays in memory, until Deskside ends.")
        column.addWidget(Paragraph(theme, words, "secondary"))
        row = QHBoxLayout()
        row.setSpacing(4)
        self.password = PasswordField(theme, self)
        self.password.entered.connect(self._submit)
        self.button = Button(theme, self.tr("Unlock"), name="locked_unlock")
        self.button.setEnabled(False)
        self.button.clicked.connect(self._submit)
        self.password.changed.connect(lambda text: self.button.setEnabled(bool(text)))
        row.addWidget(self.password, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("locked_problem")
        self.problem.hide()
        column.addWidget(self.problem)

    def refuse(self) -> None:
        """The password that was given does not fit."""
        self.problem.set_text(self.tr("This password does not open the file."))
        self.problem.show()
        self.password.refuse()

    def _submit(self) -> None:
        if self.password.text():
            self.unlock.emit(self.password.text())
