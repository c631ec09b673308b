"""The search page: it searches while somebody types, goes by keyboard, and says what is the matter in every state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.documents import SearchFilter, TableColumns
from desktop.core.errors import EngineCrashed, ModelError
from desktop.core.events import SearchFound
from desktop.core.found import Query
from desktop.ui.chat_page import ChatPage
from desktop.ui.main_window import MainWindow
from desktop.ui.page_view import PageWindow
from desktop.ui.search_model import NAME, NEWEST
from desktop.ui.search_page import SearchPage
from desktop.ui.theme import Theme
from tests.ui import search_content as content
from tests.ui.chat_content import lease_picture
from tests.ui.fakes import FakeServices

FIRST = ("Lift maintenance contract.pdf", 2)


@pytest.fixture
def filled(services: FakeServices) -> FakeServices:
    """Two collections, one with the files that are found."""
    made = services.library.create_collection("Rental contracts")
    services.library.create_collection("Board papers")
    services.finding.answer = content.found(made.id)
    for one in services.finding.answer.documents:
        services.library.rows[one.document.id] = one.document
    services.pages.render = lambda path, page, width, cancel, member=(): lease_picture(64, page)  # type: ignore
    return services


@pytest.fixture
def window(services: FakeServices, theme: Theme, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(services, theme, first_page="search")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    services.finding.hold.set()
    services.importing.hold.set()
    made.close()


@pytest.fixture
def page(filled: FakeServices, window: MainWindow) -> SearchPage:
    return _page(window)


def _page(window: MainWindow) -> SearchPage:
    found = window.page("search")
    assert isinstance(found, SearchPage)
    found.showEvent(None)  # type: ignore[arg-type]  the files came before the window in a test
    return found


def _search(qtbot: QtBot, page: SearchPage, text: str = content.QUERY) -> None:
    page.field.setText(text)
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._shown is not None and page._shown.text == text)
    assert page.states.currentWidget() is page.found


def _current(page: SearchPage) -> tuple[str, int]:
    passage = page.results.results.passage(page.results.currentIndex())
    assert passage is not None
    return passage.source.document, passage.source.page


def _choose(qtbot: QtBot, page: SearchPage, chip: str, words: str) -> None:
    """Open a chip's menu and take an entry."""
    page.findChild(object, chip).click()
    menu = page.findChild(QMenu, f"{chip}_menu")
    action = next(action for action in menu.actions() if action.text().startswith(words))
    action.trigger()
    menu.close()


# --- before and without results


def test_without_files_the_next_step_is_a_button(
    services: FakeServices, window: MainWindow, qtbot: QtBot
) -> None:
    page = _page(window)
    assert page.states.currentWidget() is page.no_files
    assert services.finding.prepared == 0
    page.add_files.disconnect()  # the window's dialog
    with qtbot.waitSignal(page.add_files):
        page.no_files.button.click()


def test_with_files_it_says_what_can_be_typed(page: SearchPage, filled: FakeServices) -> None:
    assert page.states.currentWidget() is page.start
    assert "For example" in page.start.words.text()
    assert filled.finding.prepared == 1, "what searching needs is loaded while somebody types"
    assert page.field.hasFocus()


def test_what_was_searched_is_offered_again(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    for text in ("lif", "lift", "notice"):
        _search(qtbot, page, text)
    qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.start)
    buttons = [page.findChild(object, f"search_again_{number}") for number in (1, 2)]
    assert [button.text() for button in buttons] == ["notice", "lift"]
    assert page.findChild(object, "search_again_3") is None, "half of a word is no search of its own"
    buttons[1].click()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.found)
    assert filled.finding.asked[-1].text == "lift"


def test_nothing_found_with_filters_offers_to_search_without(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    answer, filled.finding.answer = filled.finding.answer, SearchFound(())
    page.filters.exact.setChecked(True)
    page.field.setText("lift")
    page.search()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.nothing)
    assert page.nothing.button.text() == "Search without filters"
    filled.finding.answer = answer
    page.nothing.button.click()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.found)
    assert not page.filters.narrows
    assert not filled.finding.asked[-1].exact


