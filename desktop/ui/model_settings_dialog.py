"""How one model runs: its memory of a conversation in words, behind Advanced the numbers, and what it all needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from desktop.core.errors import DesksideError
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelSpec
from desktop.ui.model_words import WORDS_A_TOKEN, fit_words, size_words
from desktop.ui.switches import Segmented
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph, restyle

if TYPE_CHECKING:
    from desktop.services.all import Services

CONTEXTS = (1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072)
_WIDTH = 440


class ModelSettingsDialog(QDialog):
    """Shows at once what a change would need; nothing is kept before Save, which tells `saved` or `failed`."""

    saved = Signal()
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, spec: ModelSpec, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._spec = services, theme, spec
        self._own = services.models.settings_of(spec)
        self._contexts = (
            tuple(one for one in CONTEXTS if not spec.context or one <= spec.context) or CONTEXTS[:1]
        )
        self._layers, self._cores = spec.shape.layers + 1, services.model_catalogue.machine().cores
        self.setObjectName("model_settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = self.tr("How {name} runs").replace("{name}", spec.name)
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(Label(title, "section"))
        column.addSpacing(6)
        self.context, self.context_words = self._slider(
            column, self.tr("Memory of the conversation"), "context", 0, len(self._contexts) - 1
        )
        self.context.valueChanged.connect(lambda at: self._change(context_size=self._contexts[at]))
        self.needs = Label("", "control")
        self.needs.setObjectName("model_settings_needs")
        self.parts = Paragraph(theme, "", "secondary", "text2")
        self.parts.setFixedWidth(theme.px(_WIDTH))
        column.addSpacing(6)
        column.addWidget(self.needs)
        column.addWidget(self.parts)
        self.advanced_button = Button(
            theme, self.tr("Advanced"), "plain", icon="caret-right", name="model_settings_advanced"
        )
        self.advanced_button.setStyleSheet("padding: 0;")
        self.advanced_button.clicked.connect(self._toggle_advanced)
        column.addWidget(self.advanced_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.advanced = self._advanced()
        self.advanced.hide()
        column.addWidget(self.advanced)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        self._show()

    # --- layout

    def _slider(
        self, column: QVBoxLayout, title: str, name: str, low: int, high: int
    ) -> tuple[QSlider, Label]:
        """A title with the value at its right, and the slider below."""
        row, value = QHBoxLayout(), Label("", "control", "text2")
        row.addWidget(Label(title, "control"), 1)
        row.addWidget(value)
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setObjectName(f"model_settings_{name}")
        slider.setAccessibleName(title)
        slider.setRange(low, high)
        slider.setPageStep(1)
        slider.setMinimumHeight(self._theme.px(22))  # the knob is higher than the hint says
        column.addLayout(row)
        column.addWidget(slider)
        return slider, value

    def _segments(
        self, column: QVBoxLayout, title: str, name: str, choices: list[tuple[str, str]]
    ) -> Segmented:
        row, made = QHBoxLayout(), Segmented(self._theme, f"model_settings_{name}", title, choices)
        row.addWidget(Label(title, "control"), 1)
        row.addWidget(made)
        column.addLayout(row)
        return made

    def _advanced(self) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        ours = self.tr("Automatic")
        self.cache = self._segments(
            column,
            self.tr("Conversation in memory (KV cache)"),
            "cache_type",
            [("", ours), ("f16", self.tr("Exact")), ("q8_0", self.tr("Packed to half"))],
        )
        self.cache.chosen.connect(lambda value: self._change(cache_type=value or None))
        self.flash = self._segments(
            column,
            self.tr("Flash attention"),
            "flash_attention",
            [("", ours), ("on", self.tr("On")), ("off", self.tr("Off"))],
        )
        self.flash.chosen.connect(
            lambda value: self._change(flash_attention=value == "on" if value else None)
        )
        # One step left of the numbers is "automatic", which is kept as None.
        self.layers, self.layers_words = self._slider(
            column, self.tr("Layers on the graphics card"), "gpu_layers", -1, self._layers
        )
        self.layers.valueChanged.connect(lambda at: self._change(gpu_layers=at if at >= 0 else None))
        self.threads, self.threads_words = self._slider(
            column, self.tr("Processor threads"), "threads", 0, self._cores
        )
        self.threads.valueChanged.connect(lambda at: self._change(threads=at or None))
        return holder

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.reset_button = Button(
            self._theme, self.tr("Let Deskside decide"), "quiet", name="model_settings_reset"
        )
        self.reset_button.clicked.connect(self._reset)
        self.cancel_button = Button(self._theme, self.tr("Cancel"), name="model_settings_cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.save_button = Button(self._theme, self.tr("Save"), "primary", name="model_settings_save")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self._save)
        row.addWidget(self.reset_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        return row

    # --- what is shown and done

    def _change(self, **values: object) -> None:
        self._own = self._own.model_copy(update=values)
        self._show()

    def _reset(self) -> None:
        self._own = ModelSettings()
        self._show()

    def _show(self) -> None:
        """Bring every control and all words to what is chosen, without telling of a change."""
        own, runs = self._own, self._services.model_catalogue.settings_for(self._spec, self._own)
        fit = self._services.model_catalogue.fit_of(self._spec, own)
        at = max((n for n, one in enumerate(self._contexts) if one <= runs.context_size), default=0)
        layers, threads = own.gpu_layers if own.gpu_layers is not None else -1, own.threads or 0
        for slider, value in ((self.context, at), (self.layers, layers), (self.threads, threads)):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self.cache.set_value(own.cache_type or "")
        self.flash.set_value("" if own.flash_attention is None else "on" if own.flash_attention else "off")
        self.context_words.setText(self._tokens(fit.context))
        self.layers_words.setText(
            self.tr("Automatic: as many as fit") if layers < 0 else f"{layers} / {self._layers}"
        )
        self.threads_words.setText(self.tr("Automatic") if not threads else str(threads))
        verdict, _icon, tone = fit_words(fit)
        words = self.tr("Needs {size} of memory. {verdict}.").replace("{size}", size_words(fit.needed))
        self.needs.setText(words.replace("{verdict}", verdict))
        restyle(self.needs, tone=tone)
        parts = self.tr("{model} the model, {cache} the conversation, {room} room to compute.")
        parts = parts.replace("{model}", size_words(fit.weights)).replace("{cache}", size_words(fit.cache))
        self.parts.set_text(parts.replace("{room}", size_words(fit.buffers)))
        self.reset_button.setEnabled(bool(own.own))

    def _tokens(self, context: int) -> str:
        words = self.tr("{n} tokens, about {words} words").replace("{n}", self._theme.number(context))
        return words.replace("{words}", self._theme.number(int(round(context * WORDS_A_TOKEN, -2))))

    def _toggle_advanced(self) -> None:
        opened = self.advanced.isHidden()
        self.advanced.setVisible(opened)
        self.advanced_button.set_icon("caret-down" if opened else "caret-right")
        self.adjustSize()

    def _save(self) -> None:
        try:
            self._services.models.set_settings(self._spec, self._own)
        except DesksideError as error:
            self.failed.emit(error)
        else:
            self.saved.emit()
        self.accept()
