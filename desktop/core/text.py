"""Sentences and words of a text, with their offsets: the units of quoting, matching and marking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ABBREVIATION_LIST = """
mr mrs ms dr prof sr jr st no nos art fig figs eq sec ch vol pp p vs etc e.g i.e cf al inc ltd co corp dept
est approx gen col lt sgt rev hon jan feb mar apr jun jul aug sep sept oct nov dec nr bzw z.b d.h vgl u.s u.k ca
"""
_ABBREVIATIONS = frozenset(_ABBREVIATION_LIST.split())
# "No. 7" and "pp. 3-4", but "The answer is no." ends.
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "fig", "figs", "eq", "sec", "ch", "vol", "pp", "p", "nr"})
_END = re.compile(
    # From the first mark of a run, and without going back in it: a row of a million dots takes no time.
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s)|[。！？]["'”’」』）]*|\n\s*\n|\n(?=\s*(?:[-*•·▪]|\d{1,3}[.)])\s)"""
)
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_VISIBLE = re.compile(r"\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters, the separators of lines, and the marks that turn the letters after them round.
_UNRULY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Without width and without power over other letters: right-to-left names have them in good faith.
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\ufeff]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

_STOP_WORDS_LIST = """
a about after all also am an and any are as at be been before being but by can could did do does doing far
for from had has have he her hers him his how i if in into is it its long many me more most much my no not
of often on one only or other our out over own say she should so some such tell than that the their them
then there these they this those through to too under up upon was we were what when where which while who
whom whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS_LIST.split())
_NOT = ("n't", "n’t")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence, in order, without surrounding white space.

    A sentence ends at a full stop before white space (not after an abbreviation, an initial or within a number), at
    an empty line, and before an item of a list.
    """
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and not _ends_sentence(text, start, match.start(), match.end()):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in text[start:end]):
        yield start, end


def _ends_sentence(text: str, start: int, dot: int, end: int) -> bool:
    """Whether the full stop at `dot` ends a sentence rather than an abbreviation, an initial or a list number.

    `start` is where the sentence begins: what stands before it must not matter, so that a text may come in pieces.
    """
    begin = dot
    while begin > start and not text[begin - 1].isspace() and dot - begin < 12:
        begin -= 1
    word = text[begin:dot].strip("([\"'“‘").lower()
    next_one = _VISIBLE.search(text, end)
    following = next_one.group() if next_one else ""
    if word in _BEFORE_NUMBERS and following:
        return not following.isdigit() and not following.islower()
    if word in _ABBREVIATIONS:
        return False
    if len(word) == 1 and word.isalpha():
        return False  # an initial
    if word.isdigit() and len(word) <= 3 and (begin == start or text[begin - 1] == "\n"):
        return False  # the number of a list item
    return not following.islower()


def clean(text: str) -> str:
    """The text with half surrogate pairs, as in names of files that are not UTF-8, replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def shown(name: str) -> str:
    """A name as it can stand in a line: what would break the line or reverse its letters is seen as U+FFFD."""
    return _UNRULY.sub("\ufffd", _INVISIBLE.sub("", name))


def unaccented(text: str) -> str:
    """The text with its letters without accents: "Zürich" is "Zurich"."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )


def words(text: str) -> list[str]:
    """The words of a text in lower case; numbers keep their separators ("2,300")."""
    return [match.group().lower() for match in _WORD.finditer(text)]


def spans_of_words(text: str) -> list[tuple[int, int, str]]:
    """Start, end and lower-case form of each word of a text, as `words` gives them."""
    return [(match.start(), match.end(), match.group().lower()) for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """The content words of a text, reduced so that inflected forms meet; stop words and "don't" are left out."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS and not word.endswith(_NOT)]


def numbers(text: str) -> set[str]:
    """The numbers in a text, without separators, so that 2,300 equals 2300."""
    return {match.group().replace(",", "").rstrip(".") for match in _NUMBER.finditer(text)}


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A light stem of an English word: plural, past and -ing endings go (after Harman's S-stemmer, extended)."""
    word = word.replace("’", "'").removesuffix("'s").replace(",", "")
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    for ending, put in (
        ("ies", "y"),
        ("sses", "ss"),
        ("ied", "y"),
        ("ingly", ""),
        ("edly", ""),
        ("ing", ""),
        ("ed", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undouble(word[: -len(ending)] + put)
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    if word.endswith("es") and len(word) > 4:
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undouble(word: str) -> str:
    """`stopp` (of stopping) to `stop`, `mov` stays."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word
