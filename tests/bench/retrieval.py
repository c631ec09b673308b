"""How well search finds on labelled sets: by vectors, by keywords, by both, and reranked where that is installed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.core.evaluation import interval, read_labelled_set
from desktop.services.all import Services
from desktop.services.evaluating import ModeMeasured
from tests.bench.measure import Figure, Options, say, services
from tests.bench.xquad import read

OWN_SET = Path(__file__).with_name("own_set")
XQUAD_TARGET = 0.96


def figures(options: Options) -> list[Figure]:
    """A line for each way of searching on each set; hybrid has a target."""
    with services() as built:
        found = _lines(built, "own set", OWN_SET, 0.0)
        if options.xquad is None:
            note = "not run: no data (see tests/bench/README.md)"
            return [*found, Figure("retrieval on XQuAD", "", note)]
        with as_beir(options.xquad) as folder:
            return found + _lines(built, "XQuAD", folder, XQUAD_TARGET)


def _lines(built: Services, name: str, folder: Path, target: float) -> list[Figure]:
    """`target` is what hybrid must reach; it must beat the better of its two parts in any case on the own set."""
    labelled = read_labelled_set(folder / "queries.jsonl", folder / "qrels" / "test.tsv")
    say(f"retrieval: {name}, {len(labelled.queries)} queries")
    events = built.evaluating.evaluate(folder / "corpus.jsonl", labelled)
    measured = {event.mode: event for event in events if isinstance(event, ModeMeasured)}
    least = target or max(measured["vector"].mean.ndcg, measured["keyword"].mean.ndcg)
    figures = []
    for mode, event in measured.items():
        hybrid = mode == "hybrid"
        figures.append(
            Figure(
                f"retrieval on {name}, {mode}: nDCG@10",
                f"{'≥' if target else '>'} {least:.3f}" if hybrid else "",
                f"{event.mean.ndcg:.3f} ({event.ndcg.low:.3f} to {event.ndcg.high:.3f})",
                passed=(event.mean.ndcg >= least if target else event.mean.ndcg > least) if hybrid else None,
                note=_note(event, measured),
            )
        )
    return figures


def _note(event: ModeMeasured, measured: dict[str, ModeMeasured]) -> str:
    words = (
        f"{len(event.each)} queries, each document once; 95 % interval by bootstrap; recall@10 "
        f"{event.mean.recall:.3f}, MRR@10 {event.mean.reciprocal_rank:.3f}, hit@5 {event.mean.hit:.3f}"
    )
    if event.mode != "hybrid":
        return words
    gains = []
    for part in ("vector", "keyword"):
        other = measured[part].each
        sure = interval([one.ndcg - other[query].ndcg for query, one in event.each.items()])
        gains.append(f"{sure.low:+.3f} to {sure.high:+.3f} against {part}")
    return f"{words}; paired difference {', '.join(gains)}"


@contextmanager
def as_beir(xquad: Path) -> Iterator[Path]:
    """XQuAD's files in the layout of BEIR: each paragraph a document, all questions."""
    documents, questions = read(xquad)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "qrels").mkdir()
        rows = [json.dumps(row) for row in documents.values()]
        asked = [json.dumps({"_id": f"q{n}", "text": one.text}) for n, one in enumerate(questions)]
        judged = [f"q{n}\t{one.gold}\t1" for n, one in enumerate(questions)]
        (folder / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
        (folder / "queries.jsonl").write_text("\n".join(asked), "utf-8")
        lines = ["query-id\tcorpus-id\tscore", *judged]
        (folder / "qrels" / "test.tsv").write_text("\n".join(lines), "utf-8")
        yield folder
