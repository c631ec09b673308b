"""What is painted by hand, the same in widgets and in the rows of lists: chips, rings, rounded bars."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop.ui.icons import draw_icon
from desktop.ui.theme import Theme

CHIP_HEIGHT = 22


@dataclass(frozen=True)
class ChipLook:
    """The tokens and the icon of a chip; the icon 'ring' is a turning ring."""

    icon: str
    words: str
    ground: str


CHIPS = {
    "ready": ChipLook("check", "ok", "ok_soft"),
    "reading": ChipLook("ring", "accent", "accent_soft"),
    "waiting": ChipLook("clock", "text2", "fill"),
    "unchanged": ChipLook("equals", "text2", "fill"),
    "failed": ChipLook("x", "bad", "bad_soft"),
    "warn": ChipLook("warning-circle", "warn", "warn_soft"),
    "info": ChipLook("", "accent", "accent_soft"),
    "neutral": ChipLook("", "text2", "fill"),
}


def chip_width(theme: Theme, kind: str, text: str) -> float:
    """How wide a chip with `text` is."""
    words = QFontMetricsF(theme.font("label")).horizontalAdvance(text)
    icon = theme.px(14) + 5 if CHIPS[kind].icon else 0
    return words + icon + 18


def draw_chip(
    painter: QPainter, theme: Theme, rect: QRectF, kind: str, text: str, turn: float = 0.65
) -> None:
    """Draw a chip that fills `rect`. `turn` is how far a ring is closed (0 to 1)."""
    look = CHIPS[kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(look.ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    x = rect.left() + 8
    if look.icon:
        side = theme.px(14)
        box = QRectF(x, rect.center().y() - side / 2, side, side)
        if look.icon == "ring":
            draw_ring(
                painter,
                box.adjusted(1, 1, -1, -1),
                theme.colour("accent"),
                theme.colour("accent", 0.2),
                turn,
                2.5,
            )
        else:
            draw_icon(painter, box, look.icon, theme.colour(look.words))
        x += side + 5
    painter.setFont(theme.font("label"))
    painter.setPen(theme.colour(look.words))
    words = QRectF(x, rect.top(), rect.right() - x, rect.height())
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
    painter.restore()


def draw_ring(
    painter: QPainter,
    box: QRectF,
    colour: QColor,
    track: QColor | None,
    share: float,
    width: float,
    start: float = 90,
) -> None:
    """An arc of `share` of a circle, clockwise from `start` degrees (90 is at the top), over its track."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    if track is not None:
        painter.setPen(QPen(track, width))
        painter.drawEllipse(inner)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawArc(inner, round(start * 16), round(-360 * 16 * min(max(share, 0.0), 1.0)))
    painter.restore()


def draw_bar(
    painter: QPainter, rect: QRectF, track: QColor, colour: QColor, begin: float, end: float
) -> None:
    """A rounded bar, filled from the share `begin` to the share `end`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setClipPath(path)
    painter.fillRect(rect, track)
    filled = QRectF(
        rect.left() + begin * rect.width(), rect.top(), (end - begin) * rect.width(), rect.height()
    )
    painter.fillRect(filled, colour)
    painter.restore()


def draw_box(
    painter: QPainter, rect: QRectF, ground: QColor, edge: QColor | None, radius: float, width: float = 1
) -> None:
    """A rounded rectangle whose line lies inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ground)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.setPen(QPen(edge, width))
        half = width / 2
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half)
    painter.restore()


def draw_number(painter: QPainter, theme: Theme, rect: QRectF, number: int, filled: bool) -> None:
    """A source number: a soft square, filled when its source is open."""
    draw_box(painter, rect, theme.colour("accent" if filled else "accent_soft"), None, 4)
    painter.save()
    painter.setFont(theme.font("label"))
    painter.setPen(theme.colour("on_accent" if filled else "accent"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(number))
    painter.restore()


def draw_shadow(painter: QPainter, theme: Theme, rect: QRectF, radius: float = 10) -> None:
    """The shadow 0 4 16 under a popover, painted as a few growing, fading outlines around `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    steps = 12
    alpha = theme.tokens.shadow_alpha / 255
    for step in range(steps, 0, -1):
        share = (1 - step / (steps + 1)) ** 2
        painter.setBrush(QColor.fromRgbF(0, 0, 0, alpha * share / 3.2))
        grown = rect.adjusted(-step, -step, step, step).translated(QPointF(0, 4))
        painter.drawRoundedRect(grown, radius + step, radius + step)
    painter.restore()
