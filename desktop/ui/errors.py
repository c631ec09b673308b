"""The one presenter: shows a failure in place as a banner, and our own bugs in a dialog with details to copy."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.errors import DesksideError, InternalError
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph

Show = Callable[[DesksideError], None]


def report(error: DesksideError) -> str:
    """What a bug report needs: what failed, where, and on what machine. Nothing from the person's files."""
    machine = f"{platform.system()} {platform.release()}, Python {platform.python_version()}, Qt {qVersion()}"
    return f"{type(error).__name__}: {error.what}\n{machine}\n\n{error.details}".strip()


class BugDialog(QDialog):
    """Our bug: what happened, that nothing is lost, and the details to copy."""

    def __init__(self, theme: Theme, error: DesksideError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bug_dialog")
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setMinimumWidth(560)
        self._report = report(error)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Something went wrong in Deskside"), "section"))
        words = error.todo or self.tr("What you have is safe. You can go on working.")
        column.addWidget(Paragraph(theme, f"{error.what} {words}"))
        self.details = QPlainTextEdit(self._report)
        self.details.setObjectName("bug_details")
        self.details.setAccessibleName(self.tr("Details for a report"))
        self.details.setReadOnly(True)
        self.details.setProperty("kind", "field")
        self.details.setFont(theme.mono_font(12))
        self.details.setMinimumHeight(160)
        column.addSpacing(4)
        column.addWidget(self.details, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        self.copy_button = Button(theme, self.tr("Copy the details"), icon="copy", name="bug_copy")
        self.copy_button.clicked.connect(self.copy)
        close = Button(theme, self.tr("Go on"), "primary", name="bug_close")
        close.clicked.connect(self.accept)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self._report)
        self.copy_button.set_words(self.tr("Copied"))


class ErrorPresenter(QObject):
    """Decides how a failure is shown. `banner` tells the window to show one above the page."""

    banner = Signal(object)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self.dialog: BugDialog | None = None
        self._old_hook = sys.excepthook

    def present(self, error: DesksideError, in_place: Show | None = None) -> None:
        """Show `error`: a bug in the dialog, anything else through `in_place` or as the window's banner."""
        if isinstance(error, InternalError):
            self._open_dialog(error)
        elif in_place is not None:
            in_place(error)
        else:
            self.banner.emit(error)

    def catch_all(self) -> None:
        """From now on an exception that nothing caught in a slot is shown instead of only printed."""
        sys.excepthook = self._unhandled

    def release(self) -> None:
        """Put the interpreter's own hook back (the window closes)."""
        sys.excepthook = self._old_hook

    def _unhandled(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._old_hook(kind, error, trace)
        if not isinstance(error, Exception):
            return
        if isinstance(error, DesksideError):
            shown: DesksideError = error
        else:
            details = "".join(traceback.format_exception(kind, error, trace))
            shown = InternalError(self.tr("Deskside met something it did not expect."), "", details)
        QTimer.singleShot(0, self, lambda: self.present(shown))

    def _open_dialog(self, error: DesksideError) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            return
        self.dialog = BugDialog(self._theme, error, self._window)
        self.dialog.open()
