"""The command that groups: a collection's documents or a table's rows into topics."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit, tell
from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.core.errors import UserError
from desktop.core.events import Event
from desktop.core.topics import GroupBy, Grouping, Outliers
from desktop.services.grouping import TopicsFound, export


def topics(options: argparse.Namespace) -> int:
    """Print the topics; with --json one object with the topic of each document, too."""
    if bool(options.collection) == bool(options.input):
        raise UserError("Group what?", "Name a collection, or a table with --input.")
    by = GroupBy.NUMBER if options.number else GroupBy.DATA
    grouping = Grouping(by, options.number, Outliers(options.outliers), options.seed)
    line, begin = ProgressLine(), time.monotonic()
    with services() as built:

        def work(cancel: CancelToken) -> Iterator[Event]:
            if options.input:
                columns = TableColumns(options.text_column, options.id_column)
                return built.grouping.table(options.input, columns, grouping, cancel)
            collection = built.library.named(options.collection)
            return built.grouping.collection(collection.id, grouping, cancel)

        for event in stoppable(work):
            line.show(event)
            if isinstance(event, TopicsFound):
                line.clear()
                _print(options, event, time.monotonic() - begin)
                if options.export:
                    export(event, options.export)
                    tell(f"Written to {options.export.name}.")
    return DONE


def _print(options: argparse.Namespace, found: TopicsFound, seconds: float) -> None:
    grouped = found.grouped
    data: dict[str, object] = {
        "topics": [
            {"id": one.id, "name": one.name, "keywords": list(one.keywords), "size": one.size}
            for one in grouped.topics
        ],
        "documents": [
            {"id": identifier, "topic": one.topic, "probability": one.probability}
            for identifier, one in zip(found.ids, grouped.assigned, strict=True)
        ],
        "seconds": round(seconds, 3),
    }
    lines = [f"{one.size:>7,}  {', '.join(one.keywords) or one.name}" for one in grouped.topics]
    without = sum(one.topic < 0 for one in grouped.assigned)
    if without:
        lines.append(f"{without:>7,}  without a topic")
    emit(options, data, "\n".join(lines))
