"""Tooltips with words from elsewhere: names of files, and what stands in them."""

from __future__ import annotations

import html

from PySide6.QtGui import Qt


def plain_tip(words: str) -> str:
    """A tooltip that shows `words` as they are: Qt takes what looks like HTML for HTML, with its pictures and links."""
    if not Qt.mightBeRichText(words):
        return words
    return f'<p style="white-space: pre-wrap">{html.escape(words)}</p>'
