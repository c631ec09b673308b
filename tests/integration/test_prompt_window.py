"""A prompt run by hand in the window with the real starter model: chosen, filled in, seen as a table, exported."""

from __future__ import annotations

import csv
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.conversations import MessageState
from desktop.core.paths import Paths
from desktop.services.all import Services
from desktop.ui.chat_page import ChatPage
from desktop.ui.message_view import AnswerMessage
from desktop.ui.prompt_form import PromptForm
from desktop.ui.prompt_runs import PromptRuns
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import ElidedLabel

WAIT = 120_000
LETTER = (
    "Anna Meyer rents the flat since 1 May 2026 for 900 EUR a month. Jan Brandt rents the garage for 80 EUR."
)
SCHEMA = """{"type": "object", "required": ["tenant", "rent"], "properties":
 {"tenant": {"type": "string", "maxLength": 20}, "rent": {"$ref": "#/$defs/money"}},
 "$defs": {"money": {"type": "integer", "minimum": 0, "maximum": 9999}}}"""
pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support", extend=True)


@pytest.mark.parametrize(("columns", "rows"), [("Tenant, Rent: number", False), (SCHEMA, True)])
def test_a_prompt_is_filled_in_run_and_its_table_exported(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
    rows: bool,
) -> None:
    services = Services(Paths(tmp_path, Paths.default().program))
    services.settings.change(answer_length=400)
    tasks = TaskList()
    out = tmp_path / "tenants.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "CSV (*.csv)"))
    try:
        page = ChatPage(services, Theme(qapp), tasks)
        qtbot.addWidget(page)
        page.resize(1196, 800)
        page.begin()
        page.show()
        qtbot.keyClicks(page.view.composer.field, "/")
        popover = page.findChild(PromptRuns).popover
        qtbot.keyClicks(popover.search, "table from")
        qtbot.keyClick(popover.search, Qt.Key.Key_Return)
        form = page.window().findChild(PromptForm)
        letter = tmp_path / "letter.txt"
        letter.write_text(LETTER, "utf-8")
        field = next(one for one in form.fields.values() if isinstance(one, QPlainTextEdit))
        form.take_file(letter, field)
        qtbot.waitUntil(lambda: field.toPlainText().strip() == LETTER, timeout=WAIT)
        for name, one in form.fields.items():
            if one is not field and not form.values[name]:
                one.setText("tenant and rent")
        form.columns.setText(columns)
        form.rows.setChecked(rows)
        form.run_button.click()
        qtbot.waitUntil(lambda: page.view.live is not None, timeout=WAIT)
        qtbot.waitUntil(lambda: page.view.live is None, timeout=WAIT)
        asked, answered = page.view.list.entries
        label = asked.widget.findChild(ElidedLabel, "asked_prompt")
        assert "Anna Meyer rents the flat" in label.text()
        assert answered.message.state is MessageState.COMPLETE, answered.message.note
        widget = answered.widget
        assert isinstance(widget, AnswerMessage)
        assert not widget.end.findChild(object, "answer_table").isHidden()
        widget.end.findChild(object, "answer_table").click()
        with out.open(encoding="utf-8-sig", newline="") as file:
            head, *found = list(csv.reader(file))
        assert [one.casefold() for one in head] == ["tenant", "rent"]
        assert found
        assert all(float(row[1]) >= 0 for row in found)
        again = services.conversations.messages(page.view.conversation_id)[0]
        assert again.manner is not None
        assert again.manner.name in label.text()
    finally:
        tasks.deleteLater()
        services.close()
