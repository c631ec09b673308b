"""An answer as a column of widgets: quotes from the files, the model's words, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.conversations import Grounding, Message, MessageState, Reading
from desktop.ui.answer_end import AnswerEnd
from desktop.ui.answer_parts import StatusLine, words_of
from desktop.ui.branch_switch import BranchSwitch
from desktop.ui.cards import IconLabel, widgets_of
from desktop.ui.counted_list import folded, is_long
from desktop.ui.live_answer import LiveAnswer, Phase
from desktop.ui.quote_card import QuoteCard
from desktop.ui.text_view import AnswerText
from desktop.ui.theme import Theme
from desktop.ui.widgets import Label
from desktop.ui.wrapped_text import WrappedText


class AnswerMessage(QWidget):
    """An answer, finished or still coming. `source_opened` tells its message's key and a source's number."""

    source_opened = Signal(int)
    ask_again = Signal()
    compare_asked = Signal()
    table_asked = Signal()
    search_words = Signal(str, bool)
    resized = Signal()

    def __init__(self, theme: Theme, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self._theme = theme
        self._cards: list[QuoteCard] = []
        self._grounding: Grounding | None = None
        self._open_number = 0
        self._unfolded = False
        self.setObjectName("answer")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._quotes = QVBoxLayout()
        self._quotes.setSpacing(8)
        self._column.addLayout(self._quotes)
        self._model_head = self._head(self.tr("In the model's words"))
        self._column.addWidget(self._model_head)
        self._text: AnswerText | None = None
        self._status = StatusLine(theme)
        foot = QVBoxLayout()
        foot.setSpacing(4)
        foot.setContentsMargins(0, 12, 0, 0)
        self._column.addLayout(foot)
        foot.addWidget(self._status)
        self.switch = BranchSwitch(theme)
        self.end = AnswerEnd(theme, self.switch)
        foot.addWidget(self.end)
        self._connect_end()
        self.set_message(message)

    def _connect_end(self) -> None:
        self.end.copy.connect(self.copy_answer)
        self.end.ask_again.connect(self.ask_again)
        self.end.compare_asked.connect(self.compare_asked)
        self.end.table_asked.connect(self.table_asked)
        self.end.resized.connect(self.resized)
        self.end.search_words.connect(self.search_words)
        self.end.unfold.connect(self._unfold)

    @property
    def grounding(self) -> Grounding | None:
        return self._grounding

    @property
    def text(self) -> AnswerText | None:
        """The model's words, once there are any."""
        return self._text

    def set_message(self, message: Message) -> None:
        """Show a finished message, or the first picture of one that is coming."""
        self.message = message
        self._show_quotes(message.grounding)
        writing = message.state is MessageState.WRITING
        self._show_words(message, writing)
        self._status.setVisible(writing)
        if not writing:
            self.end.show_message(message)
        self._announce()
        self.resized.emit()

    def follow(self, live: LiveAnswer) -> None:
        """Show how far a coming answer is."""
        if live.message is not None and not live.running:
            self.set_message(live.message)
            return
        now = live.snapshot()
        self.message = now
        self._show_quotes(now.grounding)
        self._show_words(now, live.phase is Phase.WRITING)
        stopping = live.phase is Phase.STOPPING
        self._status.set_words(self._phase_words(live) if stopping else live.note or self._phase_words(live))
        self._status.set_progress(None if stopping else live.progress)
        self._status.show()

    def set_open_number(self, number: int) -> None:
        """Mark the source that the panel shows; 0 for none of this answer."""
        self._open_number = number
        for card in self._cards:
            card.set_open(card.source.number == number)
        if self._text is not None:
            self._text.set_open_number(number)

    def set_branches(self, ids: Sequence[str]) -> None:
        """The versions of this answer, the oldest first."""
        self.switch.set_branches(ids, self.message.id)

    def mark_words(self, words: str) -> None:
        """Mark words that a person looks for; '' marks none."""
        if self._text is not None:
            self._text.mark_words(self._theme, words)

    def first_mark(self) -> int:
        """How far down the first marked word stands, -1 without one."""
        mark = self._text.first_mark() if self._text is not None else -1
        return mark + self._text.y() if self._text is not None and mark >= 0 else -1

    def _phase_words(self, live: LiveAnswer) -> str:
        words = {
            Phase.SEARCHING: self.tr("Looking in your files"),
            Phase.READING: self.tr("Reading the passages")
            if live.with_files
            else self.tr("Reading your message"),
            Phase.WRITING: self.tr("Writing, checking each sentence against the files")
            if live.grounding
            else self.tr("Writing"),
            Phase.STOPPING: self.tr("Stopping"),
        }
        return words.get(live.phase, "")

    # --- the quotes

    def _show_quotes(self, grounding: Grounding | None) -> None:
        if grounding is self._grounding or grounding is None:
            return
        before, self._grounding = self._grounding, grounding
        if before is not None and (before.found, before.quotes) == (grounding.found, grounding.quotes):
            return  # only proofs have come
        self._clear_quotes()
        if grounding.searched:
            self._quotes.addWidget(self._searched(grounding.searched))
        if not grounding.found and grounding.coverage.reading is not Reading.EVERY:
            self._quotes.addLayout(self._not_found())
        if grounding.quotes or self._is_counted():
            head = Label(self._quotes_head(grounding), "label", "text3")
            head.setObjectName("quotes_head")
            head.setContentsMargins(0, 0, 0, 6 if self._is_counted() else 0)
            self._quotes.addWidget(head)
        for source in grounding.quotes:
            card = QuoteCard(self._theme, source, quiet=not grounding.found)
            card.opened.connect(self.source_opened)
            self._quotes.addWidget(card)
            self._cards.append(card)
        self.set_open_number(self._open_number)

    def _quotes_head(self, grounding: Grounding) -> str:
        """What stands under it, and so how the answer was made."""
        match grounding.coverage.reading:
            case Reading.EVERY:
                return self.tr("Counted in every passage")
            case Reading.PARTS:
                return self.tr("Key sentences of the file")
            case _ if not grounding.found:
                return self.tr("Nearest passages")
            case _ if grounding.beside is not None:
                return self.tr("In what is attached, and in your files")
            case Reading.WHOLE:
                return self.tr("In this file")
            case _:
                return self.tr("In your files")

    def _clear_quotes(self) -> None:
        self._cards = []
        while (item := self._quotes.takeAt(0)) is not None:
            for widget in widgets_of(item):
                widget.hide()
                widget.deleteLater()

    def _searched(self, words: str) -> WrappedText:
        """How a question that goes on from the one before it was understood."""
        understood = self.tr("Understood as: {question}").replace("{question}", words)
        line = WrappedText(self._theme, understood, "secondary", "text2")
        line.setObjectName("understood")
        return line

    def _not_found(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(IconLabel(self._theme, "magnifying-glass-minus", "text2", 20))
        statement = Label(self.tr("Your files do not say this."), "section")
        statement.setObjectName("not_found")
        row.addWidget(statement)
        row.addStretch(1)
        return row

    # --- the model's words

    def _show_words(self, message: Message, writing: bool) -> None:
        has_words = bool(words_of(message))
        counted = self._is_counted()
        summary = self._grounding is not None and self._grounding.coverage.reading is Reading.PARTS
        summed_up, said = self.tr("Summary in the model's words"), self.tr("In the model's words")
        self._model_head.setText(summed_up if summary else said)
        self._model_head.setVisible(has_words and self._grounding is not None and not counted)
        if not has_words:
            if self._text is not None:
                self._text.hide()
            return
        if self._text is None:
            self._text = AnswerText(self._theme, self)
            self._text.source_clicked.connect(self.source_opened)
            self._text.set_open_number(self._open_number)
            self._column.insertWidget(2, self._text)
            # A widget that comes into a shown parent's layout is shown only at the layout's next round.
            self._text.show()
        self._text.show()
        text, marks = message.text, message.sentences
        if counted and is_long(text) and not self._unfolded:
            text, marks = folded(text, marks)
        self._text.show_text(text, marks, writing)

    def _is_counted(self) -> bool:
        """What was counted is in no model's words."""
        return self._grounding is not None and self._grounding.coverage.reading is Reading.EVERY

    def _unfold(self) -> None:
        """Show the whole list."""
        self._unfolded = True
        self._show_words(self.message, False)
        self.resized.emit()

    def _head(self, words: str) -> Label:
        head = Label(words, "label", "text3")
        head.setContentsMargins(0, 20, 0, 6)
        return head

    def copy_answer(self) -> None:
        """The answer's Markdown, with the quotes before it, to the clipboard."""
        parts = []
        if self._grounding is not None:
            parts += [f"“{s.text}” ({s.document}, {s.page})" for s in self._grounding.quotes]
        parts.append(self.message.text.strip())
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))

    def _announce(self) -> None:
        words = self.message.text.strip()[:300] or self.message.note
        self.setAccessibleName(self.tr("Answer: {words}").replace("{words}", words))
