"""The check-up in the library: one sentence after an import, the dialog, and what its buttons do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.cancel import CancelToken
from desktop.core.check_up import CheckUp, Finding, FindingKind
from desktop.core.events import Event
from desktop.ui.attention_actions import AttentionActions
from desktop.ui.cards import Banner
from desktop.ui.check_up_dialog import CheckUpDialog
from desktop.ui.check_up_words import line_of
from desktop.ui.similar_files import SimilarBanner
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services


class CheckUpBanner(Banner):
    """Says after an import what stands out. `only` carries files to show alone and what they are; `shown` tells that
    the banner, or that of similar files, has come or gone."""

    only = Signal(list, str)
    shown = Signal()

    def __init__(self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget) -> None:
        super().__init__(theme, "info", "", parent=parent)
        self.setObjectName("check_up_banner")
        self._services, self._theme, self._tasks = services, theme, tasks
        self._actions: AttentionActions | None = None
        self._similar: SimilarBanner | None = None
        self._collection = ""
        self._due: set[str] = set()
        self._told: dict[str, tuple[tuple[FindingKind, int], ...]] = {}
        self.hide()
        self.acted.connect(lambda: self.open(self._collection))
        self.dismissed.connect(self.shown)

    def set_remedies(self, actions: AttentionActions, similar: SimilarBanner) -> None:
        """What reads pages by OCR, and what compares files that are nearly the same."""
        self._actions, self._similar = actions, similar

    def show_collection(self, collection_id: str) -> None:
        """Another collection is shown; what was imported into it meanwhile is told now."""
        self._collection = collection_id
        self.hide()
        if collection_id in self._due:
            self.look(collection_id)

    def import_ended(self, collection_id: str) -> None:
        """Say what stands out, as soon as the collection is shown."""
        if collection_id == self._collection:
            self.look(collection_id)
        else:
            self._due.add(collection_id)

    def look(self, collection_id: str) -> None:
        """Say what stands out, on a thread of its own."""
        self._due.discard(collection_id)
        found: list[CheckUp] = []

        def work(cancel: CancelToken) -> Iterator[Event]:
            found.append(self._services.library.check_up(collection_id))
            yield from ()

        task = self._tasks.run(work)
        task.finished.connect(lambda: self._tell(collection_id, found[0]) if found else None)

    def open(self, collection_id: str) -> None:
        """Open the whole check-up."""
        dialog = CheckUpDialog(self._services, self._theme, self._tasks, collection_id, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.only.connect(self.only)
        dialog.fix.connect(self._fix)
        dialog.open()

    def _tell(self, collection_id: str, check: CheckUp) -> None:
        if collection_id != self._collection:
            return
        # What was told once is not told again after every file that is saved in a linked folder.
        found = tuple((finding.kind, finding.count) for finding in check.findings)
        told = self._told.get(collection_id) == found
        self._told[collection_id] = found
        if not told and check.ready:
            self.set_words(*line_of(check, self._theme), self.tr("See the check-up"))
            self.show()
        if self._similar is not None:
            self._similar.show_groups(collection_id, [list(group) for group in check.near])
            if not self.isHidden():
                self._similar.hide()  # the check-up tells of them, too
        self.shown.emit()

    def _fix(self, finding: Finding, check: CheckUp) -> None:
        if finding.kind is FindingKind.UNREAD and self._actions is not None:
            self._actions.read_scans(list(finding.ids))
        elif finding.kind is FindingKind.NEAR and self._similar is not None:
            self._similar.show_groups(self._collection, [list(group) for group in check.near])
            self._similar.compare()
