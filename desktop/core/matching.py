"""Which characters of a passage a search matched: what is marked, and the exact phrase as a pattern."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from desktop.core.text import STOP_WORDS, sentences, spans_of_words, stem

Range = tuple[int, int]
"""Characters `start:end` of a text."""

# One typed form stands for all that books and word processors put in its place.
_SAME = ("'’‘ʼ", '"“”„«»', "-‐‑‒–—")


def phrase_pattern(phrase: str) -> str:
    """The phrase as a regular expression, '' for one without a character to look for.

    Any white space matches any other; quotation marks, apostrophes and dashes match in each of their forms. It begins
    and ends at a word's boundary where its script separates words by spaces. The expression means the same to
    Python's `re` and to Rust's `regex` with the flag `i`, and holds no quotation mark, so it fits into SQL.
    """
    parts = unicodedata.normalize("NFC", phrase).split()
    if not any(character.isalnum() for part in parts for character in part):
        return ""
    middle = r"\s+".join("".join(_one(character) for character in part) for part in parts)
    before = r"\b" if _bounded(parts[0][0]) else ""
    after = r"\b" if _bounded(parts[-1][-1]) else ""
    return before + middle + after


def _one(character: str) -> str:
    for forms in _SAME:
        if character in forms:
            return "[" + "".join(f"\\x{ord(one):02x}" if ord(one) < 128 else one for one in forms) + "]"
    # Escapes by number: a backslash before "<" is a word's boundary in Rust and itself in Python.
    return character if character.isalnum() or ord(character) > 127 else f"\\x{ord(character):02x}"


def _bounded(character: str) -> bool:
    """Scripts with upper and lower case put spaces between words; Chinese, Thai and others do not."""
    return character.isdigit() or character.lower() != character.upper()


def phrase_ranges(text: str, phrase: str) -> tuple[Range, ...]:
    """Where the phrase stands in a text, as `phrase_pattern` understands it."""
    pattern = phrase_pattern(phrase)
    if not pattern:
        return ()
    return tuple(match.span() for match in re.finditer(pattern, text, re.IGNORECASE))


def word_ranges(text: str, query: str) -> tuple[Range, ...]:
    """The words of a text that a query has too, in any inflected form; neighbours are one range.

    A stop word is marked only beside a marked word that it also stands beside in the query, so that "out of order"
    is found as a whole and no text is full of marked "of".
    """
    asked = [_reduced(word) for _, _, word in spans_of_words(query)]
    content = {word for word in asked if word not in STOP_WORDS}
    neighbours = set(pairwise(asked))
    found = spans_of_words(text)
    said = [_reduced(word) for _, _, word in found]
    marked = [word in content for word in said]
    forwards, backwards = range(1, len(said)), range(len(said) - 2, -1, -1)
    for here in forwards:
        marked[here] = marked[here] or (marked[here - 1] and (said[here - 1], said[here]) in neighbours)
    for here in backwards:
        marked[here] = marked[here] or (marked[here + 1] and (said[here], said[here + 1]) in neighbours)
    ranges = [(start, end) for (start, end, _), is_marked in zip(found, marked, strict=True) if is_marked]
    return _joined(text, ranges)


def _reduced(word: str) -> str:
    return word if word in STOP_WORDS else stem(word)


def _joined(text: str, ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Ranges with nothing but spaces between them become one."""
    joined: list[Range] = []
    for start, end in ranges:
        if joined and text[joined[-1][1] : start].strip(" ") == "":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def best_sentence(text: str, ranges: Sequence[Range]) -> Range:
    """The sentence with the most different marked content words, the first of several; all of a text without marks.

    Words that are marked side by side, as they stand in the query, count half a word more.
    """
    best, most = (0, len(text)), 0.0
    for start, end in sentences(text):
        inside = [_content(text[one:other]) for one, other in ranges if start <= one and other <= end]
        together = max((len(words) for words in inside), default=0) > 1
        number = len(set().union(*inside)) + 0.5 * together
        if number > most:
            best, most = (start, end), number
    return best


def _content(text: str) -> set[str]:
    return {stem(word) for _, _, word in spans_of_words(text) if word not in STOP_WORDS}


def excerpt(text: str, ranges: Sequence[Range], start: int, most: int) -> tuple[str, tuple[Range, ...]]:
    """At most `most` characters of a text from `start` on, on one line, with the ranges that lie in them."""
    places: list[int] = []
    characters: list[str] = []
    for place in range(start, len(text)):
        space = text[place].isspace()
        if space and (not characters or characters[-1] == " "):
            continue
        characters.append(" " if space else text[place])
        places.append(place)
        if len(characters) == most:
            break
    moved = [(bisect_left(places, begin), bisect_left(places, end)) for begin, end in ranges]
    return "".join(characters), tuple((begin, end) for begin, end in moved if begin < end)
