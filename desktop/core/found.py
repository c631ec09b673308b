"""What a person searches for and what is found: files, each with the passages that match and the words to mark."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.documents import Document, SearchFilter, Source
from desktop.core.matching import Range


@dataclass(frozen=True)
class Query:
    """A search as it is typed. Without `collection_ids` it goes through all of them.

    `exact` finds the text as a phrase. `like` is the id of a passage, in the one collection given: what is near to it
    is found, whatever the text. `rerank` None lets the reranker work where one is installed.
    """

    text: str
    collection_ids: tuple[str, ...] = ()
    filter: SearchFilter = field(default_factory=SearchFilter)
    exact: bool = False
    like: str = ""
    rerank: bool | None = None
    k: int = 60


@dataclass(frozen=True)
class FoundPassage:
    """A passage of a found file. `source` opens it; `marks` are the matched characters of `excerpt`."""

    id: str
    source: Source
    excerpt: str
    marks: tuple[Range, ...]
    score: float


@dataclass(frozen=True)
class FoundDocument:
    """A file with its passages, best first."""

    document: Document
    passages: tuple[FoundPassage, ...]
