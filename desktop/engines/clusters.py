"""Groups vectors: small clusters, a tree of them, a cut through the tree, and a few rounds of k-means from there.

Spherical k-means (Dhillon, Modha 2001) on the unit sphere, for cosines are what the embedders were trained on; its
beginning is Ward's tree (1963) of small clusters, which is the same at every run and gives every number of groups at
once. Where the data are to decide, the number grows with the number of texts, unless the mean silhouette (Rousseeuw
1987) of another number is clearly higher.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.core.cancel import CancelToken

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

WARD_AT_ONCE = 1500
"""Above this, the tree is made of small clusters."""
SMALL_CLUSTERS = 500
SAMPLE = 1500
"""Vectors that a silhouette is measured on."""
FIT_ON = 30_000
"""Vectors that small clusters are looked for in; the others go to the nearest."""
ROUNDS = 15
TRIED = 11
"""Numbers of groups that are tried, from 2 on."""
LEAST = 6
"""Fewer vectors than this are one group."""
CLEARLY = 1.3
"""How many times the silhouette of the usual number another one must have to be taken instead."""
USUAL_POWER = 0.36
"""Usually there are n ** this groups: 5 of a hundred texts, 28 of ten thousand."""


@dataclass(frozen=True)
class Clusters:
    """`labels` of the vectors, and the centres (of length one) that they belong to."""

    labels: Numbers
    centres: Floats


def group(vectors: Floats, number: int, seed: int, cancel: CancelToken) -> Clusters:
    """`number` groups of vectors of length one, shape (n, dimensions); as many as the data show where it is 0."""
    count = len(vectors)
    different = len(np.unique(vectors[: LEAST * 50], axis=0))
    if different == 1 and len(np.unique(vectors, axis=0)) == 1:
        number = 1
    if number == 1 or (not number and count < LEAST):
        return Clusters(np.zeros(count, np.int64), _unit(vectors.mean(axis=0, keepdims=True)))
    small, centres = _small_clusters(vectors, seed, cancel)
    tree = _tree(centres)
    if number:
        return _refined(vectors, _cut(tree, min(number, len(centres)))[small], cancel)
    return _refined(vectors, _cut(tree, _number(vectors, tree, small, seed, cancel))[small], cancel)


def _small_clusters(vectors: Floats, seed: int, cancel: CancelToken) -> tuple[Numbers, Floats]:
    """Which small cluster each vector is in, and the centres of them; each vector is one where they are few."""
    if len(vectors) <= WARD_AT_ONCE:
        return np.arange(len(vectors)), vectors
    from sklearn.cluster import MiniBatchKMeans

    cancel.check()
    chosen = _sample(len(vectors), FIT_ON, seed)
    model = MiniBatchKMeans(
        min(SMALL_CLUSTERS, len(vectors) // 3), random_state=seed, n_init=1, batch_size=4096
    )
    model.fit(vectors[chosen])
    cancel.check()
    labels = _nearest(vectors, _unit(model.cluster_centers_.astype(np.float32)))
    there, labels = np.unique(labels, return_inverse=True)
    return labels, _centres(vectors, labels, len(there))


def _tree(centres: Floats) -> Any:
    from scipy.cluster.hierarchy import linkage

    return linkage(centres, "ward")


def _cut(tree: Any, number: int) -> Numbers:
    """The group of each leaf where the tree is cut into so many."""
    from scipy.cluster.hierarchy import fcluster

    return np.asarray(fcluster(tree, number, "maxclust"), np.int64) - 1


def _number(vectors: Floats, tree: Any, small: Numbers, seed: int, cancel: CancelToken) -> int:
    """How many groups the data show."""
    from sklearn.metrics import silhouette_score

    usual = min(max(2, round(len(vectors) ** USUAL_POWER)), len(tree))
    chosen = _sample(len(vectors), SAMPLE, seed)
    most = max(min(3 * usual, len(vectors) // 3, len(tree)), usual)
    steps = {round(2 * (most / 2) ** (step / TRIED)) for step in range(TRIED + 1)}
    silhouettes: dict[int, float] = {}
    for number in sorted({*steps, usual}):
        cancel.check()
        labels = _cut(tree, number)[small][chosen]
        if 1 < len(set(labels.tolist())) < len(chosen):
            silhouettes[number] = float(silhouette_score(vectors[chosen], labels, metric="cosine"))
    best = max(silhouettes, key=lambda number: silhouettes[number], default=usual)
    return best if silhouettes.get(best, 0.0) > CLEARLY * max(silhouettes.get(usual, 0.0), 0.0) else usual


def _refined(vectors: Floats, labels: Numbers, cancel: CancelToken) -> Clusters:
    """Rounds of spherical k-means; the groups are numbered by size, the largest first."""
    centres = _centres(vectors, labels, int(labels.max()) + 1)
    for _ in range(ROUNDS):
        cancel.check()
        moved = _nearest(vectors, centres)
        there, moved = np.unique(moved, return_inverse=True)
        same = len(there) == len(centres) and np.array_equal(moved, labels)
        labels, centres = moved, _centres(vectors, moved, len(there))
        if same:
            break
    order = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return Clusters(place[labels], centres[order])


def _nearest(vectors: Floats, centres: Floats) -> Numbers:
    """The nearest centre of each vector, in blocks: 200,000 by 500 cosines would take 400 MB."""
    blocks = [(vectors[at : at + 20_000] @ centres.T).argmax(axis=1) for at in range(0, len(vectors), 20_000)]
    return np.concatenate(blocks).astype(np.int64)


def _centres(vectors: Floats, labels: Numbers, number: int) -> Floats:
    sums = np.zeros((number, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    return _unit(sums)


def _sample(count: int, most: int, seed: int) -> Numbers:
    """At most so many places, in order, the same for the same seed."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _unit(vectors: Floats) -> Floats:
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)
