"""Ranks the sentences of found passages as answers to a question, and decides whether they answer it at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.library_requests import RankedSentence
from desktop.core.text import sentences, stems
from desktop.engines.candidates import Scored
from desktop.engines.embedding import Embedder, Vectors

PASSAGE_SHARE = 0.4
"""How much the passage's own rank counts for its sentences."""
CONTEXT_SHARE = 0.3
"""A question's word that stands elsewhere in the passage counts this much for each of its sentences."""
FOUND_FROM = 0.515
"""Confidence from which the files are taken to contain the answer.

Confidence is the mean of the best sentence's cosine to the question and the idf-weighted share of the question's
words in its passage. On XQuAD, each question once with and once without its paragraph: AUC .953, balanced accuracy
.88 here and .89 at its best (.54); a little below the best, because a "your files do not say" that is wrong costs
more than a quote too many.
"""
FOCUS_SHARE = 0.6
"""How much a follow-up question itself counts for a sentence, beside the one before it that says what it is about."""
MAX_SENTENCES = 120


@dataclass(frozen=True)
class Asked:
    """A question: its vector, shape (dimensions,), and the idf of each of its stems."""

    vector: Vectors
    weights: Mapping[str, float]


def rank(
    question: Asked, hits: Sequence[Scored], embedder: Embedder, focus: Asked | None = None
) -> tuple[list[RankedSentence], float]:
    """The sentences of `hits` by score, best first, and the confidence that they answer the question.

    score = (cosine + overlap) / 2 + PASSAGE_SHARE * the passage's score. With a `focus`, what is asked after the
    question, FOCUS_SHARE of cosine and overlap are those to it.
    """
    spans = [
        (hit, start, end) for hit, scored in enumerate(hits) for start, end in sentences(scored.passage.text)
    ]
    spans = spans[:MAX_SENTENCES]
    if not spans:
        return [], 0.0
    texts = [hits[hit].passage.text[start:end] for hit, start, end in spans]
    vectors = embedder.encode(texts)
    likeness = _Likeness(question, vectors, hits, embedder)
    nearer = _Likeness(focus, vectors, hits, embedder) if focus else None
    ranked = []
    for place, ((hit, start, end), text) in enumerate(zip(spans, texts, strict=True)):
        cosine, overlap = likeness.of(place, hit, text)
        score = (cosine + overlap) / 2
        if nearer is not None:
            score = (1 - FOCUS_SHARE) * score + FOCUS_SHARE * sum(nearer.of(place, hit, text)) / 2
        score += PASSAGE_SHARE * hits[hit].score
        ranked.append(RankedSentence(hit, start, end, text, score, cosine, overlap))
    ranked.sort(key=lambda sentence: -sentence.score)
    best = max(
        ranked, key=lambda one: (one.similarity + one.overlap) / 2 + PASSAGE_SHARE * hits[one.hit].score
    )
    return ranked, (best.similarity + likeness.inside[best.hit]) / 2


class _Likeness:
    """How like sentences are to what is asked."""

    def __init__(self, asked: Asked, vectors: Vectors, hits: Sequence[Scored], embedder: Embedder) -> None:
        self._cosines = embedder.likeness(vectors @ asked.vector)
        self._weights = asked.weights
        self.inside = [_overlap(_with_names(scored), asked.weights) for scored in hits]

    def of(self, place: int, hit: int, text: str) -> tuple[float, float]:
        """Cosine and overlap of one sentence."""
        own = _overlap(text, self._weights)
        return float(self._cosines[place]), (1 - CONTEXT_SHARE) * own + CONTEXT_SHARE * self.inside[hit]


def _with_names(scored: Scored) -> str:
    """Title and heading name what the passage's text may only call "it"."""
    return f"{scored.passage.title}\n{scored.passage.heading}\n{scored.passage.text}"


def _overlap(text: str, weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    present = set(stems(text))
    return sum(weight for word, weight in weights.items() if word in present) / total if total else 0.0
