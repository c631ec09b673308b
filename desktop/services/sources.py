"""Where a passage, or a sentence of it, stands: what an answer shows and the window opens."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.core.documents import Hit, Source, boxes_of_range, unpack_boxes
from desktop.core.injections import gives_instructions


def source_of(hit: Hit, number: int, start: int = 0, end: int | None = None) -> Source:
    """The characters `start:end` of a passage as a source, by default all of it."""
    passage = hit.passage
    end = len(passage.text) if end is None else end
    return Source(
        number=number,
        document_id=passage.document_id,
        document=hit.document,
        path=hit.path,
        page=passage.page,
        text=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        record_id=passage.record_id,
        boxes=tuple(boxes_of_range(unpack_boxes(passage.boxes), start, end)),
        passage=passage.text,
        member=hit.member,
    )


def instructing(hits: Iterable[Hit]) -> tuple[str, ...]:
    """The names of the documents of which a passage, its title or heading, or the name itself, tries to instruct."""
    found: dict[str, None] = {}
    for hit in hits:
        passage = hit.passage
        parts = (passage.text, passage.heading, passage.title, hit.document)
        if hit.document not in found and any(gives_instructions(part) for part in parts if part):
            found[hit.document] = None
    return tuple(found)
