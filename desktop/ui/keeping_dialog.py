"""Asks how a collection is to be kept: by which embedding model, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.documents import Collection
from desktop.core.errors import DesksideError, UserError
from desktop.core.events import Event
from desktop.core.library_requests import CollectionSetup
from desktop.core.models import ModelSpec
from desktop.services.keeping import checked_place
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

if TYPE_CHECKING:
    from desktop.services.all import Services

_WIDTH = 520


class KeepingDialog(QDialog):
    """The change itself is a listed task that goes on when the dialog has closed."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        collection: Collection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks, self._collection = services, theme, tasks, collection
        self._before: CollectionSetup | None = None
        self._models: list[ModelSpec] = services.keeping.embedders()
        self.setObjectName("keeping_dialog")
        self.setWindowTitle(self.tr("How it is kept"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        title = self.tr("How {name} is kept").replace("{name}", collection.name)
        column.addWidget(Label(title, "section"))
        self._paragraph(
            column,
            self.tr("Changing this goes through all passages again. You can search and ask meanwhile."),
        )
        column.addSpacing(8)
        column.addWidget(Label(self.tr("Embedding model"), "control"))
        self.model = ComboBox(theme, "keeping_model", self.tr("Embedding model"), self)
        self.model.addItems([model.name for model in self._models])
        column.addWidget(self.model)
        self._paragraph(
            column,
            self.tr(
                "It finds passages by meaning. Take one for several languages where your files are not in English; "
                "the Models page has some."
            ),
        )
        self.leaving = Paragraph(theme, "", "secondary", "warn")
        self.leaving.setObjectName("keeping_leaving")
        self.leaving.hide()
        column.addWidget(self.leaving)
        self.model.currentIndexChanged.connect(self._warn)
        column.addSpacing(8)
        column.addWidget(Label(self.tr("Place"), "control"))
        row = QHBoxLayout()
        self.place = QLineEdit(self)
        self.place.setObjectName("keeping_place")
        self.place.setAccessibleName(self.tr("Place"))
        self.place.setPlaceholderText(self.tr("Deskside's own folder"))
        row.addWidget(self.place, 1)
        self.folder_button = Button(theme, self.tr("Choose a folder"), name="keeping_folder")
        self.folder_button.clicked.connect(self._choose)
        row.addWidget(self.folder_button)
        column.addLayout(row)
        self._paragraph(
            column,
            self.tr(
                "Another folder, an object store (s3://bucket/library) or a LanceDB server (db://name). Passages leave "
                "this computer then. Keys come from the environment, as LanceDB's own programs take them."
            ),
        )
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("keeping_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        column.addSpacing(12)
        column.addLayout(self._buttons())
        self._look()

    def _paragraph(self, column: QVBoxLayout, words: str) -> None:
        made = Paragraph(self._theme, words, "secondary")
        made.setMinimumWidth(self._theme.px(_WIDTH))
        made.setMinimumHeight(made.heightForWidth(self._theme.px(_WIDTH)))
        column.addWidget(made)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel_button = Button(self._theme, self.tr("Cancel"), name="keeping_cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.change_button = Button(self._theme, self.tr("Change"), "primary", name="keeping_change")
        self.change_button.setEnabled(False)
        self.change_button.clicked.connect(self._change)
        row.addWidget(self.cancel_button)
        row.addWidget(self.change_button)
        return row

    def _look(self) -> None:
        """Ask the engine how the collection is kept now, on a thread of its own."""
        found: list[CollectionSetup] = []

        def work(_cancel: CancelToken) -> Iterator[Event]:
            found.append(self._services.keeping.setup(self._collection.id))
            yield from ()

        task = self._tasks.run(work)
        task.failed.connect(self._say)
        task.finished.connect(lambda: self._show(found[0]) if found else None)

    def _show(self, setup: CollectionSetup) -> None:
        self._before = setup
        for number, model in enumerate(self._models):
            if model.path == setup.embedder or (model.starter and not setup.embedder):
                self.model.setCurrentIndex(number)
        self.place.setText(setup.place)
        self.change_button.setEnabled(True)

    def _warn(self, number: int) -> None:
        """Say what leaves this computer with a model at another address."""
        model = self._models[number]
        words = self.tr("All passages of this collection, and each question to it, are sent to {host}.")
        self.leaving.set_text(words.replace("{host}", model.host))
        self.leaving.setMinimumHeight(self.leaving.heightForWidth(self._theme.px(_WIDTH)))
        self.leaving.setVisible(model.leaves)
        self.adjustSize()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), self.place.text())
        if folder:
            self.place.setText(folder)

    def _change(self) -> None:
        try:
            place = checked_place(self.place.text())
        except UserError as error:
            self._say(error)
            return
        model = self._models[self.model.currentIndex()]
        wanted = CollectionSetup("" if model.starter else model.path, place)
        if wanted != self._before:
            title = self.tr("Keeping {name} anew").replace("{name}", self._collection.name)
            identifier, keeping = self._collection.id, self._services.keeping
            self._tasks.start(
                title, lambda cancel: keeping.change(identifier, model, place, cancel), icon="books"
            )
        self.accept()

    def _say(self, error: DesksideError) -> None:
        self.problem.set_text(str(error))
        self.problem.show()
        self.adjustSize()
