"""Light and dark, text size and motion: fills the palette and the one style sheet, and follows the system."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui import icons
from desktop.ui.qss import style_sheet
from desktop.ui.tokens import DARK, FONT_FAMILIES, LIGHT, MONO_FAMILIES, TYPE, Tokens

_FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Italic.otf")


class Theme(QObject):
    """What every page asks for colours, fonts and icons. `changed` tells that all of them are new."""

    changed = Signal()

    def __init__(self, app: QApplication, fonts: Path | None = None) -> None:
        """`fonts` is the folder with the bundled letters; without it the system's are used."""
        super().__init__(app)
        self._app = app
        self._mode = "system"
        self._size = 100
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._tokens = LIGHT
        self._locale = QLocale()
        if self._locale.language() == QLocale.Language.C:
            self._locale = QLocale(QLocale.Language.English)
        self._load_fonts(fonts)
        app.setStyle("Fusion")
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow_system)

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def dark(self) -> bool:
        return self._tokens.dark

    @property
    def text_size(self) -> int:
        """The size of all text in percent."""
        return self._size

    def set_up(self, mode: str = "system", text_size: int = 100) -> None:
        """Take the theme ('system', 'light' or 'dark') and the text size (percent) and dress the application."""
        self._mode = mode
        self._size = text_size
        self._fonts.clear()
        self._tokens = DARK if self._wants_dark() else LIGHT
        self._app.setPalette(self._palette())
        self._app.setFont(self.font("body"))
        self._app.setStyleSheet(style_sheet(self._tokens, self._size))
        self.changed.emit()

    def px(self, value: float) -> int:
        """A height or size that grows with the text."""
        return round(value * self._size / 100)

    def font(self, role: str, *, tabular: bool = False) -> QFont:
        """The font of a role of `tokens.TYPE`; `tabular` gives digits of one width."""
        known = self._fonts.get((role, tabular))
        if known is None:
            known = self._fonts[role, tabular] = self._make_font(role, tabular)
        return QFont(known)

    def _make_font(self, role: str, tabular: bool) -> QFont:
        style = TYPE[role]
        font = QFont()
        font.setFamilies(list(FONT_FAMILIES))
        font.setPixelSize(max(1, self.px(style.size)))
        font.setWeight(QFont.Weight(style.weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def mono_font(self, size: int = 13) -> QFont:
        """The font of code."""
        font = QFont()
        font.setFamilies(list(MONO_FAMILIES))
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(max(1, self.px(size)))
        return font

    def line_height(self, role: str) -> int:
        """Pixels from line to line of a role."""
        return self.px(TYPE[role].line)

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour token by name, as it is now."""
        return self._tokens.colour(name, alpha)

    def icon(self, name: str, token: str = "text2", on_token: str = "", gap: int = 0) -> QIcon:
        """An icon that is always painted in the present colour of `token` (`on_token` when checked)."""
        on_colour = (lambda: self.colour(on_token)) if on_token else None
        return icons.icon(name, lambda: self.colour(token), on_colour, gap)

    def number(self, number: int) -> str:
        """A count with the thousands separators of the person's language."""
        return self._locale.toString(number)

    def motion(self, milliseconds: int) -> int:
        """The length of an animation: 0 where the system asks for none."""
        # Qt tells the system's wish from 6.12 on.
        asks = getattr(self._hints.accessibility(), "motionPreference", None)
        reduced = asks is not None and asks().name == "ReducedMotion"
        return 0 if reduced or os.environ.get("DESKSIDE_NO_MOTION") else milliseconds

    def _wants_dark(self) -> bool:
        if self._mode == "system":
            return self._hints.colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    def _follow_system(self) -> None:
        if self._mode == "system" and self._wants_dark() != self.dark:
            self.set_up(self._mode, self._size)

    def _load_fonts(self, folder: Path | None) -> None:
        for name in _FONT_FILES if folder else ():
            file = Path(folder or ".", name)
            if file.is_file():
                QFontDatabase.addApplicationFont(str(file))

    def _palette(self) -> QPalette:
        """What Fusion, menus and plain widgets take their colours from."""
        role = QPalette.ColorRole
        pairs = {
            role.Window: "surface",
            role.WindowText: "text",
            role.Base: "raised",
            role.AlternateBase: "canvas",
            role.Text: "text",
            role.PlaceholderText: "text3",
            role.Button: "raised",
            role.ButtonText: "text",
            role.Highlight: "accent",
            role.HighlightedText: "on_accent",
            role.Link: "accent",
            role.LinkVisited: "accent",
            role.ToolTipBase: "toast",
            role.ToolTipText: "toast_text",
            role.Accent: "accent",
            role.Mid: "line",
            role.Dark: "edge",
        }
        palette = QPalette()
        for which, token in pairs.items():
            palette.setColor(which, self.colour(token))
        for which in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, self.colour("text", 0.42))
        return palette
