"""Asks which column of a table holds the text, so that its rows become documents of their own."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.core.documents import TableColumns
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

TABLE_ENDINGS = (".csv", ".tsv", ".jsonl")
_WIDE = 640
_HEAD_BYTES = 65536
_TEXT_NAMES = ("text", "body", "content", "message", "comment", "description", "answer", "review")
_ID_NAMES = ("id", "number", "no", "key", "ref")
_TITLE_NAMES = ("title", "subject", "name", "headline")


def read_columns(path: Path) -> list[str]:
    """The names of a table's columns, or none where the file cannot be read as one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        text = _decoded(head)
        first = text.splitlines()[0] if text.strip() else ""
        if path.suffix.lower() == ".jsonl":
            row = json.loads(first)
            return [str(key) for key in row] if isinstance(row, dict) else []
        dialect = csv.Sniffer().sniff(text[:4096], ",;\t|")
        return [name.strip() for name in next(csv.reader([first], dialect))]
    except (OSError, ValueError, csv.Error, StopIteration):
        return []


def _decoded(head: bytes) -> str:
    """The beginning of a text file; what is not UTF-8 is guessed as the reader guesses it."""
    try:
        # The last character may be cut in half.
        return head.decode("utf-8-sig", "strict" if len(head) < _HEAD_BYTES else "ignore")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(head).best()
        return str(best) if best is not None else head.decode("latin-1")


def guess(columns: list[str], names: tuple[str, ...]) -> str:
    """The first column whose name is one of the usual ones."""
    by_name = {column.lower(): column for column in columns}
    return next((by_name[name] for name in names if name in by_name), "")


class ColumnsDialog(QDialog):
    """For one file: the column of the text, perhaps of the id and the title; or the table as a whole.

    With the first `rows` they are shown, and the table is then only read row by row, for what `about` says.
    """

    def __init__(
        self,
        theme: Theme,
        file: str,
        columns: list[str],
        parent: QWidget | None = None,
        *,
        rows: Sequence[Sequence[str]] = (),
        about: str = "",
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = columns
        self.setObjectName("columns_dialog")
        self.setWindowTitle(self.tr("How should this table be read?"))
        self.chosen = TableColumns()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Rows of {file}").replace("{file}", file), "section"))
        words = self.tr(
            "If each row is a text of its own (a letter, an answer), say where its text stands. "
            "Each row is then found and quoted by itself."
        )
        paragraph = Paragraph(theme, about or words)
        paragraph.setMinimumWidth(460)
        column.addWidget(paragraph)
        column.addSpacing(4)
        self.preview = self._preview(rows) if rows else None
        if self.preview is not None:
            column.addWidget(self.preview)
        self.text_box = self._box(
            "columns_text", self.tr("Text"), guess(columns, _TEXT_NAMES) or columns[-1], False
        )
        self.title_box = self._box("columns_title", self.tr("Title"), guess(columns, _TITLE_NAMES), True)
        self.id_box = self._box("columns_id", self.tr("Number or id"), guess(columns, _ID_NAMES), True)
        for label, box in (
            (self.tr("Text"), self.text_box),
            (self.tr("Title"), self.title_box),
            (self.tr("Number or id"), self.id_box),
        ):
            row = QHBoxLayout()
            name = Label(label, "control")
            name.setBuddy(box)
            name.setMinimumWidth(theme.px(120))
            row.addWidget(name)
            row.addWidget(box, 1)
            column.addLayout(row)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        self.table_button.setVisible(self.preview is None)
        if self.preview is not None:
            self.setMinimumWidth(theme.px(_WIDE))
            self.text_box.currentIndexChanged.connect(self.preview.selectColumn)
            self.preview.selectColumn(self.text_box.currentIndex())

    def _preview(self, rows: Sequence[Sequence[str]]) -> QTableWidget:
        """The first rows; the column of the text is marked in them."""
        table = QTableWidget(self)
        table.setObjectName("columns_preview")  # before there are sections: they take their style by it
        table.setRowCount(len(rows))
        table.setColumnCount(len(self._columns))
        table.setAccessibleName(self.tr("The first rows"))
        table.setHorizontalHeaderLabels(self._columns)
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectColumns)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                table.setItem(line, place, QTableWidgetItem(" ".join(cell.split())))
        height = self._theme.px(34)
        table.verticalHeader().setDefaultSectionSize(height)
        table.horizontalHeader().setDefaultSectionSize(self._theme.px(140))
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        table.horizontalHeader().setStretchLastSection(True)
        table.setFixedHeight(height * (len(rows) + 1) + table.horizontalScrollBar().sizeHint().height() + 4)
        table.itemSelectionChanged.connect(lambda: self.text_box.setCurrentIndex(table.currentColumn()))
        return table

    def _box(self, name: str, label: str, chosen: str, may_be_none: bool) -> ComboBox:
        box = ComboBox(self._theme, name, label, self)
        if may_be_none:
            box.addItem(self.tr("none"), "")
        for column in self._columns:
            box.addItem(column, column)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        return box

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.table_button = Button(
            self._theme, self.tr("Read it as a table"), "quiet", name="columns_as_table"
        )
        self.table_button.clicked.connect(self.accept)
        self.skip_button = Button(self._theme, self.tr("Leave it out"), name="columns_skip")
        self.skip_button.clicked.connect(self.reject)
        self.rows_button = Button(self._theme, self.tr("Read the rows"), "primary", name="columns_rows")
        self.rows_button.clicked.connect(self._take_rows)
        self.rows_button.setDefault(True)
        row.addWidget(self.table_button)
        row.addStretch(1)
        row.addWidget(self.skip_button)
        row.addWidget(self.rows_button)
        return row

    def _take_rows(self) -> None:
        self.chosen = TableColumns(
            str(self.text_box.currentData()),
            str(self.id_box.currentData()),
            str(self.title_box.currentData()),
        )
        self.accept()
