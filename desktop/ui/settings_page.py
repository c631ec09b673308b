"""The settings: what everyone may want in words, and every number behind Advanced with one sentence each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.errors import DesksideError
from desktop.core.sampling import PRESETS, preset_of
from desktop.core.settings import Settings
from desktop.ui.beyond_card import BeyondCard
from desktop.ui.settings_fields import ADVANCED, AddressField, NumberField, PathField
from desktop.ui.switches import Segmented
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import READING_WIDTH
from desktop.ui.widgets import Button, ElidedLabel, Label, Paragraph, frame, line

if TYPE_CHECKING:
    from desktop.services.all import Services

LENGTHS = {"short": 150, "normal": 300, "long": 800}
TEXT_SIZES = (80, 100, 120, 140, 160)


class SettingsPage(QFrame):
    """Each change is saved at once. `message` asks for a toast with undo, `failed` carries what went wrong."""

    message = Signal(str, object, object)
    failed = Signal(object)
    test_search = Signal()

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.beyond = BeyondCard(services, theme, tasks)
        self.beyond.message.connect(self.message)
        self.beyond.failed.connect(self.failed)
        self.setProperty("kind", "page")
        self.setObjectName("settings_page")
        self._choices: list[tuple[Segmented, Callable[[Settings], str]]] = []
        self.fields: dict[str, NumberField | PathField | AddressField] = {}
        self._build()
        self.refresh()

    # --- layout

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = QScrollArea(self)
        self.area.setObjectName("settings_area")
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self.area)
        inside = frame("scroll", "settings_inside")
        self.area.setWidget(inside)
        row = QHBoxLayout(inside)
        row.setContentsMargins(24, 18, 24, 24)
        column = QVBoxLayout()
        column.setSpacing(0)
        holder = QWidget(inside)
        holder.setMaximumWidth(READING_WIDTH + 80)
        holder.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(holder, 1)
        row.addStretch(0)
        column.addWidget(Label(self.tr("Settings"), "title"))
        column.addSpacing(18)
        for title, card in (
            (self.tr("How it looks"), self._appearance()),
            (self.tr("How it answers"), self._answers()),
            (self.tr("How it reads files"), self._reading()),
            (self.tr("Your data"), self._data()),
            (self.tr("Beyond this computer"), self.beyond),
        ):
            column.addWidget(Label(title, "label", "text2"))
            column.addSpacing(6)
            column.addWidget(card)
            column.addSpacing(20)
        self.advanced_button = Button(
            self._theme, self.tr("Advanced"), "plain", icon="caret-right", name="settings_advanced"
        )
        self.advanced_button.clicked.connect(self._toggle_advanced)
        column.addWidget(self.advanced_button)
        column.addSpacing(6)
        self.advanced = self._advanced_card()
        self.advanced.hide()
        column.addWidget(self.advanced)
        column.addSpacing(16)
        column.addLayout(self._last_buttons())
        column.addStretch(1)

    def _last_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.test_button = Button(
            self._theme, self.tr("Test on my documents"), icon="check-square-offset", name="settings_test"
        )
        self.test_button.clicked.connect(self.test_search)
        self.reset_button = Button(self._theme, self.tr("Reset to defaults"), name="settings_reset")
        self.reset_button.clicked.connect(self.reset)
        row.addWidget(self.test_button)
        row.addWidget(self.reset_button)
        row.addStretch(1)
        return row

    def _card(self, name: str, rows: list[tuple[str, str, QWidget]]) -> QFrame:
        """A card with a row for each setting: its name, one sentence, its control."""
        card = frame("card", name, self)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        for number, (title, sentence, control) in enumerate(rows):
            if number:
                column.addWidget(line(card))
            row = QHBoxLayout()
            row.setContentsMargins(16, 12, 16, 12)
            row.setSpacing(16)
            words = QVBoxLayout()
            words.setSpacing(0)
            label = Label(title, "control")
            label.setBuddy(control)
            words.addWidget(label)
            words.addWidget(Paragraph(self._theme, sentence, "secondary", "text2"))
            row.addLayout(words, 1)
            row.addWidget(control)
            column.addLayout(row)
        return card

    def _segmented(
        self, name: str, label: str, choices: list[tuple[str, str]], read: Callable[[Settings], str]
    ) -> Segmented:
        made = Segmented(self._theme, name, label, choices)
        self._choices.append((made, read))
        return made

    def _appearance(self) -> QFrame:
        choices = [
            ("system", self.tr("Like the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ]
        theme = self._segmented("settings_theme", self.tr("Theme"), choices, lambda s: s.theme)
        theme.chosen.connect(lambda value: self.change(theme=value))
        sizes = [(str(size), f"{size} %") for size in TEXT_SIZES]
        size = self._segmented("settings_text_size", self.tr("Text size"), sizes, lambda s: str(s.text_size))
        size.chosen.connect(lambda value: self.change(text_size=int(value)))
        return self._card(
            "settings_appearance",
            [
                (self.tr("Theme"), self.tr("Light or dark; like the system follows its change."), theme),
                (self.tr("Text size"), self.tr("The size of all text in this window."), size),
            ],
        )

    def _answers(self) -> QFrame:
        lengths = [("short", self.tr("Short")), ("normal", self.tr("Normal")), ("long", self.tr("Long"))]
        length = self._segmented(
            "settings_length", self.tr("Answer length"), lengths, lambda s: _key(LENGTHS, s.answer_length)
        )
        length.chosen.connect(lambda value: self.change(answer_length=LENGTHS[value]))
        styles = [
            ("precise", self.tr("Precise")),
            ("balanced", self.tr("Balanced")),
            ("free", self.tr("Creative")),
        ]
        style = self._segmented("settings_temperature", self.tr("Wording"), styles, preset_of)
        style.chosen.connect(self._use_preset)
        choices = [("leave_out", self.tr("Leave them out")), ("summarise", self.tr("Summarise them"))]
        overflow = self._segmented(
            "settings_overflow", self.tr("Turns that no longer fit"), choices, lambda s: s.overflow
        )
        overflow.chosen.connect(lambda value: self.change(overflow=value))
        return self._card(
            "settings_answers",
            [
                (
                    self.tr("Answer length"),
                    self.tr("How long the model's words may get. Quotes are not counted."),
                    length,
                ),
                (
                    self.tr("Wording"),
                    self.tr(
                        "Precise keeps to the likeliest words. Creative is livelier, and wrong more often."
                    ),
                    style,
                ),
                (
                    self.tr("Turns that no longer fit"),
                    self.tr(
                        "When a chat is longer than the model's memory. A summary takes the model a moment, once."
                    ),
                    overflow,
                ),
            ],
        )

    def _reading(self) -> QFrame:
        choices = [("yes", self.tr("Read them")), ("no", self.tr("Leave them out"))]
        scans = self._segmented(
            "settings_scans", self.tr("Scanned pages"), choices, lambda s: "yes" if s.read_scans else "no"
        )
        scans.chosen.connect(lambda value: self.change(read_scans=value == "yes"))
        sentence = self.tr(
            "Pages and pictures without text are read by character recognition, some seconds a page, "
            "after all other files."
        )
        return self._card("settings_reading", [(self.tr("Scanned pages"), sentence, scans)])

    def _data(self) -> QFrame:
        card = frame("card", "settings_data", self)
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(self.tr("Where everything lives"), "control"))
        self.home_label = ElidedLabel(str(self._services.paths.home), "secondary", "text2")
        self.home_label.setObjectName("settings_home")
        self.home_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(self.home_label)
        sentence = self.tr(
            "Chats, the index of your files and these settings. Nothing of it leaves this computer."
        )
        words.addWidget(Paragraph(self._theme, sentence, "secondary", "text2"))
        row.addLayout(words, 1)
        self.open_button = Button(
            self._theme, self.tr("Open the folder"), icon="folder-open", name="settings_open_home"
        )
        self.open_button.clicked.connect(self._open_home)
        row.addWidget(self.open_button)
        return card

    def _advanced_card(self) -> QFrame:
        rows: list[tuple[str, str, QWidget]] = []
        titles = self._titles()
        for name in ADVANCED:
            sentence = self.tr(Settings.model_fields[name].description or "")
            if name == "chat_model":
                field: NumberField | PathField | AddressField = PathField(self._theme, name, titles[name])
            elif name in ("flash_attention", "cache_type"):
                rows.append((titles[name], sentence, self._choice(name, titles[name])))
                continue
            elif name == "hub":
                field = AddressField(self._theme, name, titles[name])
            else:
                field = NumberField(self._theme, name, titles[name])
            field.changed.connect(lambda value, key=name: self.change(**{key: value}))
            self.fields[name] = field
            rows.append((titles[name], sentence, field))
        return self._card("settings_advanced_card", rows)

    def _choice(self, name: str, title: str) -> Segmented:
        """A setting of few values, each in a word."""
        words = {
            "cache_type": {"f16": self.tr("Full"), "q8_0": self.tr("Packed")},
            "flash_attention": {"False": self.tr("Off"), "True": self.tr("On")},
        }[name]
        made = self._segmented(
            f"settings_{name}", title, list(words.items()), lambda s: str(getattr(s, name))
        )
        made.chosen.connect(lambda value: self.change(**{name: value}))
        return made

    def _titles(self) -> dict[str, str]:
        return {
            "temperature": self.tr("Temperature"),
            "answer_length": self.tr("Longest answer, tokens"),
            "top_k": self.tr("Top-k"),
            "top_p": self.tr("Top-p"),
            "min_p": self.tr("Min-p"),
            "typical_p": self.tr("Typical-p"),
            "repeat_penalty": self.tr("Repeat penalty"),
            "presence_penalty": self.tr("Presence penalty"),
            "frequency_penalty": self.tr("Frequency penalty"),
            "seed": self.tr("Seed"),
            "context_size": self.tr("Context, tokens"),
            "threads": self.tr("Threads"),
            "gpu_layers": self.tr("Layers on the graphics card"),
            "flash_attention": self.tr("Flash attention"),
            "cache_type": self.tr("KV cache"),
            "models_memory_mb": self.tr("Memory for models, MB"),
            "chat_model": self.tr("Chat model file"),
            "hub": self.tr("Hub of models"),
            "passages": self.tr("Passages a question"),
            "passage_tokens": self.tr("Passage length, tokens"),
            "read_seconds": self.tr("Time for one page, seconds"),
            "read_total_seconds": self.tr("Time for a file, seconds"),
            "read_memory_mb": self.tr("Memory for a file, MB"),
        }

    # --- values

    def refresh(self) -> None:
        """Show the settings as they are."""
        self.beyond.refresh()
        settings = self._services.settings.current
        for control, read in self._choices:
            control.set_value(read(settings))
        for name, field in self.fields.items():
            field.show_value(getattr(settings, name))

    def change(self, **values: object) -> None:
        """Save changed values and show them; a failure leaves the old ones."""
        before = self._services.settings.current
        try:
            after = self._services.settings.change(**values)
        except DesksideError as error:
            self.failed.emit(error)
            self.refresh()
            return
        if (before.theme, before.text_size) != (after.theme, after.text_size):
            self._theme.set_up(after.theme, after.text_size)
        self.refresh()

    def _use_preset(self, name: str) -> None:
        chosen = next(one for one in PRESETS if one.name == name)
        self.change(**chosen.values())

    def reset(self) -> None:
        """Back to the defaults, with Undo."""
        before = self._services.settings.current
        if before == Settings():
            self.message.emit(self.tr("All settings are at their defaults already"), None, None)
            return
        self.change(**Settings().model_dump())
        self.message.emit(
            self.tr("Settings are back to their defaults"), lambda: self.change(**before.model_dump()), None
        )

    def _toggle_advanced(self) -> None:
        opened = self.advanced.isHidden()
        self.advanced.setVisible(opened)
        self.advanced_button.set_icon("caret-down" if opened else "caret-right")

    def _open_home(self) -> None:
        home = Path(self._services.paths.home)
        home.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(home)))


def _key(values: dict[str, int] | dict[str, float], wanted: float) -> str:
    """The word that stands for a number, or '' where no word does."""
    return next((word for word, value in values.items() if value == wanted), "")
