"""A line of facts that never ends in the middle of one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from desktop.ui.tooltips import plain_tip
from desktop.ui.widgets import ElidedLabel


class FactLine(ElidedLabel):
    """As many whole facts as there is room for, the first before the others; all of them are its tooltip then."""

    _facts: tuple[str, ...] = ()

    def __init__(self, role: str = "caption", tone: str = "text3", parent: QWidget | None = None) -> None:
        super().__init__("", role, tone, parent)

    def set_facts(self, facts: Sequence[str]) -> None:
        """Show these; those that are '' are left out."""
        self._facts = tuple(one for one in facts if one)
        self.set_text(", ".join(self._facts))

    @property
    def shown(self) -> str:
        """What can be read without the tooltip."""
        return super(ElidedLabel, self).text()

    def _elide(self) -> None:
        self.ensurePolished()
        metrics, room = QFontMetrics(self.font()), max(self.width(), 24)
        facts = list(self._facts)
        while len(facts) > 1 and metrics.horizontalAdvance(", ".join(facts)) > room:
            facts.pop()
        words = metrics.elidedText(", ".join(facts), Qt.TextElideMode.ElideRight, room)
        self.setText(words)
        whole = self.text()
        self.setToolTip(plain_tip(whole) if words != whole else "")
