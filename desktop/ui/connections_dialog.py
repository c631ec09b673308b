"""Every connection that the program has made: when, where to, why and how much it sent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop.core.ledger import LedgerEntry
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph


class ConnectionsDialog(QDialog):
    """The newest first; or that there was none."""

    def __init__(self, theme: Theme, entries: Sequence[LedgerEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connections_dialog")
        self.setWindowTitle(self.tr("Connections"))
        most = parent.height() if parent is not None else 640
        self.resize(theme.px(640), min(theme.px(440), most - 80))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Connections"), "section"))
        words = (
            self.tr(
                "Written down before each one was made. Nothing else has left this computer through Deskside."
            )
            if entries
            else self.tr("Deskside has connected to nothing.")
        )
        column.addWidget(Paragraph(theme, words, "secondary"))
        self.list = QListView(self)
        self.list.setObjectName("connections_list")
        self.list.setAccessibleName(self.tr("Connections"))
        self.list.setModel(QStringListModel([self._line(entry) for entry in entries], self))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVisible(bool(entries))
        column.addWidget(self.list, 1)
        if not entries:
            column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = Button(theme, self.tr("Close"), name="connections_close")
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.close_button)
        column.addLayout(row)

    def _line(self, entry: LedgerEntry) -> str:
        moment = QDateTime.fromSecsSinceEpoch(int(entry.at))
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        words = f"{when}   {entry.address}   {entry.purpose}"
        sent = self.tr("{bytes} sent").replace("{bytes}", QLocale().formattedDataSize(entry.sent))
        return f"{words}, {sent}" if entry.sent else words
