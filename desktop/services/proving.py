"""Proves the model's words while they come: each sentence gets the source whose sentence supports it, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from desktop.core.cancel import CancelToken
from desktop.core.conversations import AnswerSentence, Grounding
from desktop.core.documents import Hit, Source
from desktop.core.errors import DesksideError
from desktop.core.events import SentenceChecked
from desktop.core.grounding import SAME_MEANING, Checked, Checker, Evidence, Proof
from desktop.core.library_requests import Compare, Similarities
from desktop.engines.process import EngineLink, call
from desktop.services.sources import source_of


class Prover:
    """Takes the text of an answer as it grows; `sentences` and `proofs` are what it has found so far.

    `offset` is where the text begins in the whole answer.
    """

    def __init__(
        self, question: str, grounding: Grounding | None, hits: Sequence[Hit], offset: int = 0
    ) -> None:
        self._grounding = grounding
        self._hits = hits
        self._offset = offset
        self._checker = Checker(question, [_evidence(hit) for hit in hits])
        self._doubtful: list[tuple[int, tuple[Proof, ...]]] = []
        self.sentences: list[AnswerSentence] = []
        self.proofs: list[Source] = []

    def add(self, text: str) -> Iterator[SentenceChecked]:
        """Append to the text; yields the sentences that are whole now."""
        for checked in self._checker.add(text):
            yield self._taken(checked)

    def rest(self) -> Iterator[SentenceChecked]:
        """The last sentence, when no more text comes."""
        for checked in self._checker.rest():
            yield self._taken(checked)

    def second_look(self, engine: EngineLink, cancel: CancelToken) -> Iterator[SentenceChecked]:
        """Compare by meaning what may say the same as the files in other words; yields what is supported now."""
        if not self._doubtful:
            return
        proofs = list(dict.fromkeys(proof for _, proofs in self._doubtful for proof in proofs))
        texts = tuple(self._words(proof) for proof in proofs)
        request = Compare(tuple(self.sentences[index].text for index, _ in self._doubtful), texts)
        try:
            similarities = call(engine, Similarities, request, cancel)
        except DesksideError:
            return  # the answer is whole; what could not be compared stays marked
        for (index, mine), row in zip(self._doubtful, similarities.values, strict=True):
            near = {proof: row[place] for place, proof in enumerate(proofs) if proof in mine}
            best = max(near, key=near.__getitem__)
            if near[best] >= SAME_MEANING:
                yield self._proven(index, best)

    def _taken(self, checked: Checked) -> SentenceChecked:
        sentence = replace(
            checked.sentence,
            start=checked.sentence.start + self._offset,
            end=checked.sentence.end + self._offset,
        )
        self.sentences.append(sentence)
        index = len(self.sentences) - 1
        if checked.proof is not None:
            return self._proven(index, checked.proof)
        if checked.candidates:
            self._doubtful.append((index, checked.candidates))
        return SentenceChecked(sentence)

    def _proven(self, index: int, proof: Proof) -> SentenceChecked:
        source, fresh = self._source(proof)
        if fresh:
            self.proofs.append(source)
        self.sentences[index] = replace(self.sentences[index], supported=True, source=source.number)
        return SentenceChecked(self.sentences[index], source if fresh else None)

    def _source(self, proof: Proof) -> tuple[Source, bool]:
        """The source for a sentence of the files, and whether it is a new one."""
        made = source_of(self._hits[proof.text], 0, proof.start, proof.end)
        known = (*self._grounding.quotes, *self._grounding.proofs) if self._grounding else ()
        for source in (*known, *self.proofs):
            if _same_place(source, made):
                return source, False
        return replace(made, number=self._number(made)), True

    def _number(self, made: Source) -> int:
        """The number of the passage that it is from, where no other sentence has taken that; else the next one."""
        known = self._grounding.sources() if self._grounding else ()
        taken = {source.number for source in self.proofs}
        more = self._grounding.more if self._grounding else ()
        for source in more:
            if source.passage == made.passage and source.number not in taken and _within(made, source):
                return source.number
        return max((source.number for source in (*known, *self.proofs)), default=0) + 1

    def _words(self, proof: Proof) -> str:
        return self._hits[proof.text].passage.text[proof.start : proof.end]


def _evidence(hit: Hit) -> Evidence:
    passage = hit.passage
    return Evidence(passage.text, ". ".join(part for part in (passage.title, passage.heading) if part))


def _within(inner: Source, outer: Source) -> bool:
    return (
        inner.document_id == outer.document_id
        and inner.page == outer.page
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def _same_place(one: Source, other: Source) -> bool:
    """Whether one of them stands within the other: a proof may be the half of a quoted sentence."""
    return _within(one, other) or _within(other, one)
