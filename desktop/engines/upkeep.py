"""Keeps a table fast as it grows: when it is compacted, what is indexed, and how much memory that may take."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

VECTOR_INDEX_FROM = 16_000
"""Passages from which on a vector index beats reading them all, which finds the same and takes 6 ms up to there."""
DOCUMENT_INDEX_FROM = 8_000
"""Every commit asks for what its documents had before."""
PASSAGES_A_PART = 2_048
"""Of the vector index: with LanceDB's own 8,192 a search in 200,000 passages read half of all vectors."""
PIECES = 16
"""Each compaction adds a piece to the vector index, in which a search looks into the same parts once more."""
COMMITS_BETWEEN = 50
ROWS_BETWEEN = 2_000
"""Rows that are not indexed are read one by one, and the files of each commit are opened one by one."""
SAME_EFFORT_UP_TO = 60_000
"""Compaction reads and writes the whole table. Beyond this size it is as much rarer as the table is larger, so that its
cost a passage stays the same."""
OLD_VERSIONS = timedelta(minutes=2)
"""How long the files of an older version are kept, for a search in another process that still reads them."""
INDEX_CACHE_BYTES = 512 * 2**20
METADATA_CACHE_BYTES = 128 * 2**20
READ_AHEAD_BYTES = 64 * 2**20
"""LanceDB's own limits are 6 GB, 1 GB and 2 GB."""
M_ARENA_MAX = -8
"""The number of the setting in glibc's malloc.h."""
ARENAS = 2
"""Heaps of glibc's malloc, of which each keeps what a compaction has freed; it would make eight for each core."""


@dataclass
class Written:
    """What was written into a table since its last compaction."""

    rows_before: int
    commits: int = 0
    rows: int = 0

    def add(self, rows: int) -> None:
        """Count a commit."""
        self.commits += 1
        self.rows += rows

    @property
    def much(self) -> bool:
        """Whether searches would notice soon."""
        times = max(self.rows_before / SAME_EFFORT_UP_TO, 1.0)
        return self.commits >= COMMITS_BETWEEN * times or self.rows >= ROWS_BETWEEN * times


def connect(place: str) -> Any:
    """The database at a place, with bounds for what it keeps in memory: a folder, an object store or a server.

    The keys of an object store or a server come from the variables of the environment that their own programs use.
    """
    os.environ.setdefault("LANCE_DEFAULT_IO_BUFFER_SIZE", str(READ_AHEAD_BYTES))  # read when it is loaded
    _glibc("mallopt", M_ARENA_MAX, ARENAS)  # before LanceDB starts its threads
    import lancedb

    session = lancedb.Session(
        index_cache_size_bytes=INDEX_CACHE_BYTES, metadata_cache_size_bytes=METADATA_CACHE_BYTES
    )
    # The command line may write while the window's own process has the table open: look for newer versions.
    return lancedb.connect(place, read_consistency_interval=timedelta(seconds=2), session=session)


def create_text_index(table: Any) -> None:
    """Full text, with LanceDB's stemming and stop words."""
    from lancedb.index import FTS

    table.create_index("search_text", config=FTS(with_position=False), replace=True)


def optimize(table: Any) -> None:
    """Make the indices that a table of its size needs, bring them up to date, compact, delete older versions' files."""
    _index(table)
    table.optimize(cleanup_older_than=OLD_VERSIONS)
    _glibc("malloc_trim", 0)  # what the compaction has freed goes back to the system


def _index(table: Any) -> None:
    from lancedb.index import BTree, IvfFlat

    names = {column: index.name for index in table.list_indices() for column in index.columns}
    if "search_text" not in names:  # where that once failed
        create_text_index(table)
    rows = table.count_rows()
    if rows >= DOCUMENT_INDEX_FROM and "document_id" not in names:
        table.create_index("document_id", config=BTree())
    if rows >= VECTOR_INDEX_FROM and ("vector" not in names or _pieces(table, names["vector"]) > PIECES):
        # Made anew now and then: rows that are added to an index make its parts larger, not more.
        config = IvfFlat(distance_type="cosine", target_partition_size=PASSAGES_A_PART)
        table.create_index("vector", config=config, replace=True)


def _pieces(table: Any, index: str) -> int:
    statistics = table.index_stats(index)
    return int(statistics.num_indices or 0) if statistics else 0


def _glibc(function: str, *arguments: int) -> None:
    """Call a function that only Linux's C library has, and not on each Linux."""
    if sys.platform == "linux":
        found = getattr(ctypes.CDLL(None), function, None)
        if found is not None:
            found(*arguments)
