"""The words that tell topics apart: class-based TF-IDF, as in BERTopic (Grootendorst 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_WORDS = 60_000
KEYWORDS = 10
_WORD = r"(?u)\b[^\W\d_][^\W_]{2,}\b"
_COMMON = 0.3
"""A word in more of the texts than this is one of the language, not of a topic."""


def keywords(texts: Sequence[str], labels: Sequence[int], number: int) -> list[tuple[str, ...]]:
    """For each of `number` topics its words, the most telling first; texts of other labels count for none.

    The weight of a word in a topic is tf * log(1 + A / f): how often it is there as a share of the topic's words, the
    mean number of words of a topic A, and how often the word is in all topics f.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    kept = [(text, label) for text, label in zip(texts, labels, strict=True) if 0 <= label < number]
    if not kept:
        return [()] * number
    few = len(kept) < 30
    vectorizer = CountVectorizer(
        token_pattern=_WORD,
        stop_words=sorted(ENGLISH_STOP_WORDS),
        max_df=1.0 if few or number == 1 else _COMMON + 0.7 / number,
        min_df=1 if few else 2,
        max_features=MOST_WORDS,
    )
    try:
        counts: Any = vectorizer.fit_transform([text for text, _ in kept])
    except ValueError:  # there is no word at all
        return [()] * number
    from scipy.sparse import csr_matrix

    which = np.array([label for _, label in kept])
    member = csr_matrix((np.ones(len(kept)), (which, np.arange(len(kept)))), shape=(number, len(kept)))
    by_topic = np.asarray((member @ counts).todense(), np.float64)
    share = by_topic / np.maximum(by_topic.sum(axis=1, keepdims=True), 1)
    weights = share * np.log1p(by_topic.sum() / number / np.maximum(by_topic.sum(axis=0), 1))
    names = vectorizer.get_feature_names_out()
    return [_chosen(names, row) for row in weights]


def _chosen(names: Any, weights: Any) -> tuple[str, ...]:
    """The words of the highest weights, without other forms of one that is chosen already."""
    found: list[str] = []
    for place in np.argsort(-weights, kind="stable")[: 4 * KEYWORDS]:
        word = str(names[place])
        if weights[place] <= 0 or len(found) == KEYWORDS:
            break
        if not any(_same(word, other) for other in found):
            found.append(word)
    return tuple(found)


def _same(word: str, other: str) -> bool:
    """Whether one is the other with an ending: contract, contracts."""
    short, long = sorted((word, other), key=len)
    return len(long) - len(short) <= 2 and len(short) > 3 and long.startswith(short)
