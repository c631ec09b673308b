"""What the library is asked and what it answers: passages written, searched, compared and counted."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.documents import Hit, Page, Passage
from desktop.core.requests import Request


@dataclass(frozen=True)
class AddPages(Request):
    """Cut pages into passages and hold them until CommitDocuments. Answered with PassagesAdded.

    `held` is how many passages of the document were held before these; 0 begins it anew. Raises EngineCrashed where
    that is not so, because the process was started again meanwhile and the beginning of the document is gone.
    `known` tells that the index has passages of the document: the vectors of those that stay are used again.
    """

    collection_id: str
    document_id: str
    title: str
    pages: tuple[Page, ...]
    passage_tokens: int = 200
    held: int = 0
    known: bool = False


@dataclass(frozen=True)
class PassagesAdded:
    """How many passages of the document are held so far."""

    passages: int


@dataclass(frozen=True)
class CommitDocuments(Request):
    """Embed and write the held passages of documents in one commit, in place of any they had.

    Answered with DocumentsCommitted. Small documents share a commit because they share a batch of the embedder.
    """

    collection_id: str
    document_ids: tuple[str, ...]


@dataclass(frozen=True)
class DocumentsCommitted:
    """How many passages each document of the request has now, and the fingerprint of its text, in its order."""

    passages: tuple[int, ...]
    fingerprints: tuple[int, ...]


@dataclass(frozen=True)
class DiscardDocument(Request):
    """Forget the held passages of a document. Answered with PassagesAdded(0)."""

    document_id: str


@dataclass(frozen=True)
class RemoveDocuments(Request):
    """Delete the passages of documents from the index."""

    collection_id: str
    document_ids: tuple[str, ...]


@dataclass(frozen=True)
class DropCollection(Request):
    collection_id: str


@dataclass(frozen=True)
class Optimize(Request):
    """Compact the table and bring its indices up to date. Answered with IndexState."""

    collection_id: str


@dataclass(frozen=True)
class IndexState:
    """What the table holds: passages, and the ids of the documents they belong to."""

    passages: int
    document_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeCollection(Request):
    """Keep a collection by another embedder (a folder, '' for the starter) or at another place ('' for the usual one).

    Yields RowsCopied, ..., then CollectionSetup. The old table answers until the new one is whole; cancelled, nothing
    has changed. Raises UserError while files are read, ModelError, StorageError.
    """

    collection_id: str
    embedder: str
    place: str


@dataclass(frozen=True)
class RowsCopied:
    """So many passages of so many."""

    done: int
    total: int


@dataclass(frozen=True)
class DescribeSetup(Request):
    """Answered with CollectionSetup."""

    collection_id: str


@dataclass(frozen=True)
class CollectionSetup:
    """How a collection is kept, as in ChangeCollection."""

    embedder: str
    place: str


@dataclass(frozen=True)
class DescribeIndex(Request):
    """Answered with IndexState."""

    collection_id: str


@dataclass(frozen=True)
class Search(Request):
    """Find passages. `mode` is 'hybrid', 'vector' or 'keyword'; `document_ids` limits it (empty: all).

    `phrase` must stand in a passage as it is, in any case and with any white space. `like` is the id of a passage:
    what is near to it is found, the query is not looked at. `rerank` lets the installed reranker put the best in order;
    `reranker` is its path, '' for the first that is installed.
    `more_collections` are searched together with the first, as if they were one.
    """

    collection_id: str
    query: str
    k: int = 10
    mode: str = "hybrid"
    document_ids: tuple[str, ...] = ()
    by_document: bool = False
    phrase: str = ""
    like: str = ""
    rerank: bool = False
    reranker: str = ""
    more_collections: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchResult:
    """`reranked` tells whether a reranker has put the hits in order."""

    hits: tuple[Hit, ...]
    seconds: float
    reranked: bool = False


@dataclass(frozen=True)
class DocumentPassages(Request):
    """All passages of a document, in its order. Answered with PassageList."""

    collection_id: str
    document_id: str


@dataclass(frozen=True)
class PassageList:
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class KeySentences(Request):
    """The sentences that stand for a document, `number` at most. Answered with ChosenSentences."""

    collection_id: str
    document_id: str
    number: int


@dataclass(frozen=True)
class ChosenSentence:
    """Characters `start:end` of a passage's text."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True)
class ChosenSentences:
    """In the order of the document."""

    sentences: tuple[ChosenSentence, ...]


@dataclass(frozen=True)
class FindMentions(Request):
    """Look through every passage for any of some terms. Answered with Mentions.

    A term's words stand side by side, in any form of theirs ("leaks" finds "leaking"); with `exact` as written, in any
    case; with `together` in one passage, in any order. `document_ids` limits it (empty: all).
    """

    collection_id: str
    terms: tuple[str, ...]
    exact: bool = False
    together: bool = False
    document_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentMentions:
    """What one document has: how many times, in how many passages, on which pages, and in how many rows of a table.

    `best` is its first passage with the most, where `start:end` is the first place; None beyond the first documents.
    """

    document_id: str
    times: int
    passages: int
    pages: tuple[int, ...]
    rows: int
    best: Passage | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Mentions:
    """The documents with the most mentions first. `forms` are the words as they were found, the commonest first."""

    documents: tuple[DocumentMentions, ...]
    forms: tuple[str, ...]
    passages_read: int
    seconds: float


@dataclass(frozen=True)
class SearchMany(Request):
    """Several searches at once. Answered with SearchResults, in their order."""

    searches: tuple[Search, ...]


@dataclass(frozen=True)
class SearchResults:
    results: tuple[SearchResult, ...]


@dataclass(frozen=True)
class Retrieve(Request):
    """Search, then rank the sentences of the found passages as answers. Answered with Retrieved.

    `focus` is the part of the question that is to be answered, where the rest only says what it is about.
    """

    collection_id: str
    question: str
    k: int = 8
    document_ids: tuple[str, ...] = ()
    focus: str = ""


@dataclass(frozen=True)
class RankedSentence:
    """A sentence of a hit: characters `start:end` of the passage `hits[hit]`'s text.

    `score` orders the sentences; `similarity` is the cosine to the question, `overlap` the idf-weighted share
    of the question's words that stand in it (both 0 to 1).
    """

    hit: int
    start: int
    end: int
    text: str
    score: float
    similarity: float
    overlap: float


@dataclass(frozen=True)
class Retrieved:
    """`found` tells whether the passages contain an answer; `confidence` is the number it was decided by."""

    hits: tuple[Hit, ...]
    sentences: tuple[RankedSentence, ...]
    found: bool
    confidence: float
    seconds: float


@dataclass(frozen=True)
class Embed(Request):
    """The embeddings of texts. Answered with Embeddings."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Embeddings:
    """A vector of length 1 for each text, in their order."""

    vectors: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Compare(Request):
    """Cosine similarity of each sentence to each text. Answered with Similarities."""

    sentences: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Similarities:
    """`values[i][j]` is the cosine of sentence i and text j."""

    values: tuple[tuple[float, ...], ...]
