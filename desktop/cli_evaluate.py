"""The command that measures search: on a labelled set, or on questions written from a collection's own passages."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli_commands import services
from desktop.cli_output import ProgressLine, emit, tell
from desktop.core.errors import UserError
from desktop.core.evaluation import read_labelled_set
from desktop.core.probes import AMONG
from desktop.services.evaluating import ModeMeasured
from desktop.services.probing import ProbesAsked, Report

DONE = 0
_HEADER = (
    f"{'mode':16}{'nDCG@10':>8}  {'95 % interval':<16}{'recall@10':>9}{'MRR@10':>8}{'hit@5':>7}{'ms':>6}"
)


def evaluate(options: argparse.Namespace) -> int:
    """A line for each way of searching, as soon as it is measured."""
    if options.collection and not (options.folder or options.corpus or options.queries or options.qrels):
        return _on_own_documents(options)
    corpus, queries, qrels = _files(options)
    labelled = read_labelled_set(queries, qrels)
    line = ProgressLine()
    with services() as built:
        tell(f"{len(labelled.queries)} queries of {queries.name}")
        if not options.json:
            print(_HEADER)
        for event in built.evaluating.evaluate(corpus, labelled, options.collection):
            if isinstance(event, ModeMeasured):
                line.clear()
                emit(options, _data(event), _words(event))
            else:
                line.show(event)
        line.clear()
    return DONE


def _on_own_documents(options: argparse.Namespace) -> int:
    """Test on my documents: a line for each question whose right passage was not found, then the result."""
    line = ProgressLine()
    with services() as built:
        collection = built.library.named(options.collection)
        for event in built.probing.test(collection.id):
            if isinstance(event, ProbesAsked):
                line.clear()
                _print_report(options, event.report)
            else:
                line.show(event)
        line.clear()
    return DONE


def _print_report(options: argparse.Namespace, report: Report) -> None:
    ranks = report.run.ranks
    for probe in report.probes:
        if ranks.get(probe.id) == 0:
            data = {"question": probe.question, "sentence": probe.sentence, "found": False}
            emit(options, dict(data), f"not found: {probe.question}")
    words = f"For {report.run.found} of {len(ranks)} questions the right passage was among the first {AMONG}."
    if report.change:
        words += f" Before: {report.change.before} of {report.change.of}."
    before = {"found": report.change.before, "of": report.change.of} if report.change else None
    emit(options, {"found": report.run.found, "of": len(ranks), "before": before}, words)


def _files(options: argparse.Namespace) -> tuple[Path, Path, Path]:
    """The corpus, the queries and the judgements: as named, else from the folder as BEIR lays it out."""
    folder: Path | None = options.folder
    found: list[Path | None] = [options.corpus, options.queries, options.qrels]
    if folder is not None:
        usual = (folder / "corpus.jsonl", folder / "queries.jsonl", _judgements(folder))
        found = [given or there for given, there in zip(found, usual, strict=True)]
    corpus, queries, qrels = found
    if corpus is None or queries is None or qrels is None:
        raise UserError(
            "A labelled set has three files.", "Give --corpus, --queries and --qrels, or a folder with them."
        )
    return corpus, queries, qrels


def _judgements(folder: Path) -> Path:
    """qrels/test.tsv, or the only file of judgements there is."""
    others = sorted([*folder.glob("qrels/*.tsv"), *folder.glob("qrels*.tsv")])
    test = folder / "qrels" / "test.tsv"
    return others[0] if len(others) == 1 else test


def _data(event: ModeMeasured) -> dict[str, object]:
    return {
        "mode": event.mode,
        "queries": len(event.each),
        "ndcg@10": round(event.mean.ndcg, 4),
        "interval": [round(event.ndcg.low, 4), round(event.ndcg.high, 4)],
        "recall@10": round(event.mean.recall, 4),
        "mrr@10": round(event.mean.reciprocal_rank, 4),
        "hit@5": round(event.mean.hit, 4),
        "seconds": round(event.seconds, 4),
    }


def _words(event: ModeMeasured) -> str:
    found, sure = event.mean, f"[{event.ndcg.low:.3f}, {event.ndcg.high:.3f}]"
    return (
        f"{event.mode:16}{found.ndcg:8.3f}  {sure:<16}{found.recall:9.3f}{found.reciprocal_rank:8.3f}"
        f"{found.hit:7.3f}{event.seconds * 1000:6.0f}"
    )
