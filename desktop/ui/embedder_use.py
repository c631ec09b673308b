"""Lets a collection be kept by an embedding model of the Models page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.documents import Collection
from desktop.core.events import Event
from desktop.core.models import ModelSpec
from desktop.ui.tasks import TaskList
from desktop.ui.widgets import menu

if TYPE_CHECKING:
    from desktop.services.all import Services


def _tr(text: str) -> str:
    return QCoreApplication.translate("EmbedderUse", text)


def collections_menu(services: Services, tasks: TaskList, spec: ModelSpec, parent: QWidget) -> QMenu:
    """The collections, those that the model keeps with a mark; another one is embedded anew as a listed task."""
    made = menu(parent, "embedder_collections")
    made.addAction(_tr("Find passages with it in")).setEnabled(False)
    collections = services.library.collections()
    if not collections:
        made.addAction(_tr("There is no collection yet")).setEnabled(False)
    for collection in collections:
        action = made.addAction(collection.name.replace("&", "&&"))
        keeps = collection.embedder == ("" if spec.starter else spec.name)
        action.setCheckable(True)
        action.setChecked(keeps)
        action.setEnabled(not keeps)
        action.triggered.connect(lambda _on, one=collection: _keep(services, tasks, spec, one))
    return made


def _keep(services: Services, tasks: TaskList, spec: ModelSpec, collection: Collection) -> None:
    keeping = services.keeping

    def work(cancel: CancelToken) -> Iterator[Event]:
        place = keeping.setup(collection.id).place
        yield from keeping.change(collection.id, spec, place, cancel)

    tasks.start(_tr("Keeping {name} anew").replace("{name}", collection.name), work, icon="books")
