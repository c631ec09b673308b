"""One side of a comparison: what answers, its answer as it comes, and the button that chooses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.conversations import Message, MessageState
from desktop.core.errors import DesksideError
from desktop.core.sampling import PRESETS
from desktop.services.comparing import Side
from desktop.ui.chat_choices import offered_models
from desktop.ui.live_answer import LiveAnswer
from desktop.ui.message_list import MessageList
from desktop.ui.message_view import AnswerMessage
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

if TYPE_CHECKING:
    from desktop.services.all import Services

_LEAST_WIDTH = 240


class CompareSide(QFrame):
    """`better` tells that the person prefers this answer, `chosen` that something else is to answer."""

    better = Signal()
    chosen = Signal()

    def __init__(self, services: Services, theme: Theme, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._theme = services, theme
        self.message: Message | None = None
        self.asked: Side | None = None
        self.setObjectName(f"compare_side_{number}")
        self.setProperty("kind", "card")
        self.setMinimumWidth(theme.px(_LEAST_WIDTH))
        title = (self.tr("Left"), self.tr("Right"))[number - 1]
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(6)
        self.model = self._choice(self.tr("{side}: model"), title, f"compare_model_{number}")
        self.preset = self._choice(self.tr("{side}: how freely it writes"), title, f"compare_preset_{number}")
        self.persona = self._choice(self.tr("{side}: instructions"), title, f"compare_persona_{number}")
        self.choices = QWidget(self)
        grid = QGridLayout(self.choices)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.model, 0, 0, 1, 2)
        grid.addWidget(self.preset, 1, 0)
        grid.addWidget(self.persona, 1, 1)
        column.addWidget(self.choices)
        self.wrote = Label("", "control")
        self.wrote.setObjectName(f"compare_wrote_{number}")
        self.wrote.hide()
        column.addWidget(self.wrote)
        self._fill()
        for box in (self.model, self.preset, self.persona):
            box.currentIndexChanged.connect(lambda _: self.chosen.emit())
        self._stack = QStackedLayout()
        self.words = Paragraph(theme, "", "body", "text2")
        self.words.setObjectName(f"compare_words_{number}")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMargin(16)
        self.list = MessageList(theme, self._make)
        self.list.setObjectName(f"compare_answer_{number}")
        self.list.setAccessibleName(self.tr("{side}: answer").replace("{side}", title))
        self._stack.addWidget(self.words)
        self._stack.addWidget(self.list)
        column.addLayout(self._stack, 1)
        self.better_button = Button(
            theme, self.tr("This one is better"), icon="check", name=f"compare_better_{number}"
        )
        self.better_button.setAccessibleName(f"{title}: {self.tr('This one is better')}")
        self.better_button.clicked.connect(self.better)
        column.addWidget(self.better_button)
        self.set_waiting(self.tr("The answer comes here."))

    @property
    def usable(self) -> bool:
        """Whether there is an answer that can be chosen."""
        message = self.message
        return message is not None and message.state is MessageState.COMPLETE and bool(message.text.strip())

    @property
    def lacks_answer(self) -> bool:
        """Whether what is chosen has not answered: nothing was asked, it failed, or something else is chosen now."""
        return not self.usable or (self.asked is not None and self.asked != self.side())

    def side(self) -> Side:
        """What is chosen to answer."""
        persona = str(self.persona.currentData() or "")
        return Side(
            self.model.currentText(), self.model.currentData(), persona, str(self.preset.currentData() or "")
        )

    def set_choosable(self, choosable: bool) -> None:
        """Whether what answers can still be chosen; not while it answers."""
        for box in (self.model, self.preset, self.persona):
            box.setEnabled(choosable)

    def set_waiting(self, words: str) -> None:
        """Say what there is instead of an answer."""
        self.message = None
        self.list.set_messages([])
        self.words.set_text(words)
        self._stack.setCurrentWidget(self.words)
        self.better_button.setEnabled(False)

    def show_answer(self, message: Message) -> None:
        """Show an answer that there is already, with what wrote it instead of the choices."""
        self.message = message
        self.choices.hide()
        words = self.tr("The answer in your chat, by {model}") if message.model else ""
        words = words.replace("{model}", message.model) or self.tr("The answer in your chat")
        self.wrote.setText(words)
        self.wrote.show()
        self.list.set_messages([message])
        self._stack.setCurrentWidget(self.list)
        self.list.arrange()
        QTimer.singleShot(0, self, self._to_words)

    def follow(self, live: LiveAnswer) -> None:
        """Show an answer that is on its way, and the message that it has become at its end."""
        if not self.list.entries:
            self.list.set_messages([live.snapshot()])
            self._stack.setCurrentWidget(self.list)
        entry = self.list.entries[0]
        if isinstance(entry.widget, AnswerMessage):
            entry.widget.follow(live)
            self._quiet(entry.widget)
            self.list.touch(entry.widget)
        if not live.running and live.message is not None:
            self.message = entry.message = live.message
            self.list.arrange()
            QTimer.singleShot(0, self, self._to_words)  # when its height is known

    def _to_words(self) -> None:
        """Show where the model's words begin: the quotes above them are the same on both sides."""
        entry = self.list.entries[0]
        entry.measured = -1
        self.list.arrange()
        text = entry.widget.text if isinstance(entry.widget, AnswerMessage) else None
        if text is not None and not text.isHidden():
            self.list.verticalScrollBar().setValue(entry.top + text.y() - self._theme.px(28))

    def _make(self, message: Message) -> QWidget:
        answer = AnswerMessage(self._theme, message)
        answer.resized.connect(self.list.arrange_soon)
        self._quiet(answer)
        return answer

    def _quiet(self, answer: AnswerMessage) -> None:
        """What an answer offers in a chat is not offered here: to be asked again."""
        answer.end.set_last(False, False)

    def _choice(self, words: str, title: str, name: str) -> ComboBox:
        box = ComboBox(self._theme, name, words.replace("{side}", title), self)
        box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        return box

    def _fill(self) -> None:
        models, chosen, _host = offered_models(self._services.models)
        for path, name in models:
            self.model.addItem(name, path)
        self.model.setCurrentIndex(max(self.model.findData(chosen), 0) if models else -1)
        names = {
            "precise": self.tr("Precise"),
            "balanced": self.tr("Balanced"),
            "free": self.tr("Creative"),
        }
        self.preset.addItem(self.tr("As in Settings"), "")
        for preset in PRESETS:
            self.preset.addItem(names.get(preset.name, preset.name), preset.name)
        self.persona.addItem(self.tr("Usual instructions"), "")
        try:
            prompts = self._services.prompting.list()
        except DesksideError:
            prompts = []  # told where prompts are read
        for prompt in prompts:
            if prompt.persona:
                self.persona.addItem(self.tr("As in “{name}”").replace("{name}", prompt.name), prompt.persona)
