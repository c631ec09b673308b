"""Tells a text that tries to give the model instructions, in English, German, French and Spanish.

By rules, not by a model: what is said is only a sentence to the person. Whether text of files is followed does not
hang on it; it goes to the model as quoted data in any case, and nothing in it is ever run or fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from desktop.core.injection_words import STRONG, WEAK
from desktop.core.prompt_marks import has_marks

LONGEST = 20_000
"""Characters that are looked at; a passage has a thousand."""
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_TO_ASCII = {0xE0000 + code: code for code in range(0x20, 0x7F)}
# Letters of other alphabets that look like Latin ones.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһνοαερτικпгӏօսհ",
    "aeopcyxijsdhvoaeptiknrlouh",
)
_LEET = str.maketrans("013457@$|", "oieastasl")
_MARKUP = re.compile(r"<!--|-->|<[^<>]{0,200}>|[*_`~\\]+")
_JOINED = re.compile(r"(?<=[a-z])[-_.+](?=[a-z])")
_MIXED = re.compile(r"\b(?=\w*\d)(?=\w*[a-z])[\w@$|]{3,}\b")
# What is left of "ignore", "all" and "instructions" when OCR has taken I, l and 1 for each other.
_MISREAD = re.compile(r"\b(?:lgnor|lnstr|aii\b)")
_SPACED = re.compile(r"(?:\b[^\W\d_]\b[ .·_-]{1,2}){8,}[^\W\d_]\b")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_WORD = re.compile(r"[a-z]+")
_LEAST_HIDDEN = 8


@lru_cache(maxsize=4096)
def gives_instructions(text: str) -> bool:
    """Whether a text of a file, or a name, reads as if it spoke to the model that reads it."""
    text = text[:LONGEST]
    if has_marks(text):
        return True
    return any(_orders(form) for form in _forms(text))


def _orders(text: str) -> bool:
    """One plain sign is enough; of those that other texts have, too, it takes two."""
    words = frozenset(_WORD.findall(text))
    for signs in STRONG:
        if signs.everyday and words.isdisjoint(signs.everyday):
            continue
        if any(pattern.search(text) for pattern in signs.patterns):
            return True
    return sum(1 for sign in WEAK.patterns if sign.search(text)) > 1


def _forms(text: str) -> Iterator[str]:
    """The text as it is read, and what may be hidden in it."""
    folded = _folded(text)
    yield folded
    plain = _MARKUP.sub(" ", _JOINED.sub(" ", folded))
    if plain != folded:
        yield " ".join(plain.split())
    if _MIXED.search(folded):
        yield _MISREAD.sub(_as_read, _MIXED.sub(lambda word: word.group().translate(_LEET), folded))
    spaced = "\n".join(re.sub(r"[ .·_-]", "", run.group()) for run in _SPACED.finditer(folded))
    if spaced:
        yield _parted(spaced)
    hidden = "".join(_TAGS.findall(text)).translate(_TO_ASCII)
    if len(hidden) >= _LEAST_HIDDEN:
        yield _folded(hidden)
    for found in _BASE64.finditer(text):
        yield _folded(_decoded(found.group()))


def _folded(text: str) -> str:
    """In lower case, without accents, invisible letters and lookalikes, white space as single spaces."""
    plain = unicodedata.normalize("NFKD", text)
    letters = (one for one in plain if unicodedata.category(one) not in ("Mn", "Cf"))
    lower = "".join(letters).lower().replace("ß", "ss").translate(_LOOKALIKES)
    return re.sub(r"[^\S\n]+", " ", lower.replace("’", "'").replace("`", "'"))


def _as_read(found: re.Match[str]) -> str:
    return {"l": "i" + found.group()[1:], "a": "all"}[found.group()[0]]


def _parted(text: str) -> str:
    """Words of an order that stood letter by letter, apart again."""
    return re.sub(r"(ignore|all|previous|prior|instructions?|system|prompt|disregard)", r"\1 ", text)


def _decoded(text: str) -> str:
    """What Base64 holds, if that is text; else ''."""
    padded = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
        return content.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
