"""A text document for text that comes from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument


class PlainDocument(QTextDocument):
    """A document that never loads anything: no picture, no style sheet, from nowhere."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing, whatever is asked for."""
        return None
