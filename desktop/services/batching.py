"""Batch runs: one prompt over every document of a collection or every row of a table.

Each answer is kept by itself; what is still waiting is gone on with, also after a restart or a crash.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.answer_table import Form, asked_for, rows_of, schema
from desktop.core.batches import Batch, BatchEnded, BatchItem, BatchPlan, ItemEnded, ItemState, LongText
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Generate, Generated, GeneratedText
from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import DesksideError, EngineCrashed, ModelError, StorageError, UserError
from desktop.core.events import Event, Progress
from desktop.core.prompt_library import Kind, Prompt, Rendered, Step, Variable, render
from desktop.core.reading_requests import PagesRead, ReadFile, ReadTableHead, TableHead
from desktop.services.prompting import READ_SECONDS, Prompting
from desktop.store.batches import BatchStore
from desktop.store.catalogue import Catalogue

AT_ONCE = 500
PAUSE_SECONDS = 0.2
MOST_CRASHES = 3
"""After so many failures of the model in a row the run stops: the fault is not in the texts."""
JOIN = Prompt(
    "",
    "Join the parts",
    (
        Step(
            "These are answers about the parts of one text, in order:\n\n{{answers}}\n\nWrite one answer for the whole."
        ),
    ),
    variables=(Variable("answers", kind=Kind.FILE),),
)


@dataclass(frozen=True)
class Batching:
    """`run` may be called for each batch again and again: it goes on with what waits."""

    store: BatchStore
    catalogue: Catalogue
    prompting: Prompting

    # --- making one

    def over_collection(self, collection_id: str, name: str, plan: BatchPlan) -> Batch:
        """A run over every document of a collection that is ready. Raises UserError where there is none."""
        _check(plan)
        items: list[BatchItem] = []
        while rows := self.catalogue.documents(collection_id, offset=len(items), limit=AT_ONCE):
            items += [BatchItem(len(items) + n, row.name, row.id) for n, row in enumerate(rows, 1)]
            if len(rows) < AT_ONCE:
                break
        ready = [one for one in items if self._is_ready(one.document_id)]
        return self._add(name, plan, [replace(one, number=n) for n, one in enumerate(ready, 1)])

    def table_head(self, path: Path, cancel: CancelToken | None = None) -> TableHead:
        """The columns of a table and its first rows. Raises ReadError or UserError."""
        if not path.is_file():
            raise UserError(f"There is no file {path.name}.", "Check the path.")
        request = ReadTableHead(str(path.absolute()))
        reader = self.prompting.reader
        found = [m for m in reader.request(request, cancel, silence=READ_SECONDS) if isinstance(m, TableHead)]
        return found[0]

    def over_table(
        self, path: Path, columns: TableColumns, name: str, plan: BatchPlan, cancel: CancelToken | None = None
    ) -> Batch:
        """A run over every row of a table, whose texts are kept with it. Raises ReadError or UserError."""
        _check(plan)
        if not path.is_file():
            raise UserError(f"There is no file {path.name}.", "Check the path.")
        if not columns.text:
            raise UserError("Which column holds the text?", "Name it.")
        items: list[BatchItem] = []
        request = ReadFile(str(path.absolute()), columns)
        for message in self.prompting.reader.request(request, cancel, silence=READ_SECONDS):
            for page in message.pages if isinstance(message, PagesRead) else ():
                title = page.title or page.record_id or f"Row {page.number}"
                items.append(BatchItem(len(items) + 1, title, "", page.record_id, page.text))
        return self._add(name, plan, items)

    def _add(self, name: str, plan: BatchPlan, items: list[BatchItem]) -> Batch:
        if not items:
            raise UserError(
                "There is nothing to run this over.", "Choose a collection with files that are ready."
            )
        return self.store.add(name, plan, items)

    def _is_ready(self, document_id: str) -> bool:
        document = self.catalogue.document(document_id)
        return document is not None and document.state is DocumentState.READY and document.passages > 0

    # --- running

    def run(
        self, batch_id: str, cancel: CancelToken | None = None, pause: threading.Event | None = None
    ) -> Iterator[Event]:
        """Ask what waits. Yields Progress and ItemEnded, and BatchEnded last. Raises Cancelled; all done is kept.

        Raises the error of the model where it fails several times in a row; the rest then waits.
        """
        cancel = cancel or CancelToken()
        batch = self.store.get(batch_id)
        waiting = self.store.items(batch_id, ItemState.WAITING)
        crashes, begin, paused = 0, time.monotonic(), 0.0
        for place, item in enumerate(waiting):
            since = time.monotonic()
            while pause is not None and pause.is_set():
                cancel.check()
                cancel.wait(PAUSE_SECONDS)
            paused += time.monotonic() - since
            cancel.check()
            left = (time.monotonic() - begin - paused) / place * (len(waiting) - place) if place else None
            done = batch.total - len(waiting) + place
            yield Progress(done, batch.total, f"{done + 1:,} of {batch.total:,}: {item.title}", left)
            ended, error = self._ask(batch.plan, item, cancel)
            crashes = crashes + 1 if isinstance(error, EngineCrashed | ModelError) else 0
            if error is not None and crashes >= MOST_CRASHES:
                raise error
            self.store.put(batch_id, ended)
            yield ItemEnded(batch_id, ended)
        yield BatchEnded(self.store.get(batch_id))

    def retry_failed(self, batch_id: str) -> int:
        """Let those that failed be asked again by the next `run`; returns how many."""
        return self.store.wait_again(batch_id)

    def _ask(
        self, plan: BatchPlan, item: BatchItem, cancel: CancelToken
    ) -> tuple[BatchItem, DesksideError | None]:
        """One item with its answer, or with why it has none."""
        begin = time.monotonic()
        answer = ""
        notes: list[str] = []
        try:
            text = self._text(item, cancel)
            answer, notes = self._answer(plan, text, cancel)
            if plan.form is not None:
                rows_of(answer, plan.form)
        except StorageError:
            raise
        except DesksideError as error:
            seconds = time.monotonic() - begin
            return replace(
                item, state=ItemState.FAILED, answer=answer, note=str(error), seconds=seconds
            ), error
        seconds = time.monotonic() - begin
        return replace(item, state=ItemState.DONE, answer=answer, note=" ".join(notes), seconds=seconds), None

    def _text(self, item: BatchItem, cancel: CancelToken) -> str:
        if not item.document_id:
            return item.text
        document = self.catalogue.document(item.document_id)
        if document is None:
            raise UserError("This file is not in the library any more.")
        return self.prompting.document_text(document, cancel)

    def _answer(self, plan: BatchPlan, text: str, cancel: CancelToken) -> tuple[str, list[str]]:
        """The last step's answer to a text, and what to know of it."""
        results: dict[str, str] = {}
        answer = ""
        notes: list[str] = []
        for number, step in enumerate(plan.prompt.steps):
            last = number == len(plan.prompt.steps) - 1
            form = plan.form if last else None
            asked, notes_of = self._step(plan, number, text, results, form, cancel)
            answer, notes = asked, notes + [one for one in notes_of if one not in notes]
            if step.result:
                results[step.result] = asked
        return answer, notes

    def _step(
        self,
        plan: BatchPlan,
        number: int,
        text: str,
        results: Mapping[str, str],
        form: Form | None,
        cancel: CancelToken,
    ) -> tuple[str, list[str]]:
        """One step: of the beginning of the text, or of each part of it."""
        answers: list[str] = []
        notes: list[str] = []
        rest = text
        while True:
            values = {**plan.values, plan.variable: rest}
            thinks = plan.prompt.step_by_step and form is None
            closing = asked_for(form) if form else ""
            rendered = self.prompting.fitting(
                plan.prompt, values, number, results, cancel, step_by_step=thinks, closing=closing
            )
            answer, note = self._generate(rendered, form, cancel)
            answers.append(answer)
            notes += [note] if note and note not in notes else []
            kept = rendered.read.get(plan.variable)
            if kept is None:
                break
            if plan.long is LongText.BEGINNING:
                notes.append(f"Only the first {kept:,} of {len(rest.split(' ')):,} words were read.")
                break
            rest = " ".join(rest.split(" ")[kept:])
        if len(answers) == 1:
            return answers[0], notes
        return self._joined(answers, form, cancel), [f"Read in {len(answers)} parts.", *notes]

    def _joined(self, answers: list[str], form: Form | None, cancel: CancelToken) -> str:
        """One answer from those to the parts: rows one after the other, else written once more from all of them."""
        if form is not None:
            return joined_json(answers, form)
        listed = "\n\n".join(answers)
        rendered = self.prompting.fitting(JOIN, {"answers": listed}, 0, None, cancel)
        return self._generate(rendered, None, cancel)[0]

    def _generate(self, rendered: Rendered, form: Form | None, cancel: CancelToken) -> tuple[str, str]:
        """The model's answer, and a sentence where it was cut off."""
        writer = self.prompting.writer
        turns = (ChatTurn("system", rendered.system), *rendered.opening, ChatTurn("user", rendered.text))
        text, note = "", ""
        request = Generate(
            writer.models.to_load(),
            turns if rendered.system else turns[1:],
            writer.sampling(),
            schema(form) if form else "",
        )
        for message in writer.chat.request(request, cancel):
            if isinstance(message, GeneratedText):
                text += message.text
            elif isinstance(message, Generated) and message.reason != "stop":
                note = "The answer reached its length limit."
        return text.strip(), note


