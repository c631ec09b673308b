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
# FTS5 takes 40 seconds for a query of 70,000 words, and all memory for a longer one; people paste such texts.
_MOST_SIGNS = 500


def searchable(text: str) -> str:
    """The text as the full-text tables index it."""
    return _ALONE.sub(r" \1 ", clean(text).replace("\0", " "))


def match_expression(text: str) -> str:
    """An FTS5 query for all words of `text`, the last one as a prefix; '' if there is nothing to look for.

    Only the first signs of a very long text count. Each word is quoted, so no operator of the query
    language has a meaning in it (https://www.sqlite.org/fts5.html#fts5_strings).
    """
    words = [word for word in text[:_MOST_SIGNS].split() if any(map(_is_indexed, word))]
    if not words:
        return ""
    quoted = ['"' + searchable(word).replace('"', '""') + '"' for word in words]
    return " ".join(quoted) + "*"


def _is_indexed(letter: str) -> bool:
    """Whether the tokenizer keeps the sign: the categories that migrations name."""
    category = unicodedata.category(letter)
    return category[0] in "LN" or category in ("Co", "So")
