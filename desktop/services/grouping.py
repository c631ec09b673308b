"""Grouping documents, or the rows of a table, into topics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import UserError
from desktop.core.events import Event, Progress
from desktop.core.reading_requests import PagesRead, ReadFile
from desktop.core.topic_requests import GroupCollection, GroupTexts, TextsEmbedded, TopicsGrouped
from desktop.core.topics import OUTLIER, Grouped, Grouping
from desktop.engines.process import EngineLink
from desktop.services.table_files import Table, export_table
from desktop.store.catalogue import Catalogue

READ_SECONDS = 120.0
GROUP_SECONDS = 600.0
AT_ONCE = 1000


@dataclass(frozen=True)
class TopicsFound(Event):
    """The topics; `ids` and `titles` are of the texts, in the order of what is assigned."""

    grouped: Grouped
    ids: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True)
class GroupingService:
    """Each method is a generator of Progress, and of TopicsFound last."""

    catalogue: Catalogue
    reader: EngineLink
    engine: EngineLink

    def collection(
        self, collection_id: str, grouping: Grouping, cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """The documents of a collection, by the vectors of the index. Raises UserError where none is ready."""
        documents = []
        offset = 0
        while rows := self.catalogue.documents(collection_id, offset=offset, limit=AT_ONCE):
            documents += [one for one in rows if one.state is DocumentState.READY and one.passages]
            offset += len(rows)
        if not documents:
            raise UserError(
                "There is nothing to group.", "Choose a collection with files that have been read."
            )
        ids = tuple(one.id for one in documents)
        request = GroupCollection(collection_id, ids, grouping)
        yield from self._found(request, ids, tuple(one.title or one.name for one in documents), cancel)

    def table(
        self, path: Path, columns: TableColumns, grouping: Grouping, cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """The rows of a table, embedded first. Raises ReadError, or UserError for a table without texts."""
        if not path.is_file():
            raise UserError(f"There is no file {path.name}.", "Check the path.")
        if not columns.text:
            raise UserError("Which column holds the text?", "Name it.")
        ids: list[str] = []
        titles: list[str] = []
        texts: list[str] = []
        request = ReadFile(str(path.absolute()), columns)
        for message in self.reader.request(request, cancel, silence=READ_SECONDS):
            for page in message.pages if isinstance(message, PagesRead) else ():
                ids.append(page.record_id or str(page.number))
                titles.append(page.title)
                texts.append(page.text)
            yield Progress(len(texts), 0, f"Read {len(texts):,} rows")
        if not texts:
            raise UserError(f"{path.name} has no rows with text.", "Choose another column or file.")
        yield from self._found(GroupTexts(tuple(texts), grouping), tuple(ids), tuple(titles), cancel)

    def _found(
        self,
        request: GroupTexts | GroupCollection,
        ids: tuple[str, ...],
        titles: tuple[str, ...],
        cancel: CancelToken | None,
    ) -> Iterator[Event]:
        for message in self.engine.request(request, cancel, silence=GROUP_SECONDS):
            if isinstance(message, TextsEmbedded):
                words = f"Embedded {message.done:,} of {message.total:,} texts"
                yield Progress(message.done, message.total, words)
            elif isinstance(message, TopicsGrouped):
                yield TopicsFound(message.grouped, ids, titles)


def export(found: TopicsFound, path: Path) -> None:
    """Write a row for each text; the ending says how. Raises UserError, StorageError."""
    names = {topic.id: topic.name for topic in found.grouped.topics}
    rows = tuple(
        (
            one_id,
            title,
            "" if one.topic == OUTLIER else str(one.topic),
            names.get(one.topic, ""),
            f"{one.probability:g}",
        )
        for one_id, title, one in zip(found.ids, found.titles, found.grouped.assigned, strict=True)
    )
    export_table(Table(("Id", "Title", "Topic", "Name", "Probability"), rows), path)
