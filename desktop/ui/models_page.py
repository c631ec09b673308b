"""The models page: what is on this computer, and how to bring more in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.downloads import Download, Wanted
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.model_events import GraphicsMeasured, ModelMeasured
from desktop.core.model_parts import first_part
from desktop.core.models import ModelSpec, Purpose
from desktop.services.model_catalogue import Offer
from desktop.services.model_found import FoundModel, ModelsFound
from desktop.ui.model_details import ModelDetails
from desktop.ui.model_import_dialog import ModelImportDialog
from desktop.ui.model_needs import ModelNeeds
from desktop.ui.model_words import need_rows
from desktop.ui.models_best import BestModel
from desktop.ui.models_found import FoundModels
from desktop.ui.models_installed import InstalledModels
from desktop.ui.models_offers import Offers
from desktop.ui.models_own import OwnModels
from desktop.ui.models_rows import ModelRow, StoppedRow, WorkRow, can_search, sorts_before
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Label, frame
from desktop.ui.worker import Factory

if TYPE_CHECKING:
    from desktop.services.all import Services


class ModelsPage(QFrame):
    """`message` asks for a toast (words, undo, commit), `failed` carries what went wrong, `changed` that the models
    are not those of before."""

    message = Signal(str, object, object)
    failed = Signal(object)
    changed = Signal()

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._working: list[tuple[ListedTask, str]] = []
        self._hidden: set[str] = set()
        self._downloads: dict[ListedTask, str] = {}
        self._cancelled: set[ListedTask] = set()
        self._measuring = self._looked = False
        self.setProperty("kind", "page")
        self.setObjectName("models_page")
        self._build()
        self.refresh()

    # --- layout

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head())
        self.area = QScrollArea(self)
        self.area.setObjectName("models_area")
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = frame("scroll", "models_inside")
        inside.setMinimumWidth(
            1
        )  # as wide as the window: what is in it finds its own form for the room there is
        self.area.setWidget(inside)
        outer.addWidget(self.area, 1)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(24, 0, 24, 24)
        self.column.setSpacing(16)
        self.best = BestModel(self._theme)
        self.best.needs.connect(self.show_needs)
        self.best.download.connect(self.download)
        self.best.hide()
        self.column.addWidget(self.best)
        self.installed = InstalledModels(self._theme)
        self.column.addWidget(self.installed)
        self.found = FoundModels(self._theme)
        self.found.use.connect(self.use_found)
        self.column.addWidget(self.found)
        self.offers = Offers(self._theme)
        self.offers.needs.connect(self.show_needs)
        self.offers.download.connect(self.download)
        self.offers.purpose_chosen.connect(lambda _purpose: self._show_offers())
        self.column.addWidget(self.offers)
        self.column.addStretch(1)

    def _head(self) -> QWidget:
        holder = QWidget(self)
        holder.setFixedHeight(self._theme.px(64))
        row = QHBoxLayout(holder)
        row.setContentsMargins(24, 0, 24, 0)
        row.addWidget(Label(self.tr("Models"), "title"))
        row.addStretch(1)
        self.own_button = OwnModels(self._theme)
        self.own_button.chosen.connect(self.take)
        row.addWidget(self.own_button)
        return holder

    # --- what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._measure_once()
        self._look_elsewhere()
        self._look_for_graphics()

    def refresh(self) -> None:
        """Read the models anew, and what can be downloaded."""
        self._fill_rows()
        self._show_offers()

    def _fill_rows(self) -> None:
        """Show what is on this computer and what is on its way."""
        models = self._services.models
        try:
            specs, missing = models.installed(), models.missing()
            unfinished = self._services.downloading.unfinished()
            usable = {spec.path for spec in models.chat_models()}
            current = {one.path for one in (models.current(), models.reranker()) if one is not None}
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.installed.clear()
        for entry, name in self._working:
            self._add_work(entry, name)
        for download, have in unfinished:
            if download.id not in self._downloads.values() and download.id not in self._hidden:
                self._add_stopped(download, have)
        names = {spec.path: spec.name for spec in specs}
        shown = [spec for spec in sorted(specs, key=sorts_before) if spec.path not in self._hidden]
        for spec in shown:
            self._add_model(spec, current, spec.path in usable, names.get(spec.base, ""))
        for spec in missing:
            if spec.path not in self._hidden:
                self._add_model(spec, current, False, "", missing=True)
        self.installed.count(shown)

    def _show_offers(self) -> None:
        catalogue = self._services.model_catalogue
        try:
            machine = catalogue.machine()
            best = catalogue.best(Purpose.CHAT)
            offers = catalogue.offers(Purpose(self.offers.purposes.value))
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.best.setVisible(best is not None and best.installed is None)
        if best is not None:
            self.best.show_offer(best, machine)
        self.offers.show_offers(offers, machine)

    def _look_elsewhere(self) -> None:
        """Look for models of other programs, beside the window's own work: their folders may be on a slow drive."""

        def show(event: Event) -> None:
            if isinstance(event, ModelsFound):
                self.found.show_models(event.models)

        self._tasks.run(self._services.elsewhere.find).happened.connect(show)

    def _look_for_graphics(self) -> None:
        """Ask once whether a graphics card takes part: the fits are other ones then."""
        if self._looked:
            return
        self._looked = True

        def show(event: Event) -> None:
            if isinstance(event, GraphicsMeasured) and event.free:
                self._services.model_catalogue.graphics = event.free
                self.refresh()

        self._tasks.run(self._services.model_import.look_for_graphics).happened.connect(show)

    def use_found(self, found: FoundModel) -> None:
        """Put a model of another program on the list."""
        title = self.tr("Checking {name}").replace("{name}", found.name)
        entry = self._start(title, found.name, lambda cancel: self._services.elsewhere.bring(found, cancel))
        entry.task.finished.connect(self._look_elsewhere)

    def _measure_once(self) -> None:
        """Measure the starter model in the background: without it nothing can be said about speeds."""
        models = self._services.models.chat_models()
        starter = next((spec for spec in models if spec.starter), None)
        if self._measuring or starter is None or any(spec.tokens_per_second for spec in models):
            return
        self._measuring = True
        task = self._tasks.run(
            lambda cancel: self._services.model_import.measure(starter, cancel, only_when_quiet=True)
        )
        task.happened.connect(lambda event: self.refresh() if isinstance(event, ModelMeasured) else None)
        task.finished.connect(self._measured)

    def _measured(self) -> None:
        self._measuring = False

    def _add_model(
        self, spec: ModelSpec, current: set[str], usable: bool, base: str, *, missing: bool = False
    ) -> None:
        row = ModelRow(
            self._theme,
            spec,
            in_use=spec.path in current,
            usable=usable,
            searches=can_search(spec) and not missing,
            base=base,
            needs=self._needs(spec),
            missing=missing,
        )
        row.use.connect(self.use)
        row.measure.connect(self.measure)
        row.details.connect(self.show_details)
        row.settings.connect(self.show_settings)
        row.remove.connect(self.remove)
        self.installed.add(row)

    def _needs(self, spec: ModelSpec) -> int:
        """Bytes of memory that a model takes which can answer, 0 for others."""
        shaped = spec.purpose in (Purpose.CHAT, Purpose.VISION) and spec.shape.layers
        return self._services.model_catalogue.fit_of(spec).needed if shaped else 0

    def _add_work(self, entry: ListedTask, name: str) -> None:
        row = WorkRow(self._theme, entry, name)
        if entry in self._downloads:
            row.cancelled.connect(lambda: self._cancelled.add(entry))
        self.installed.add(row)

    def _add_stopped(self, download: Download, have: int) -> None:
        row = StoppedRow(self._theme, download, have)
        row.resume.connect(self.resume)
        row.discard.connect(self.discard)
        self.installed.add(row)

    # --- what can be done

    def use(self, spec: ModelSpec) -> None:
        """Let a model answer, or sort, from now on; of one that embeds, ask for which collection."""
        if spec.purpose is Purpose.EMBEDDING:
            from desktop.ui.embedder_use import collections_menu

            row = next(one for one in self.findChildren(ModelRow) if one.spec.path == spec.path)
            corner = row.use_button.mapToGlobal(row.use_button.rect().bottomLeft())
            collections_menu(self._services, self._tasks, spec, self).popup(corner)
            return
        try:
            self._services.models.use(spec.id or spec.path)
        except DesksideError as error:
            self.failed.emit(error)
        self._changed()

    def measure(self, spec: ModelSpec) -> None:
        """Measure how fast a model writes."""
        title = self.tr("Measuring {name}").replace("{name}", spec.name)
        self._start(
            title, spec.name, lambda cancel: self._services.model_import.measure(spec, cancel), "gauge"
        )

    def bring(self, path: Path, *, copy: bool) -> None:
        """Check a file or folder and put it on the list."""
        title = self.tr("Checking {name}").replace("{name}", path.name)
        self._start(
            title, path.name, lambda cancel: self._services.model_import.bring(path, cancel, copy=copy)
        )

    def take(self, paths: Sequence[Path]) -> None:
        """Ask for each dropped or chosen model how it is to be used, then bring it in."""
        for path in dict.fromkeys(first_part(one) for one in paths):
            dialog = ModelImportDialog(self._theme, path, self.window())
            answer, copy = dialog.exec(), dialog.copy
            dialog.deleteLater()
            if answer == QDialog.DialogCode.Accepted:
                self.bring(path, copy=copy)

    def download(self, offer: Offer) -> None:
        """Download a model of the catalogue."""
        try:
            self.resume(self._services.downloading.begin(Wanted.of(offer.entry)))
        except DesksideError as error:
            self.failed.emit(error)

    def resume(self, download: Download) -> None:
        """Carry a download out, or on."""
        if download.id in self._downloads.values():
            return
        name, pause = download.wanted.name, threading.Event()
        title = self.tr("Downloading {name}").replace("{name}", name)
        entry = self._start(
            title,
            name,
            lambda cancel: self._services.downloading.run(download.id, cancel, pause),
            "download-simple",
            pause,
        )
        self._downloads[entry] = download.id
        self._fill_rows()
        self.area.ensureVisible(0, 0)

    def discard(self, download: Download) -> None:
        """Delete what has come of a download, with Undo."""
        self._hidden.add(download.id)
        self._fill_rows()

        def undo() -> None:
            self._hidden.discard(download.id)
            self._fill_rows()

        def commit() -> None:
            self._services.downloading.discard(download.id)
            undo()

        words = self.tr("The download of {name} is deleted").replace("{name}", download.wanted.name)
        self.message.emit(words, undo, commit)

    def remove(self, spec: ModelSpec) -> None:
        """Take a model off the list, with Undo; a file of ours is deleted when Undo is gone."""
        self._hidden.add(spec.path)
        self._fill_rows()

        def undo() -> None:
            self._hidden.discard(spec.path)
            self._changed()

        def commit() -> None:
            try:
                self._services.models.remove(spec)
            except DesksideError as error:
                self.failed.emit(error)
            undo()

        words = self.tr("{name} is off the list. Its file stays where it is.")
        if not spec.linked:
            words = self.tr("{name} is deleted")
        self.message.emit(words.replace("{name}", spec.name), undo, commit)

    def show_details(self, spec: ModelSpec) -> None:
        """Everything that is known of a model."""
        catalogue = self._services.model_catalogue
        further = []
        if spec.purpose in (Purpose.CHAT, Purpose.VISION):
            further = need_rows(catalogue.fit_of(spec), catalogue.machine())
        dialog = ModelDetails(self._theme, spec, further, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_settings(self, spec: ModelSpec) -> None:
        """How a model runs, and what that needs; saved, the rows are shown anew."""
        from desktop.ui.model_settings_dialog import ModelSettingsDialog

        dialog = ModelSettingsDialog(self._services, self._theme, spec, self.window())
        dialog.saved.connect(self._changed)
        dialog.failed.connect(self.failed)
        dialog.open()

    def show_needs(self, offer: Offer) -> None:
        """What a model of the catalogue needs, in numbers."""
        dialog = ModelNeeds(self._theme, offer, self._services.model_catalogue.machine(), self.window())
        dialog.download.connect(self.download)
        dialog.open()

    def _start(
        self, title: str, name: str, work: Factory, icon: str = "cube", pause: threading.Event | None = None
    ) -> ListedTask:
        entry = self._tasks.start(title, work, icon=icon, pause=pause)
        self._working.append((entry, name))
        entry.task.finished.connect(lambda: self._ended(entry))
        self._fill_rows()
        return entry

    def _ended(self, entry: ListedTask) -> None:
        self._working = [(one, name) for one, name in self._working if one is not entry]
        download_id = self._downloads.pop(entry, "")
        if entry in self._cancelled:
            self._cancelled.discard(entry)
            for download, _have in self._services.downloading.unfinished():
                if download.id == download_id:
                    self.discard(download)
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        self.changed.emit()
