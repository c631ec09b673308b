"""Formulas in answers: found in the Markdown, and set as paths; one that cannot be set is shown as it was written."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin
from PySide6.QtCore import QByteArray, QRect, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPyTextObject, QTextCharFormat, QTextDocument, QTextFormat
from PySide6.QtSvg import QSvgRenderer

from desktop.ui.theme import Theme

MATH_OBJECT = QTextFormat.ObjectTypes.UserObject.value + 3
TEX_PROPERTY = QTextFormat.Property.UserProperty.value + 3
# A long formula takes the typesetter seconds; an untrusted text must not hold the window.
_LONGEST = 400
_INLINE, _DISPLAY = 17, 19


@dataclass(frozen=True)
class Drawn:
    """A formula as SVG paths, with its size in pixels."""

    svg: bytes
    width: float
    height: float


def add_math(parser: MarkdownIt) -> MarkdownIt:
    """Let it find $..$, $$..$$, \\(..\\) and \\[..\\]; "$5 and $6" stays text."""
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    texmath_plugin(parser, delimiters="brackets")
    return parser


def format_of(tex: str, display: bool) -> QTextCharFormat | None:
    """What the place of a formula looks like; None where it cannot be drawn."""
    if draw(tex, _DISPLAY if display else _INLINE, "#000000") is None:
        return None
    made = QTextCharFormat()
    made.setObjectType(MATH_OBJECT)
    made.setProperty(TEX_PROPERTY, [tex, display])
    made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return made


def tex_of(text_format: QTextFormat) -> str:
    """A formula as it was written, for copying; '' for anything else."""
    if text_format.objectType() != MATH_OBJECT:
        return ""
    tex, display = text_format.property(TEX_PROPERTY)
    return f"$${tex}$$" if display else f"${tex}$"


@lru_cache(maxsize=512)
def draw(tex: str, pixels: int, colour: str) -> Drawn | None:
    """Set a formula; None for one that is too long or not understood."""
    if not tex.strip() or len(tex) > _LONGEST:
        return None
    try:
        made = _typesetter().Latex(tex, size=pixels, color=colour)
        width, height = made.getsize()
        svg = made.svg().encode()
    except Exception:  # noqa: BLE001 - any text may come; what the typesetter cannot take is shown as text
        return None
    return Drawn(svg, width, height) if width > 0 and height > 0 else None


@lru_cache(maxsize=1)
def _typesetter() -> Any:
    """Loaded at the first formula: its font and tables take a tenth of a second."""
    with warnings.catch_warnings():
        # On Python 3.11 it opens its font by a call that was deprecated for a while.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
    # Each letter as a path of its own: Qt draws letters that are defined once and used again in wrong places.
    ziamath.config.svg2 = False
    return ziamath


class Formulas(QPyTextObject):
    """Draws the formulas of a document in the theme's present colour and size."""

    def __init__(self, theme: Theme, parent: QTextDocument) -> None:
        super().__init__(parent)
        self._theme = theme
        self._renderers: dict[bytes, QSvgRenderer] = {}

    def intrinsicSize(self, document: QTextDocument, position: int, text_format: QTextFormat) -> QSizeF:
        """Its own size, or smaller where the column is narrower."""
        drawn = self._drawn(text_format)
        if drawn is None:
            return QSizeF(0, 0)
        width = document.textWidth()
        share = min(1.0, width / (drawn.width + 1)) if width > 0 else 1.0
        return QSizeF(drawn.width * share, drawn.height * share)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        text_format: QTextFormat,
    ) -> None:
        """Paint the formula."""
        drawn = self._drawn(text_format)
        if drawn is None:
            return
        if drawn.svg not in self._renderers:
            self._renderers[drawn.svg] = QSvgRenderer(QByteArray(drawn.svg), self)
        self._renderers[drawn.svg].render(painter, QRectF(rect))

    def _drawn(self, text_format: QTextFormat) -> Drawn | None:
        tex, display = text_format.property(TEX_PROPERTY)
        pixels = self._theme.px(_DISPLAY if display else _INLINE)
        return draw(str(tex), pixels, self._theme.colour("text").name())
