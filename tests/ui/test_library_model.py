"""The table's model: fetched by pages, changed by rows, removal that can be undone, fifty thousand files."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot

from desktop.core.documents import Document, DocumentState
from desktop.core.events import FileChanged
from desktop.ui.library_model import ADDED, KEPT_PAGES, NAME, PAGE_ROWS, PASSAGES, STATE, LibraryModel
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices

HUGE = 50_000


@pytest.fixture
def model(services: FakeServices, theme: Theme) -> LibraryModel:
    collection = services.library.create_collection("Contracts")
    for number in range(450):
        services.library.add(collection.id, f"File {number:04}.pdf", pages=number % 7 + 1, passages=number)
    made = LibraryModel(services, theme)  # type: ignore[arg-type]
    made.show(collection.id)
    return made


def _names(model: LibraryModel, rows: Sequence[int]) -> list[str]:
    return [str(model.index(row, NAME).data()) for row in rows]


def test_qt_finds_no_fault_in_the_model(model: LibraryModel, services: FakeServices, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    ids = model.hide([3, 4, 400])
    model.sort(PASSAGES, Qt.SortOrder.DescendingOrder)
    model.show_hidden(ids)
    services.library.add("k1", "New.pdf")
    model.refresh()
    model.show("k1", "000")
    assert model.rowCount() == 10
    assert tester.model() is model


def test_only_the_pages_that_are_looked_at_are_fetched(model: LibraryModel, services: FakeServices) -> None:
    services.library.fetches = 0
    assert _names(model, [0, 1, 150]) == ["File 0000.pdf", "File 0001.pdf", "File 0150.pdf"]
    assert services.library.fetches == 1
    assert _names(model, [449, 448]) == ["File 0449.pdf", "File 0448.pdf"]
    assert services.library.fetches == 2


def test_a_changed_file_changes_its_row_and_nothing_else(model: LibraryModel, services: FakeServices) -> None:
    document = model.document(5)
    assert document is not None
    resets, changes = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)
    changed = services.library.set(document.id, state=DocumentState.READING)
    services.library.fetches = 0
    assert model.update_rows([FileChanged(changed, 31, 48)]) is False
    assert (resets.count(), services.library.fetches) == (0, 0)
    assert [(changes.at(0)[0].row(), changes.at(0)[1].row())] == [(5, 5)]
    assert model.index(5, STATE).data() == "Reading: Page 31 of 48"
    assert model.reading_share(changed) == pytest.approx(31 / 48)


def test_an_unknown_file_is_told_so_that_rows_are_counted_again(
    model: LibraryModel, services: FakeServices
) -> None:
    model.document(0)
    new = services.library.add("k1", "Another.pdf", DocumentState.WAITING)
    assert model.update_rows([FileChanged(new)]) is True
    resets = QSignalSpy(model.modelReset)
    model.refresh()
    assert model.rowCount() == 451
    assert resets.count() == 0
    assert _names(model, [0]) == ["Another.pdf"]


def test_a_file_that_was_fetched_before_it_was_counted_is_no_fault(
    model: LibraryModel, services: FakeServices, qtbot: QtBot
) -> None:
    """Rows come while pages are fetched: the page holds a file that the count does not have yet."""
    new = services.library.add("k1", "Zulu.pdf", DocumentState.WAITING)
    model.document(449)
    changes = QSignalSpy(model.dataChanged)
    assert model.update_rows([FileChanged(new)]) is True
    assert changes.count() == 0
    model.refresh()
    assert _names(model, [450]) == ["Zulu.pdf"]


def test_a_removal_leaves_rows_out_and_undo_brings_them_back(model: LibraryModel) -> None:
    ids = model.hide([1, 2, 300])
    assert len(ids) == 3
    assert model.rowCount() == 447
    assert _names(model, [0, 1, 297, 298]) == [
        "File 0000.pdf",
        "File 0003.pdf",
        "File 0299.pdf",
        "File 0301.pdf",
    ]
    model.show_hidden(ids)
    assert model.rowCount() == 450
    assert _names(model, [1, 2, 300]) == ["File 0001.pdf", "File 0002.pdf", "File 0300.pdf"]


def test_hidden_rows_stay_hidden_in_another_order_and_search(model: LibraryModel) -> None:
    model.hide([0, 10])
    model.sort(PASSAGES, Qt.SortOrder.DescendingOrder)
    assert model.rowCount() == 448
    assert _names(model, [447]) == ["File 0001.pdf"]
    model.show("k1", "File 001")
    assert _names(model, range(model.rowCount())) == [f"File {n:04}.pdf" for n in range(19, 10, -1)]


def test_a_large_selection_is_hidden_at_once(model: LibraryModel) -> None:
    ids = model.hide(range(0, 450, 2))
    assert len(ids) == 225
    assert model.rowCount() == 225
    assert _names(model, [0, 224]) == ["File 0001.pdf", "File 0449.pdf"]


def test_rows_that_were_really_removed_are_gone(model: LibraryModel, services: FakeServices) -> None:
    ids = model.hide([0])
    for document_id in ids:
        del services.library.rows[document_id]
    model.drop_hidden(ids)
    assert model.rowCount() == 449
    assert _names(model, [0]) == ["File 0001.pdf"]


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (DocumentState.READY, "", "Ready"),
        (DocumentState.WAITING, "", "Waiting"),
        (DocumentState.SKIPPED, "Unchanged since 3 May", "Unchanged: Unchanged since 3 May"),
        (DocumentState.FAILED, "Password needed", "Failed: Password needed"),
        (DocumentState.EMBEDDING, "", "Reading: Making it searchable"),
    ],
)
def test_a_state_is_told_in_words(
    model: LibraryModel, services: FakeServices, state: DocumentState, reason: str, words: str
) -> None:
    document = model.document(0)
    assert document is not None
    model.update_rows([FileChanged(services.library.set(document.id, state=state, reason=reason))])
    assert model.index(0, STATE).data() == words
    assert model.index(0, STATE).data(Qt.ItemDataRole.AccessibleTextRole) == words


def test_when_a_file_was_added_is_said_as_people_do(model: LibraryModel) -> None:
    now = time.time()
    clock = time.strftime("%H:%M", time.localtime(now))
    assert model.added_words(Document("d", "k", "p", "n", added=now)) == f"Today {clock}"
    assert model.added_words(Document("d", "k", "p", "n", added=now - 86400)).startswith("Yesterday ")
    assert model.added_words(Document("d", "k", "p", "n")) == ""
    assert ":" not in model.added_words(Document("d", "k", "p", "n", added=now - 30 * 86400))


class _HugeLibrary:
    """Fifty thousand files without keeping them."""

    def __init__(self) -> None:
        self.fetched: list[int] = []

    def count(self, collection_id: str, text: str = "", only: object = None) -> int:
        return HUGE

    def documents(
        self,
        collection_id: str,
        text: str,
        order: str,
        descending: bool,
        offset: int,
        limit: int,
        only: object = None,
    ) -> list[Document]:
        self.fetched.append(offset)
        end = min(HUGE, offset + limit)
        return [Document(f"d{n}", "k", f"/f/{n}.pdf", f"{n:06}.pdf") for n in range(offset, end)]


class _HugeServices:
    def __init__(self) -> None:
        self.library = _HugeLibrary()


def test_fifty_thousand_rows_hold_a_few_pages_only(theme: Theme) -> None:
    services = _HugeServices()
    model = LibraryModel(services, theme)  # type: ignore[arg-type]
    model.show("k")
    assert model.rowCount() == HUGE
    for row in range(0, HUGE, 97):
        assert model.index(row, NAME).data() == f"{row:06}.pdf"
        assert model.index(row, ADDED).data() == ""
    assert len(model._pages) <= KEPT_PAGES
    assert len(services.library.fetched) == HUGE // PAGE_ROWS


def test_a_file_that_is_the_same_as_another_one_is_called_a_duplicate(
    services: FakeServices, theme: Theme
) -> None:
    collection = services.library.create_collection("Papers").id
    model = LibraryModel(services, theme)  # type: ignore[arg-type]
    skipped = DocumentState.SKIPPED
    same = {"reason": "The same as a.pdf", "reason_kind": "duplicate"}
    twin = services.library.add(collection, "b.pdf", skipped, **same)
    before = services.library.add(collection, "c.pdf", skipped, reason="Unchanged")
    assert model.state_words(twin).word == "Duplicate"
    assert model.state_words(twin).reason == "The same as a.pdf"
    assert model.state_words(before).word == "Unchanged"
