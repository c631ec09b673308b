"""The search page: finds passages in the person's files while they type, and shows each on its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.errors import DesksideError
from desktop.core.events import SearchFound
from desktop.core.found import FoundPassage, Query
from desktop.ui.focus_order import chain
from desktop.ui.imports import Imports
from desktop.ui.search_notices import LIKE, READING, READY
from desktop.ui.search_run import SearchRun
from desktop.ui.search_start import MOST
from desktop.ui.search_view import SearchView
from desktop.ui.source_body import file_changed
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services

_PAUSE_MS = 350
_BUSY_AFTER_MS = 600
_PREVIEW_MS = 120


class SearchPage(SearchView):
    """`add_files` asks the window for a dialog; `ask_document` opens the chat on one file."""

    add_files = Signal()
    ask_document = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        imports: Imports,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(services, theme, tasks, partial(file_changed, services.library.document), parent)
        self._services = services
        self._imports = imports
        self._run = SearchRun(services.finding, tasks, self)
        self._shown: Query | None = None
        self._like: FoundPassage | None = None
        self._rerank = True
        self._panel_refused = False
        self._recent: list[str] = []
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.search)
        self._slow = QTimer(self, interval=_BUSY_AFTER_MS, singleShot=True)
        self._slow.timeout.connect(self._show_busy)
        self._look = QTimer(self, interval=_PREVIEW_MS, singleShot=True)
        self._look.timeout.connect(self._show_current)
        self._connect()
        self._show_idle()
        chain(self.field, [self.button, self.filters, self._centre, self.preview])

    # --- for the window

    def leave(self) -> None:
        """The window closes: nothing is searched any more."""
        self._pause.stop()
        self.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.filters.show_values()
        if self._shown is None:
            self._show_idle()
        self._imports_moved()
        self.field.setFocus()

    def search_for(self, words: str, collection_id: str, exact: bool) -> None:
        """Search a collection for words, with no other filter."""
        self._like = None
        self.fill(words, collection_id, exact)
        self.search()

    # --- searching

    def search(self) -> None:
        """Search for what stands in the field, unless that is shown already."""
        self._pause.stop()
        text = " ".join(self.field.text().split())
        if self._like is None and not text:
            self.stop()
            self._shown = None
            self._show_idle()
            return
        query = Query(
            "" if self._like else text,
            self._collections(),
            self.filters.filter,
            self.filters.exact.isChecked() and self._like is None,
            self._like.id if self._like else "",
            None if self._rerank else False,
        )
        if query == self._shown:
            self.stop()  # what was typed in between is not wanted any more
        elif query != self._run.query:
            self._start(query)

    def search_again(self) -> None:
        """The same once more: files have come, or it had failed."""
        query = self._run.query or self._shown
        if query is not None:
            self._start(query)

    def stop(self) -> None:
        """Give up the search that runs."""
        self._run.stop()
        self._ended()

    def more_like(self, passage: FoundPassage) -> None:
        """Find passages near to this one."""
        self._like = passage
        self.search()

    def _collections(self) -> tuple[str, ...]:
        """What is searched. What is like a passage is compared with it, so its collection comes first."""
        chosen = self.filters.collection_ids()
        if self._like is None:
            return chosen
        document = self._services.library.document(self._like.source.document_id)
        own = document.collection_id if document else ""
        others = chosen or tuple(one.id for one in self._services.library.collections())
        return (own, *(one for one in others if one != own))

    def _start(self, query: Query) -> None:
        self._run.start(query)
        if self._shown is None:
            self._show_state(self.waiting)
        self._slow.start()

    def _take(self, query: Query, found: SearchFound) -> None:
        if found.reranked:
            self._reorder(found)
            return
        self._shown = query
        self._remember(query.text)
        self._show_found(found, query)

    def _reorder(self, found: SearchFound) -> None:
        """The reranker's order comes later: who has moved on meanwhile stays with the passage."""
        model = self.results.results
        current = model.passage(self.results.currentIndex())
        moved = self.results.currentIndex() != model.next_row(-1, 1)
        model.set_found(found.documents)
        kept = model.index_of(current.id) if current is not None and moved else model.index(-1)
        if kept.isValid():
            self.results.setCurrentIndex(kept)
        else:
            self.results.choose_first()

    def _fail(self, query: Query, error: DesksideError) -> None:
        if query == self._shown and self.states.currentWidget() is self.found:
            self.notices.say_not_reranked(error)  # the results are there, only not in another order
        else:
            self._show_failure(error, query)

    def _ended(self) -> None:
        self._slow.stop()
        self.notices.hide_busy()

    def _remember(self, text: str) -> None:
        """While somebody types, what begins the same is one search."""
        if text:
            kept = [old for old in self._recent if not text.startswith(old) and not old.startswith(text)]
            self._recent = [text, *kept][:MOST]

    # --- what is shown

    def _show_idle(self) -> None:
        """Before a search: nothing to search in, or what can be typed."""
        collections = self._services.library.collections()
        has_files = any(one.documents for one in collections)
        if has_files:
            self._run.prepare()
        self.start.set_recent(self._recent)
        self._show_state(self.start if has_files else self.no_files)
        self.notices.withdraw(LIKE, READY)
        self._imports_moved()

    def _show_found(self, found: SearchFound, query: Query) -> None:
        self.results.results.set_found(found.documents)
        number = sum(len(one.passages) for one in found.documents)
        self.show_count(number, len(found.documents), found.limited)
        self.notices.withdraw(LIKE, READY)
        if self._like is not None:
            self.notices.say_like(self._like)
        self._imports_moved()
        if not number:
            self._show_nothing(query)
            return
        self.results.scrollToTop()
        self._panel_open = self.is_wide and not self._panel_refused
        self._show_state(self.found)
        self.results.choose_first()

    def _show_nothing(self, query: Query) -> None:
        if query.filter or query.exact:
            words = self.tr("Nothing that the filters let through says this. Without them it may be found.")
            action = self.tr("Search without filters")
        elif self._reading():
            words = self.tr("Your files are still being read. What is ready is found at once.")
            action = self.tr("Search again")
        else:
            words = self.tr("Try other words, or fewer of them, or add the files that it may stand in.")
            action = self.tr("Add files")
        self.nothing.say(self.tr("Nothing was found"), words)
        self.nothing.button.set_words(action)
        self.nothing.button.show()
        self._show_state(self.nothing)

    def _nothing_acted(self) -> None:
        query = self._shown
        if query is not None and (query.filter or query.exact):
            self.filters.clear()
        elif self._reading():
            self.search_again()
        else:
            self.add_files.emit()

    def _show_failure(self, error: DesksideError, query: Query) -> None:
        self._shown = query
        self.broken.say(error.what, error.todo)
        self._show_state(self.broken)

    def _show_state(self, state: QWidget) -> None:
        self.states.setCurrentWidget(state)
        self.place()

    def _show_busy(self) -> None:
        if self._run.query == self._shown:
            words = self.tr("The best ones are read closely")
        else:
            words = self.tr("The first search takes a few seconds") if self._shown is None else ""
        self.notices.show_busy(words)

    def _cancelled(self) -> None:
        self.stop()
        if self._shown is None:
            self._show_idle()

    def _show_current(self) -> None:
        """The chosen passage on its page."""
        index = self.results.currentIndex()
        passage, found = self.results.results.passage(index), self.results.results.document(index)
        if passage is None or found is None:
            self.preview.clear()
            return
        collection = self._services.library.collection(found.document.collection_id)
        self.preview.show_passage(passage.source, found.document, collection.name if collection else "")

    def _open(self, passage: FoundPassage) -> None:
        """A click: the page beside the results, or over them."""
        self._panel_refused = False
        self.open_panel(True)
        self._show_current()

    def _enlarge(self, passage: FoundPassage) -> None:
        """Enter: the page, and once it is there the page in a window of its own."""
        if not self.panel_open:
            self._open(passage)
        else:
            self._show_current()
            self.preview.enlarge()

    def _open_file(self, passage: FoundPassage) -> None:
        """In its own program; why that cannot be is said beside the page."""
        self._open(passage)
        self.preview.open_file()

    def _close_panel(self) -> None:
        self._panel_refused = self.is_wide
        self.open_panel(False)
        self.results.setFocus()

    def _leave_results(self) -> None:
        """Escape or the arrow up from the first: over the page first, then to the field."""
        if self.panel_open and not self.is_wide:
            self._close_panel()
        else:
            self.field.setFocus()
            self.field.selectAll()

    # --- more like this, and imports

    def _back_to_search(self) -> None:
        if self._like is not None:
            self._like = None
            self.search()

    def _typed(self) -> None:
        self._like = None
        self._pause.start()

    def _reading(self) -> bool:
        """Whether files are being read into what is searched."""
        ids = self.filters.collection_ids() or tuple(c.id for c in self._services.library.collections())
        return any(self._imports.running(one) is not None for one in ids)

    def _imports_moved(self, _collection_id: str = "") -> None:
        self.notices.say_reading() if self._reading() else self.notices.withdraw(READING)

    def _import_ended(self, collection_id: str, _summary: object) -> None:
        if self._shown is None:
            self._show_idle()
        elif self.filters.collection_id in ("", collection_id) and self._like is None:
            self.notices.say_ready()

    # --- the order

    def _set_order(self, order: str) -> None:
        self.results.results.set_order(order)
        self.order.set_order(order)
        self.results.choose_first()

    def _order_asked(self) -> None:
        self.order.closely = self._rerank and self._services.finding.reranker() is not None

    def _set_rerank(self, wanted: bool) -> None:
        if wanted and self._services.finding.reranker() is None:
            self.notices.say_no_reranker(str(self._services.paths.models))
            return
        self._rerank = wanted
        self.search()

    # --- wiring

    def _connect(self) -> None:
        self._run.found.connect(self._take)
        self._run.failed.connect(self._fail)
        self._run.unforeseen.connect(self.failed)
        self._run.ended.connect(self._ended)
        self.field.textEdited.connect(self._typed)
        self.field.textChanged.connect(lambda text: None if text else self._typed())
        self.field.entered.connect(self._entered)
        self.field.down.connect(self._to_results)
        self.field.escaped.connect(self._escaped)
        self.button.clicked.connect(self.search)
        self.filters.changed.connect(self.search)
        self.start.again.connect(self._search_recent)
        self.no_files.acted.connect(self.add_files)
        self.nothing.acted.connect(self._nothing_acted)
        self.broken.acted.connect(self.search_again)
        self.notices.cancelled.connect(self._cancelled)
        self.notices.back.connect(self._back_to_search)
        self.notices.again.connect(self.search_again)
        self.order.asked.connect(self._order_asked)
        self.order.chosen.connect(self._set_order)
        self.order.closely_wanted.connect(self._set_rerank)
        self.results.chosen.connect(lambda _passage: self._look.start())
        self.results.opened.connect(self._open)
        self.results.enlarge.connect(self._enlarge)
        self.results.open_file.connect(self._open_file)
        self.results.like.connect(self.more_like)
        self.results.left.connect(self._leave_results)
        self.preview.closed.connect(self._close_panel)
        self.preview.ask.connect(self.ask_document)
        self._imports.moved.connect(self._imports_moved)
        self._imports.ended.connect(self._import_ended)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._to_field)

    def _entered(self) -> None:
        """Enter searches at once; when that is done already, it goes to the results."""
        self.search()
        if not self._run.running:
            self._to_results()

    def _to_results(self) -> None:
        if self.states.currentWidget() is self.found:
            self.results.setFocus()

    def _to_field(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _escaped(self) -> None:
        """Escape in the field: back from what is like a passage, else empty the field."""
        if self.panel_open and not self.is_wide:
            self.open_panel(False)
        elif self._like is not None:
            self._back_to_search()
        else:
            self.field.clear()

    def _search_recent(self, text: str) -> None:
        self.field.setText(text)
        self.search()
