"""What an answer of a chat offers beside its own buttons: thumbs, and its tables as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.errors import DesksideError
from desktop.ui.feedback_buttons import FeedbackButtons
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.table_files import Table
    from desktop.ui.message_view import AnswerMessage

_FILTERS = "CSV (*.csv);;Excel (*.xlsx);;JSON (*.json)"
_NAMED = 3

Failed = Callable[[object], None]


def offer(answer: AnswerMessage, services: Services, theme: Theme, failed: Failed) -> None:
    """Let an answer be judged, and its tables be saved."""

    def make(message_id: str) -> QWidget:
        buttons = FeedbackButtons(theme, services.feedback, message_id)
        buttons.failed.connect(failed)
        return buttons

    answer.end.set_feedback(make)
    answer.table_asked.connect(lambda: save_tables(answer, failed))


def save_tables(answer: AnswerMessage, failed: Failed) -> None:
    """Ask where to, and which of several, and write the table."""
    from desktop.services.table_files import tables_of  # not when the window starts

    tables = tables_of(answer.message.text)
    if len(tables) == 1:
        _save(answer, tables[0], failed)
        return
    made = menu(answer, "answer_tables")
    for table in tables:
        words = ", ".join(table.head[:_NAMED]) or _tr("A table without a head")
        action = made.addAction(words.replace("&", "&&"))
        action.triggered.connect(lambda _=False, one=table: _save(answer, one, failed))
    if made.isEmpty():
        made.addAction(_tr("There is no whole table in this answer")).setEnabled(False)
    made.popup(answer.mapToGlobal(QPoint(0, answer.height())))


def _save(answer: AnswerMessage, table: Table, failed: Failed) -> None:
    name, kind = QFileDialog.getSaveFileName(answer, _tr("Save the table"), _tr("table"), _FILTERS)
    if not name:
        return
    from desktop.services.table_files import export_table

    path = Path(name)
    ending = kind[kind.rfind("*") + 1 : -1]
    try:
        export_table(table, path if path.suffix else path.with_name(f"{path.name}{ending}"))
    except DesksideError as error:
        failed(error)


def _tr(words: str) -> str:
    return QCoreApplication.translate("AnswerOffers", words)
