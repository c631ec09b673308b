"""Batch runs in memory, for the window's tests."""

from __future__ import annotations

import builtins
import csv
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.core.batches import Batch, BatchEnded, BatchItem, BatchPlan, ItemEnded, ItemState
from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.core.events import Event, Progress
from desktop.core.reading_requests import TableHead
from tests.ui.fake_library import START


class FakeBatching:
    """Runs in memory: each answers at once."""

    def __init__(self) -> None:
        self.store = self
        self.batch: Batch | None = None
        self.kept: list[BatchItem] = []
        self.fails = 0
        self.gone: Batch | None = None
        self.table: tuple[Path, TableColumns] | None = None

    def all(self) -> builtins.list[Batch]:
        return [self.get()] if self.batch else []

    def get(self, batch_id: str = "") -> Batch:
        assert self.batch is not None
        states = [item.state for item in self.kept]
        done, failed = states.count(ItemState.DONE), states.count(ItemState.FAILED)
        return replace(self.batch, total=len(states), done=done, failed=failed)

    def items(self, batch_id: str) -> builtins.list[BatchItem]:
        return list(self.kept)

    def remove(self, batch_id: str) -> None:
        self.batch, self.gone = None, self.batch

    def restore(self, batch_id: str) -> None:
        self.batch = self.gone

    def table_head(self, path: Path, cancel: CancelToken) -> TableHead:
        head, *rows = csv.reader(path.read_text("utf-8").splitlines())
        return TableHead(tuple(head), tuple(map(tuple, rows[:3])))

    def over_table(
        self, path: Path, columns: TableColumns, name: str, plan: BatchPlan, cancel: CancelToken
    ) -> Batch:
        self.table = (path, columns)
        return self.over_collection("", name, plan)

    def over_collection(self, collection_id: str, name: str, plan: BatchPlan) -> Batch:
        self.batch = Batch("b1", name, plan, START)
        self.kept = [BatchItem(n, f"Report {n}.pdf", f"d{n}") for n in range(1, 9)]
        return self.get()

    def retry_failed(self, batch_id: str) -> int:
        self.fails = 0
        self.kept = [
            replace(one, state=ItemState.WAITING) if one.state is ItemState.FAILED else one
            for one in self.kept
        ]
        return 1

    def run(self, batch_id: str, cancel: CancelToken, pause: threading.Event) -> Iterator[Event]:
        for place, item in enumerate(self.kept):
            if item.state is not ItemState.WAITING:
                continue
            cancel.check()
            yield Progress(place, len(self.kept), f"{place + 1} of {len(self.kept)}: {item.title}", 40.0)
            failed = item.number == self.fails
            answer = "" if failed else '{"Tenant": "Anna Meyer", "Rent": 900, "Since": "2026-05-01"}'
            note = "The model ended while it was writing." if failed else ""
            state = ItemState.FAILED if failed else ItemState.DONE
            self.kept[place] = replace(item, state=state, answer=answer, note=note)
            yield ItemEnded(batch_id, self.kept[place])
        yield BatchEnded(self.get())
