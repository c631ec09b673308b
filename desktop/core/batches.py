"""Batch runs: one prompt over many documents or rows, with what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.core.answer_table import Form
from desktop.core.events import Event
from desktop.core.prompt_library import Prompt


class LongText(StrEnum):
    """What becomes of a text that is longer than the model's memory: its beginning is read, or all, part by part."""

    BEGINNING = "beginning"
    PARTS = "parts"


class ItemState(StrEnum):
    """Where one document or row is at."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class BatchPlan:
    """What is asked of each: the prompt, what is put in for its variables, and which of them takes the text."""

    prompt: Prompt
    values: dict[str, str]
    variable: str
    form: Form | None = None
    long: LongText = LongText.BEGINNING


@dataclass(frozen=True)
class Batch:
    """A run with its counts. `created` is in seconds since 1970."""

    id: str
    name: str
    plan: BatchPlan
    created: float
    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def waiting(self) -> int:
        """How many are still to be asked: a run with some can be gone on with, also after a restart."""
        return self.total - self.done - self.failed


@dataclass(frozen=True)
class BatchItem:
    """One document, by id, or one row, by its text. `note` says what to know of the answer, or why there is none."""

    number: int
    title: str
    document_id: str = ""
    record_id: str = ""
    text: str = ""
    state: ItemState = ItemState.WAITING
    answer: str = ""
    note: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class ItemEnded(Event):
    """One document or row has its answer, or failed."""

    batch_id: str
    item: BatchItem


@dataclass(frozen=True)
class BatchEnded(Event):
    """The last event of a run."""

    batch: Batch
