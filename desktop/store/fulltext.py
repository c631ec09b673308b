"""Turns texts into what the full-text tables hold, and what a person types into a query that cannot fail."""

from __future__ import annotations

import re
import unicodedata

from desktop.store.codec import clean

# Scripts that are written without spaces, and emoji: each sign becomes a word, so that any part is found.
_ALONE = re.compile(
    "(["
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Japanese syllables
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\u2600-\u27bf\U0001f000-\U0001faff"  # symbols and emoji
    "])"
)
# More words than this only make a search slower, not better.
_MOST_WORDS = 32


def searchable(text: str) -> str:
    """The text as the full-text tables index it."""
    return _ALONE.sub(r" \1 ", clean(text).replace("\0", " "))


def match_expression(text: str) -> str:
    """An FTS5 query for all words of `text`, the last one as a prefix; '' if there is nothing to look for.

    Each word is quoted, so no operator of the query language has a meaning in it
    (https://www.sqlite.org/fts5.html#fts5_strings).
    """
    words = [word for word in text.replace("\0", " ").split() if any(map(_is_indexed, word))][:_MOST_WORDS]
    if not words:
        return ""
    quoted = ['"' + searchable(word).replace('"', '""') + '"' for word in words]
    return " ".join(quoted) + "*"


def _is_indexed(letter: str) -> bool:
    """Whether the tokenizer keeps the sign: the categories that migrations name."""
    category = unicodedata.category(letter)
    return category[0] in "LN" or category in ("Co", "So")
