"""The questions of a test whose right passage was not found, to look at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.core.probes import Probe
from desktop.services.probing import Report
from desktop.ui.theme import Theme
from desktop.ui.widgets import Label, Paragraph, frame


class MissedQuestions(QScrollArea):
    """A card for each: the question, the sentence that answers it, and what was found first instead."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("evaluate_missed")
        self.setAccessibleName(self.tr("Questions that were not found"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_report(self, report: Report) -> None:
        """Show the missed questions of a report; those that were found the time before come first."""
        lost = report.change.lost if report.change else frozenset()
        missed = [probe for probe in report.probes if report.run.ranks.get(probe.id) == 0]
        missed.sort(key=lambda probe: probe.id not in lost)
        inside = frame("scroll", "evaluate_missed_inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(8)
        title = self.tr("Not found") if missed else self.tr("Every question was found.")
        column.addWidget(Label(title, "label", "text2"))
        for probe in missed:
            column.addWidget(self._card(probe, report.run.first.get(probe.id, ""), probe.id in lost))
        column.addStretch(1)
        self.setWidget(inside)

    def _card(self, probe: Probe, first: str, lost: bool) -> QFrame:
        card = frame("card", "missed_question", self)
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        column.addWidget(Paragraph(self._theme, probe.question, "head", "text"))
        answer = self.tr("The answer: {text}").replace("{text}", " ".join(probe.sentence.split()))
        column.addWidget(Paragraph(self._theme, answer, "secondary", "text2"))
        notes = [self.tr("found the time before")] if lost else []
        if first:
            notes.append(self.tr("found first instead: {name}").replace("{name}", first))
        if notes:
            column.addWidget(Paragraph(self._theme, ", ".join(notes), "caption", "text3"))
        return card
