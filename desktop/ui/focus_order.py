"""The order of the Tab key for widgets that are made when they are needed: as they stand, not as they came."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget


def chain(after: QWidget, roots: Iterable[QWidget]) -> None:
    """Let Tab go from `after` through what can have the focus in each root, from top to bottom."""
    last = after
    for root in roots:
        for widget in _reachable(root):
            QWidget.setTabOrder(last, widget)
            last = widget


def _reachable(root: QWidget) -> list[QWidget]:
    found = [w for w in (root, *root.findChildren(QWidget)) if _takes_tab(w)]
    origin = QPoint(0, 0)
    places = {w: w.mapTo(root, origin) for w in found}
    return sorted(found, key=lambda w: (w is not root, places[w].y() // 8, places[w].x()))


def _takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy().value
    return bool(policy & Qt.FocusPolicy.TabFocus.value) and widget.focusProxy() is None
