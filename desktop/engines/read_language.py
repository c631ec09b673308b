"""The language that a text is written in."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SAMPLE_CHARACTERS = 4_000
"""How much of a text is looked at."""
_FEWEST_LETTERS = 40  # names and figures alone pass for any language
_SURE = 0.9
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(sample: str) -> str:
    """The ISO 639-1 code of a text's language, '' where it is too short to tell or has none of its own."""
    words = _LETTERS.findall(sample[:SAMPLE_CHARACTERS])
    letters = sum(map(len, words))
    # A letter of Chinese or Japanese is as good as a word.
    weight = letters + 2 * sum(character > "\u2e7f" for word in words for character in word)
    if weight < _FEWEST_LETTERS:
        return ""
    language, probability = _identifier().classify(" ".join(words))
    return str(language) if probability >= _SURE and len(language) == 2 else ""


@cache
def _identifier() -> Any:
    """The model, which comes with its library: a naive Bayes classifier of byte n-grams, 0.2 s and 20 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
