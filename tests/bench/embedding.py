"""Passages a second of the chosen encoder against sentence-transformers as it comes, and what it costs in nDCG."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from desktop.core.evaluation import LabelledSet, interval, measures, read_labelled_set, read_queries
from desktop.core.paths import Paths
from desktop.engines.embedding import Embedder, Vectors
from tests.bench import texts
from tests.bench.measure import Figure, Options, Side, commands, median, say, spread
from tests.bench.retrieval import OWN_SET, as_beir

PASSAGES = 240
ROUNDS = 5
SPEED_TARGET = 1.5
LOSS_TARGET = 0.01
DEPTH = 10

Ranking = list[list[int]]


@dataclass(frozen=True)
class _Encode:
    """Encode and tell the seconds."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class _Rank:
    """Encode both and give, for each query, the numbers of the nearest passages."""

    passages: tuple[str, ...]
    queries: tuple[str, ...]


def figures(options: Options) -> list[Figure]:
    """The speed of both, then nDCG@10 of both on each set that is there."""
    embedder = str(Paths.default().starter_embedder)
    say("embedding: loading both sides")
    ours, theirs = Side(serve, embedder, "chosen"), Side(serve, embedder, "default")
    try:
        lines = [_speed(ours, theirs), _quality(ours, theirs, "own set", OWN_SET)]
        if options.xquad is None:
            note = "not run: no data (see tests/bench/README.md)"
            return [*lines, Figure("embedding: nDCG@10 on XQuAD", "", note)]
        with as_beir(options.xquad) as folder:
            return [*lines, _quality(ours, theirs, "XQuAD", folder)]
    finally:
        ours.close()
        theirs.close()


def _speed(ours: Side, theirs: Side) -> Figure:
    passages = _Encode(tuple(texts.document(number, 110) for number in range(PASSAGES)))
    chosen: list[float] = []
    default: list[float] = []
    for number in range(ROUNDS + 1):
        say(f"embedding: round {number} of {ROUNDS}")
        taken = [cast(float, side.ask(passages)) for side in (ours, theirs)]
        if number:  # the first warms up
            chosen.append(PASSAGES / taken[0])
            default.append(PASSAGES / taken[1])
    ratio = median(chosen) / median(default)
    return Figure(
        "embedding, the chosen backend against SentenceTransformer.encode in fp32",
        f"≥ {SPEED_TARGET}",
        f"{spread(chosen, 1)} passages/s",
        f"{ratio:.2f}",
        ratio >= SPEED_TARGET,
        f"{PASSAGES} passages of 110 words; the other side, with its defaults: {spread(default, 1)} passages/s; "
        f"{ROUNDS} rounds in turn, both sides warm",
    )


def _quality(ours: Side, theirs: Side, name: str, folder: Path) -> Figure:
    say(f"embedding: nDCG@10 on {name}")
    labelled = read_labelled_set(folder / "queries.jsonl", folder / "qrels" / "test.tsv")
    corpus = dict(read_queries(folder / "corpus.jsonl"))
    order = _Rank(tuple(corpus.values()), tuple(labelled.queries.values()))
    chosen, default = (
        _ndcg(labelled, list(corpus), cast(Ranking, side.ask(order))) for side in (ours, theirs)
    )
    loss = 1 - sum(chosen) / sum(default)
    sure = interval([mine - its for mine, its in zip(chosen, default, strict=True)])
    return Figure(
        f"embedding: nDCG@10 on {name} by vectors alone, the chosen backend against fp32",
        f"loss < {LOSS_TARGET:.0%}",
        f"{sum(chosen) / len(chosen):.4f} against {sum(default) / len(default):.4f}: loss {loss:.2%}",
        f"{1 - loss:.3f}",
        loss < LOSS_TARGET,
        f"{len(chosen)} queries, all vectors compared, each text cut where the model ends; 95 % interval of the paired "
        f"difference {sure.low:+.4f} to {sure.high:+.4f}",
    )


def _ndcg(labelled: LabelledSet, documents: Sequence[str], ranking: Ranking) -> list[float]:
    return [
        measures([documents[row] for row in best], labelled.grades[query]).ndcg
        for query, best in zip(labelled.queries, ranking, strict=True)
    ]


def serve(connection: Connection, embedder: str, which: str) -> None:
    """Encodes with the `chosen` backend, or with the `default` of sentence-transformers."""
    import numpy as np

    encode = _chosen(embedder) if which == "chosen" else _default(embedder)
    for command in commands(connection):
        if isinstance(command, _Encode):
            start = time.perf_counter()
            encode(list(command.texts))
            connection.send(time.perf_counter() - start)
        elif isinstance(command, _Rank):
            cosine = encode(list(command.queries)) @ encode(list(command.passages)).T
            connection.send(np.argsort(-cosine, axis=1, kind="stable")[:, :DEPTH].tolist())


def _chosen(embedder: str) -> Callable[[list[str]], Vectors]:
    return Embedder(Path(embedder)).encode


def _default(embedder: str) -> Callable[[list[str]], Vectors]:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(embedder, device="cpu", local_files_only=True).encode
