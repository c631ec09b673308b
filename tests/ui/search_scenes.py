"""The search page in each of its states, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.documents import SearchFilter, TableColumns
from desktop.core.errors import EngineCrashed
from desktop.core.events import SearchFound
from desktop.ui.search_page import SearchPage
from tests.ui import search_content as content
from tests.ui.chat_content import lease_picture

Stage = Any
Scene = Callable[[Stage], QWidget | None]


def _page(stage: Stage) -> SearchPage:
    library = stage.services.library
    made = library.create_collection("Rental contracts")
    library.create_collection("Board papers")
    for file in content.found(made.id).documents:
        library.rows[file.document.id] = file.document
    stage.services.pages.render = lambda path, page, width, cancel, member=(): lease_picture(width, page)
    stage.services.finding.answer = content.found(made.id)
    stage.services.finding.of_kinds = [("pdf", 120), ("docx", 61), ("eml", 31)]
    stage.services.finding.of_folders = [("/home/you/Leases", 40), ("/home/you/Letters 2024", 172)]
    stage.window.show_page("search")
    page = stage.window.page("search")
    assert isinstance(page, SearchPage)
    return page


def no_files(stage: Stage) -> None:
    stage.window.show_page("search")


def start(stage: Stage) -> None:
    _page(stage)


def recent(stage: Stage) -> None:
    page = _page(stage)
    for words in ("notice period of the office", "who pays for repairs & when", content.QUERY):
        page.field.setText(words)
        page.search()
        stage.settle(200)
    page.field.clear()
    stage.settle(500)


def results(stage: Stage) -> SearchPage:
    page = _page(stage)
    page.filters.set_collection("k1")
    page.filters._set_dates("Since January 2025", 1_735_689_600.0, 0.0)
    page.field.setText(content.QUERY)
    page.search()
    stage.settle(300)
    page.results.move(1)
    stage.settle(500)
    return page


def shown(stage: Stage) -> None:
    results(stage)


def with_page(stage: Stage) -> None:
    """At a narrow window the page lies over the results."""
    page = results(stage)
    passage = page.results.results.passage(page.results.currentIndex())
    page.results.opened.emit(passage)
    stage.settle(400)


def text_file(stage: Stage) -> None:
    page = results(stage)
    index = page.results.results.index_of("f2-1")
    page.results.setCurrentIndex(index)
    page.results.opened.emit(page.results.results.passage(index))
    stage.settle(500)


def by_keyboard(stage: Stage) -> None:
    page = results(stage)
    page.results.setFocus()
    stage.settle(50)


def like(stage: Stage) -> None:
    page = results(stage)
    page.results.like.emit(page.results.results.passage(page.results.currentIndex()))
    stage.settle(300)


def nothing(stage: Stage) -> None:
    page = _page(stage)
    stage.services.finding.answer = SearchFound(())
    page.field.setText("lift guarantee")
    page.filters.filter = SearchFilter(folder="/home/you/Letters 2024", kinds=("pdf", "docx"))
    page.filters.exact.setChecked(True)
    page.filters.show_values()
    page.search()
    stage.settle(300)


def failed(stage: Stage) -> None:
    page = _page(stage)
    stage.services.finding.error = EngineCrashed(
        "Searching ended by itself: the system needed its memory.",
        "Your files are safe. Close other programs, then try again.",
    )
    page.field.setText("lift")
    page.search()
    stage.settle(300)


def searching(stage: Stage) -> None:
    page = _page(stage)
    stage.services.finding.hold.clear()
    page.field.setText("lift")
    page.search()
    stage.settle(900)


def importing(stage: Stage) -> None:
    results(stage)
    stage.services.importing.hold.clear()
    stage.window.imports.add([], "k1", TableColumns())
    stage.settle(200)


def imported(stage: Stage) -> None:
    importing(stage)
    stage.services.importing.hold.set()
    stage.settle(300)


def ask_the_file(stage: Stage) -> None:
    results(stage).preview.ask.emit("f1")
    stage.settle(200)


def no_reranker(stage: Stage) -> None:
    results(stage).order.closely_wanted.emit(True)
    stage.settle(100)


def _menu(name: str) -> Scene:
    def show(stage: Stage) -> QWidget | None:
        page = results(stage)
        page.findChild(QWidget, name).click()
        stage.settle(100)
        found = stage.window.findChild(QMenu, f"{name}_menu")
        return found if isinstance(found, QWidget) else None

    return show


SCENES: dict[str, Scene] = {
    "search-no-files": no_files,
    "search-start": start,
    "search-recent": recent,
    "search-results": shown,
    "search-page": with_page,
    "search-text": text_file,
    "search-keyboard": by_keyboard,
    "search-like": like,
    "search-nothing": nothing,
    "search-failed": failed,
    "search-searching": searching,
    "search-importing": importing,
    "search-imported": imported,
    "search-no-reranker": no_reranker,
    "search-ask-the-file": ask_the_file,
    "search-order": _menu("search_order"),
    "search-types": _menu("search_type"),
    "search-dates": _menu("search_date"),
}
