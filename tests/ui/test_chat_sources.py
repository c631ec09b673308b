"""The sources beside an answer: cards, the page with its mark, other pages, text files, and what can fail."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QPixmap
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import PagePicture as Picture
from desktop.ui.cards import Banner
from desktop.ui.chat_page import ChatPage
from desktop.ui.message_view import AnswerMessage
from desktop.ui.page_view import PageWindow
from desktop.ui.quote_card import place_words
from desktop.ui.source_card import SourceCard
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import chat_content as content
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    content.fill(services, time.time())
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1196, 800)
    made.show()
    qtbot.waitExposed(made)
    made.open_chat("c10")
    return made


def card(page: ChatPage, number: int) -> SourceCard:
    return next(c for c in page.panel.cards if c.source.number == number)


def answer(page: ChatPage) -> AnswerMessage:
    found = page.view.list.entries[-1].widget
    assert isinstance(found, AnswerMessage)
    return found


def drawn(page: ChatPage, number: int) -> bool:
    body = card(page, number).body
    return body is not None and body.picture.has_picture


def test_an_opened_chat_shows_the_first_source_where_there_is_room(qtbot: QtBot, page: ChatPage) -> None:
    assert page.panel.isVisible()
    assert page.panel.open_number == 1
    assert [c.source.number for c in page.panel.cards] == [1, 2, 3]
    qtbot.waitUntil(lambda: drawn(page, 1))


def test_a_quote_opens_its_source_and_both_show_it(qtbot: QtBot, page: ChatPage) -> None:
    quote = answer(page).findChild(object, "quote_2")
    qtbot.mouseClick(quote, Qt.MouseButton.LeftButton)
    assert page.panel.open_number == 2
    assert quote.property("open") == "true"
    assert answer(page).findChild(object, "quote_1").property("open") == "false"
    assert answer(page).text._markdown.numbers.open_number == 2
    qtbot.waitUntil(lambda: drawn(page, 2))
    assert card(page, 2)._place.text() == "page 7 of 14"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_quote_opens_by_the_keyboard(qtbot: QtBot, page: ChatPage, key: Qt.Key) -> None:
    quote = answer(page).findChild(object, "quote_3")
    assert quote.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(quote, key)
    assert page.panel.open_number == 3


def test_a_number_in_the_words_opens_its_source(qtbot: QtBot, page: ChatPage) -> None:
    text = answer(page).text
    place = next(
        QPoint(x, y)
        for y in range(0, text.height(), 4)
        for x in range(0, text.width(), 4)
        if text.anchorAt(QPoint(x, y)) == "source:2"
    )
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.panel.open_number == 2


def test_the_mark_lies_where_the_boxes_say(qtbot: QtBot, page: ChatPage) -> None:
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    picture = card(page, 2).body.picture
    box = content.SOURCES[1].boxes[0]
    mark = picture.marks()[0]
    assert mark.left() == pytest.approx(box.x0 * picture.width())
    assert mark.bottom() == pytest.approx(box.y1 * picture.height())
    image = picture.grab().toImage()
    inside = image.pixelColor(round(mark.right()) - 2, round(mark.bottom()) - 1)
    outside = image.pixelColor(round(mark.right()) + 12, round(mark.top()) - 12)
    assert inside.name() == "#ffe58a"
    assert outside.name() == "#ffffff"
    ink = min(
        image.pixelColor(x, round(mark.center().y())).lightness()
        for x in range(round(mark.left()), round(mark.right()))
    )
    assert ink < 120, "the letters under the mark stay dark"


def test_the_mark_is_scrolled_into_view(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.resize(1196, 420)
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    qtbot.wait(20)
    picture = card(page, 2).body.picture
    mark = picture.mapTo(page, picture.marks()[0].center().toPoint())
    assert 56 < mark.y() < 420


def test_other_pages_have_no_mark_and_end_at_the_last(qtbot: QtBot, page: ChatPage) -> None:
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    body = card(page, 2).body
    qtbot.mouseClick(card(page, 2).findChild(object, "page_forth"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card(page, 2)._place.text() == "page 8 of 14")
    assert body.picture.marks() == []
    for _ in range(20):
        body.turn(1)
    qtbot.waitUntil(lambda: card(page, 2)._place.text() == "page 14 of 14")
    assert not card(page, 2).findChild(object, "page_forth").isEnabled()
    for _ in range(20):
        body.turn(-1)
    qtbot.waitUntil(lambda: card(page, 2)._place.text() == "page 1 of 14")
    assert not card(page, 2).findChild(object, "page_back").isEnabled()


def test_pages_are_drawn_once_and_at_the_pixels_of_the_screen(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    body = card(page, 2).body
    qtbot.wait(30)
    drawings = list(services.pages.rendered)
    assert drawings[-1] == (
        content.SOURCES[1].path,
        7,
        round(body.picture.width() * body.devicePixelRatioF()),
    )
    page.panel.open_source(1)
    page.panel.open_source(2)
    qtbot.wait(30)
    assert services.pages.rendered.count(drawings[-1]) == 1


def test_a_text_file_shows_its_words_around_the_mark(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.panel.open_source(3)
    text = card(page, 3).text
    qtbot.waitUntil(lambda: bool(text.toPlainText()))
    assert text.marked_words() == content.SOURCES[2].text
    assert "Dear Ms Okafor" in text.toPlainText()
    assert all(path != content.SOURCES[2].path for path, _, _ in services.pages.rendered)


def test_emoji_before_the_passage_do_not_move_its_mark(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.pages.text = lambda source: ("😀😀 " + source.text, 3, 3 + len(source.text))
    page.panel.open_source(3)
    text = card(page, 3).text
    qtbot.waitUntil(lambda: bool(text.toPlainText()))
    assert text.marked_words() == content.SOURCES[2].text


def test_a_page_that_cannot_be_drawn_says_so(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    def render(
        path: str, number: int, width: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> Picture:
        raise ReadError("The file is damaged.", "Open it in another program.")

    services.pages.render = render
    page.panel.open_source(2)
    body = card(page, 2).body
    qtbot.waitUntil(lambda: body.banner.isVisible())
    assert body.banner.title.text() == "The file is damaged."
    assert body.banner.words.text() == "Open it in another program."


def test_a_locked_page_asks_for_its_password_in_place(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    draw = services.pages.render
    known: list[str] = []

    def render(
        path: str, number: int, width: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> Picture:
        if "sesame" not in known:
            raise ReadError("lease.pdf is locked with a password.", reason="encrypted")
        return draw(path, number, width, cancel, member)

    services.pages.render = render
    services.pages.know_password = known.append
    page.panel.open_source(2)
    body = card(page, 2).body
    qtbot.waitUntil(lambda: body.locked.isVisible())
    assert not body.banner.isVisible()
    assert not body.locked.button.isEnabled()
    qtbot.keyClicks(body.locked.password.field, "open")
    qtbot.mouseClick(body.locked.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: body.locked.problem.isVisible())
    assert body.locked.problem.text() == "This password does not open the file."
    body.locked.password.clear()
    qtbot.keyClicks(body.locked.password.field, "sesame")
    qtbot.keyClick(body.locked.password.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: drawn(page, 2))
    assert not body.locked.isVisible()


def test_a_missing_file_is_said_and_a_present_one_is_opened(
    qtbot: QtBot, page: ChatPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    button = card(page, 2).findChild(object, "open_file")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == []
    assert card(page, 2).opened.missing.isVisible()
    assert card(page, 2).opened.missing.title.text() == "The file is not where it was."
    there = tmp_path / "a.pdf"
    there.write_bytes(b"x")
    card(page, 2).opened.source = replace(content.SOURCES[1], path=str(there))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == [str(there)]


def test_closing_the_panel_is_remembered(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.keyClick(page.panel.cards[0], Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    page.open_chat("c3")
    page.open_chat("c10")
    assert not page.panel.isVisible()
    qtbot.mouseClick(page.header.sources_button, Qt.MouseButton.LeftButton)
    assert page.panel.isVisible()
    assert page.panel.open_number == 1


def test_a_narrow_window_lays_the_panel_over_the_page_when_it_is_asked_for(
    qtbot: QtBot, page: ChatPage
) -> None:
    page.resize(940, 640)
    page.new_chat()
    page.open_chat("c10")
    assert not page.panel.isVisible()
    width = page.view.width()
    qtbot.mouseClick(answer(page).findChild(object, "quote_2"), Qt.MouseButton.LeftButton)
    assert page.panel.isVisible()
    assert page.panel.geometry().right() == page.width() - 1
    assert page.view.width() == width


def test_a_page_can_be_enlarged(qtbot: QtBot, page: ChatPage) -> None:
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    qtbot.mouseClick(card(page, 2).findChild(object, "page_zoom"), Qt.MouseButton.LeftButton)
    window = page.window().findChild(PageWindow)
    qtbot.waitUntil(lambda: window.body.picture.has_picture)
    width = window.body.picture.width()
    assert width > card(page, 2).body.picture.width()
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: window.body.picture.width() > width and window.body.picture.has_picture)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window._place.text() == "page 8 of 14")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.window().findChild(PageWindow) is None)


def test_the_store_keeps_only_some_pages(qtbot: QtBot, page: ChatPage) -> None:
    page.panel.open_source(2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    from desktop.ui.page_picture import PageKey

    store = page.panel.store
    got: list[QPixmap] = []
    store.ready.connect(lambda key, pixmap, pages: got.append(pixmap))
    for number in range(1, 41):
        store.ask(PageKey("/x.pdf", number, 64))
    qtbot.waitUntil(lambda: len(got) == 40)
    assert len(store._kept) == 24


@pytest.mark.parametrize("touched", [False, True])
def test_a_file_that_has_changed_is_not_marked(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path, touched: bool
) -> None:
    file = tmp_path / "Lease.pdf"
    file.write_bytes(b"as it was read")
    stat = file.stat()
    row = services.library.add("k1", "Lease.pdf", path=str(file), size=stat.st_size, modified=stat.st_mtime)
    if touched:
        file.write_bytes(b"as it is after an edit")
    source = replace(content.SOURCES[1], document_id=row.id, path=str(file))
    page.view.source_asked.emit((source,), 2)
    qtbot.waitUntil(lambda: drawn(page, 2))
    assert bool(card(page, 2).body.picture.marks()) is not touched
    said = [b.title.text() for b in card(page, 2).findChildren(Banner) if b.isVisible()]
    assert said == (["This file has changed since it was read."] if touched else [])


@pytest.mark.parametrize(
    ("name", "record", "words"),
    [
        ("Lease.PDF", "", "page 7"),
        ("Letter.docx", "", "page 7"),
        ("Plan.pptx", "", "slide 7"),
        ("Rents.csv", "", "part 7"),
        ("Rents.csv", "r12", "row 7"),
        ("answers.txt", "a1", "row 7"),
    ],
)
def test_the_place_of_a_source_is_named_by_what_its_file_is(
    page: ChatPage, name: str, record: str, words: str
) -> None:
    source = replace(content.SOURCES[0], document=name, page=7, record_id=record)
    assert place_words(page, source) == words
