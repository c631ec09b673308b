"""The same question to two models, instructions or presets: both answers side by side, and the better one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.feedback import Rating
from desktop.ui.cards import Banner
from desktop.ui.chat_messages import place_to_answer
from desktop.ui.compare_side import CompareSide
from desktop.ui.live_answer import LIVE_ID, LiveAnswer
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, fit_dialog

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.ui.chat_view import ChatView


class CompareDialog(QDialog):
    """Asks in the open chat, one side after the other; the answers are versions there, and `chosen` tells what was
    kept, in a sentence. Closing ends what is still being written."""

    chosen = Signal(str)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        view: ChatView,
        question: str = "",
        answer: Message | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """With an `answer` that there is already, it is the left side, and only the right one is asked."""
        super().__init__(parent)
        self._services, self._theme, self._tasks, self._view = services, theme, tasks, view
        self._answer = answer
        self._live: LiveAnswer | None = None
        self._waiting: list[CompareSide] = []
        self._attached: tuple[str, ...] = ()
        self._together = self._asked = False
        self.setObjectName("compare_dialog")
        self.setWindowTitle(self.tr("Compare two answers"))
        fit_dialog(self, theme, 920, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(Label(self.tr("Compare two answers"), "section"))
        column.addLayout(self._question_row(question))
        self.banner = Banner(theme, "bad", "", parent=self)
        self.banner.hide()
        column.addWidget(self.banner)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.sides = tuple(CompareSide(services, theme, number, self) for number in (1, 2))
        for side in self.sides:
            side.better.connect(self._choose)
            side.chosen.connect(self._name_ask)
            row.addWidget(side, 1)
        column.addLayout(row, 1)
        column.addLayout(self._foot())
        if answer is not None:
            self._take(answer)
        self._settle()
        (self.field if not question else self.ask_button).setFocus()

    # --- asking

    def ask(self) -> None:
        """Ask the sides that lack an answer, both where none does."""
        words = self.field.toPlainText().strip()
        if not words or self._live is not None:
            self.field.setFocus()
            return
        if self._answer is None and self._view.attachments.reading:
            self.banner.set_words(
                self.tr("What you attached is still being read."), self.tr("Ask in a moment.")
            )
            self.banner.show()
            return
        if not self._view.ensure_chat():
            return
        self.banner.hide()
        self._take_attached()
        self.field.setReadOnly(True)
        beside = self._beside()
        self._waiting = self._to_ask()
        for place, side in enumerate(self._waiting):
            side.set_waiting(self.tr("Waits until the other side has answered.") if place else "")
        self._next(beside)

    def _to_ask(self) -> list[CompareSide]:
        """The sides that are asked next; an answer that was in the chat before stays."""
        sides = list(self.sides if self._answer is None else self.sides[1:])
        return [side for side in sides if side.lacks_answer] or sides

    def stop(self) -> None:
        """End the answer that is being written, and ask no further side."""
        if self._live is not None:
            self._live.stop()

    def _take_attached(self) -> None:
        """With the first question goes what is attached in the composer, as if it were sent from there."""
        if self._asked or self._answer is not None:
            return
        self._asked, together = True, self._view.composer.together
        self._attached = self._view.attachments.take()
        self._together = together and bool(self._attached)

    def _next(self, beside: str) -> None:
        side, self._waiting = self._waiting[0], self._waiting[1:]
        chat, words, how = self._view.conversation_id, self.field.toPlainText().strip(), side.side()
        only = () if beside else self._attached or self._view.asked.ids()
        together = self._together
        again = self._answer is not None

        def work(cancel: CancelToken) -> Iterator[Event]:
            comparing = self._services.comparing
            return comparing.one(
                chat,
                words,
                how,
                cancel,
                beside=beside,
                same_manner=again,
                document_ids=only,
                with_collection=together,
            )

        side.asked = how
        live = LiveAnswer(self._tasks, work, chat, words, bool(self._view.composer.collection_id))
        self._live = live
        live.changed.connect(side.follow)
        live.ended.connect(lambda ended: self._ended(side, ended))
        side.follow(live)
        self._settle()

    def _ended(self, side: CompareSide, live: LiveAnswer) -> None:
        side.follow(live)
        self._live = None
        live.deleteLater()
        stopped = live.message is None or live.message.state is MessageState.STOPPED
        if self._waiting and not stopped:
            self._next(self._beside())
            return
        for one in self._waiting:  # the side before them was stopped
            one.set_waiting(self.tr("Not asked: the other side was stopped."))
        self._waiting = []
        self._settle()
        self._view.reload()

    def _beside(self) -> str:
        """An answer to the question that is stored already; '' where it was not asked yet."""
        ids = (one.message.id for one in self.sides if one.message is not None)
        return next((one for one in ids if one != LIVE_ID), "")

    # --- choosing

    def _choose(self) -> None:
        side = self.sender()
        better = side.message if isinstance(side, CompareSide) else None
        others = [one.message for one in self.sides if one is not side and one.message is not None]
        if better is not None and self._do(lambda: self._services.comparing.choose(better, others)):
            self._end(self.tr("The better answer goes on in the chat; your choice is kept"))

    def _judge_both(self, rating: Rating) -> None:
        def rate() -> None:
            for side in self.sides:
                if side.message is not None:
                    self._services.feedback.rate(side.message.id, rating)

        if self._do(rate):
            self._end(self.tr("Kept for both answers; they are versions of one another in the chat"))

    def _end(self, words: str) -> None:
        self._view.reload()
        self.chosen.emit(words)
        self.accept()

    def _do(self, action: object) -> bool:
        try:
            action()  # type: ignore[operator]
        except DesksideError as error:
            self._tell(error)
            return False
        return True

    def _tell(self, error: DesksideError) -> None:
        self.banner.set_words(error.what, error.todo)
        self.banner.show()

    def done(self, result: int) -> None:
        """Close; what is still being written is ended, and stays in the chat as far as it came.

        A question that was not asked goes back into the composer.
        """
        self.stop()
        field = self._view.composer.field
        if self._answer is None and not self._asked and not field.toPlainText():
            field.setPlainText(self.field.toPlainText())
        super().done(result)

    # --- layout

    def _take(self, answer: Message) -> None:
        """Show an answer of the chat on the left, and let something else answer on the right."""
        left, right = self.sides
        left.show_answer(answer)
        place = left.model.findText(answer.model)
        self.field.setReadOnly(True)
        others = [n for n in range(right.model.count()) if n != place]
        if others:
            right.model.setCurrentIndex(others[0])
        elif right.preset.count() > 1:
            right.preset.setCurrentIndex(1)

    def _question_row(self, question: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = QPlainTextEdit(question)
        self.field.setObjectName("compare_question")
        self.field.setAccessibleName(self.tr("The question for both"))
        self.field.setPlaceholderText(self.tr("One question for both"))
        self.field.setProperty("kind", "field")
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(2 * self._theme.line_height("body") + self._theme.px(20))
        row.addWidget(self.field, 1)
        self.ask_button = Button(self._theme, self.tr("Ask both"), "primary", name="compare_ask")
        self.ask_button.clicked.connect(self.ask)
        self.stop_button = Button(self._theme, self.tr("Stop"), icon="stop", name="compare_stop")
        self.stop_button.clicked.connect(self.stop)
        row.addWidget(self.ask_button)
        row.addWidget(self.stop_button)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.good = Button(self._theme, self.tr("Both are good"), "quiet", name="compare_both_good")
        self.good.clicked.connect(lambda: self._judge_both(Rating.UP))
        self.poor = Button(self._theme, self.tr("Both are poor"), "quiet", name="compare_both_poor")
        self.poor.clicked.connect(lambda: self._judge_both(Rating.DOWN))
        close = Button(self._theme, self.tr("Close"), name="compare_close")
        close.clicked.connect(self.reject)
        row.addWidget(self.good)
        row.addWidget(self.poor)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _settle(self) -> None:
        """What can be done now."""
        running = self._live is not None
        both = not running and all(side.usable for side in self.sides)
        for side in self.sides:
            side.set_choosable(not running)
            side.better_button.setEnabled(both)
        for button in (self.good, self.poor):
            button.setVisible(both)
        self._name_ask()
        self.ask_button.setVisible(not running)
        self.stop_button.setVisible(running)

    def _name_ask(self) -> None:
        """Say which sides are asked next."""
        sides = self._to_ask()
        if not any(side.lacks_answer for side in sides):
            words = self.tr("Ask again")
        elif len(sides) == len(self.sides):
            words = self.tr("Ask both")
        else:
            left = sides[0] is self.sides[0]
            words = self.tr("Ask the left side") if left else self.tr("Ask the right side")
        self.ask_button.set_words(words)


def open_compare(
    services: Services, theme: Theme, view: ChatView, answer: Message | None = None
) -> CompareDialog | None:
    """Compare answers to what stands in the composer, or another one with an answer of the chat; None while one is
    being written there."""
    if view.live is not None:
        return None
    if answer is None:
        question = view.composer.take_text()
    else:
        messages = [entry.message for entry in view.list.entries]
        question = messages[place_to_answer(messages, answer.id)[0]].text
    dialog = CompareDialog(services, theme, view.tasks, view, question, answer, view.window())
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
