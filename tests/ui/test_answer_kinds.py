"""Answers of each kind as a person meets them: how they were made, what was not read, where each line comes from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState, Role
from desktop.core.documents import DocumentState
from desktop.core.events import Answer, Event, Found
from desktop.core.manner import Manner
from desktop.core.questions import Wanted, understand
from desktop.ui.chat_page import ChatPage
from desktop.ui.counted_list import SHOWN, SPARED
from desktop.ui.library_page import LibraryPage
from desktop.ui.main_window import MainWindow
from desktop.ui.message_view import AnswerMessage
from desktop.ui.search_page import SearchPage
from desktop.ui.theme import Theme
from desktop.ui.widgets import ProgressBar
from tests.ui import answer_content as content
from tests.ui import chat_content
from tests.ui.fakes import FakeServices
from tests.ui.test_chat_page import words

CHAT = "c10"


@pytest.fixture
def window(services: FakeServices, theme: Theme, qtbot: QtBot) -> Iterator[MainWindow]:
    chat_content.fill(services, time.time())
    made = MainWindow(services, theme, first_page="chat")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    made.close()


@pytest.fixture
def show(window: MainWindow, services: FakeServices, qtbot: QtBot) -> Callable[[Message], AnswerMessage]:
    """Opens a chat with one answer."""

    def shown(answer: Message) -> AnswerMessage:
        question = Message("q1", CHAT, Role.USER, "?")
        services.conversations.kept[CHAT] = [question, replace(answer, conversation_id=CHAT)]
        page = _chat(window)
        page.new_chat()
        page.open_chat(CHAT)
        widget = page.view.list.entries[-1].widget
        assert isinstance(widget, AnswerMessage)
        qtbot.waitUntil(widget.isVisible)
        return widget

    return shown


def _chat(window: MainWindow) -> ChatPage:
    page = window.page("chat")
    assert isinstance(page, ChatPage)
    return page


def _child(root: QWidget, name: str) -> QWidget:
    found = root.findChild(QWidget, name)
    assert found is not None, f"no {name}"
    return found


def _click(qtbot: QtBot, button: QWidget) -> None:
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _text(answer: AnswerMessage) -> str:
    assert answer.text is not None
    return answer.text.document().toPlainText()


def test_a_count_says_that_every_passage_was_looked_through(show: Callable[[Message], AnswerMessage]) -> None:
    answer = show(content.counted(5, failed=2, waiting=118))
    seen = words(answer)
    assert _child(answer, "quotes_head").text() == "Counted in every passage"  # type: ignore[attr-defined]
    assert "In the model's words" not in seen
    assert "Why this answer?" not in seen  # the reasons are a model's
    assert "Looked through all 48,310 passages of 1,212 files." in seen
    assert "2 files could not be read. 118 still to be read." in seen
    assert content.NOTE in seen
    assert not _child(answer, "counted_all").isVisible()


def test_what_was_not_read_is_named(show: Callable[[Message], AnswerMessage], qtbot: QtBot) -> None:
    answer = show(content.counted(5, failed=2))
    _click(qtbot, _child(answer, "coverage_which"))
    seen = words(answer)
    for one in chat_content.UNREAD:
        assert one.reason in seen
    assert "Read: none" not in seen


@pytest.mark.parametrize(("files", "long"), [(SHOWN + SPARED, False), (SHOWN + SPARED + 1, True)])
def test_a_long_list_is_folded(show: Callable[[Message], AnswerMessage], files: int, long: bool) -> None:
    answer = show(content.counted(files))
    assert _child(answer, "counted_all").isVisible() == long
    assert _text(answer).count("Tenant file") == (SHOWN if long else files) - 2


def test_the_whole_list_opens_and_each_line_has_its_source(
    window: MainWindow, show: Callable[[Message], AnswerMessage], qtbot: QtBot
) -> None:
    answer = show(content.counted(300))
    button = _child(answer, "counted_all")
    assert button.text() == "Show all 300"  # type: ignore[attr-defined]
    _click(qtbot, button)
    assert _text(answer).count("Tenant file") == 298
    assert not button.isVisible()
    panel = _chat(window).panel
    assert len(panel.cards) < 30  # not one for each
    for number in (120, 1, 300):
        answer.source_opened.emit(number)
        assert panel.open_number == number
    assert panel.cards[-1].source.document == "Tenant file 300.pdf"
    assert (
        _child(panel, "sources_more").text() == "277 to 300 of 300. A number in the answer opens its source."
    )  # type: ignore[attr-defined]


def test_a_folded_list_stays_open_when_its_source_is_opened(
    show: Callable[[Message], AnswerMessage], qtbot: QtBot
) -> None:
    answer = show(content.counted(40))
    _click(qtbot, _child(answer, "counted_all"))
    answer.source_opened.emit(33)
    answer.set_message(answer.message)
    assert _text(answer).count("Tenant file") == 38


def test_what_was_counted_opens_in_the_search(
    window: MainWindow, show: Callable[[Message], AnswerMessage], qtbot: QtBot, services: FakeServices
) -> None:
    services.finding.hold.set()
    answer = show(content.counted(300))
    _click(qtbot, _child(answer, "counted_search"))
    assert window.current_page == "search"
    page = window.page("search")
    assert isinstance(page, SearchPage)
    assert page.field.text() == "deposit"
    assert page.filters.collection_id == "k1"
    assert not page.filters.exact.isChecked()
    page.search_for("net 30", "", True)
    assert (page.filters.collection_id, page.filters.exact.isChecked()) == ("", True)


def test_what_no_file_mentions_is_said_once(show: Callable[[Message], AnswerMessage]) -> None:
    answer = show(content.not_counted())
    seen = words(answer)
    assert _text(answer) == "None of the 1,212 files mentions “asbestos”."
    assert "Your files do not say this." not in seen
    assert not _child(answer, "counted_search").isVisible()


def test_a_whole_file_says_so_and_which_pages_have_no_text(show: Callable[[Message], AnswerMessage]) -> None:
    answer = show(content.whole_file())
    seen = words(answer)
    assert _child(answer, "quotes_head").text() == "In this file"  # type: ignore[attr-defined]
    assert "Read the whole file, 12 pages. 2 pages have no text that could be read." in seen


def test_the_unsupported_sentence_is_marked_and_the_others_have_numbers(
    show: Callable[[Message], AnswerMessage],
) -> None:
    answer = show(content.whole_file())
    assert answer.text is not None
    document = answer.text.document()
    underlined = []
    block = document.begin()
    while block.isValid():
        for item in block:
            fragment = item.fragment()
            if fragment.charFormat().underlineStyle() == fragment.charFormat().UnderlineStyle.DashUnderline:
                underlined.append(fragment.text())
        block = block.next()
    unsupported = [one.text for one in chat_content.SENTENCES if not one.supported]
    assert "".join(underlined).strip() == "".join(unsupported)


def test_a_follow_up_says_how_it_was_understood(show: Callable[[Message], AnswerMessage]) -> None:
    answer = show(content.follow_up())
    line = _child(answer, "understood")
    assert line.text() == "Understood as: How long is the notice period for the warehouse in Mill Lane?"  # type: ignore[attr-defined]
    assert not show(content.whole_file()).findChild(QWidget, "understood")


def test_a_summary_names_pages_and_parts(show: Callable[[Message], AnswerMessage]) -> None:
    seen = words(show(content.summary()))
    for part in (
        "Key sentences of the file",
        "Summary in the model's words",
        "Read all 214 pages, in 31 parts.",
    ):
        assert part in seen
    seen = words(show(content.stopped_summary()))
    assert "Read 14 of 214 pages, 2 of 31 parts." in seen
    assert "Stopped. What was written until then is kept." in seen


def test_a_summary_from_the_library_shows_how_far_it_is_and_keeps_what_there_is(
    window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    asked = _summary_script(services)
    window.show_page("library")
    library = window.page("library")
    assert isinstance(library, LibraryPage)
    library.show_collection("k1")
    row = _ready_row(library)
    chosen = library.model.document(row)
    assert chosen is not None
    library.table.selectRow(row)
    library.menu.open_at(library.table.visualRect(library.model.index(row, 0)).center())
    (opened,) = library.findChildren(QMenu, "library_menu")
    next(action for action in opened.actions() if action.text() == "Summarise this file").trigger()
    opened.close()
    assert window.current_page == "chat"
    page = _chat(window)
    bar = page.findChild(ProgressBar, "answer_bar")
    qtbot.waitUntil(lambda: bar is not None and bar.isVisible() and bar.share == 2 / 31)
    assert asked == [(f"Summarise “{chosen.name}”", (chosen.id,))]
    assert "Reading part 3 of 31 (pages 15 to 21), about 2 minutes left" in words(page)
    (entry,) = window.tasks.running
    assert entry.title == f"Summarising {content.REPORT}"
    window.show_page("library")  # it goes on meanwhile, and can be stopped from the list of tasks
    entry.cancel()
    qtbot.waitUntil(lambda: page.view.live is None)
    assert not window.tasks.listed
    window.show_page("chat")
    last = page.view.list.entries[-1].message
    assert last.state is MessageState.STOPPED
    assert "The waiting list grew" in last.text


def test_a_summary_from_a_source_stays_in_its_chat_which_goes_on_asking_all_files(
    window: MainWindow, show: Callable[[Message], AnswerMessage], services: FakeServices, qtbot: QtBot
) -> None:
    asked = _summary_script(services)
    (document, *_) = services.library.rows.values()
    source = replace(chat_content.SOURCES[0], document_id=document.id)
    quoted = chat_content.answer(grounding=replace(chat_content.GROUNDING, quotes=(source,)))
    show(quoted)
    page = _chat(window)
    button = page.panel.cards[0].findChild(QWidget, "source_summarise")
    assert button is not None
    assert button.accessibleName() == "Summarise this file"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.view.conversation_id == CHAT
    qtbot.waitUntil(lambda: asked == [(f"Summarise “{document.name}”", (document.id,))])
    page.view.stop()
    qtbot.waitUntil(lambda: page.view.live is None)
    services.conversations.kept[CHAT] += [
        Message("q2", CHAT, Role.USER, asked[0][0], document_ids=(document.id,)),
        replace(content.stopped_summary(), conversation_id=CHAT),
    ]
    page.open_chat("c1")
    page.open_chat(CHAT)
    page.view.ask("And since when?")
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1][1] == ()
    page.view.stop()
    qtbot.waitUntil(lambda: page.view.live is None)


@pytest.mark.parametrize("name", ["lease.pdf", "Report in 3 parts.pdf", "Notes as of May.docx", "it.txt"])
def test_the_question_of_the_buttons_is_understood(name: str) -> None:
    from desktop.core.questions import SUMMARISE

    understood = understand(SUMMARISE.replace("{file}", name))
    assert (understood.wanted, understood.file) == (Wanted.SUMMARY, name)


def _summary_script(services: FakeServices) -> list[tuple[str, tuple[str, ...]]]:
    """Summaries that stand still until they are stopped; gives what is asked."""
    asked: list[tuple[str, tuple[str, ...]]] = []

    def script(
        chat: str, question: str, cancel: CancelToken, document_ids: tuple[str, ...] = (), **_: object
    ) -> Iterator[Event]:
        asked.append((question, tuple(document_ids)))
        if question.startswith("Summarise"):
            yield from content.summarising(chat, cancel, question)
        else:
            yield Found(Message("q3", chat, Role.USER, question), None)
            yield Answer(chat_content.answer(conversation_id=chat))

    services.answering.ask = script  # type: ignore[method-assign,assignment]
    return asked


def _ready_row(library: LibraryPage) -> int:
    rows = range(library.model.rowCount())
    ready = DocumentState.READY
    return next(row for row in rows if (one := library.model.document(row)) and one.state is ready)


def test_an_answer_names_the_prompt_that_was_asked(qtbot: QtBot, theme: Theme) -> None:
    made = AnswerMessage(theme, replace(chat_content.answer(), manner=Manner("", name="Minutes to actions")))
    qtbot.addWidget(made)
    line = made.findChild(QWidget, "answer_prompt")
    assert line is not None
    assert "Minutes to actions" in line.accessibleName()
