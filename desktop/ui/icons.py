"""Draws the Phosphor icons that come with qtawesome, in the colours of the theme and at any size.

The font is opened at the first icon, and qtawesome itself is never imported: that would load seventeen fonts
and OpenGL, 46 MB and 0.2 s that a window of one family of icons does not need.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from desktop.core.errors import InternalError

ColourOf = Callable[[], QColor]


@lru_cache(maxsize=1)
def _charmap() -> dict[str, str]:
    """Names of icons to code points, as hexadecimal."""
    found: dict[str, str] = json.loads(_font_file("phosphor-charmap-*.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _family() -> str:
    """Register the icon font with Qt and give its family's name."""
    number = QFontDatabase.addApplicationFont(str(_font_file("phosphor-*.ttf")))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise InternalError("The icons of the window could not be loaded.", "", "no family in the icon font")
    return families[0]


@lru_cache(maxsize=32)
def _font(size: int) -> QFont:
    font = QFont(_family())
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _font_file(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder, "fonts").glob(pattern)):
            return path
    raise InternalError("The icons of the window could not be found.", "Install Deskside again.", pattern)


def glyph(name: str) -> str:
    """The character of the icon `name`, for example 'books' or 'books-fill'."""
    code = _charmap().get(name)
    if code is None:
        raise InternalError("An icon is missing.", "", name)
    return chr(int(code, 16))


def draw_icon(painter: QPainter, rect: QRectF | QRect, name: str, colour: QColor | str) -> None:
    """Draw the icon into the middle of `rect`, as large as the rectangle's shorter side."""
    box = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(_font(max(1, round(min(box.width(), box.height())))))
    painter.setPen(QColor(colour))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), glyph(name))
    painter.restore()


def pixmap(name: str, colour: QColor | str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels for a screen with `ratio` device pixels each."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_icon(painter, QRectF(0, 0, size, size), name, colour)
    painter.end()
    return made


class GlyphEngine(QIconEngine):
    """Paints an icon when it is needed, so that a change of the theme shows without new icons.

    `gap` is the share of the width left free at the right, which sets the distance to a button's words.
    """

    def __init__(self, name: str, colour: ColourOf, on_colour: ColourOf | None = None, gap: int = 0) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._on_colour = on_colour or colour
        self._gap = gap

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = QColor(self._on_colour() if state == QIcon.State.On else self._colour())
        if mode == QIcon.Mode.Disabled:
            colour.setAlphaF(0.42 * colour.alphaF())
        side = min(rect.height(), rect.width())
        box = QRect(rect.x(), rect.y() + (rect.height() - side) // 2, side, side)
        if not self._gap:
            box.moveCenter(rect.center())
        draw_icon(painter, box, self._name, colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return GlyphEngine(self._name, self._colour, self._on_colour, self._gap)


def icon(
    name: str, colour: ColourOf | QColor | str, on_colour: ColourOf | None = None, gap: int = 0
) -> QIcon:
    """An icon in a fixed colour, or in whatever colour the callable gives when it is painted."""
    glyph(name)
    if isinstance(colour, QColor | str):
        fixed = QColor(colour)
        return QIcon(GlyphEngine(name, lambda: fixed, on_colour, gap))
    return QIcon(GlyphEngine(name, colour, on_colour, gap))


_KINDS = {
    "pdf": "file-pdf",
    "docx": "file-text",
    "doc": "file-text",
    "odt": "file-text",
    "md": "article",
    "txt": "article",
    "html": "browser",
    "htm": "browser",
    "csv": "table",
    "jsonl": "table",
    "tsv": "table",
    "xlsx": "table",
    "xls": "table",
    "eml": "envelope-simple",
    "msg": "envelope-simple",
    "zip": "archive",
    "png": "image-square",
    "jpg": "image-square",
    "jpeg": "image-square",
}


def file_icon(name: str) -> str:
    """The icon for a file by the ending of its name or path."""
    ending = name.rpartition(".")[2].lower()
    return _KINDS.get(ending, "file")
