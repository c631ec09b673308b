"""The chat page as a person uses it: real widgets, the mouse and the keyboard, and services in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.conversations import ContextUse, Message, MessageState, Role, Timings
from desktop.core.errors import InternalError, StorageError
from desktop.core.events import Answer, ConversationRenamed, Event, Found, Note, SentenceChecked, Token
from desktop.core.models import ModelSpec
from desktop.services.answering import NOT_FOUND
from desktop.ui.answer_parts import AnswerActions
from desktop.ui.cards import Banner
from desktop.ui.chat_page import ChatPage
from desktop.ui.message_view import AnswerMessage
from desktop.ui.own_message import OwnMessage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import chat_content as content
from tests.ui.fakes import FakeServices

NOW = time.time()


@pytest.fixture
def make(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> Callable[..., ChatPage]:
    """Builds the page, shown, at the size that a window of 1280 or 1024 gives it."""

    def build(width: int = 1196, height: int = 800) -> ChatPage:
        page = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
        qtbot.addWidget(page)
        page.resize(width, height)
        page.show()
        qtbot.waitExposed(page)
        return page

    return build


@pytest.fixture
def page(make: Callable[..., ChatPage], services: FakeServices) -> ChatPage:
    """With some chats, a collection, and a new chat open that asks it."""
    content.fill(services, NOW)
    made = make()
    made.ask_collection("k1")
    return made


def child(root: QWidget, name: str, kind: type = QWidget) -> QWidget:
    found = root.findChild(kind, name)
    assert found is not None, f"no {name}"
    return found


def ask(qtbot: QtBot, page: ChatPage, question: str) -> None:
    field = page.view.composer.field
    field.setFocus()
    field.setPlainText(question)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def answers(page: ChatPage) -> list[AnswerMessage]:
    return [e.widget for e in page.view.list.entries if isinstance(e.widget, AnswerMessage)]


def questions(page: ChatPage) -> list[str]:
    return [e.message.text for e in page.view.list.entries if e.message.role is Role.USER]


def words(widget: QWidget) -> str:
    """All words that a person sees in a widget."""
    seen = []
    for part in widget.findChildren(QWidget):
        if not part.isVisible():
            continue
        text = getattr(part, "text", None)
        seen.append(str(text()) if callable(text) else "")
    return "\n".join(seen)


def done(page: ChatPage) -> bool:
    return page.view.live is None


def finish(qtbot: QtBot, page: ChatPage) -> None:
    """Wait until the answer has ended and what it brought is shown."""
    qtbot.waitUntil(lambda: done(page))
    qtbot.wait(15)


def holding(text: str, started: list[str]) -> Callable[[CancelToken], Iterator[Event]]:
    """Writes `text`, then waits to be stopped and keeps it."""

    def script(cancel: CancelToken) -> Iterator[Event]:
        yield Token(text)
        started.append(text)
        cancel.wait(20)
        yield Answer(Message("s1", "c11", Role.ASSISTANT, text, MessageState.STOPPED))

    return script


def test_first_start_offers_three_verbs_and_leaves_for_a_chat(
    qtbot: QtBot, make: Callable[..., ChatPage]
) -> None:
    page = make()
    assert page.first_start.isVisible()
    for name, signal in (("choose_files", page.add_files), ("see_models", page.see_models)):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(child(page, name), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(child(page, "start_chat"), Qt.MouseButton.LeftButton)
    assert not page.first_start.isVisible()
    assert page.focusWidget() is page.view.composer.field


def test_first_start_fits_the_smallest_window(make: Callable[..., ChatPage], services: FakeServices) -> None:
    services.paths.samples  # noqa: B018  read by the page
    page = make(940, 640)
    assert page.first_start.verticalScrollBar().maximum() == 0
    assert page.first_start.horizontalScrollBar().maximum() == 0


def test_enter_asks_and_the_answer_streams_with_quotes_first(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.answering.grounding = content.GROUNDING
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    assert services.answering.asked == ["How long?"]
    assert questions(page) == ["How long?"]
    seen = words(answers(page)[0])
    assert "In your files" in seen
    assert "In the model's words" in seen
    assert content.SOURCES[0].text in seen
    assert "Read 14 of 212 files, 38 passages. 3 files could not be read." in seen
    assert answers(page)[0].text.toPlainText() == services.answering.words
    assert page.view.composer.field.toPlainText() == ""


def test_shift_enter_starts_a_line_and_an_empty_question_is_not_asked(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    field = page.view.composer.field
    height = field.height()
    qtbot.keyClicks(field, "a")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "b")
    assert field.toPlainText() == "a\nb"
    assert field.height() > height
    field.setPlainText("  \n ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert services.answering.asked == []


def test_states_are_said_in_words(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    gates = {name: CancelToken() for name in ("search", "read", "write")}

    def scripted(chat: str, question: str, cancel: CancelToken, **_: object) -> Iterator[Event]:
        gates["search"].wait(10)
        yield Found(Message("q9", chat, Role.USER, question), content.GROUNDING)
        gates["read"].wait(10)
        yield Token("Some words.")
        gates["write"].wait(10)
        yield Answer(Message("a9", chat, Role.ASSISTANT, "Some words.", grounding=content.GROUNDING))

    services.answering.ask = scripted  # type: ignore[method-assign]
    ask(qtbot, page, "How long?")
    status = child(answers(page)[0], "answer_status")
    assert status.words.text() == "Looking in your files"  # type: ignore[attr-defined]
    gates["search"].cancel()
    qtbot.waitUntil(lambda: status.words.text() == "Reading the passages")  # type: ignore[attr-defined]
    assert len(answers(page)[0].findChildren(QWidget, "quote_2")) == 1
    gates["read"].cancel()
    qtbot.waitUntil(
        lambda: status.words.text() == "Writing, checking each sentence against the files"  # type: ignore[attr-defined]
    )
    assert child(page, "stop").isVisible()
    assert not child(page, "send").isVisible()
    gates["write"].cancel()
    finish(qtbot, page)
    assert not status.isVisible()
    assert child(page, "send").isVisible()


@pytest.mark.parametrize("way", ["button", "escape"])
def test_stop_keeps_what_was_written(qtbot: QtBot, page: ChatPage, services: FakeServices, way: str) -> None:
    started: list[str] = []
    services.answering.scripts = [holding("Half of an", started)]
    ask(qtbot, page, "How long?")
    qtbot.waitUntil(lambda: bool(started) and answers(page)[0].text is not None)
    if way == "button":
        qtbot.mouseClick(child(page, "stop"), Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(page.view.composer.field, Qt.Key.Key_Escape)
    finish(qtbot, page)
    answer = answers(page)[0]
    assert answer.text.toPlainText() == "Half of an"
    assert "Stopped. What was written until then is kept." in words(answer)
    qtbot.mouseClick(child(answer, "stopped_again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: done(page) and answers(page)[-1].text is not None)
    assert answers(page)[-1].text.toPlainText() == services.answering.words
    assert questions(page) == ["How long?"]


def test_a_crash_is_told_in_place_and_asking_again_works(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    def crashed(cancel: CancelToken) -> Iterator[Event]:
        yield Token("It was ni")
        yield Answer(
            Message(
                "f1",
                "c11",
                Role.ASSISTANT,
                "It was ni",
                MessageState.FAILED,
                note="The model was ended by the system.",
            )
        )

    services.answering.scripts = [crashed]
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    answer = answers(page)[0]
    banner = answer.findChild(Banner)
    assert banner.title.text() == "The model was ended by the system."
    assert "What it wrote is kept" in banner.words.text()
    assert answer.text.toPlainText() == "It was ni"
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    finish(qtbot, page)
    assert answers(page)[-1].text.toPlainText() == services.answering.words
    assert answers(page)[-1].findChild(Banner) is None or not answers(page)[-1].findChild(Banner).isVisible()


def test_an_error_before_anything_was_stored_is_asked_anew(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    real = services.answering.ask

    def broken(chat: str, question: str, cancel: CancelToken, **_: object) -> Iterator[Event]:
        raise StorageError("The disk is full.", "Free some space.")
        yield Note("")

    services.answering.ask = broken  # type: ignore[method-assign]
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    banner = answers(page)[0].findChild(Banner)
    assert banner.title.text() == "The disk is full. Free some space."
    services.answering.ask = real  # type: ignore[method-assign]
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    finish(qtbot, page)
    assert questions(page) == ["How long?"]
    assert services.answering.asked == ["How long?"]


def test_our_own_fault_is_handed_to_the_window(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    def bug(cancel: CancelToken) -> Iterator[Event]:
        raise ZeroDivisionError
        yield Note("")

    services.answering.scripts = [bug]
    with qtbot.waitSignal(page.failed) as caught:
        ask(qtbot, page, "How long?")
    assert isinstance(caught.args[0], InternalError)
    finish(qtbot, page)


def test_answer_again_replaces_the_answer(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    services.answering.words = "It is six months."
    qtbot.mouseClick(child(answers(page)[0], "answer_again"), Qt.MouseButton.LeftButton)
    finish(qtbot, page)
    assert [a.text.toPlainText() for a in answers(page)] == ["It is six months."]
    assert questions(page) == ["How long?"]
    assert [m.role for m in services.conversations.messages(page.view.conversation_id)] == [
        Role.USER,
        Role.ASSISTANT,
    ]


def test_edit_and_ask_again_replaces_what_came_after(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    for question in ("First?", "Second?"):
        ask(qtbot, page, question)
        finish(qtbot, page)
    first = next(e.widget for e in page.view.list.entries if isinstance(e.widget, OwnMessage))
    first.start_editing()
    field = child(first, "edit_field")
    field.setPlainText("First, better?")  # type: ignore[attr-defined]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    finish(qtbot, page)
    assert questions(page) == ["First, better?"]
    assert services.answering.asked == ["First?", "Second?", "First, better?"]
    assert len(answers(page)) == 1


def test_escape_leaves_the_edited_message_as_it_was(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    ask(qtbot, page, "First?")
    finish(qtbot, page)
    own = next(e.widget for e in page.view.list.entries if isinstance(e.widget, OwnMessage))
    own.start_editing()
    qtbot.keyClick(child(own, "edit_field"), Qt.Key.Key_Escape)
    assert child(own, "own_bubble").isVisible()
    assert services.answering.asked == ["First?"]


def test_typing_goes_on_while_an_answer_streams(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    started: list[str] = []
    services.answering.scripts = [holding("Half", started)]
    ask(qtbot, page, "First?")
    qtbot.waitUntil(lambda: bool(started))
    field = page.view.composer.field
    qtbot.keyClicks(field, "Next")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == "Next"
    page.view.stop()
    finish(qtbot, page)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: done(page) and len(services.answering.asked) == 2)
    assert questions(page) == ["First?", "Next"]


def test_an_answer_goes_on_while_another_chat_is_shown(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    started: list[str] = []
    services.answering.scripts = [holding("Half of an answer", started)]
    ask(qtbot, page, "First?")
    chat = page.view.conversation_id
    qtbot.waitUntil(lambda: bool(started))
    page.new_chat()
    assert not child(page, "stop").isVisible()
    page.open_chat(chat)
    assert child(page, "stop").isVisible()
    qtbot.waitUntil(lambda: answers(page)[-1].text is not None)
    qtbot.waitUntil(lambda: answers(page)[-1].text.toPlainText() == "Half of an answer")
    assert questions(page) == ["First?"]
    page.view.stop()
    finish(qtbot, page)


def test_the_title_follows_the_first_question(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    def renames(cancel: CancelToken) -> Iterator[Event]:
        chat = page.view.conversation_id
        services.conversations.rename(chat, "Notice of the office")
        yield ConversationRenamed(chat, "Notice of the office")
        yield Answer(Message("x", chat, Role.ASSISTANT, "Nine."))

    services.answering.scripts = [renames]
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    assert page.header.title.text() == "Notice of the office"


def test_files_that_do_not_say_it(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.answering.grounding = content.NOT_FOUND
    services.answering.words = ""
    ask(qtbot, page, "Who is king?")
    finish(qtbot, page)
    seen = words(answers(page)[0])
    assert "Your files do not say this." in seen
    assert "Nearest passages" in seen
    assert "In the model's words" not in seen
    assert "In your files" not in seen


def test_a_chat_without_files_has_no_heads_and_no_coverage(qtbot: QtBot, page: ChatPage) -> None:
    page.view.composer.collection_chosen.emit("")
    ask(qtbot, page, "Hello?")
    finish(qtbot, page)
    seen = words(answers(page)[0])
    assert "In the model's words" not in seen
    assert "Read " not in seen
    assert page.view.conversation.collection_id == ""


def test_copying_an_answer_copies_quotes_and_words(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.answering.grounding = content.GROUNDING
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    qtbot.mouseClick(child(answers(page)[0], "answer_copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert services.answering.words in copied
    assert content.SOURCES[1].text in copied


def test_which_files_were_read_is_shown_on_demand(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.answering.grounding = content.GROUNDING
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    answer = answers(page)[0]
    assert "Read: Addendum" not in words(answer)
    height = answer.height()
    qtbot.mouseClick(child(answer, "coverage_which"), Qt.MouseButton.LeftButton)
    assert "Read: Addendum 2 Harbour Street.pdf" in words(answer)
    assert "Old scan.pdf could not be read. It is locked with a password." in words(answer)
    assert "Broken.docx is damaged: it ends too early." in words(answer)
    assert "And 1 more that could not be read" in words(answer)
    qtbot.waitUntil(lambda: answer.height() > height)
    qtbot.mouseClick(child(answer, "answer_why"), Qt.MouseButton.LeftButton)
    assert "210 tokens" in words(answer)
    assert "first word came after 0.3 s; it wrote 12 tokens, 40 a second" in words(answer)
    assert "Written by SmolLM2, temperature 0.2, top-p 0.9, seed 7." in words(answer)


def test_why_says_for_how_many_passages_there_was_no_room(qtbot: QtBot, theme: Theme) -> None:
    use = ContextUse(512, passages=3, passages_left_out=5)
    made = AnswerActions(theme, Timings(total=1.0, prompt_tokens=9, context=use), True)
    qtbot.addWidget(made)
    made.show()
    qtbot.mouseClick(child(made, "answer_why"), Qt.MouseButton.LeftButton)
    assert "room for 3 of the 8 quotes and passages" in words(made)


def test_html_from_a_model_or_a_file_stays_words(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    evil = "<img src=x onerror=y><b>bold</b>"
    source = replace(content.SOURCES[0], text=evil, document=f"{evil}.pdf")
    services.answering.grounding = replace(content.GROUNDING, quotes=(source,))
    services.answering.words = evil
    ask(qtbot, page, evil)
    finish(qtbot, page)
    seen = words(page)
    assert seen.count(evil) >= 3
    for label in page.findChildren(QLabel):
        rich = label.textFormat() != Qt.TextFormat.PlainText
        assert not (rich and "<b>bold" in QLabel.text(label)), label.objectName()


def test_every_control_has_a_name_for_tests_and_for_screen_readers(qtbot: QtBot, page: ChatPage) -> None:
    page.open_chat("c10")
    page.panel.open_source(2)
    for control in (*page.findChildren(QPushButton), *page.findChildren(QToolButton)):
        if control.isVisible() and not control.objectName().startswith("qt_"):
            assert control.objectName(), control.text()
            assert control.accessibleName(), control.objectName()


@pytest.mark.parametrize("size", [(1196, 800), (940, 640), (800, 640)])
@pytest.mark.parametrize("text_size", [100, 160])
def test_nothing_lies_outside_the_page(
    make: Callable[..., ChatPage],
    services: FakeServices,
    theme: Theme,
    qtbot: QtBot,
    size: tuple[int, int],
    text_size: int,
) -> None:
    theme.set_up("light", text_size)
    chat = content.fill(services, NOW)
    page = make(*size)
    page.open_chat(chat.id)
    qtbot.wait(20)
    for part in (page.view.composer, page.header):
        for control in part.findChildren(QWidget):
            if control.isVisible() and isinstance(control, QPushButton | QToolButton):
                corner = control.mapTo(page, control.rect().bottomRight())
                assert corner.x() <= page.width(), control.objectName()
                assert corner.y() <= page.height(), control.objectName()
    for entry in page.view.list.entries:
        assert entry.widget.width() <= 720
        assert entry.widget.geometry().right() <= page.view.list.width()


def test_a_long_chat_opens_fast_and_makes_only_what_is_near(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    chat = services.conversations.create("k1")
    for n in range(100):
        services.conversations.save(Message(f"q{n}", chat.id, Role.USER, f"Question {n}?"))
        services.conversations.save(replace(content.answer(), id=f"a{n}", conversation_id=chat.id))
    started = time.perf_counter()
    page.open_chat(chat.id)
    took = time.perf_counter() - started
    made = page.view.list.made()
    assert made < 20
    assert took < 1.0
    bar = page.view.list.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(bar.maximum() // 2)
    assert page.view.list.made() > made
    assert page.view.list.made() < 60


def test_reading_further_up_the_view_does_not_move_while_text_comes(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.answering.grounding = content.GROUNDING
    for n in range(3):
        ask(qtbot, page, f"Question {n}?")
        finish(qtbot, page)
    go_on = CancelToken()

    def script(cancel: CancelToken) -> Iterator[Event]:
        yield Token("Beginning. ")
        go_on.wait(10)
        for _ in range(60):
            yield Token("More words come here, line after line. ")
        yield Answer(Message("z", page.view.conversation_id, Role.ASSISTANT, "End. " * 500))

    services.answering.scripts = [script]
    ask(qtbot, page, "Long?")
    qtbot.waitUntil(lambda: answers(page)[-1].text is not None)
    bar = page.view.list.verticalScrollBar()
    assert page.view.list.follows
    bar.setValue(bar.maximum() - 400)
    shown = page.view.list.entries[3].widget
    place = shown.mapTo(page, shown.rect().topLeft())
    go_on.cancel()
    finish(qtbot, page)
    qtbot.wait(50)
    assert shown.mapTo(page, shown.rect().topLeft()) == place
    assert not page.view.list.follows


def test_at_the_end_the_view_follows_the_text(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.answering.words = "Many words in a row. " * 200
    ask(qtbot, page, "Long?")
    finish(qtbot, page)
    qtbot.wait(20)
    bar = page.view.list.verticalScrollBar()
    assert bar.maximum() > 200
    assert bar.value() == bar.maximum()


def test_a_change_of_theme_and_size_restyles_what_is_shown(
    qtbot: QtBot, page: ChatPage, theme: Theme
) -> None:
    page.open_chat("c10")
    before = page.view.list.entries[-1].height
    theme.set_up("dark", 140)
    qtbot.waitUntil(lambda: page.view.list.entries[-1].height > before)
    assert answers(page)[0].text.toPlainText().startswith("The notice period is nine months")


def test_a_page_at_rest_does_nothing(qtbot: QtBot, page: ChatPage, monkeypatch: pytest.MonkeyPatch) -> None:
    page.open_chat("c10")
    qtbot.wait(100)
    arranged: list[int] = []
    real = page.view.list._place
    monkeypatch.setattr(page.view.list, "_place", lambda: (arranged.append(1), real()))
    qtbot.wait(150)
    assert arranged == []


def test_the_sentence_that_the_files_do_not_say_it_stands_only_once(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.answering.grounding = content.NOT_FOUND
    services.answering.words = NOT_FOUND
    ask(qtbot, page, "Who is king?")
    finish(qtbot, page)
    assert words(answers(page)[0]).count(NOT_FOUND) == 1


def test_an_answer_that_reached_its_limit_says_so(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    def cut(cancel: CancelToken) -> Iterator[Event]:
        yield Token("Long")
        yield Answer(
            Message("l1", "c11", Role.ASSISTANT, "Long", note="The answer reached its length limit.")
        )

    services.answering.scripts = [cut]
    ask(qtbot, page, "How long?")
    finish(qtbot, page)
    assert "The answer reached its length limit." in words(answers(page)[0])
    assert answers(page)[0].findChild(Banner) is None


def test_a_sentence_checked_again_changes_its_mark(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    first = content.sentence("It is nine.", "It is nine.", False)
    second = replace(first, supported=True, source=5)
    extra = replace(content.SOURCES[0], number=5)
    grounding = replace(content.GROUNDING, more=(extra, replace(extra, number=6)))
    go_on = CancelToken()

    def script(cancel: CancelToken) -> Iterator[Event]:
        yield Token("It is nine.")
        yield SentenceChecked(first)
        go_on.wait(10)
        yield SentenceChecked(second)
        yield Answer(
            Message("s1", "c11", Role.ASSISTANT, "It is nine.", grounding=grounding, sentences=(second,))
        )

    services.answering.grounding = grounding
    services.answering.scripts = [script]
    ask(qtbot, page, "How long?")
    qtbot.waitUntil(lambda: bool(page.view.live.sentences))
    assert page.view.live.sentences == (first,)
    go_on.cancel()
    finish(qtbot, page)
    answers(page)[0].source_opened.emit(5)
    assert [card.source.number for card in page.panel.cards] == [1, 2, 3, 5]
    assert page.panel.open_number == 5


def test_tab_goes_through_the_page_as_it_stands(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    kept = services.conversations.kept["c10"]
    kept[:] = [replace(m, id=f"{m.id}-{n}") for n in range(5) for m in kept]
    page.open_chat("c10")
    page.view.list.verticalScrollBar().setValue(0)
    qtbot.wait(30)
    widget: QWidget = child(page, "new_chat")
    names, tops = [], []
    for _ in range(200):
        names.append(widget.objectName())
        entry = next((e for e in page.view.list.entries if e.widget and e.widget.isAncestorOf(widget)), None)
        if entry is not None:
            tops.append(entry.top)
        widget = widget.nextInFocusChain()
        while not (widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()):
            widget = widget.nextInFocusChain()
        if widget.objectName() == "new_chat":
            break
    assert names[:5] == ["new_chat", "search_chats", "chat_list", "choose_model", "chat_more"]
    assert len(set(tops)) >= 4
    assert tops == sorted(tops)
    places = [
        names.index(n) for n in ("quote_1", "question", "send", "close_sources", "source_1", "source_2")
    ]
    assert places == sorted(places)


def test_who_has_files_and_no_chat_yet_asks_the_files(
    services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot
) -> None:
    made = services.library.create_collection("Contracts")
    page = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    assert page.view.composer.collection_id == made.id


def test_a_model_at_another_address_is_marked_as_leaving_this_computer(
    services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot
) -> None:
    page = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    assert page.header.leaves.isHidden()
    services.models.chosen = ModelSpec("Ollama", "endpoint:1", 0, host="localhost")
    page.refresh()
    assert page.header.leaves.isHidden()
    services.models.chosen = ModelSpec("Gateway", "endpoint:2", 0, host="llm.example.org")
    page.refresh()
    assert not page.header.leaves.isHidden()
    assert "llm.example.org" in page.header.leaves.toolTip()
