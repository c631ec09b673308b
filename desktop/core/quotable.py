"""What can stand as a quote: sentences and rows of tables, before headings, single cells and the feet of pages."""

from __future__ import annotations

import re

from desktop.core.text import words

LEAST_WORDS = 4
WORDS_WITHOUT_STOP = 8
"""A sentence has at least LEAST_WORDS words, and this many if it does not end in a full stop."""
_ENDS = ".!?…。！？"
_CELLS = re.compile(r"\s*\|\s*")
# "Heating manual, Harbour Street 12 4 / 4"
_PAGE_NUMBER = re.compile(r"\d+\s*(?:/|of)\s*\d+\s*$")
# "Water and sewage 5,180 5,420", "Sum 1,874.60": a row of a table without lines; "Service charges 2024" is none.
_ENDS_IN_FIGURES = re.compile(r"\s[-+€$£]?\d+(?:[.,]\d+)+\s*[%€$£]?\s*$|\s\d[\d.,]*\s+\d[\d.,]*\s*$")


def is_quotable(text: str) -> bool:
    """Whether a sentence of a passage says something by itself."""
    count = len(words(text))
    if text.rstrip("\"'”’)»")[-1:] in _ENDS:
        return count >= LEAST_WORDS
    if _PAGE_NUMBER.search(text):
        return False
    return count >= WORDS_WITHOUT_STOP or _is_row(text)


def _is_row(text: str) -> bool:
    """Whether it is a row with more than a name in it."""
    cells = [cell for cell in _CELLS.split(text) if words(cell)]
    return len(cells) > 1 or (len(words(text)) > 1 and _ENDS_IN_FIGURES.search(text) is not None)
