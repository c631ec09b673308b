"""The end of an answer: what became of it, what it has read, its versions, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.conversations import Grounding, Message, MessageState, Reading
from desktop.ui.answer_parts import AnswerActions, CoverageLine, PromptLine, has_table
from desktop.ui.branch_switch import BranchSwitch
from desktop.ui.cards import Banner, IconLabel
from desktop.ui.counted_list import CountedListButtons
from desktop.ui.instructions_notice import InstructionsNotice
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button
from desktop.ui.wrapped_text import WrappedText


class AnswerEnd(QWidget):
    """Shown once the answer is there; `switch` stands before its buttons all the time."""

    copy = Signal()
    ask_again = Signal()
    compare_asked = Signal()
    table_asked = Signal()
    unfold = Signal()
    search_words = Signal(str, bool)
    resized = Signal()

    def __init__(self, theme: Theme, switch: BranchSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[QWidget] = []
        self._again: Button | None = None
        self._actions: AnswerActions | None = None
        self._ask_other: Callable[[], None] | None = None
        self._make_feedback: Callable[[str], QWidget] | None = None
        self._judged = ""
        self._last, self._free = False, True
        self.setObjectName("answer_end")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)
        self._column.addLayout(self._row)

    def show_message(self, message: Message) -> None:
        """Show the end of a finished answer."""
        self._clear()
        grounding = message.grounding
        counted = grounding is not None and grounding.coverage.reading is Reading.EVERY
        if grounding is not None and counted:
            self._add(self._counted_list(CountedListButtons(self._theme, message.text, grounding)))
        if message.state is MessageState.FAILED:
            self._add(self._failed_banner(message))
        elif message.state is MessageState.STOPPED:
            self._add(self._stopped_note(message))
        elif message.note:
            self._add(self._note(message.note))
        if message.manner is not None and message.manner.name:
            self._add(PromptLine(self._theme, message.manner.name))
        if grounding is not None and grounding.instructing:
            self._add(InstructionsNotice(self._theme, grounding.instructing))
        if grounding is not None:
            self._add_coverage(grounding)
        if message.text.strip() or grounding is not None:
            self._add_actions(message)
        self.set_last(self._last, self._free)

    def set_last(self, last: bool, free: bool) -> None:
        """Whether it is the last one, which offers to ask again where it failed, and can be answered again now."""
        self._last, self._free = last, free
        if self._actions is not None:
            self._actions.set_free(free)
        if self._again is not None:
            self._again.setVisible(last)

    def set_feedback(self, make: Callable[[str], QWidget]) -> None:
        """Show what makes thumbs for an answer's id beside its buttons."""
        self._make_feedback = make
        self._add_feedback()

    def offer_other(self, name: str, ask: Callable[[], None]) -> None:
        """Where its model failed: let the button ask another model, by `ask`."""
        if self._again is not None:
            self._ask_other = ask
            self._again.set_words(self.tr("Ask {model} instead").replace("{model}", name))

    def _add(self, part: QWidget) -> None:
        """Put a part above the buttons."""
        self._column.insertWidget(self._column.count() - 1, part)
        self._parts.append(part)

    def _add_coverage(self, grounding: Grounding) -> None:
        """What was read; of what is attached and of the collection by themselves where both were asked."""
        both = grounding.beside is not None
        lines = [CoverageLine(self._theme, grounding.coverage, self.tr("Attached:") if both else "")]
        if grounding.beside is not None:
            lines.append(CoverageLine(self._theme, grounding.beside, self.tr("Your files:")))
        for line in lines:
            line.resized.connect(self.resized)
            self._add(line)

    def _clear(self) -> None:
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        self._again = self._actions = self._ask_other = None

    def _counted_list(self, buttons: CountedListButtons) -> CountedListButtons:
        buttons.unfold.connect(buttons.all_button.hide)
        buttons.unfold.connect(self.unfold)
        buttons.search.connect(self.search_words)
        return buttons

    def _failed_banner(self, message: Message) -> Banner:
        kept = self.tr("What it wrote is kept. Your next question works as usual.")
        works = self.tr("Your next question works as usual.")
        title = message.note or self.tr("The model stopped while it was writing.")
        words = kept if message.text.strip() else works
        banner = Banner(self._theme, "bad", title, words, self.tr("Ask again"), closable=False)
        banner.acted.connect(lambda: self._ask_other() if self._ask_other else self.ask_again.emit())
        self._again = banner.button
        return banner

    def _stopped_note(self, message: Message) -> QWidget:
        stopped = QWidget()
        stopped.setObjectName("stopped_note")
        row = QHBoxLayout(stopped)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(self._theme, "stop-circle", "text2", 16))
        kept = self.tr("Stopped. What was written until then is kept.")
        words = kept if message.text.strip() else self.tr("Stopped before the model wrote anything.")
        row.addWidget(WrappedText(self._theme, words, "secondary", "text2"), 1)
        self._again = Button(self._theme, self.tr("Ask again"), size="small", name="stopped_again")
        self._again.clicked.connect(self.ask_again)
        row.addWidget(self._again)
        return stopped

    def _note(self, words: str) -> WrappedText:
        """What is to be known of an answer that is complete, such as that it reached its length limit."""
        note = WrappedText(self._theme, words, "secondary", "text2")
        note.setObjectName("answer_note")
        return note

    def _add_actions(self, message: Message) -> None:
        with_files = message.grounding is not None
        made = AnswerActions(self._theme, message.timings, with_files, message.model, message.sampling)
        made.copy.connect(self.copy)
        made.again.connect(self.ask_again)
        made.compare.connect(self.compare_asked)
        made.table.connect(self.table_asked)
        made.offer_table(has_table(message.text))
        made.resized.connect(self.resized)
        self._row.insertWidget(1, made, 1000)
        self._parts.append(made)
        self._actions = made
        self._judged = message.id if message.text.strip() else ""
        self._add_feedback()

    def _add_feedback(self) -> None:
        if self._actions is not None and self._make_feedback is not None and self._judged:
            self._actions.add(self._make_feedback(self._judged))
