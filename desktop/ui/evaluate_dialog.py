"""Test on my documents: asks questions written from a collection's own passages, and says how many were found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.probes import AMONG, ProbeRun
from desktop.services.probing import ProbesAsked, Report
from desktop.ui.cards import Banner, BusyCard
from desktop.ui.evaluate_questions import MissedQuestions
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

if TYPE_CHECKING:
    from desktop.services.all import Services


class EvaluateDialog(QDialog):
    """The last test of a collection, and a new one. A test goes on when the dialog is closed: it is a listed task."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        collection_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._entry: ListedTask | None = None
        self._report: Report | None = None
        self.setObjectName("evaluate_dialog")
        self.setWindowTitle(self.tr("Test on my documents"))
        self.resize(theme.px(600), theme.px(560))
        self._build()
        self._fill(collection_id)
        self.collection_box.currentIndexChanged.connect(self._show_last)
        self._show_last()

    # --- layout

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        self.collection_box = ComboBox(self._theme, "evaluate_collection", self.tr("Collection"), self)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Does the search find what is in your files?"), "section"), 1)
        head.addWidget(self.collection_box)
        column.addLayout(head)
        self.banner = Banner(self._theme, "bad", "", parent=self)
        self.banner.hide()
        self.busy = BusyCard(self._theme, self.tr("Testing"), parent=self)
        self.busy.cancelled.connect(self._cancel)
        self.headline = Label("", "head")
        self.headline.setObjectName("evaluate_result")
        self.headline.setWordWrap(True)
        self.words = Paragraph(self._theme, "", "body", "text2", self)
        self.missed = MissedQuestions(self._theme, self)
        for widget in (self.banner, self.busy, self.headline, self.words):
            column.addWidget(widget)
        column.addWidget(self.missed, 1)
        column.addStretch(0)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.new_button = Button(
            self._theme, self.tr("Write new questions"), "quiet", name="evaluate_new", parent=self
        )
        self.new_button.clicked.connect(lambda: self.test(new_questions=True))
        self.again_button = Button(
            self._theme, self.tr("Read the files again and test"), name="evaluate_read", parent=self
        )
        self.again_button.clicked.connect(lambda: self.test(read_again=True))
        self.test_button = Button(
            self._theme, self.tr("Start the test"), "primary", name="evaluate_test", parent=self
        )
        self.test_button.clicked.connect(lambda: self.test())
        self.test_button.setDefault(True)
        row.addWidget(self.new_button)
        row.addStretch(1)
        row.addWidget(self.again_button)
        row.addWidget(self.test_button)
        return row

    def _fill(self, chosen: str) -> None:
        for collection in self._services.library.collections():
            self.collection_box.addItem(collection.name, collection.id)
        self.collection_box.setCurrentIndex(max(self.collection_box.findData(chosen), 0))

    @property
    def collection_id(self) -> str:
        """The chosen collection, '' where there is none."""
        return str(self.collection_box.currentData() or "")

    # --- a test

    def test(self, *, new_questions: bool = False, read_again: bool = False) -> None:
        """Start a test of the chosen collection; it is listed with the other tasks."""
        collection_id = self.collection_id

        def work(cancel: CancelToken) -> Iterator[Event]:
            return self._services.probing.test(
                collection_id, cancel, new_questions=new_questions, read_again=read_again
            )

        title = self.tr("Testing {name}").replace("{name}", self.collection_box.currentText())
        self.banner.hide()
        self._entry = self._tasks.start(title, work, icon="check-square-offset")
        self._entry.changed.connect(self._show_progress)
        self._entry.task.happened.connect(self._happened)
        self._entry.task.failed.connect(self._failed)
        self._entry.task.finished.connect(self._ended)
        self.busy.set_words(self.tr("Getting ready"))
        self.busy.bar.set_share(None)
        self._show_state()

    def _show_progress(self) -> None:
        if self._entry is not None and self._entry.progress is not None:
            self.busy.set_progress(self._entry.progress)

    def _happened(self, event: Event) -> None:
        if isinstance(event, ProbesAsked):
            self._report = event.report

    def _failed(self, error: DesksideError) -> None:
        self.banner.set_words(error.what, error.todo)
        self.banner.show()

    def _ended(self) -> None:
        self._entry = None
        self._show_state()

    def _cancel(self) -> None:
        if self._entry is not None:
            self._entry.cancel()
            self.busy.set_words(self.tr("Stopping"))

    # --- what is shown

    def _show_last(self) -> None:
        """The last test of the chosen collection."""
        self._report = self._services.probing.report(self.collection_id) if self.collection_id else None
        self.banner.hide()
        self._show_state()

    def _show_state(self) -> None:
        busy, report = self._entry is not None, self._report
        self.busy.setVisible(busy)
        self.collection_box.setEnabled(not busy)
        for button in (self.test_button, self.new_button, self.again_button):
            button.setEnabled(not busy and bool(self.collection_id))
        self.new_button.setVisible(report is not None)
        self.again_button.setVisible(report is not None and self._cut_otherwise(report.run))
        self.test_button.set_words(self.tr("Test again") if report else self.tr("Start the test"))
        self.headline.setVisible(report is not None)
        self.missed.setVisible(report is not None)
        if report is None:
            self.words.set_text(self._introduction())
            return
        self.headline.setText(self._result(report))
        self.words.set_text(self._comparison(report))
        self.missed.show_report(report)

    def _introduction(self) -> str:
        if not self.collection_id:
            return self.tr("There is no collection yet. Add files in the library first.")
        return self.tr(
            "Deskside writes up to fifty questions from your own files, asks them, and counts how often the passage "
            "that answers is among the first five. Test again after a change, such as another passage length, to see "
            "whether it helped. Nothing leaves this computer."
        )

    def _result(self, report: Report) -> str:
        words = self.tr("For {n} of {m} questions the right passage was among the first five.")
        assert AMONG == 5
        return words.replace("{n}", str(report.run.found)).replace("{m}", str(len(report.run.ranks)))

    def _comparison(self, report: Report) -> str:
        now = self._cut_words(report.run)
        if report.before is None or report.change is None or not report.change.of:
            return now
        words = self.tr("Before, on {m} of the same questions: {n}, now {k} ({before}).")
        words = words.replace("{n}", str(report.change.before)).replace("{m}", str(report.change.of))
        words = words.replace("{k}", str(report.change.after))
        return f"{words.replace('{before}', self._cut_words(report.before).rstrip('.'))}\n{now}"

    def _cut_words(self, run: ProbeRun) -> str:
        words = self.tr("{n} passages of at most {m} tokens.")
        words = words.replace("{n}", self._theme.number(run.setup.passages))
        return words.replace("{m}", str(run.setup.passage_tokens))

    def _cut_otherwise(self, run: ProbeRun) -> bool:
        """Whether the passage length was changed, so that the files would be cut in another way if read again."""
        now = self._services.probing.setup(self.collection_id)
        return now.passage_tokens != run.setup.passage_tokens
