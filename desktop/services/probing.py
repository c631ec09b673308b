"""Test on my documents: writes questions from a person's own passages, asks them, and compares with the time before."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Generate, GeneratedText, Sampling
from desktop.core.documents import Passage, SearchFilter
from desktop.core.errors import DesksideError, UserError
from desktop.core.events import Event, Progress
from desktop.core.library_requests import DocumentPassages, PassageList, Search
from desktop.core.probes import (
    AMONG,
    Comparison,
    Probe,
    ProbeRun,
    SearchSetup,
    asked_by_model,
    compared,
    is_fair,
    is_right,
    question_in_code,
    rarity,
    telling_sentence,
)
from desktop.engines.process import EngineLink, call
from desktop.services.importing import Importing
from desktop.services.models import Models
from desktop.services.searching import Searching
from desktop.services.settings import SettingsService
from desktop.store.probes import ProbeStore

QUESTIONS = 50
PASSAGES_LOOKED_AT = 4
"""So many passages are read for each question wanted: not every one has a sentence to ask for."""
TRIED_FIRST, LEAST_GOOD = 8, 4
"""A model that writes fewer good questions among its first ones writes none of the others."""
_TASK = (
    "You write questions for a quiz. Write one short question that the sentence answers, in other words than the "
    "sentence. Answer with the question alone."
)


@dataclass(frozen=True)
class Report:
    """The newest run, the questions it asked, and the run before it with what has changed since."""

    probes: tuple[Probe, ...]
    run: ProbeRun
    before: ProbeRun | None = None
    change: Comparison | None = None


@dataclass(frozen=True)
class ProbesAsked(Event):
    """The last event of a test."""

    report: Report


class Probing:
    """Writes, asks and keeps probes. The chat model writes the questions where it is able to, else they are put
    together in code."""

    def __init__(
        self,
        store: ProbeStore,
        searching: Searching,
        importing: Importing,
        chat: EngineLink,
        models: Models,
        settings: SettingsService,
        embedder: str,
    ) -> None:
        self._store, self._searching, self._importing = store, searching, importing
        self._chat, self._models, self._settings = chat, models, settings
        self._embedder = embedder

    def report(self, collection_id: str) -> Report | None:
        """What the last test found; None where there was none."""
        runs = self._store.runs(collection_id, 2)
        if not runs:
            return None
        probes = tuple(self._store.probes(collection_id))
        before = runs[1] if len(runs) > 1 else None
        return Report(probes, runs[0], before, compared(before, runs[0]) if before else None)

    def setup(self, collection_id: str) -> SearchSetup:
        """What a test of now would depend on."""
        collection = self._searching.catalogue.collection(collection_id)
        reranker = self._models.reranker()
        return SearchSetup(
            self._settings.current.passage_tokens,
            collection.passages if collection else 0,
            self._embedder,
            reranker.name if reranker else "",
        )

    def test(
        self,
        collection_id: str,
        cancel: CancelToken | None = None,
        *,
        new_questions: bool = False,
        read_again: bool = False,
        number: int = QUESTIONS,
    ) -> Iterator[Event]:
        """Ask the collection's questions, written first where there are none; yields Progress and ProbesAsked last.

        `read_again` reads all its files anew before, so that they are cut as the settings say now. Raises UserError
        (nothing to ask about), Cancelled.
        """
        cancel = cancel or CancelToken()
        if read_again:
            ready = self._searching.catalogue.document_ids(collection_id, SearchFilter())
            yield from self._importing.retry(ready, cancel)
        probes = self._usable(collection_id)
        if new_questions or not probes:
            probes = yield from self._write(collection_id, number, cancel)
            self._store.replace(collection_id, probes)
        setup = self.setup(collection_id)
        before = self._store.runs(collection_id, 1)
        if before and not read_again:  # the files are still cut as they were
            setup = replace(setup, passage_tokens=before[0].setup.passage_tokens)
        run = yield from self._ask(collection_id, probes, setup, cancel)
        self._store.add_run(run)
        report = self.report(collection_id)
        assert report is not None
        yield ProbesAsked(report)

    def _usable(self, collection_id: str) -> list[Probe]:
        """The probes whose document can still be found; none where most of them cannot."""
        every = self._store.probes(collection_id)
        ready = set(self._searching.catalogue.document_ids(collection_id, SearchFilter()))
        usable = [probe for probe in every if probe.document_id in ready]
        return usable if len(usable) * 2 > len(every) else []

    # --- asking

    def _ask(
        self, collection_id: str, probes: Sequence[Probe], setup: SearchSetup, cancel: CancelToken
    ) -> Generator[Event, None, ProbeRun]:
        ranks: dict[str, int] = {}
        first: dict[str, str] = {}
        for number, probe in enumerate(probes):
            yield Progress(number, len(probes), f"Asking question {number + 1} of {len(probes)}")
            asked = Search(collection_id, probe.question, AMONG, rerank=bool(setup.reranker))
            hits = self._searching.search(asked, cancel).hits
            ranks[probe.id] = next(
                (rank for rank, hit in enumerate(hits, 1) if is_right(hit.passage, probe)), 0
            )
            if not ranks[probe.id] and hits:
                first[probe.id] = hits[0].document
        return ProbeRun(uuid.uuid4().hex, collection_id, time.time(), setup, ranks, first)

    # --- writing

    def _write(
        self, collection_id: str, number: int, cancel: CancelToken
    ) -> Generator[Event, None, list[Probe]]:
        yield Progress(0, number, "Reading passages to ask about")
        passages = self._passages(collection_id, number * PASSAGES_LOOKED_AT, cancel)
        rare = rarity(passages)
        writer = _Writer(self._chat, self._models, rare)
        probes: list[Probe] = []
        asked: set[str] = set()
        for passage in passages:
            if len(probes) == number:
                break
            yield Progress(len(probes), number, f"Writing question {len(probes) + 1} of {number}")
            probe = writer.probe(collection_id, passage, cancel)
            if probe is not None and probe.question.casefold() not in asked:
                asked.add(probe.question.casefold())
                probes.append(probe)
        if not probes:
            raise UserError(
                "There is too little text to ask about.",
                "Add files with whole sentences, then try again.",
            )
        return probes

    def _passages(self, collection_id: str, number: int, cancel: CancelToken) -> list[Passage]:
        """A random choice of passages, from as many documents as there are; the same each time."""
        chance = random.Random(collection_id)
        documents = sorted(self._searching.catalogue.document_ids(collection_id, SearchFilter()))
        chance.shuffle(documents)
        share = -(-number // max(len(documents), 1))
        found: list[list[Passage]] = []
        for document in documents[:number]:
            cancel.check()
            request = DocumentPassages(collection_id, document)
            every = call(self._searching.engine, PassageList, request, cancel).passages
            found.append(chance.sample(every, min(share, len(every))))
        # One of each document, then a second of each, and so on.
        rounds = (part[turn] for turn in range(share) for part in found if turn < len(part))
        return list(rounds)


class _Writer:
    """Writes the question of a passage: by the model as long as it proves able, else in code."""

    def __init__(self, chat: EngineLink, models: Models, rare: Mapping[str, float]) -> None:
        self._chat, self._models, self._rare = chat, models, rare
        self._tried = self._good = 0

    def probe(self, collection_id: str, passage: Passage, cancel: CancelToken) -> Probe | None:
        """A probe for a passage, or None where no fair question can be made of it."""
        span = telling_sentence(passage.text, self._rare)
        if span is None:
            return None
        sentence = passage.text[span[0] : span[1]]
        in_code = Probe(
            id=uuid.uuid4().hex,
            collection_id=collection_id,
            question=question_in_code(sentence, self._rare),
            sentence=sentence,
            document_id=passage.document_id,
            record_id=passage.record_id,
            page=passage.page,
            start=passage.start + span[0],
            end=passage.start + span[1],
        )
        around = f"{passage.title}\n{passage.heading}\n{passage.text}"
        written = self._by_model(sentence, around, cancel)
        if written:
            return replace(in_code, question=written, by_model=True)
        return in_code if is_fair(in_code.question, sentence, around) else None

    def _by_model(self, sentence: str, around: str, cancel: CancelToken) -> str:
        """The model's question if it is a fair one, else ''."""
        if self._tried >= TRIED_FIRST and self._good < LEAST_GOOD * self._tried / TRIED_FIRST:
            return ""
        self._tried += 1
        turns = (ChatTurn("system", _TASK), ChatTurn("user", sentence))
        request = Generate(self._models.to_load(), turns, Sampling(temperature=0.0, max_tokens=40))
        try:
            reply = "".join(
                message.text
                for message in self._chat.request(request, cancel)
                if isinstance(message, GeneratedText)
            )
        except DesksideError:
            self._tried = TRIED_FIRST  # without the model the questions are put together in code
            self._good = 0
            return ""
        question = asked_by_model(reply)
        if not question or not is_fair(question, sentence, around):
            return ""
        self._good += 1
        return question
