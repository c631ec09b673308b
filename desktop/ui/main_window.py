"""The window: a rail, one page at a time, messages, dropped files, and an orderly end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import DesksideError
from desktop.ui.cards import Banner
from desktop.ui.columns_ask import by_columns
from desktop.ui.errors import ErrorPresenter
from desktop.ui.focus import FocusRing
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import PENDING_STATES, Imports
from desktop.ui.rail import Rail
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.toast import Toast
from desktop.ui.window_place import remember, restore

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.ui.library_page import LibraryPage

PAGES = ("chat", "library", "search", "topics", "images", "train", "models", "settings")
READABLE = (
    "*.pdf *.docx *.pptx *.xlsx *.xls *.odt *.ods *.odp *.rtf *.txt *.md *.html *.htm *.csv *.tsv *.jsonl"
)
PageMaker = Callable[[], QWidget]


class MainWindow(QMainWindow):
    """Makes a page when it is first shown, and switches between them."""

    shown_page = Signal(str)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList | None = None,
        first_page: str = "chat",
    ) -> None:
        """`first_page` is the only page that is made at once."""
        super().__init__()
        self._services = services
        self._theme = theme
        self.tasks = tasks or TaskList(self)
        self.imports = Imports(services, self.tasks, self)
        self.folder_sync = FolderSync(services, self.tasks, self.imports, self)
        self.presenter = ErrorPresenter(theme, self)
        self._pages: dict[str, QWidget] = {}
        self._makers = self._page_makers()
        self.setObjectName("main_window")
        self.setWindowTitle("Deskside")
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)
        restore(self, services.paths.window)
        self.setAcceptDrops(True)
        self._build()
        self.toast = Toast(theme, self, lambda: getattr(self.stack.currentWidget(), "floor", None))
        self.focus_ring = FocusRing(theme, self)
        self._popover: QWidget | None = None
        self.presenter.banner.connect(self._show_banner)
        self.tasks.failed.connect(self._task_failed)
        self._shortcuts()
        self.show_page(first_page)

    def _build(self) -> None:
        centre = QWidget(self)
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail(self._theme, self.tasks, centre)
        self.rail.chosen.connect(self.show_page)
        self.rail.tasks_asked.connect(self.show_tasks)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        self.banner = Banner(self._theme, "bad", "", parent=centre)
        self.banner.setObjectName("window_banner")
        self.banner.hide()
        self._banner_frame = QWidget(centre)
        inside = QVBoxLayout(self._banner_frame)
        inside.setContentsMargins(16, 12, 16, 4)
        inside.addWidget(self.banner)
        self._banner_frame.hide()
        self.banner.dismissed.connect(self._banner_frame.hide)
        column.addWidget(self._banner_frame)
        self.stack = QStackedWidget(centre)
        self.stack.setObjectName("pages")
        column.addWidget(self.stack, 1)
        self.setCentralWidget(centre)

    def _shortcuts(self) -> None:
        for number, page in enumerate(PAGES, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda chosen=page: self.show_page(chosen))
        leave = QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self)
        leave.activated.connect(self.close)

    # --- pages

    def show_page(self, name: str) -> None:
        """Show a page of `PAGES`; it is made when it is shown for the first time."""
        page = self.page(name)
        self.rail.set_page(name)
        if self.stack.currentWidget() is not page:
            self.stack.setCurrentWidget(page)
            self.toast.place()
            self.shown_page.emit(name)

    def page(self, name: str) -> QWidget:
        """A page, made if it is not there yet."""
        if name not in self._pages:
            made = self._makers[name]()
            self._pages[name] = made
            self.stack.addWidget(made)
        return self._pages[name]

    @property
    def current_page(self) -> str:
        """The name of the page that is shown."""
        return next(name for name, page in self._pages.items() if page is self.stack.currentWidget())

    def _page_makers(self) -> dict[str, PageMaker]:
        makers: dict[str, PageMaker] = {
            "chat": self._make_chat,
            "library": self._make_library,
            "search": self._make_search,
            "settings": self._make_settings,
            "models": self._make_models,
        }
        for name in ("topics", "images", "train"):
            makers[name] = lambda chosen=name: self._make_placeholder(chosen)  # type: ignore[misc]
        return makers

    def _make_chat(self) -> QWidget:
        from desktop.ui.chat_page import ChatPage

        page = ChatPage(self._services, self._theme, self.tasks, self)
        page.open_library.connect(lambda: self.show_page("library"))
        page.show_page.connect(self.show_page)
        page.search_words.connect(self.search_words)
        page.add_files.connect(self.choose_files)
        page.see_models.connect(lambda: self.show_page("models"))
        page.try_samples.connect(self.import_samples)
        page.message.connect(self.toast_later)
        page.failed.connect(self.presenter.present)
        return page

    def _make_library(self) -> QWidget:
        from desktop.ui.library_page import LibraryPage

        page = LibraryPage(self._services, self._theme, self.tasks, self.imports, self.folder_sync, self)
        page.add_files.connect(self.choose_files)
        page.add_paths.connect(self.import_paths)
        page.try_samples.connect(self.import_samples)
        page.ask_collection.connect(self.ask_collection)
        page.ask_document.connect(self.ask_document)
        page.summarise_document.connect(lambda document: self.ask_document(document, summary=True))
        page.test_collection.connect(self.test_search)
        page.message.connect(self.toast_later)
        page.failed.connect(self.presenter.present)
        return page

    def _make_search(self) -> QWidget:
        from desktop.ui.search_page import SearchPage

        page = SearchPage(self._services, self._theme, self.tasks, self.imports, self)
        page.add_files.connect(self.choose_files)
        page.ask_document.connect(self.ask_document)
        page.failed.connect(self.presenter.present)
        return page

    def _make_settings(self) -> QWidget:
        from desktop.ui.settings_page import SettingsPage

        page = SettingsPage(self._services, self._theme, self.tasks, self)
        page.test_search.connect(self.test_search)
        page.message.connect(self.toast_later)
        page.failed.connect(self.presenter.present)
        return page

    def _make_models(self) -> QWidget:
        from desktop.ui.models_page import ModelsPage

        page = ModelsPage(self._services, self._theme, self.tasks, self)
        page.changed.connect(self._models_changed)
        page.message.connect(self.toast_later)
        page.failed.connect(self.presenter.present)
        return page

    def _models_changed(self) -> None:
        """The chat's menu of models follows the models page."""
        if "chat" in self._pages:
            self._pages["chat"].refresh()  # type: ignore[attr-defined]

    def _make_placeholder(self, name: str) -> QWidget:
        from desktop.ui.placeholder_page import PlaceholderPage

        page = PlaceholderPage(self._theme, name, self)
        page.next_step.connect(self.show_page)
        return page

    def ask_collection(self, collection_id: str) -> None:
        """Open the chat with a new conversation about a collection."""
        self.show_page("chat")
        self.page("chat").ask_collection(collection_id)  # type: ignore[attr-defined]

    def test_search(self, collection_id: str = "") -> None:
        """Open the test of a collection's search on questions from its own passages."""
        from desktop.ui.evaluate_dialog import EvaluateDialog

        dialog = EvaluateDialog(self._services, self._theme, self.tasks, collection_id, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_document(self, document_id: str, *, summary: bool = False) -> None:
        """Open the chat with a new conversation about one file, which may begin with its summary."""
        self.show_page("chat")
        self.page("chat").ask_document(document_id, summary)  # type: ignore[attr-defined]

    def search_words(self, words: str, collection_id: str, exact: bool) -> None:
        """Open the search with words that an answer has counted."""
        self.show_page("search")
        self.page("search").search_for(words, collection_id, exact)  # type: ignore[attr-defined]

    # --- files

    def choose_files(self) -> None:
        """Ask for files and add them to the current collection."""
        kinds = f"{self.tr('Documents')} ({READABLE});;{self.tr('All files')} (*)"
        names, _chosen = QFileDialog.getOpenFileNames(self, self.tr("Choose files"), "", kinds)
        if names and self.import_paths([Path(name) for name in names]):
            self.show_page("library")

    def import_paths(self, paths: Sequence[Path]) -> bool:
        """Add files and folders to the current collection (or 'My files'); false when nothing was started."""
        groups = by_columns(paths, self._theme, self)
        if not groups:
            return False
        try:
            collection_id = self._target_collection()
        except DesksideError as error:
            self.presenter.present(error)
            return False
        for columns, group in groups:
            self.imports.add(group, collection_id, columns)
        library = self._library()
        if library is not None:
            library.show_collection(collection_id)
        if self.current_page != "library":
            collection = self._services.library.collection(collection_id)
            words = self.tr("Reading {n} into {name}").replace(
                "{name}", collection.name if collection else ""
            )
            what = (
                self.tr("1 item") if len(paths) == 1 else self.tr("{n} items").replace("{n}", str(len(paths)))
            )
            self.toast.show_message(words.replace("{n}", what))
        return True

    def import_samples(self) -> None:
        """Read the sample files and show them."""

        def show(collection_id: str) -> None:
            library = self._library()
            if library is not None:
                library.show_collection(collection_id)

        self.imports.samples(show)
        self.show_page("library")

    def tidy(self) -> None:
        """Remove what was attached to questions that were never sent, or whose chat is gone."""
        self.tasks.run(lambda _: self._services.attaching.tidy())

    def resume_imports(self) -> None:
        """Go on with what was not read when the program ended last."""
        if not self._services.importing.pending():
            return
        for collection in self._services.library.collections():
            counts = self._services.library.counts_by_state(collection.id)
            if any(counts.get(state, 0) for state in PENDING_STATES):
                self.imports.resume(collection.id)

    def _target_collection(self) -> str:
        """The collection that new files go to. Raises what the library raises."""
        library = self._library()
        if library is not None and library.current:
            return library.current
        collections = [c for c in self._services.library.collections() if c.name != self.tr("Sample files")]
        if collections:
            return max(collections, key=lambda c: c.created).id
        return self._services.library.create_collection(self.tr("My files")).id

    def _library(self) -> LibraryPage | None:
        page = self._pages.get("library")
        return page  # type: ignore[return-value]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self._mark_drop(False)
        # After the drag has ended: a dialog inside it would hold the other program.
        QTimer.singleShot(0, self, lambda: self._take_dropped(paths))

    def _take_dropped(self, paths: Sequence[Path]) -> None:
        """What is dropped on the models page is a model, everywhere else it is files to read."""
        if self.current_page == "models":
            self.page("models").take(paths)  # type: ignore[attr-defined]
        else:
            self.import_paths(paths)

    def _mark_drop(self, over: bool) -> None:
        library = self._library()
        if library is not None:
            library.drop_zone.set_over(over)
        if over and self.current_page == "models":
            self.toast.show_message(self.tr("Let go to use this model"))
        elif over and self.current_page != "library":
            self.toast.show_message(self.tr("Let go to add these files"))

    # --- messages, tasks, failures

    def toast_later(
        self, words: str, undo: Callable[[], None] | None, commit: Callable[[], None] | None
    ) -> None:
        """Show a message; `undo` and `commit` may be None."""
        self.toast.show_message(words, undo, commit)

    def show_tasks(self) -> None:
        """Open the list of long work beside its button."""
        from desktop.ui.tasks_popover import TasksPopover

        if self._popover is None:
            self._popover = TasksPopover(self._theme, self.tasks, self)
        button = self.rail.tasks_button
        corner = button.mapToGlobal(button.rect().bottomRight())
        assert isinstance(self._popover, TasksPopover)
        self._popover.show_at(corner)

    def _task_failed(self, error: DesksideError) -> None:
        self.presenter.present(error)

    def _show_banner(self, error: DesksideError) -> None:
        self.banner.set_words(error.what, error.todo)
        self.banner.show()
        self._banner_frame.show()

    # --- the end

    def bring_to_front(self) -> None:
        """A second start asked for this window."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        remember(self, self._services.paths.window)
        self.hide()
        self.toast.finish()
        self.folder_sync.stop()
        for page in self._pages.values():
            leave = getattr(page, "leave", None)
            if leave is not None:
                leave()
        self.tasks.wait_all()
        self.presenter.release()
        super().closeEvent(event)
