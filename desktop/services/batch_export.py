"""A batch run as a table: CSV or XLSX with a row for each result, or JSON lines with everything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.core.answer_table import rows_of
from desktop.core.batches import Batch, BatchItem
from desktop.core.errors import UserError
from desktop.services.table_files import table_data, write_whole

FORMATS = (".csv", ".xlsx", ".jsonl")


def table(batch: Batch, items: Sequence[BatchItem]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The head and the rows: what was asked, its state, the answer by column or as text, and what to know of it."""
    form = batch.plan.form
    names = form.names if form else ("Answer",)
    rows: list[tuple[str, ...]] = []
    for item in items:
        first, last = (item.title, item.record_id, item.state.value), (item.note,)
        rows += [(*first, *cells, *last) for cells in _cells(batch, item)]
    return ("Name", "Id", "State", *names, "Note"), rows


def export(batch: Batch, items: Sequence[BatchItem], path: Path) -> None:
    """Write a run to a file whose ending says how. Raises UserError for another ending, StorageError."""
    kind = path.suffix.lower()
    head, rows = table(batch, items)
    if kind == ".jsonl":
        data = "".join(f"{line}\n" for line in _lines(batch, items)).encode("utf-8")
    elif kind in FORMATS:
        data = table_data(kind, head, rows)
    else:
        raise UserError("This kind of file cannot be written.", f"End its name with {', '.join(FORMATS)}.")
    write_whole(path, data)


def _cells(batch: Batch, item: BatchItem) -> Sequence[tuple[str, ...]]:
    """The answer as rows of the form; one empty row where there is none. A text that is no table is kept."""
    form = batch.plan.form
    if form is None:
        return [(item.answer,)]
    try:
        return rows_of(item.answer, form) or [("",) * len(form.names)]
    except UserError:
        return [(item.answer, *("",) * (len(form.names) - 1))]


def _lines(batch: Batch, items: Sequence[BatchItem]) -> Iterator[str]:
    form = batch.plan.form
    for item in items:
        line: dict[str, object] = {
            "name": item.title,
            "id": item.record_id or item.document_id,
            "state": item.state.value,
            "answer": item.answer,
            "note": item.note,
            "seconds": round(item.seconds, 2),
        }
        if form is not None:
            rows = [dict(zip(form.names, cells, strict=True)) for cells in _cells(batch, item)]
            line["rows"] = rows if item.state.value == "done" else []
        yield json.dumps(line, ensure_ascii=False)