def test_nothing_found_without_filters_offers_files(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.answer = SearchFound(())
    page.field.setText("lift")
    page.search()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.nothing)
    assert page.nothing.button.text() == "Add files"


def test_a_failure_is_said_and_can_be_tried_again(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.error = EngineCrashed("Searching ended by itself.", "Try again.")
    page.field.setText("lift")
    page.search()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.broken)
    assert page.broken.title.text() == "Searching ended by itself."
    filled.finding.error = None
    page.broken.button.click()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.found)


def test_a_fault_of_ours_is_told_by_the_window_and_the_page_stays_usable(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    page.failed.disconnect()
    filled.finding.error = ZeroDivisionError("oops")
    page.field.setText("lift")
    with qtbot.waitSignal(page.failed):
        page.search()
    assert page.states.currentWidget() is page.broken
    filled.finding.error = None
    _search(qtbot, page, "stairs")


def test_a_long_search_is_busy_and_can_be_cancelled(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.hold.clear()
    page.field.setText("lift")
    page.search()
    qtbot.waitUntil(lambda: page.notices.busy.isVisible())
    page.notices.busy.cancel_button.click()
    assert not page.notices.busy.isVisible()
    assert page.states.currentWidget() is page.start


# --- searching


def test_typing_searches_after_a_pause_and_only_for_the_last_words(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    qtbot.keyClicks(page.field, "lift")
    assert filled.finding.asked == []
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.found)
    assert [query.text for query in filled.finding.asked] == ["lift"]
    assert page.field.hasFocus()


def test_the_answer_of_an_older_search_is_dropped(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.hold.clear()
    page.field.setText("first")
    page.search()
    qtbot.waitUntil(lambda: len(filled.finding.asked) == 1)
    page.field.setText("second")
    page.search()
    filled.finding.hold.set()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.found)
    assert page._shown == Query("second")


def test_typing_back_what_is_shown_gives_up_what_was_typed_in_between(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    _search(qtbot, page, "lift")
    filled.finding.hold.clear()
    page.field.setText("lifts")
    page.search()
    page.field.setText("lift")
    page.search()
    filled.finding.hold.set()
    assert not page._run.running
    assert page._shown == Query("lift")


def test_the_same_is_not_searched_twice(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    _search(qtbot, page)
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    page.button.click()
    assert len(filled.finding.asked) == 1


def test_results_stand_by_file_with_their_number(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    assert page.count.text() == "17 passages in 6 files"
    model = page.results.results
    heads = [
        model.index(row).data() for row in range(model.rowCount()) if model.passage(model.index(row)) is None
    ]
    assert heads[0] == "Lift maintenance contract.pdf, 3 passages"
    assert heads[3] == "Lift log building C.xlsx, 9 rows"
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"page 2: {model.passage(model.index(1)).excerpt}"


def test_the_best_of_more_are_called_so(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    filled.finding.answer = replace(filled.finding.answer, limited=True)
    _search(qtbot, page)
    assert page.count.text() == "The best 17 passages, in 6 files"
    filled.finding.answer = SearchFound(filled.finding.answer.documents[:1])
    _search(qtbot, page, "fault")
    assert page.count.text() == "3 passages in 1 file"


def test_a_file_with_many_passages_shows_three_until_it_is_unfolded(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    model = page.results.results
    more = model.next_row(model.index_of("f4-214").row(), 1)
    assert more.data() == "Show 6 more"
    assert not model.index_of("f4-215").isValid()
    page.results.setCurrentIndex(more)
    qtbot.keyClick(page.results, Qt.Key.Key_Return)
    assert _current(page) == ("Lift log building C.xlsx", 215)
    assert model.index_of("f4-220").isValid()
    assert model.document(model.index_of("f5-1")).document.id == "f5"
    page.order.chosen.emit(NEWEST)
    assert model.index_of("f4-220").isValid(), "another order keeps it unfolded"
    _search(qtbot, page, "other words")
    more = model.next_row(model.index_of("f4-214").row(), 1)
    page.results.scrollTo(more)
    qtbot.mouseClick(
        page.results.viewport(), Qt.MouseButton.LeftButton, pos=page.results.visualRect(more).center()
    )
    assert model.index_of("f4-215").isValid()


def test_the_order_can_be_changed(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    model = page.results.results
    page.order.chosen.emit(NAME)
    assert [model.document(model.index(0)).document.name, _current(page)[0]] == [
        "A file with a very long name that somebody gave it because the system allows it, final version 7 (2).docx"
    ] * 2
    page.order.chosen.emit(NEWEST)
    assert _current(page) == FIRST
    assert page.order.text() == "Newest file first"


# --- the keyboard


def test_arrows_go_through_the_results_and_back_to_the_field(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    assert _current(page) == FIRST
    qtbot.keyClick(page.field, Qt.Key.Key_Down)
    assert page.results.hasFocus()
    for _ in range(3):
        qtbot.keyClick(page.results, Qt.Key.Key_Down)
    assert _current(page) == ("Re lift Harbour Street, again.eml", 1)
    for _ in range(3):
        qtbot.keyClick(page.results, Qt.Key.Key_Up)
    assert _current(page) == FIRST
    qtbot.keyClick(page.results, Qt.Key.Key_Up)
    assert page.field.hasFocus()


def test_escape_goes_back_to_the_field_and_then_empties_it(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    page.results.setFocus()
    qtbot.keyClick(page.results, Qt.Key.Key_Escape)
    assert page.field.hasFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    assert page.field.text() == ""
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.start)


def test_enter_opens_the_page_in_a_window_of_its_own(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    page.results.setFocus()
    qtbot.keyClick(page.results, Qt.Key.Key_Down)
    qtbot.keyClick(page.results, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.window().findChild(PageWindow) is not None)
    opened = page.window().findChild(PageWindow)
    assert opened.body.page == 7
    opened.close()


def test_enter_opens_a_file_without_pages_in_its_program(
    qtbot: QtBot, page: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    _search(qtbot, page)
    page.results.setCurrentIndex(page.results.results.index_of("f2-1"))
    qtbot.keyClick(page.results, Qt.Key.Key_Return)
    assert page.preview.body is not None
    assert page.preview.body.missing.title.text() == "The file is not where it was."


def test_the_tab_key_goes_through_everything_from_the_field_to_the_page(
    qtbot: QtBot, page: SearchPage, window: MainWindow
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    _search(qtbot, page)
    qtbot.waitUntil(lambda: page.preview.body is not None)
    page.results.move(1)
    qtbot.waitUntil(lambda: page.preview._about.text().startswith("Page 7 of"))
    page.field.setFocus()
    names = []
    for _ in range(13):
        names.append(window.focusWidget().objectName())
        qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert names == [
        "search_field", "search_button",
        "search_collection", "search_folder", "search_type", "search_date", "search_exact",
        "search_order", "search_results",
        "preview_ask", "preview_open", "page_back", "page_forth",
    ]  # fmt: skip


# --- the page beside the results


def test_the_first_result_is_shown_on_its_page(qtbot: QtBot, page: SearchPage) -> None:
    _search(qtbot, page)
    assert page.preview.isVisible()
    assert page.preview.width() == 440
    qtbot.waitUntil(lambda: page.preview._about.text().startswith("Page 2 of 14 · Rental contracts · added"))
    assert page.preview.body.page.picture.marks()
    page.results.move(1)
    qtbot.waitUntil(lambda: page.preview._about.text().startswith("Page 7 of 14"))
    assert page.preview._open.text() == "Open page 7"


def test_in_a_narrow_window_the_page_lies_over_the_results(
    qtbot: QtBot, page: SearchPage, window: MainWindow
) -> None:
    window.resize(1024, 640)
    _search(qtbot, page)
    assert not page.preview.isVisible()
    index = page.results.results.next_row(1, 1)
    qtbot.mouseClick(
        page.results.viewport(), Qt.MouseButton.LeftButton, pos=page.results.visualRect(index).center()
    )
    assert page.preview.isVisible()
    assert page.preview.geometry().right() == page.width() - 1
    assert page.results.width() > 900, "the results keep their place"
    qtbot.keyClick(page.results, Qt.Key.Key_Escape)
    assert not page.preview.isVisible()
    assert page.results.hasFocus()


def test_the_file_can_be_asked_alone(
    qtbot: QtBot, page: SearchPage, window: MainWindow, filled: FakeServices
) -> None:
    _search(qtbot, page)
    qtbot.waitUntil(lambda: page.preview.source is not None)
    page.preview._ask.click()
    assert window.current_page == "chat"
    chat = window.page("chat")
    assert isinstance(chat, ChatPage)
    assert chat.view.composer.field.placeholderText() == "Ask about this file"
    assert chat.view.empty.title.text() == "Ask this file"
    chat.view.ask("Who pays?")
    qtbot.waitUntil(lambda: filled.answering.asked == ["Who pays?"])
    assert filled.answering.only == ("f1",)
    qtbot.waitUntil(lambda: chat.view.live is None)
    asked = filled.conversations.messages(chat.view.conversation_id)[0]
    filled.conversations.save(replace(asked, document_ids=("f1",)))  # as the real service stores it
    conversation = chat.view.conversation_id
    chat.new_chat()
    assert chat.view.composer.field.placeholderText() != "Ask about this file"
    chat.open_chat(conversation)
    assert chat.view.composer.field.placeholderText() == "Ask about this file"
    chat.view.composer.collection_chosen.emit("k2")
    chat.view.ask("And here?")
    qtbot.waitUntil(lambda: filled.answering.asked == ["Who pays?", "And here?"])
    assert filled.answering.only == ()
    qtbot.waitUntil(lambda: chat.view.live is None)


# --- more like this


def test_more_like_a_file_is_found_by_its_link_and_left_again(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    _search(qtbot, page)
    head = page.results.visualRect(page.results.results.index(0))
    place = page.results.rows.like_rect(head).center()
    qtbot.mouseMove(page.results.viewport(), place)
    qtbot.mouseClick(page.results.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: filled.finding.asked[-1].like == "f1-2")
    assert filled.finding.asked[-1].collection_ids == ("k1", "k2")
    qtbot.waitUntil(lambda: page.notices.about == "like")
    assert page.notices.banner.title.text() == "Like this passage of Lift maintenance contract.pdf"
    page.notices.banner.button.click()
    qtbot.waitUntil(lambda: page._shown == Query(content.QUERY))
    assert not page.notices.isVisible()


def test_more_like_a_passage_by_the_keyboard(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    _search(qtbot, page)
    page.results.move(1)
    qtbot.keyClick(page.results, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.notices.about == "like")
    assert filled.finding.asked[-1].like == "f1-7"
    qtbot.keyClicks(page.field, "x")
    qtbot.waitUntil(lambda: filled.finding.asked[-1].like == "")
    qtbot.waitUntil(lambda: page.notices.about == "")


def test_the_menu_of_a_result_offers_what_can_be_done(
    qtbot: QtBot, page: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    _search(qtbot, page)
    page.results.customContextMenuRequested.emit(
        page.results.visualRect(page.results.currentIndex()).center()
    )
    menu = page.results.findChild(QMenu, "result_menu")
    assert [action.text() for action in menu.actions()] == [
        "Open the page",
        "Open the file",
        "More like this",
    ]
    menu.actions()[1].trigger()
    assert opened == []
    assert page.preview.body is not None
    assert page.preview.body.missing.title.text() == "The file is not where it was."
    menu.close()
    page.results.customContextMenuRequested.emit(QPoint(5, 5))


# --- filters


def test_filters_are_chosen_from_menus_and_searched_at_once(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.of_kinds = [("pdf", 12), ("docx", 3)]
    filled.finding.of_folders = [("/home/you/Leases", 4)]
    _search(qtbot, page, "lift")
    _choose(qtbot, page, "search_collection", "Rental")
    _choose(qtbot, page, "search_folder", "Leases (4)")
    _choose(qtbot, page, "search_type", "PDF (12)")
    _choose(qtbot, page, "search_type", "Word")
    _choose(qtbot, page, "search_date", "Since January")
    page.filters.exact.click()
    qtbot.waitUntil(lambda: page._shown is not None and page._shown.exact)
    query = page._shown
    assert query is not None
    assert query.collection_ids == ("k1",)
    assert query.filter == SearchFilter("/home/you/Leases", ("pdf", "docx"), page.filters.filter.after)
    assert query.filter.after > 1_700_000_000
    assert [chip.text() for chip in (page.filters.folder, page.filters.kind)] == ["Leases", "PDF, Word"]
    _choose(qtbot, page, "search_type", "PDF")
    assert page.filters.filter.kinds == ("docx",)


def test_a_chip_is_cleared_by_its_cross_and_by_a_key(qtbot: QtBot, page: SearchPage) -> None:
    page.filters.set_collection("k1")
    _choose(qtbot, page, "search_date", "Past 7 days")
    chip = page.filters.date
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 14, chip.height() // 2))
    assert not chip.is_set
    assert chip.accessibleName() == "Date of the file: Any date"
    assert (
        page.findChild(QMenu, "search_date_menu") is None
        or not page.findChild(QMenu, "search_date_menu").isVisible()
    )
    qtbot.keyClick(page.filters.collection, Qt.Key.Key_Delete)
    assert page.filters.collection_ids() == ()


def test_another_collection_forgets_the_folder(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    filled.finding.of_folders = [("/home/you/Leases", 4)]
    _choose(qtbot, page, "search_folder", "Leases")
    page.filters.set_collection("k2")
    assert page.filters.filter == SearchFilter()
    assert page.filters.folder.text() == "All folders"


def test_a_collection_that_was_deleted_is_no_longer_searched(page: SearchPage, filled: FakeServices) -> None:
    page.filters.set_collection("k2")
    filled.library.delete_collection("k2")
    page.filters.show_values()
    assert page.filters.collection.text() == "All collections"


# --- reranking and imports


def test_without_a_reranker_it_says_so_in_one_sentence(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    _search(qtbot, page)
    page.order.click()
    menu = page.order.findChild(QMenu, "search_order_menu")
    closely: QAction = menu.actions()[-1]
    assert not closely.isChecked()
    closely.trigger()
    menu.close()
    assert page.notices.banner.title.text() == "No reranker is installed, so the order stays as it is."
    assert str(filled.paths.models) in page.notices.banner.words.text()
    assert len(filled.finding.asked) == 1


def test_an_installed_reranker_works_until_it_is_left_out(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.installed = "reranker"
    _search(qtbot, page)
    assert filled.finding.asked[-1].rerank is None
    page.order.click()
    menu = page.order.findChild(QMenu, "search_order_menu")
    assert menu.actions()[-1].isChecked()
    menu.actions()[-1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: page._shown is not None and page._shown.rerank is False)


def test_the_rerankers_order_comes_later_and_leaves_who_has_moved_where_they_are(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    filled.finding.installed = "reranker"
    _search(qtbot, page)
    last = filled.finding.answer.documents[-1].document.name
    qtbot.waitUntil(lambda: not page._run.running)
    assert _current(page)[0] == last, "nobody had moved: the best one now is chosen"
    ready = threading.Event()
    plain = filled.finding.reranked
    filled.finding.reranked = lambda cancel: (ready.wait(5), plain(cancel))[1]  # type: ignore[method-assign]
    _search(qtbot, page, "again")
    assert _current(page) == FIRST
    qtbot.waitUntil(lambda: page.notices.busy.isVisible())
    assert page.notices.busy.words.text() == "The best ones are read closely"
    page.results.move(1)
    ready.set()
    qtbot.waitUntil(lambda: not page._run.running)
    assert _current(page) == ("Lift maintenance contract.pdf", 7)
    assert page.results.results.document(page.results.results.index(0)).document.name == last
    assert not page.notices.busy.isVisible()


def test_a_reranker_that_fails_leaves_the_results(
    qtbot: QtBot, page: SearchPage, filled: FakeServices
) -> None:
    def fail(cancel: CancelToken) -> SearchFound:
        raise ModelError("The reranker tiny could not be loaded.", "Search without it.")

    filled.finding.installed = "reranker"
    filled.finding.reranked = fail  # type: ignore[method-assign]
    _search(qtbot, page)
    qtbot.waitUntil(lambda: page.notices.about == "reranker")
    assert page.states.currentWidget() is page.found
    assert page.notices.banner.title.text() == "The reranker tiny could not be loaded."


def test_an_import_is_said_while_it_runs_and_its_end_offers_to_search_again(
    qtbot: QtBot, page: SearchPage, window: MainWindow, filled: FakeServices
) -> None:
    _search(qtbot, page)
    filled.importing.hold.clear()
    window.imports.add([], "k1", TableColumns())
    qtbot.waitUntil(lambda: page.notices.about == "reading")
    assert page.states.currentWidget() is page.found, "what is ready is found"
    page.notices.banner.close_button.click()
    window.imports.moved.emit("k1")
    assert page.notices.about == "", "said once"
    filled.importing.hold.set()
    qtbot.waitUntil(lambda: page.notices.about == "ready")
    page.notices.banner.button.click()
    qtbot.waitUntil(lambda: len(filled.finding.asked) == 2)
    assert filled.finding.asked[0] == filled.finding.asked[1]


# --- painting


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_matched_words_are_painted_in_the_colour_of_the_mark(
    qtbot: QtBot, page: SearchPage, theme: Theme, mode: str
) -> None:
    theme.set_up(mode)
    _search(qtbot, page)
    index = page.results.results.index_of("f4-212")
    rect = page.results.visualRect(index)
    image = page.results.viewport().grab(rect).toImage()
    mark = theme.colour("mark").rgb()
    marked = sum(image.pixel(x, y) == mark for x in range(image.width()) for y in range(image.height()))
    assert marked > 100
    none = page.results.results.index_of("f1-9")
    plain = page.results.viewport().grab(page.results.visualRect(none)).toImage()
    assert not any(plain.pixel(x, y) == mark for x in range(plain.width()) for y in range(plain.height()))


def test_long_passages_end_after_two_lines_at_every_width(
    qtbot: QtBot, page: SearchPage, window: MainWindow, theme: Theme
) -> None:
    _search(qtbot, page)
    long = page.results.results.index_of("f3-3")
    two = 2 * theme.line_height("body") + theme.px(22)
    for width in (1024, 1280, 1600):
        window.resize(width, 800)
        qtbot.waitUntil(lambda: page.results.visualRect(long).height() == two)


def test_ten_thousand_results_are_there_at_once(qtbot: QtBot, page: SearchPage, filled: FakeServices) -> None:
    found = content.found("k1")
    documents = tuple(found.documents[number % 6] for number in range(6000))
    filled.finding.answer = SearchFound(documents)
    _search(qtbot, page)
    assert page.results.results.rowCount() == 18_000
    page.results.scrollToBottom()
    assert page.results.indexAt(QPoint(50, page.results.viewport().height() - 30)).row() > 17_980
