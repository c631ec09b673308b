"""The prompt library in the chat: found with "/", filled in, and run step by step."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.documents import TableColumns
from desktop.core.prompt_library import STEP_BY_STEP, Example
from desktop.ui.batch_dialog import BatchDialog
from desktop.ui.batch_start import BatchStart
from desktop.ui.chat_page import ChatPage
from desktop.ui.columns_dialog import ColumnsDialog
from desktop.ui.prompt_editor import PromptEditor
from desktop.ui.prompt_form import PromptForm
from desktop.ui.prompt_runs import PromptRuns
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import ElidedLabel
from tests.ui import chat_content as content
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    content.fill(services, time.time())
    page = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(1196, 800)
    page.show()
    qtbot.waitExposed(page)
    page.ask_collection("k1")
    return page


def _chosen(qtbot: QtBot, page: ChatPage, words: str) -> PromptForm:
    """Type "/", search, and choose with Enter."""
    field = page.view.composer.field
    qtbot.keyClicks(field, "/")
    assert field.toPlainText() == ""
    popover = page.findChild(PromptRuns).popover
    qtbot.keyClicks(popover.search, words)
    qtbot.keyClick(popover.search, Qt.Key.Key_Return)
    form = page.window().findChild(PromptForm)
    assert form is not None
    return form


def test_a_chain_is_filled_from_a_file_and_runs_to_its_end(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    form = _chosen(qtbot, page, "complaint")
    form.accept()
    assert not form.problem.isHidden()  # the complaint is missing
    letter = tmp_path / "letter.txt"
    letter.write_text("The lift is broken.", "utf-8")
    field = form.fields["complaint"]
    assert isinstance(field, QPlainTextEdit)
    form.take_file(letter, field)
    qtbot.waitUntil(lambda: field.toPlainText() == "The lift is broken.")
    collection = services.library.collections()[0]
    form.take_collection(collection, field)
    qtbot.waitUntil(lambda: collection.id in field.toPlainText())
    form.take_file(letter, field)
    qtbot.waitUntil(lambda: field.toPlainText() == "The lift is broken.")
    form.steps.setChecked(True)
    form.columns.setText("Point: colour")
    form.accept()
    assert "no column" in form.problem.text()
    form.columns.clear()
    form.accept()
    qtbot.waitUntil(lambda: len(services.answering.asked) == 2 and page.view.live is None)
    first, second = services.answering.asked
    assert "«The lift is broken.»" in first
    assert STEP_BY_STEP not in first
    assert services.answering.words in second
    assert second.endswith(STEP_BY_STEP)
    assert len(page.view.list.entries) == 4
    label = page.view.list.entries[0].widget.findChild(ElidedLabel, "asked_prompt")
    assert "The lift is broken." in label.text()
    assert label.text().startswith("Answer a complaint") or "complaint" in label.text()


def test_a_chain_goes_on_in_its_chat_while_another_is_open(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    form = _chosen(qtbot, page, "offers")
    for name in ("first", "second"):
        field = form.fields[name]
        assert isinstance(field, QPlainTextEdit)
        field.setPlainText("Ten chairs, 900 EUR")
    form.accept()
    chat = page.view.conversation_id
    page.new_chat()
    qtbot.waitUntil(lambda: len(services.conversations.kept[chat]) == 4)
    assert page.view.list.entries == []
    qtbot.waitUntil(lambda: not page.view._live)


def test_an_own_prompt_is_copied_deleted_and_brought_back(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.view.composer.prompts_button.click()
    popover = page.findChild(PromptRuns).popover
    popover.copy_asked.emit(services.prompting.named("translate"))
    own = popover.current
    assert own is not None
    assert own.own
    assert own.name.endswith("(copy)")
    told: list[tuple[str, object]] = []
    page.message.connect(lambda words, undo, _: told.append((words, undo)))
    popover.delete_asked.emit(own)
    assert not [one for one in services.prompting.list() if one.own]
    undo = told[-1][1]
    assert callable(undo)
    undo()
    assert [one.id for one in services.prompting.list() if one.own] == [own.id]


def test_a_prompt_runs_over_a_collection_and_what_failed_is_tried_again(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    form = _chosen(qtbot, page, "dates")
    form.many_button.click()
    asked = page.window().findChild(BatchStart)
    asked.columns.setText("Tenant: colour")
    asked.accept()
    assert "no column" in asked.problem.text()
    asked.columns.setText("Tenant, Rent: number, Since: date")
    services.batching.fails = 2
    table = tmp_path / "letters.csv"
    table.write_text("id,text\n1,Rent 900\n2,Rent 800\n", "utf-8")
    asked.take_table(table)
    qtbot.waitUntil(lambda: asked.findChild(ColumnsDialog) is not None)
    columns = asked.findChild(ColumnsDialog)
    assert columns.preview.selectedRanges()[0].leftColumn() == 1
    columns.preview.selectColumn(0)
    assert columns.text_box.currentText() == "id"
    columns.text_box.setCurrentIndex(1)
    assert columns.preview.item(0, 1).text() == "Rent 900"
    assert columns.table_button.isHidden()
    columns.rows_button.click()
    assert asked.collection.currentText() == "Rows of letters.csv, text from “text”"
    asked.accept()
    qtbot.waitUntil(lambda: page.window().findChild(BatchDialog) is not None)
    assert services.batching.table == (table, TableColumns("text", "id", ""))
    dialog = page.window().findChild(BatchDialog)
    qtbot.waitUntil(lambda: dialog.words.text() == "7 of 8 done, 1 failed" and dialog.busy.isHidden())
    shown = [str(dialog.model.data(dialog.model.index(row, 2))) for row in range(2)]
    assert shown == ["Anna Meyer", ""]
    assert dialog.failure.text() == "Report 2.pdf: The model ended while it was writing."
    assert dialog.go_on.isHidden()
    dialog.retry.click()
    qtbot.waitUntil(lambda: dialog.words.text() == "8 of 8 done" and dialog.busy.isHidden())
    assert dialog.failure.isHidden()
    assert dialog.export(tmp_path / "out.csv")
    assert "Anna Meyer,900,2026-05-01" in (tmp_path / "out.csv").read_text("utf-8-sig")
    dialog.delete.click()
    assert dialog.batch_id == ""
    assert not dialog.gone.isHidden()
    dialog.gone.acted.emit()
    assert dialog.batch_id == "b1"
    assert dialog.gone.isHidden()
    dialog.close()


def test_a_prompt_is_written_and_edited(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.view.composer.prompts_button.click()
    popover = page.findChild(PromptRuns).popover
    popover.new_button.click()
    editor = page.window().findChild(PromptEditor)
    editor.name.setText("Two steps")
    editor.text.setPlainText("Shorten {{text}}\n---\nTranslate {{result1}} into {{language}}, {{tone}}")
    assert list(editor.rows) == ["text", "language", "tone"]
    tone = editor.rows["tone"]
    tone.kind.setCurrentIndex(tone.kind.findData("choice"))
    editor.accept()
    assert "nothing to choose from" in editor.problem.text()
    tone.choices.setText("formal | friendly")
    tone.default.setText("friendly")
    editor.rows["language"].optional.setChecked(True)
    editor.examples.add_button.click()
    editor.examples.rows[0][1].setPlainText("Hello")
    editor.examples.rows[0][2].setPlainText("Hallo")
    editor.examples.add_button.click()
    editor.steps.setChecked(True)
    editor.accept()
    (own,) = [one for one in services.prompting.list() if one.own]
    assert [step.result for step in own.steps] == ["result1", ""]
    assert own.variables[2].choices == ("formal", "friendly")
    assert own.variables[2].default == "friendly"
    assert [one.required for one in own.variables] == [True, False, True]
    assert own.examples == (Example("Hello", "Hallo"),)
    assert own.step_by_step
    again = PromptEditor(popover._theme, own, services.prompting.save)
    qtbot.addWidget(again)
    assert again.prompt() == own


def test_an_own_file_that_is_no_prompt_is_named(page: ChatPage, services: FakeServices) -> None:
    folder = services.paths.own_prompts
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(5):
        (folder / f"my-{number}.toml").write_text("name = ", "utf-8")
    page.view.composer.prompts_button.click()
    wrong = page.findChild(PromptRuns).popover.wrong
    assert not wrong.isHidden()
    lines = wrong.text().splitlines()
    assert lines[0].startswith("my-0.toml: ")
    assert lines[3:] == ["And 2 more."]
