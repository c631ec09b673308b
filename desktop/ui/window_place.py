"""Where the window was and how large, kept between starts; a place that no screen shows any more is not used."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

_LEAST_SEEN = 60
"""Pixels in each direction that must be on a screen, so that there is something to take hold of."""
_NAMES = ("x", "y", "width", "height")
_MOST = 100_000

log = logging.getLogger(__name__)


def remember(window: QMainWindow, path: Path) -> None:
    """Write the place of a window that closes; a disk that does not take it costs only the place."""
    normal = window.normalGeometry() if window.isMaximized() else QRect(window.pos(), window.size())
    values = dict(zip(_NAMES, (normal.x(), normal.y(), normal.width(), normal.height()), strict=True))
    beside = path.with_suffix(".new")
    try:
        beside.write_text(json.dumps({**values, "maximised": window.isMaximized()}), "utf-8")
        os.replace(beside, path)
    except OSError:
        log.warning("the window's place could not be kept", exc_info=True)


def restore(window: QMainWindow, path: Path) -> None:
    """Put a window that is not shown yet where it was; without a usable note it stays as it is."""
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return
    place = _rectangle(stored)
    fitted = place and fit(place, [screen.availableGeometry() for screen in QGuiApplication.screens()])
    if not fitted:
        return
    window.move(fitted.topLeft())
    window.resize(fitted.size())
    if stored.get("maximised") is True:
        window.setWindowState(window.windowState() | window.windowState().WindowMaximized)


def fit(place: QRect, screens: Sequence[QRect]) -> QRect | None:
    """The rectangle, shrunk and moved onto the screen that shows most of it; None where too little is seen."""
    seen = [place.intersected(screen) for screen in screens]
    enough = [
        (part.width() * part.height(), screen)
        for part, screen in zip(seen, screens, strict=True)
        if part.width() >= _LEAST_SEEN and part.height() >= _LEAST_SEEN
    ]
    if not enough:
        return None
    screen = max(enough, key=lambda one: one[0])[1]
    width, height = min(place.width(), screen.width()), min(place.height(), screen.height())
    x = min(max(place.x(), screen.x()), screen.x() + screen.width() - width)
    y = min(max(place.y(), screen.y()), screen.y() + screen.height() - height)
    return QRect(x, y, width, height)


def _rectangle(stored: object) -> QRect | None:
    if not isinstance(stored, dict):
        return None
    numbers = [stored.get(name) for name in _NAMES]
    if not all(isinstance(number, int) and abs(number) <= _MOST for number in numbers):
        return None
    place = QRect(*numbers)
    return place if place.width() > 0 and place.height() > 0 else None
