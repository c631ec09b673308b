"""Chooses the sentences that stand for a document: one for each stretch of it, central there, none said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from desktop.core.documents import Passage
from desktop.core.text import sentences, words
from desktop.engines.embedding import Vectors

Encode = Callable[[list[str]], Vectors]

LEAST_WORDS, MOST_WORDS = 6, 60
"""A sentence of fewer or more words is chosen only where there is no other."""
PASSAGES_A_STRETCH = 3
"""So many passages of a stretch, its most central ones, are looked at sentence by sentence."""
WHOLE_SHARE = 0.3
"""How much nearness to the whole document counts beside nearness to the own stretch."""
NEW_SHARE = 0.35
"""How much likeness to a sentence already chosen counts against one (maximal marginal relevance)."""
FIRST_BONUS = 0.03
"""For a passage's first sentence, which often says what the others explain."""


@dataclass(frozen=True)
class Chosen:
    """Characters `start:end` of the text of `passages[passage]`."""

    passage: int
    start: int
    end: int


def choose(passages: Sequence[Passage], vectors: Vectors, number: int, encode: Encode) -> list[Chosen]:
    """At most `number` sentences, in the document's order; `vectors` has a row of length 1 for each passage."""
    whole = _centre(vectors)
    chosen: list[Chosen] = []
    taken = np.zeros((0, vectors.shape[1]), np.float32)
    for stretch in _stretches(passages, number):
        centre = _centre(vectors[stretch])
        aim = (1 - WHOLE_SHARE) * centre + WHOLE_SHARE * whole
        nearest = sorted(stretch, key=lambda index: -float(vectors[index] @ aim))[:PASSAGES_A_STRETCH]
        candidates = _candidates(passages, sorted(nearest))
        if not candidates:
            continue
        texts = [passages[one.passage].text[one.start : one.end] for one in candidates]
        encoded = encode(texts)
        scores = encoded @ aim + FIRST_BONUS * np.array([one.start == 0 for one in candidates])
        if len(taken):
            scores -= NEW_SHARE * (encoded @ taken.T).max(axis=1)
        best = int(scores.argmax())
        chosen.append(candidates[best])
        taken = np.concatenate([taken, encoded[best : best + 1]])
    return chosen


def _stretches(passages: Sequence[Passage], number: int) -> Iterator[list[int]]:
    """The indices of the passages in `number` runs of about as many characters."""
    total = sum(len(passage.text) for passage in passages)
    runs: list[list[int]] = [[] for _ in range(number)]
    passed = 0
    for index, passage in enumerate(passages):
        runs[min((passed + len(passage.text) // 2) * number // max(total, 1), number - 1)].append(index)
        passed += len(passage.text)
    yield from (run for run in runs if run)


def _candidates(passages: Sequence[Passage], indices: Sequence[int]) -> list[Chosen]:
    """The sentences of some passages; what is no sentence (a heading, a row of a table) only where nothing else is."""
    found = [Chosen(index, start, end) for index in indices for start, end in sentences(passages[index].text)]
    whole = [one for one in found if _is_sentence(passages[one.passage].text[one.start : one.end])]
    return whole or found


def _is_sentence(text: str) -> bool:
    ends = text.rstrip("\"'”’)»")[-1:] in ".!?…。！？"
    return ends and LEAST_WORDS <= len(words(text)) <= MOST_WORDS


def _centre(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length > 0 else mean
