"""The command `search`: one query or a file of them, with the same filters as the search page."""

from __future__ import annotations

import argparse

from desktop.cli_commands import DONE, services
from desktop.cli_output import emit, tell
from desktop.core.documents import Hit, SearchFilter
from desktop.core.errors import UserError
from desktop.core.evaluation import read_queries
from desktop.core.library_requests import Search, SearchResult
from desktop.services.all import Services
from desktop.services.finding import NO_RERANKER


def search(options: argparse.Namespace) -> int:
    """One query, or a file of them in one process."""
    phrase = options.phrase
    query = options.query or ("" if phrase is True else phrase)
    if bool(query) == bool(options.queries):
        raise UserError("Give a query, or --queries with a file.")
    with services() as built:
        collection = built.library.named(options.collection)
        asked = list(read_queries(options.queries)) if options.queries else [("", query)]
        rerank = _rerank(built, options.rerank)
        requests = (
            Search(
                collection.id,
                text,
                options.k,
                options.mode,
                by_document=options.by_document,
                phrase=text if phrase is True else phrase,
                rerank=rerank,
            )
            for _, text in asked
        )
        results = built.searching.search_all(requests, _limits(options))
        for (query_id, _), result in zip(asked, results, strict=True):
            emit(options, _found(query_id, result), _found_words(result))
    return DONE


def _limits(options: argparse.Namespace) -> SearchFilter:
    kinds = tuple(kind.lower().lstrip(".") for one in options.type for kind in one.split(",") if kind)
    folder = str(options.folder.expanduser().absolute()) if options.folder else ""
    return SearchFilter(folder, kinds, options.after, options.before)


def _rerank(built: Services, wanted: bool | None) -> bool:
    """Whether to rerank: as asked, else where a reranker is installed."""
    installed = built.models.reranker() is not None
    if wanted and not installed:
        tell(f"{NO_RERANKER} Put the folder of a cross-encoder into {built.paths.models}.")
    return installed and wanted is not False


def _found(query_id: str, result: SearchResult) -> dict[str, object]:
    data: dict[str, object] = {"query_id": query_id} if query_id else {}
    return {**data, "results": [_hit(hit) for hit in result.hits], "seconds": round(result.seconds, 4)}


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "document": hit.document,
        "id": hit.passage.record_id or hit.passage.document_id,
        "path": hit.path,
        "page": hit.passage.page,
        "passage": hit.passage.text,
        "score": round(hit.score, 4),
    }


def _found_words(result: SearchResult) -> str:
    if not result.hits:
        return "Nothing was found."
    return "\n".join(
        f"{number}. {hit.document}, page {hit.passage.page}\n   {' '.join(hit.passage.text.split())[:300]}"
        for number, hit in enumerate(result.hits, 1)
    )
