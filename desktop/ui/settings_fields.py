"""The fields of the advanced settings: a number within its limits, the path of a model file, and an address."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.core.downloads import checked_hub
from desktop.core.errors import UserError
from desktop.core.settings import Settings
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, restyle

ADVANCED = (
    "temperature",
    "answer_length",
    "top_k",
    "top_p",
    "min_p",
    "typical_p",
    "repeat_penalty",
    "presence_penalty",
    "frequency_penalty",
    "seed",
    "context_size",
    "threads",
    "gpu_layers",
    "flash_attention",
    "cache_type",
    "models_memory_mb",
    "chat_model",
    "hub",
    "passages",
    "passage_tokens",
    "read_seconds",
    "read_total_seconds",
    "read_memory_mb",
)


def limits(name: str) -> tuple[float, float]:
    """The lowest and highest value of a setting, as it declares them."""
    low, high = 0.0, float(2**31 - 1)
    for rule in Settings.model_fields[name].metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", high)
    return low, high


class NumberField(QFrame):
    """A number; `changed` comes when the person has finished typing.

    The frame is the field: a style sheet's border on a spin box without buttons leaves no room for its text.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        low, high = limits(name)
        whole = Settings.model_fields[name].annotation is int
        self.box: QSpinBox | QDoubleSpinBox = QSpinBox(self) if whole else QDoubleSpinBox(self)
        if isinstance(self.box, QSpinBox):
            self.box.setRange(int(low), int(high))
        else:
            self.box.setDecimals(2)
            self.box.setSingleStep(0.05)
            self.box.setRange(max(low, 0.01) if name in ("top_p", "typical_p") else low, high)
        self.box.setObjectName(f"settings_{name}")
        self.box.setAccessibleName(label)
        self.box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.box.setKeyboardTracking(False)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setFrame(False)
        self.box.installEventFilter(self)
        self.box.valueChanged.connect(lambda value: self.changed.emit(value))
        self.box.wheelEvent = self._ignore_wheel  # type: ignore[method-assign]
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 2, 9, 2)
        row.addWidget(self.box)
        self.setProperty("kind", "number")
        self.setFocusProxy(self.box)
        self._theme = theme
        self._scale()
        theme.changed.connect(self._scale)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            restyle(self, focused="true" if event.type() == QEvent.Type.FocusIn else "false")
        return False

    def _scale(self) -> None:
        self.setFixedSize(self._theme.px(120), self._theme.px(36))

    def show_value(self, value: object) -> None:
        """Show a value without telling."""
        self.box.blockSignals(True)
        self.box.setValue(value)  # type: ignore[arg-type]
        self.box.blockSignals(False)

    @staticmethod
    def _ignore_wheel(event: QWheelEvent) -> None:
        """Scrolling the page must not change the number under the pointer."""
        event.ignore()


class PathField(QWidget):
    """The chat model's file: its name, choose, and back to the starter model."""

    changed = Signal(object)

    def __init__(self, theme: Theme, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.words = ElidedLabel("", "secondary", "text2")
        self.words.setFixedWidth(theme.px(260))
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.addStretch(1)
        self.starter_button = Button(
            theme, self.tr("Use the starter model"), "quiet", size="small", name=f"settings_{name}_starter"
        )
        self.starter_button.clicked.connect(lambda: self.changed.emit(""))
        self.choose_button = Button(theme, self.tr("Choose a file"), size="small", name=f"settings_{name}")
        self.choose_button.setAccessibleName(f"{label}: {self.tr('Choose a file')}")
        self.choose_button.clicked.connect(self._choose)
        row.addWidget(self.starter_button)
        row.addWidget(self.choose_button)
        column.addLayout(row)
        self.setFocusProxy(self.choose_button)

    def show_value(self, value: object) -> None:
        """Show a path, or that the starter model is used."""
        path = str(value)
        self.words.set_text(Path(path).name if path else self.tr("The starter model"))
        self.words.setToolTip(path)
        self.starter_button.setVisible(bool(path))

    def _choose(self) -> None:
        name, _chosen = QFileDialog.getOpenFileName(
            self, self.tr("Choose a model file"), "", f"{self.tr('Models')} (*.gguf)"
        )
        if name:
            self.changed.emit(name)


class AddressField(QLineEdit):
    """The address of a hub; `changed` comes when the person has finished typing, and nothing that is no address."""

    changed = Signal(object)

    def __init__(self, theme: Theme, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"settings_{name}")
        self.setAccessibleName(label)
        self.setPlaceholderText(self.tr("The usual hub"))
        self.setFixedWidth(theme.px(260))
        self._shown = ""
        self.editingFinished.connect(self._finish)
        self.textEdited.connect(lambda _text: restyle(self, bad="false"))

    def show_value(self, value: object) -> None:
        """Show an address without telling."""
        self._shown = str(value)
        self.setText(self._shown)
        restyle(self, bad="false")

    def _finish(self) -> None:
        try:
            address = checked_hub(self.text())
        except UserError as error:
            restyle(self, bad="true")
            self.setToolTip(str(error))
            return
        self.setToolTip("")
        if address != self._shown:
            self.changed.emit(address)
