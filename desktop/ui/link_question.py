"""Asks before an address that a model wrote is opened: opening it tells its server whatever stands in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

_LONGEST = 600


def ask_about_link(address: QUrl, parent: QWidget) -> QMessageBox:
    """Show the whole address; the browser opens it only by the person's own button."""
    full = bytes(address.toEncoded().data()).decode("ascii", "replace")
    box = QMessageBox(parent)
    box.setObjectName("link_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(box.tr("Open this address?"))
    box.setText(box.tr("Open this address in your browser?"))
    words = box.tr(
        "The model wrote it. Whoever runs {host} learns that you opened it, and all that stands in it."
    )
    shown = full if len(full) <= _LONGEST else f"{full[:_LONGEST]}…"
    box.setInformativeText(f"{shown}\n\n{words.replace('{host}', address.host() or address.scheme())}")
    opens = box.addButton(box.tr("Open in the browser"), QMessageBox.ButtonRole.AcceptRole)
    copies = box.addButton(box.tr("Copy the address"), QMessageBox.ButtonRole.ActionRole)
    stays = box.addButton(box.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    for button, name in ((opens, "link_open"), (copies, "link_copy"), (stays, "link_cancel")):
        button.setObjectName(name)
    box.setDefaultButton(stays)
    opens.clicked.connect(lambda: QDesktopServices.openUrl(address))
    copies.clicked.connect(lambda: QGuiApplication.clipboard().setText(full))
    box.open()
    return box
