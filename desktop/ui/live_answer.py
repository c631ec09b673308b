"""An answer while it comes: collects the events of an ask, whether or not its conversation is shown."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.conversations import AnswerSentence, Grounding, Message, MessageState, Role, Timings
from desktop.core.errors import DesksideError
from desktop.core.events import (
    Answer,
    ConversationRenamed,
    Event,
    Found,
    Note,
    Progress,
    SentenceChecked,
    Token,
)
from desktop.ui.cards import time_left
from desktop.ui.tasks import TaskList
from desktop.ui.worker import Factory, Outcome

FRAME_MS = 33
LIVE_ID = "live"


class Phase(StrEnum):
    """What an answer is at."""

    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    STOPPING = "stopping"
    ENDED = "ended"


class LiveAnswer(QObject):
    """Runs one ask. `changed` comes at most 30 times a second; `ended` once, last. Both carry the answer.

    `question` is what is asked, '' for an answer given again; `edited` is the message that it replaces, or ''.
    `before` are the messages that were shown when it was asked.

    After the end `message` is the answer as stored; it is None if nothing was stored for it. An answer that
    broke without a stored message gets one that says so, with what had streamed.
    """

    changed = Signal(object)
    found = Signal(object)
    renamed = Signal(str, str)
    ended = Signal(object)
    failed = Signal(object, object)

    def __init__(
        self,
        tasks: TaskList,
        factory: Factory,
        conversation_id: str,
        question: str,
        with_files: bool,
        edited: str = "",
    ) -> None:
        super().__init__(tasks)
        self.conversation_id = conversation_id
        self.question = question
        self.edited = edited
        self.with_files = with_files
        self.asked: Message | None = None
        self.before: frozenset[str] = frozenset()
        self.grounding: Grounding | None = None
        self.text = ""
        self.sentences: tuple[AnswerSentence, ...] = ()
        self.note = ""
        self.progress: Progress | None = None
        self.phase = Phase.SEARCHING if with_files else Phase.READING
        self.message: Message | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tell)
        self._tasks = tasks
        self._task = tasks.run(factory)
        self._task.happened.connect(self._take)
        self._task.failed.connect(self._broke)
        self._task.finished.connect(self._end)

    @property
    def running(self) -> bool:
        return self.phase is not Phase.ENDED

    def stop(self) -> None:
        """Ask the model to stop; what it wrote stays."""
        if self.running:
            self.phase = Phase.STOPPING
            self._task.cancel()
            self.changed.emit(self)

    def snapshot(self) -> Message:
        """The answer so far as a message."""
        return Message(
            LIVE_ID,
            self.conversation_id,
            Role.ASSISTANT,
            self.text,
            MessageState.WRITING,
            time.time(),
            grounding=self.grounding,
            sentences=self.sentences,
        )

    def _take(self, event: Event) -> None:
        match event:
            case Found():
                self.asked, self.grounding, self.note = event.message, event.grounding, ""
                self._move_to(Phase.READING)
                self.found.emit(self)
                self.changed.emit(self)
            case Token():
                self.text += event.text
                self.note, self.progress = "", None
                self._move_to(Phase.WRITING)
                self._soon()
            case SentenceChecked():
                self._keep(event.sentence)
                if event.proof is not None and self.grounding is not None:
                    self.grounding = replace(self.grounding, proofs=(*self.grounding.proofs, event.proof))
                self._soon()
            case Note():
                self.note = event.words
                self._soon()
            case Progress():
                self._show_progress(event)
            case ConversationRenamed():
                self.renamed.emit(event.conversation_id, event.title)
            case Answer():
                self.message = event.message

    def _show_progress(self, progress: Progress) -> None:
        """A long answer is listed among the tasks: it goes on while another page is shown."""
        if self.progress is None:
            files = self.grounding.coverage.files if self.grounding else ()
            title = self.tr("Summarising {file}").replace("{file}", ", ".join(files))
            self._tasks.list_running(self._task, title, "list-bullets")
        left = time_left(self, progress.seconds_left)
        self.note = ", ".join(part for part in (progress.words, left) if part)
        self.progress = progress
        self._soon()

    def _keep(self, sentence: AnswerSentence) -> None:
        """A sentence may come again, when a second look found what supports it."""
        others = tuple(s for s in self.sentences if (s.start, s.end) != (sentence.start, sentence.end))
        self.sentences = tuple(sorted((*others, sentence), key=lambda s: s.start))

    def _move_to(self, phase: Phase) -> None:
        if self.phase is not Phase.STOPPING:
            self.phase = phase

    def _tell(self) -> None:
        self.changed.emit(self)

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _broke(self, error: DesksideError) -> None:
        self.failed.emit(self, error)
        if self.message is None:
            self.message = self._unstored(MessageState.FAILED, str(error))

    def _end(self) -> None:
        self._timer.stop()
        self.phase = Phase.ENDED
        if self.message is None and self._task.outcome is Outcome.CANCELLED:
            self.message = self._unstored(MessageState.STOPPED, "")
        self.ended.emit(self)

    def _unstored(self, state: MessageState, note: str) -> Message:
        return Message(
            LIVE_ID,
            self.conversation_id,
            Role.ASSISTANT,
            self.text,
            state,
            time.time(),
            grounding=self.grounding,
            sentences=self.sentences,
            timings=Timings(),
            note=note,
        )
