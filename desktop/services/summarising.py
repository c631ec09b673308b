"""Summarises one document as a whole: its key sentences, then the model's words on each part, and on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Generate, GeneratedText
from desktop.core.conversations import Coverage, Grounding, Message, Reading
from desktop.core.documents import Document, Hit
from desktop.core.errors import Cancelled, DesksideError, UserError
from desktop.core.events import Event, Found, Progress, Token
from desktop.core.library_requests import ChosenSentences, KeySentences
from desktop.core.prompts import SUMMARY_SYSTEM, TURN_OVERHEAD, part_to_summarise, parts_to_join
from desktop.engines.process import call
from desktop.services.drafts import Draft
from desktop.services.proving import Prover
from desktop.services.scope import Scope, page_counts
from desktop.services.sources import instructing, source_of
from desktop.services.writing import Writer

KEY_SENTENCES = (3, 10)
"""At least and at most so many, one more for each PASSAGES_A_KEY passages."""
PASSAGES_A_KEY = 6
SMALL_PART = 1000
"""Tokens of a part for a small model, which loses the thread in a longer one."""
PART_ANSWER, WHOLE_ANSWER = 120, 260
"""Tokens that the summary of a part, and of the whole, may have."""


@dataclass(frozen=True)
class _Part:
    """Some passages in a row, and what the model made of them."""

    hits: tuple[Hit, ...]
    place: str
    summary: str = ""

    @property
    def text(self) -> str:
        return "\n".join(hit.passage.text for hit in self.hits)


@dataclass(frozen=True)
class Summarising:
    """Map and reduce: parts that fit the model's context are summarised one by one, then their summaries."""

    scope: Scope
    writer: Writer

    def summarise(
        self,
        draft: Draft,
        asked: Message,
        document: Document,
        save: Callable[[Draft], None],
        cancel: CancelToken,
    ) -> Iterator[Event]:
        """Fill a draft. Yields Found with the key sentences, Progress a part, then Token and SentenceChecked.

        If it is cancelled or fails, the draft has the summaries of the parts until then, and its coverage says which.
        """
        hits = self.scope.passages(document, cancel)
        if not hits:
            raise UserError(f"There is no text in {document.name}.")
        draft.searched(self._key_sentences(document, hits, cancel))
        yield Found(asked, draft.grounding)
        prover = Prover("", draft.grounding, hits)
        draft.sentences, draft.proofs = prover.sentences, prover.proofs
        try:
            parts = yield from self._map(draft, document, hits, save, cancel)
            yield from self._reduce(draft, document, parts, prover, save, cancel)
        except (Cancelled, DesksideError):
            yield from _finish(draft, prover)
            raise
        yield from _finish(draft, prover)
        yield from prover.second_look(self.scope.searching.engine, cancel)

    def _key_sentences(self, document: Document, hits: Sequence[Hit], cancel: CancelToken) -> Grounding:
        least, most = KEY_SENTENCES
        number = min(least + len(hits) // PASSAGES_A_KEY, most)
        request = KeySentences(document.collection_id, document.id, number)
        chosen = call(self.scope.searching.engine, ChosenSentences, request, cancel)
        by_id = {hit.passage.id: hit for hit in hits}
        quotes = tuple(
            source_of(by_id[one.passage.id], number, one.start, one.end)
            for number, one in enumerate(chosen.sentences, 1)
            if one.passage.id in by_id
        )
        return Grounding(True, quotes, _coverage(document, hits, 0))

    def _map(
        self,
        draft: Draft,
        document: Document,
        hits: Sequence[Hit],
        save: Callable[[Draft], None],
        cancel: CancelToken,
    ) -> Generator[Event, None, list[_Part]]:
        """Summarise each part; returns the parts with their summaries. A single part is left to the reduction."""
        parts = self._parts(document, hits, cancel)
        if len(parts) == 1:
            return parts
        done: list[_Part] = []
        read, began = 0, time.monotonic()
        for number, part in enumerate(parts, 1):
            words = f"Reading part {number} of {len(parts)} ({part.place})"
            left = (time.monotonic() - began) / len(done) * (len(parts) - len(done)) if done else None
            yield Progress(number - 1, len(parts), words, left)
            prompt = part_to_summarise(document.name, part.place, part.text)
            done.append(replace(part, summary=self._said(prompt, PART_ANSWER, cancel)))
            read += len(part.hits)
            draft.behind = _listed(done)
            assert draft.grounding is not None
            coverage = _coverage(document, hits, read, number, len(parts))
            warned = draft.grounding.instructing or instructing(part.hits)
            draft.grounding = replace(draft.grounding, coverage=coverage, instructing=warned)
            save(draft)
        return done

    def _reduce(
        self,
        draft: Draft,
        document: Document,
        parts: list[_Part],
        prover: Prover,
        save: Callable[[Draft], None],
        cancel: CancelToken,
    ) -> Iterator[Event]:
        """Write the summary of the whole, from the one part or from the summaries of all."""
        if len(parts) == 1:
            prompt = part_to_summarise(document.name, "all of it", parts[0].text)
            assert draft.grounding is not None
            draft.grounding = replace(draft.grounding, instructing=instructing(parts[0].hits))
        else:
            summaries = [part.summary for part in parts]
            while len(runs := self._runs(summaries, cancel)) > 1:
                yield Progress(len(parts), len(parts), f"Joining {len(summaries)} summaries")
                summaries = [
                    self._said(parts_to_join(document.name, run), PART_ANSWER, cancel) for run in runs
                ]
            yield Progress(len(parts), len(parts), "Writing the summary")
            prompt = parts_to_join(document.name, summaries)
        turns = (ChatTurn("system", SUMMARY_SYSTEM), ChatTurn("user", prompt))
        sampling = replace(self.writer.sampling(), max_tokens=WHOLE_ANSWER)
        yield from self.writer.write(draft, turns, prover, save, cancel, sampling)
        assert draft.grounding is not None
        hits = [hit for part in parts for hit in part.hits]
        coverage = _coverage(document, hits, len(hits), len(parts), len(parts))
        draft.grounding = replace(draft.grounding, coverage=coverage)

    def _parts(self, document: Document, hits: Sequence[Hit], cancel: CancelToken) -> list[_Part]:
        """The passages in runs that fit the context together with what is asked about them."""
        frame = part_to_summarise(document.name, "pages 1000 to 1000", "")
        texts = [SUMMARY_SYSTEM, frame, *(hit.passage.text for hit in hits)]
        counts, room = self.writer.count(texts, cancel)
        room -= sum(counts[:2]) + 3 * TURN_OVERHEAD
        if self.writer.models.is_small():
            room = min(room, SMALL_PART)
        runs = [tuple(hits[index] for index in run) for run in _packed(counts[2:], room)]
        paged, _ = page_counts(document, hits)
        return [_Part(run, _place(run, number, paged)) for number, run in enumerate(runs, 1)]

    def _runs(self, summaries: Sequence[str], cancel: CancelToken) -> list[list[str]]:
        """The summaries in runs that fit the context; never runs of one, which would go on for ever."""
        counts, room = self.writer.count([SUMMARY_SYSTEM, parts_to_join("", []), *summaries], cancel)
        room -= sum(counts[:2]) + 3 * TURN_OVERHEAD
        each = [count + TURN_OVERHEAD for count in counts[2:]]
        runs = list(_packed(each, max(room, 2 * max(each))))
        return [[summaries[index] for index in run] for run in runs]

    def _said(self, prompt: str, most: int, cancel: CancelToken) -> str:
        """What the model answers to one prompt."""
        turns = (ChatTurn("system", SUMMARY_SYSTEM), ChatTurn("user", prompt))
        sampling = replace(self.writer.sampling(), max_tokens=most)
        request = Generate(self.writer.models.to_load(), turns, sampling)
        messages = self.writer.chat.request(request, cancel)
        text = "".join(one.text for one in messages if isinstance(one, GeneratedText))
        return " ".join(text.split())


def _finish(draft: Draft, prover: Prover) -> Iterator[Event]:
    """Put what was to stand behind the text there, and check its sentences."""
    text, draft.behind = draft.behind, ""
    if text:
        text = text if draft.text else text.lstrip()
        draft.wrote(text)
        yield Token(text)
        yield from prover.add(text)
    yield from prover.rest()


def _packed(sizes: Sequence[int], room: int) -> Iterator[list[int]]:
    """Indices in runs whose sizes add up to `room` at most; a size above it has a run of its own."""
    run: list[int] = []
    used = 0
    for index, size in enumerate(sizes):
        if run and used + size > room:
            yield run
            run, used = [], 0
        run.append(index)
        used += size
    if run:
        yield run


def _place(hits: Sequence[Hit], number: int, pages: int) -> str:
    """Where a part stands: its pages, or its number in a text without pages."""
    first, last = hits[0].passage.page, hits[-1].passage.page
    if pages <= 1:
        return f"part {number}"
    return f"page {first}" if first == last else f"pages {first} to {last}"


def _listed(parts: Sequence[_Part]) -> str:
    return "".join(f"\n\n**{part.place.capitalize()}**\n\n{part.summary}" for part in parts)


def _coverage(
    document: Document, hits: Sequence[Hit], read: int, parts: int = 0, parts_total: int = 0
) -> Coverage:
    """The pages up to the last passage that was read."""
    total, unread = page_counts(document, hits)
    last = hits[read - 1].passage.page if read else 0
    pages = total - unread if read == len(hits) else min(last, total)
    return Coverage(
        files_read=1,
        files_total=1,
        passages=read,
        files=(document.name,),
        pages=pages,
        pages_total=total,
        reading=Reading.PARTS,
        parts=parts,
        parts_total=parts_total,
        passages_total=len(hits),
    )
