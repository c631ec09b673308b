"""Finds topics, in a child of its own: vectors from the index or made here, groups, words and names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from desktop.core.cancel import CancelToken
from desktop.core.errors import InternalError
from desktop.core.requests import Ping, Request
from desktop.core.topic_requests import GroupCollection, GroupTexts, TextsEmbedded, TopicsGrouped
from desktop.core.topics import OUTLIER, Assigned, Grouped, Grouping, Outliers, Topic
from desktop.engines.clusters import Clusters, Floats, group
from desktop.engines.embedding import Embedder
from desktop.engines.index import Index
from desktop.engines.topic_words import keywords

EMBED_AT_ONCE = 256
MOST_CHARACTERS = 4_000
"""Of a text: an embedder sees no more of it, and words are counted in as much."""
TYPICAL = 5
WARMTH = 0.05
"""Temperature of the softmax that makes probabilities of cosines."""
FAR = 3.0
"""So many median deviations below the median likeness to its own centre a text is an outlier."""
NAMED_BY = 3


class TopicEngine:
    """Serves the requests of core/topic_requests.py."""

    def __init__(self, index: Path, embedder: Path) -> None:
        self._index = Index(index)
        self._embedder_folder = embedder

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        match request:
            case GroupTexts(texts, grouping):
                cut = [text[:MOST_CHARACTERS].strip() for text in texts]
                there = [place for place, text in enumerate(cut) if text]
                vectors = np.zeros((len(there), self._embedder.dimensions), np.float32)
                for at in range(0, len(there), EMBED_AT_ONCE):
                    cancel.check()
                    part = there[at : at + EMBED_AT_ONCE]
                    vectors[at : at + len(part)] = self._embedder.encode([cut[place] for place in part])
                    yield TextsEmbedded(at + len(part), len(there))
                yield TopicsGrouped(_grouped(cut, there, vectors, grouping, cancel))
            case GroupCollection(collection, documents, grouping):
                texts_there, vectors = self._documents(collection, documents, cancel)
                there = [place for place, text in enumerate(texts_there) if text]
                yield TopicsGrouped(_grouped(texts_there, there, vectors[there], grouping, cancel))
            case Ping():
                yield f"topics {os.getpid()}"
            case _:
                raise InternalError(f"The engine for topics does not know {type(request).__name__}.")

    @cached_property
    def _embedder(self) -> Embedder:
        return Embedder(self._embedder_folder)

    def _documents(
        self, collection: str, documents: Sequence[str], cancel: CancelToken
    ) -> tuple[list[str], Floats]:
        """The beginning of the text of each document, and the mean of its passages' vectors."""
        place = {document: at for at, document in enumerate(documents)}
        texts, sums = [""] * len(documents), np.zeros((len(documents), 1), np.float32)
        for ids, passages, vectors in self._index.batches(collection):
            cancel.check()
            if sums.shape[1] != vectors.shape[1]:
                sums = np.zeros((len(documents), vectors.shape[1]), np.float32)
            for document, passage, vector in zip(ids, passages, vectors, strict=True):
                at = place.get(document, -1)
                if at >= 0:
                    sums[at] += vector
                    if len(texts[at]) < MOST_CHARACTERS:
                        texts[at] = f"{texts[at]} {passage}"[:MOST_CHARACTERS].strip()
        length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return texts, (sums / length).astype(np.float32)


def _grouped(
    texts: Sequence[str], there: Sequence[int], vectors: Floats, grouping: Grouping, cancel: CancelToken
) -> Grouped:
    """The topics of the texts at the places `there`, which the vectors belong to; the others have none."""
    assigned = [Assigned(OUTLIER, 0.0)] * len(texts)
    if not there:
        return Grouped((), tuple(assigned))
    clusters = group(vectors, grouping.number, grouping.seed, cancel)
    likeness = vectors @ clusters.centres.T
    own = likeness[np.arange(len(there)), clusters.labels]
    sure = _probabilities(likeness)[np.arange(len(there)), clusters.labels]
    labels = clusters.labels.copy()
    if grouping.outliers is Outliers.SOME:
        labels[_far(own, clusters)] = OUTLIER
    cancel.check()
    words = keywords([texts[place] for place in there], labels.tolist(), len(clusters.centres))
    for place, label, probability in zip(there, labels.tolist(), sure.tolist(), strict=True):
        assigned[place] = Assigned(label, round(probability, 4) if label != OUTLIER else 0.0)
    topics = []
    for number, listed in enumerate(words):
        inside = np.flatnonzero(labels == number)
        central = inside[np.argsort(-own[inside], kind="stable")[:TYPICAL]]
        name = ", ".join(listed[:NAMED_BY]) or f"Topic {number + 1}"
        topics.append(Topic(number, name, listed, len(inside), tuple(there[at] for at in central)))
    return Grouped(tuple(topics), tuple(assigned))


def _probabilities(likeness: Floats) -> Floats:
    heat = np.exp((likeness - likeness.max(axis=1, keepdims=True)) / WARMTH)
    return np.asarray(heat / heat.sum(axis=1, keepdims=True), np.float32)


def _far(own: Floats, clusters: Clusters) -> Floats:
    """Which vectors are much less like their own centre than others are to theirs."""
    middle = float(np.median(own))
    spread = float(np.median(np.abs(own - middle)))
    return np.asarray(own < middle - FAR * max(spread, 1e-6))


def create(options: Mapping[str, object]) -> TopicEngine:
    """`index` and `embedder` are folders."""
    return TopicEngine(Path(str(options["index"])), Path(str(options["embedder"])))
