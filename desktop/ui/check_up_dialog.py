"""The check-up of a collection: what is in its files, what that means for answers, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.check_up import CheckUp, Finding, FindingKind
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.ui.cards import Banner, IconLabel
from desktop.ui.check_up_words import icon_of, meaning_of, summary_of, title_of
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, Paragraph, Spinner, frame

if TYPE_CHECKING:
    from desktop.services.all import Services

_TOP = Qt.AlignmentFlag.AlignTop


class CheckUpDialog(QDialog):
    """Looks through the collection when it opens. `only` carries files to show and what they are, `fix` a finding with
    a remedy: UNREAD pages are read, NEAR files compared."""

    only = Signal(list, str)
    fix = Signal(object, object)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        collection_id: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._collection = collection_id
        self.check: CheckUp | None = None
        collection = services.library.collection(collection_id)
        self.setObjectName("check_up_dialog")
        title = self.tr("Check-up of {name}").replace("{name}", collection.name if collection else "")
        self.setWindowTitle(title)
        room = parent.size() if parent is not None else QSize(1280, 800)
        self.resize(min(theme.px(600), room.width() - 48), min(theme.px(520), room.height() - 64))
        self._build(title)
        self.look()

    def _build(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(ElidedLabel(title, "section"))
        self.busy = QWidget(self)
        row = QHBoxLayout(self.busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Spinner(self._theme, 16, self.busy))
        row.addWidget(Label(self.tr("Looking through the files"), "body", "text2"), 1)
        column.addWidget(self.busy)
        self.failure = Banner(self._theme, "bad", "", closable=False, parent=self)
        self.failure.acted.connect(self.look)
        self.failure.hide()
        column.addWidget(self.failure)
        self.summary = Paragraph(self._theme, "", "body", "text", self)
        self.summary.setObjectName("check_up_summary")
        column.addWidget(self.summary)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.close_button = Button(self._theme, self.tr("Close"), name="check_up_close")
        self.close_button.clicked.connect(self.reject)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    # --- looking

    def look(self) -> None:
        """Look through the collection, on a thread of its own."""
        found: list[CheckUp] = []

        def work(cancel: CancelToken) -> Iterator[Event]:
            found.append(self._services.library.check_up(self._collection))
            yield from ()

        self.busy.show()
        self.failure.hide()
        task = self._tasks.run(work)
        task.failed.connect(self._fail)
        task.finished.connect(lambda: self._show(found[0]) if found else None)

    def _fail(self, error: DesksideError) -> None:
        self.busy.hide()
        self.failure.set_words(error.what, error.todo, self.tr("Try again"))
        self.failure.show()

    def _show(self, check: CheckUp) -> None:
        self.check = check
        self.busy.hide()
        self.summary.set_text(summary_of(check, self._theme))
        inside = frame("scroll", "check_up_findings")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(8)
        for finding in check.findings:
            rows.addWidget(self._card(finding, check))
        if not check.findings:
            words = self.tr("Nothing stands out. All of it can be found and quoted.")
            rows.addWidget(Paragraph(self._theme, words))
        rows.addStretch(1)
        self._area.setWidget(inside)
        self._shrink(rows)

    def _shrink(self, rows: QVBoxLayout) -> None:
        """No more room than what was found needs."""
        self._area.ensurePolished()
        needed = rows.totalHeightForWidth(self._area.viewport().width()) + self.height() - self._area.height()
        self.resize(self.width(), min(self.height(), needed))

    def _card(self, finding: Finding, check: CheckUp) -> QFrame:
        card = frame("card", f"finding_{finding.kind.value}")
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(10)
        row.addWidget(IconLabel(self._theme, icon_of(finding.kind), "text2", 20), 0, _TOP)
        words = QVBoxLayout()
        words.setSpacing(2)
        title = title_of(finding, self._theme)
        words.addWidget(Paragraph(self._theme, title, "head", "text"))
        words.addWidget(Paragraph(self._theme, meaning_of(finding), "secondary"))
        row.addLayout(words, 1)
        for button in self._buttons(finding, check, title):
            row.addWidget(button, 0, _TOP)
        return card

    def _buttons(self, finding: Finding, check: CheckUp, title: str) -> list[Button]:
        remedy = {
            FindingKind.UNREAD: self.tr("Read with OCR"),
            FindingKind.NEAR: self.tr("Compare"),
        }.get(finding.kind, "")
        buttons = []
        if remedy:
            fix = Button(self._theme, remedy, size="small", name="check_up_fix")
            fix.clicked.connect(lambda: self._leave(lambda: self.fix.emit(finding, check)))
            buttons.append(fix)
        kind = "plain" if remedy else "secondary"
        look = Button(self._theme, self.tr("Show them"), kind, size="small", name="check_up_only")
        look.clicked.connect(lambda: self._leave(lambda: self.only.emit(list(finding.ids), title)))
        buttons.append(look)
        for button in buttons:
            button.setAccessibleName(f"{button.text()}: {title}")
        return buttons

    def _leave(self, then: Callable[[], None]) -> None:
        """Make room for what comes."""
        self.accept()
        then()