def joined_json(answers: list[str], form: Form) -> str:
    """The rows of all parts as one list; of one object, each key from the first part that has something for it."""
    rows_of_parts = [rows_of(answer, form) for answer in answers]
    found = [json.loads(answer) for answer in answers]
    if form.rows:
        return json.dumps([row for part in found for row in part], ensure_ascii=False)
    merged: dict[str, object] = {}
    for place, name in enumerate(form.names):
        for part, rows in zip(found, rows_of_parts, strict=True):
            if rows[0][place] and name not in merged:
                merged[name] = part[name]
        if name not in merged and name in found[0]:
            merged[name] = found[0][name]
    return json.dumps(merged, ensure_ascii=False)


def text_variable(prompt: Prompt, wanted: str = "") -> str:
    """The variable of a prompt that takes the text: the one that is named, else the first for files, else the first.

    Raises UserError where there is none.
    """
    names = [one.name for one in prompt.variables]
    if wanted and wanted not in names:
        raise UserError(f"“{wanted}” is no variable of this prompt.", f"Its variables: {', '.join(names)}.")
    files = [one.name for one in prompt.variables if one.kind is Kind.FILE]
    found = wanted or next(iter(files or names), "")
    if not found:
        raise UserError("This prompt has no blank that a text could fill.", "Choose another one.")
    return found


def _check(plan: BatchPlan) -> None:
    """Raise UserError for what is wrong with a plan, before anything is asked."""
    text_variable(plan.prompt, plan.variable)
    render(plan.prompt, {**plan.values, plan.variable: "text"})
    if plan.form is not None:
        schema(plan.form)
