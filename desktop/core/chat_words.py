"""Where the words that a person looks for in the chats stand in a text; accents and case do not count."""

from __future__ import annotations

import re

from desktop.core.matching import Range, excerpt
from desktop.core.text import unaccented

_MOST_SIGNS = 500
_BEFORE, _EXCERPT = 30, 140


def word_places(text: str, query: str) -> tuple[Range, ...]:
    """The places of the query's words in `text`, in order; the last word may go on in the text.

    Signs that are written without spaces (Chinese, emoji) are found anywhere, as the search finds them.
    """
    terms = [unaccented(term).lower() for term in re.findall(r"\w+|[^\w\s]", query[:_MOST_SIGNS])]
    words = [term for term in terms if term.isalnum() or term > "\u2000"]
    if not words:
        return ()
    patterns = [_pattern(word, index == len(words) - 1) for index, word in enumerate(words)]
    folded, places = _folded(text)
    found = re.finditer("|".join(sorted(patterns, key=len, reverse=True)), folded)
    return tuple((places[match.start()], places[match.end() - 1] + 1) for match in found)


def excerpt_around(text: str, query: str) -> tuple[str, tuple[Range, ...]]:
    """A part of the text, on one line, that begins a little before the first word that was looked for."""
    ranges = word_places(text, query)
    first = ranges[0][0] if ranges else 0
    start = max(0, first - _BEFORE)
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    return excerpt(text, ranges, start, _EXCERPT)


def _pattern(word: str, last: bool) -> str:
    if not all(letter.isdigit() or letter.lower() != letter.upper() for letter in word):
        return re.escape(word)
    return rf"(?<!\w){re.escape(word)}" + ("" if last else r"(?!\w)")


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in lower case without accents, and for each of its characters the one that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = letter.lower() if letter.isascii() else unaccented(letter).lower()
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), places
