"""What is attached to a question: it is always seen, and read together with the chat's collection where asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop.core.conversations import Grounding
from desktop.core.documents import Source
from desktop.services.searching import Material


def joined(attached: Material, collection: Material) -> Material:
    """The sources of both, numbered through, what is attached first.

    Of a collection that does not answer the question nothing is shown to the model, and its coverage says so.
    """
    first, second = attached.grounding, collection.grounding
    if not second.found:
        nothing = replace(second.coverage, files_read=0, passages=0, files=())
        return replace(attached, grounding=replace(first, beside=nothing))
    quotes = _numbered((*first.quotes, *second.quotes), 1)
    grounding = Grounding(
        True,
        quotes,
        first.coverage,
        _numbered((*first.more, *second.more), len(quotes) + 1),
        searched=first.searched or second.searched,
        instructing=tuple(dict.fromkeys((*first.instructing, *second.instructing))),
        beside=second.coverage,
    )
    return Material(grounding, (*attached.hits, *collection.hits))


def seen_at_least(grounding: Grounding) -> Grounding:
    """What is attached is seen by the model also where no sentence of it answers the question: "translate this"."""
    if grounding.found:
        return grounding
    passages = {source.passage: source for source in reversed(grounding.sources())}
    seen = sorted(passages.values(), key=lambda source: source.number)
    whole = (replace(source, number=n, text=source.passage) for n, source in enumerate(seen, 1))
    return replace(grounding, found=True, quotes=(), more=tuple(whole))


def _numbered(sources: Iterable[Source], first: int) -> tuple[Source, ...]:
    return tuple(replace(source, number=number) for number, source in enumerate(sources, first))
