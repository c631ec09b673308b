"""Services in memory for the window's tests: the same names as the real ones, with scripted events and no engines."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.core.answer_table import Form
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import AdapterUse, Sampling
from desktop.core.chat_words import excerpt_around
from desktop.core.conversations import (
    Conversation,
    FoundMessage,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
)
from desktop.core.errors import ReadError, UserError
from desktop.core.events import Answer, Event, Found, Token
from desktop.core.feedback import Feedback, Rating
from desktop.core.paths import Paths
from desktop.core.prompt_library import Prompt, render
from desktop.core.settings import Settings
from desktop.services.comparing import Side
from desktop.services.model_catalogue import ModelCatalogue
from desktop.services.prompting import Prompting
from tests.ui.fake_attaching import FakeAttaching
from tests.ui.fake_batching import FakeBatching
from tests.ui.fake_endpoints import FakeEndpoints, FakeServing
from tests.ui.fake_finding import FakeFinding
from tests.ui.fake_folders import FakeSyncing
from tests.ui.fake_library import START, FakeImporting, FakeKeeping, FakeLibrary
from tests.ui.fake_models import MACHINE, FakeDownloading, FakeElsewhere, FakeModelImport, FakeModels

Script = Callable[[CancelToken], Iterator[Event]]


class FakeSettings:
    def __init__(self) -> None:
        self.current = Settings()
        self.error: Exception | None = None

    def change(self, **values: object) -> Settings:
        if self.error is not None:
            raise self.error
        self.current = self.current.changed(**values)
        return self.current


class FakeConversations:
    def __init__(self) -> None:
        self.all: dict[str, Conversation] = {}
        self.kept: dict[str, list[Message]] = {}
        self.forks: dict[str, tuple[str, ...]] = {}
        self.drafts: dict[str, str] = {}
        self._next = 0

    def create(self, collection_id: str = "") -> Conversation:
        self._next += 1
        at = START + self._next
        made = Conversation(f"c{self._next}", "New chat", collection_id, at, at)
        self.all[made.id] = made
        self.kept[made.id] = []
        return made

    def list(self, text: str = "") -> list[Conversation]:
        words = text.lower()
        found = [c for c in self.all.values() if not c.deleted and self._has(c, words)]
        return sorted(found, key=lambda c: -c.updated)

    def _has(self, conversation: Conversation, words: str) -> bool:
        texts = [conversation.title, *(m.text for m in self.kept[conversation.id])]
        return any(words in text.lower() for text in texts)

    def get(self, conversation_id: str) -> Conversation | None:
        return self.all.get(conversation_id)

    def messages(self, conversation_id: str) -> Sequence[Message]:
        return tuple(self.kept.get(conversation_id, ()))

    def find(self, text: str) -> builtins.list[FoundMessage]:
        found = (
            FoundMessage(m.id, c.id, c.title, m.role, *excerpt_around(m.text, text))
            for c in self.list(text)
            for m in self.kept[c.id]
        )
        return [one for one in found if one.marks]

    def draft(self, conversation_id: str) -> str:
        return self.drafts.get(conversation_id, "")

    def keep_draft(self, conversation_id: str, text: str) -> None:
        self.drafts[conversation_id] = text

    def pin(self, conversation_id: str, pinned: bool) -> None:
        self._change(conversation_id, pinned=pinned)

    def move(self, conversation_id: str, folder: str) -> None:
        self._change(conversation_id, folder=folder)

    def rename_folder(self, folder: str, name: str) -> None:
        for one in [one.id for one in self.all.values() if one.folder == folder]:
            self._change(one, folder=name)

    def trash(self) -> builtins.list[Conversation]:
        return [one for one in self.all.values() if one.deleted]

    def purge(self, conversation_id: str) -> None:
        del self.all[conversation_id]

    def empty_trash(self) -> None:
        for one in self.trash():
            self.purge(one.id)

    def show_branch(self, message_id: str) -> None:
        """There is only one."""

    def branches(self, conversation_id: str) -> dict[str, tuple[str, ...]]:
        return self.forks

    def rename(self, conversation_id: str, title: str) -> None:
        self._change(conversation_id, title=title, named_by_person=True)

    def set_collection(self, conversation_id: str, collection_id: str) -> None:
        self._change(conversation_id, collection_id=collection_id)

    def delete(self, conversation_id: str) -> None:
        self._change(conversation_id, deleted=True, deleted_at=time.time())

    def restore(self, conversation_id: str) -> None:
        self._change(conversation_id, deleted=False)

    def set_adapters(self, conversation_id: str, adapters: tuple[AdapterUse, ...]) -> None:
        self._change(conversation_id, adapters=adapters)

    def save(self, message: Message) -> None:
        """Insert or update by id."""
        kept = self.kept[message.conversation_id]
        for place, old in enumerate(kept):
            if old.id == message.id:
                kept[place] = message
                return
        kept.append(message)

    def _change(self, conversation_id: str, **values: object) -> None:
        self.all[conversation_id] = replace(self.all[conversation_id], **values)


class FakeExporting:
    """A test says what happens."""

    export: Callable[[str, Path], object]
    import_chat: Callable[[Path], Conversation]


class FakeAnswering:
    """Plays the scripts it was given, else a short answer; what streamed is stored as the real service does."""

    def __init__(self, conversations: FakeConversations) -> None:
        self.conversations = conversations
        self.scripts: list[Script] = []
        self.asked: list[str] = []
        self.only: tuple[str, ...] = ()
        self.with_collection = False
        self.grounding: Grounding | None = None
        self.words = "It is nine months. That is all."
        self.delay = 0.0
        self._next = 0

    def ask(
        self,
        conversation_id: str,
        question: str,
        cancel: CancelToken,
        *,
        document_ids: Sequence[str] = (),
        with_collection: bool = False,
    ) -> Iterator[Event]:
        self.asked.append(question)
        self.with_collection = with_collection
        self.only = tuple(document_ids)
        stored = replace(self._message(conversation_id, Role.USER, question), document_ids=self.only)
        self.conversations.save(stored)
        yield Found(stored, self.grounding)
        yield from self._answer(conversation_id, cancel)

    def regenerate(
        self, conversation_id: str, cancel: CancelToken, *, answer_id: str = ""
    ) -> Iterator[Event]:
        kept = self.conversations.kept[conversation_id]
        while kept and kept[-1].role is Role.ASSISTANT:
            kept.pop()
        yield Found(kept[-1], self.grounding)
        yield from self._answer(conversation_id, cancel)

    def edit(self, message_id: str, question: str, cancel: CancelToken) -> Iterator[Event]:
        for conversation_id, kept in self.conversations.kept.items():
            for place, message in enumerate(kept):
                if message.id == message_id:
                    del kept[place:]
                    yield from self.ask(conversation_id, question, cancel)
                    return

    def _answer(self, conversation_id: str, cancel: CancelToken) -> Iterator[Event]:
        if self.scripts:
            yield from self.scripts.pop(0)(cancel)
            return
        text, state = "", MessageState.COMPLETE
        for word in self.words.split(" "):
            if cancel.wait(self.delay) if self.delay else cancel.cancelled:
                state = MessageState.STOPPED
                break
            piece = word if not text else f" {word}"
            text += piece
            yield Token(piece)
        message = replace(
            self._message(conversation_id, Role.ASSISTANT, text),
            state=state,
            grounding=self.grounding,
            timings=Timings(0.1, 0.3, 1.2, 210, 0, 12, 40.0),
            model="SmolLM2",
            sampling=Sampling(seed=7),
        )
        self.conversations.save(message)
        yield Answer(message)

    def _message(self, conversation_id: str, role: Role, text: str) -> Message:
        self._next += 1
        return Message(f"m{self._next}", conversation_id, role, text, created=START + self._next)


@dataclass
class FakePages:
    """Gives the text round a source; `picture` is what `render` returns (None raises UserError), once the password is
    given where there is one."""

    picture: object = None
    password: str = ""
    known: set[str] = field(default_factory=set)
    rendered: list[tuple[str, int, int]] = field(default_factory=list)

    def render(
        self, path: str, page: int, width_px: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> object:
        self.rendered.append((path, page, width_px))
        if self.password and self.password not in self.known:
            raise ReadError("This file is locked with a password.", reason="encrypted")
        if self.picture is None:
            raise UserError("This page has no picture.")
        return self.picture

    def know_password(self, password: str) -> None:
        self.known.add(password)

    def text(self, source: object) -> tuple[str, int, int]:
        words = str(getattr(source, "text", ""))
        return f"Before. {words} After.", 8, 8 + len(words)


@dataclass(frozen=True)
class FakePrompting(Prompting):
    """The real library of prompts; what is sent is answered by the fake, and nothing is cut."""

    def __init__(self, paths: Paths, answering: FakeAnswering) -> None:
        super().__init__(paths, answering, None, None, None)  # type: ignore[arg-type]

    def ask(  # type: ignore[override]
        self,
        conversation_id: str,
        prompt: Prompt,
        values: Mapping[str, str],
        step: int,
        results: Mapping[str, str],
        cancel: CancelToken,
        *,
        step_by_step: bool = False,
        form: Form | None = None,
    ) -> Iterator[Event]:
        rendered = render(prompt, values, step, results, step_by_step=step_by_step)
        yield from self.answering.ask(conversation_id, rendered.text, cancel)

    def collection_text(self, collection_id: str, cancel: CancelToken | None = None) -> str:
        return f"File a.txt:\nAll of {collection_id}"

    def file_text(self, path: Path, cancel: CancelToken | None = None) -> str:
        return path.read_text("utf-8")


class FakeFeedback:
    """Keeps what was said in memory."""

    def __init__(self) -> None:
        self.said: dict[str, Feedback] = {}

    def get(self, message_id: str) -> Feedback:
        return self.said.get(message_id, Feedback(message_id))

    def rate(self, message_id: str, rating: Rating) -> Feedback:
        before = self.get(message_id)
        self.said[message_id] = replace(before, rating=rating)
        return before

    def correct(self, message_id: str, correction: str) -> Feedback:
        before = self.get(message_id)
        self.said[message_id] = replace(before, correction=correction, rating=Rating.DOWN)
        return before


class FakeComparing:
    """Each side says its own model and preset; a side that is called Broken fails."""

    def __init__(self, answering: FakeAnswering) -> None:
        self.answering = answering
        self.asked: list[tuple[Side, str]] = []
        self.chosen: list[tuple[str, list[str]]] = []

    def one(
        self,
        conversation_id: str,
        question: str,
        side: Side,
        cancel: CancelToken,
        *,
        beside: str = "",
        same_manner: bool = True,
        document_ids: Sequence[str] = (),
        with_collection: bool = False,
    ) -> Iterator[Event]:
        self.asked.append((side, beside))
        kept = self.answering.conversations.kept.get(conversation_id, [])
        before = list(kept)
        if beside:
            yield from self.answering.regenerate(conversation_id, cancel)
            kept[:] = [*before, kept[-1]]
        else:
            yield from self.answering.ask(
                conversation_id,
                question,
                cancel,
                document_ids=document_ids,
                with_collection=with_collection,
            )

    def choose(self, better: Message, others: Sequence[Message]) -> None:
        self.chosen.append((better.id, [one.id for one in others]))


class FakeServices:
    """Stands for `desktop.services.all.Services`."""

    def __init__(self, home: Path) -> None:
        self.paths = Paths(home, Path(__file__).resolve().parents[2])
        self.settings = FakeSettings()
        self.conversations = FakeConversations()
        self.library = FakeLibrary()
        self.importing = FakeImporting(self.library)
        self.syncing = FakeSyncing(self.library)
        self.exporting = FakeExporting()
        self.feedback = FakeFeedback()
        self.answering = FakeAnswering(self.conversations)
        self.comparing = FakeComparing(self.answering)
        self.prompting = FakePrompting(self.paths, self.answering)
        self.attaching = FakeAttaching(self.library)
        self.batching = FakeBatching()
        self.pages = FakePages()
        self.finding = FakeFinding()
        self.models = FakeModels()
        self.model_import = FakeModelImport(self.models)
        self.downloading = FakeDownloading(self.models)
        self.elsewhere = FakeElsewhere(self.models)
        self.endpoints = FakeEndpoints()
        self.keeping = FakeKeeping()
        self.serving = FakeServing()
        self.model_catalogue = ModelCatalogue(self.paths, self.models, self.settings, lambda: MACHINE)  # type: ignore[arg-type]
        self.closed = False

    def close(self) -> None:
        self.closed = True
