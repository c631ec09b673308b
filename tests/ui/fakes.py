"""Services in memory for the window's tests: the same names as the real ones, with scripted events and no engines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Conversation, Grounding, Message, MessageState, Role, Timings
from desktop.core.documents import Collection, Document, DocumentState, TableColumns
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import Answer, Event, FileChanged, Found, ImportSummary, Progress, Token
from desktop.core.paths import Paths
from desktop.core.settings import Settings

Script = Callable[[CancelToken], Iterator[Event]]
START = 1_774_000_000.0


@dataclass(frozen=True)
class FakeModel:
    """What the models service tells of a chat model."""

    name: str
    path: Path
    size_bytes: int
    starter: bool


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

    def rename(self, conversation_id: str, title: str) -> None:
        self._change(conversation_id, title=title, named_by_person=True)

    def set_collection(self, conversation_id: str, collection_id: str) -> None:
        self._change(conversation_id, collection_id=collection_id)

    def delete(self, conversation_id: str) -> None:
        self._change(conversation_id, deleted=True)

    def restore(self, conversation_id: str) -> None:
        self._change(conversation_id, deleted=False)

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


class FakeLibrary:
    def __init__(self) -> None:
        self.rows: dict[str, Document] = {}
        self.named: dict[str, Collection] = {}
        self.fetches = 0
        self.removed: list[str] = []
        self.counted: dict[str, int] = {}
        self._next = 0

    def collections(self) -> list[Collection]:
        made = [self._counted(c) for c in self.named.values()]
        return sorted(made, key=lambda c: c.name.lower())

    def collection(self, collection_id: str) -> Collection | None:
        found = self.named.get(collection_id)
        return self._counted(found) if found else None

    def _counted(self, collection: Collection) -> Collection:
        rows = [d for d in self.rows.values() if d.collection_id == collection.id]
        count = self.counted.get(collection.id, len(rows))
        return replace(collection, documents=count, passages=sum(d.passages for d in rows))

    def create_collection(self, name: str) -> Collection:
        self._check(name)
        self._next += 1
        made = Collection(f"k{self._next}", name, created=START)
        self.named[made.id] = made
        return made

    def rename_collection(self, collection_id: str, name: str) -> None:
        if name.lower() != self.named[collection_id].name.lower():
            self._check(name)
        self.named[collection_id] = replace(self.named[collection_id], name=name)

    def _check(self, name: str) -> None:
        if not name.strip():
            raise UserError("A collection needs a name.", "Type one.")
        if any(c.name.lower() == name.lower() for c in self.named.values()):
            raise UserError(f"There is already a collection named {name}.", "Choose another name.")

    def delete_collection(self, collection_id: str) -> None:
        del self.named[collection_id]
        self.rows = {i: d for i, d in self.rows.items() if d.collection_id != collection_id}

    def add(
        self, collection_id: str, name: str, state: DocumentState = DocumentState.READY, **values: object
    ) -> Document:
        """Put a row into the catalogue (for tests)."""
        self._next += 1
        made = Document(
            f"d{self._next}", collection_id, f"/home/you/{name}", name, name.rpartition(".")[2], state,
            added=START + self._next,
        )  # fmt: skip
        made = replace(made, **values)
        self.rows[made.id] = made
        return made

    def set(self, document_id: str, **values: object) -> Document:
        self.rows[document_id] = replace(self.rows[document_id], **values)
        return self.rows[document_id]

    def _chosen(self, collection_id: str, text: str) -> list[Document]:
        words = text.lower()
        return [d for d in self.rows.values() if d.collection_id == collection_id and words in d.name.lower()]

    def documents(
        self,
        collection_id: str,
        text: str = "",
        order: str = "name",
        descending: bool = False,
        offset: int = 0,
        limit: int = 200,
    ) -> list[Document]:
        self.fetches += 1
        keys: dict[str, Callable[[Document], tuple[object, ...]]] = {
            "name": lambda d: (d.name.lower(),),
            "state": lambda d: (d.state.value, d.name.lower()),
            "pages": lambda d: (d.pages, d.name.lower()),
            "passages": lambda d: (d.passages, d.name.lower()),
            "added": lambda d: (d.added,),
        }
        rows = sorted(self._chosen(collection_id, text), key=keys[order], reverse=descending)
        return rows[offset : offset + limit]

    def count(self, collection_id: str, text: str = "") -> int:
        return len(self._chosen(collection_id, text))

    def counts_by_state(self, collection_id: str) -> dict[DocumentState, int]:
        counts = dict.fromkeys(DocumentState, 0)
        for row in self._chosen(collection_id, ""):
            counts[row.state] += 1
        return counts

    def document(self, document_id: str) -> Document | None:
        return self.rows.get(document_id)

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[Event]:
        for number, document_id in enumerate(document_ids, 1):
            cancel.check()
            self.rows.pop(document_id, None)
            self.removed.append(document_id)
            yield Progress(number, len(document_ids))


class FakeImporting:
    """Imports by writing rows. `hold` (when cleared) stops it before each file, so that a test sees it busy."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.calls: list[tuple[list[Path], str, TableColumns]] = []
        self.retried: list[str] = []
        self.bad: dict[str, tuple[str, str]] = {}
        self.hold = threading.Event()
        self.hold.set()
        self.error: Exception | None = None

    def import_files(
        self,
        paths: Sequence[Path],
        collection_id: str,
        columns: TableColumns = TableColumns(),  # noqa: B008  frozen
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        self.calls.append((list(paths), collection_id, columns))
        if self.error is not None:
            raise self.error
        rows = [self.library.add(collection_id, path.name, DocumentState.WAITING) for path in paths]
        yield from self._work(rows, cancel or CancelToken(), pause)

    def _work(
        self, rows: list[Document], cancel: CancelToken, pause: threading.Event | None
    ) -> Iterator[Event]:
        ready = failed = 0
        for row in rows:
            yield FileChanged(row)
        self._wait(cancel, pause)
        for number, row in enumerate(rows, 1):
            yield Progress(
                number - 1,
                len(rows),
                f"{number - 1} of {len(rows)} are ready",
                2.0 * (len(rows) - number + 1),
            )
            self._wait(cancel, pause)
            yield FileChanged(self.library.set(row.id, state=DocumentState.READING), 1, 3)
            if row.name in self.bad:
                reason, kind = self.bad[row.name]
                changed = self.library.set(
                    row.id, state=DocumentState.FAILED, reason=reason, reason_kind=kind
                )
                failed += 1
            else:
                changed = self.library.set(
                    row.id, state=DocumentState.READY, reason="", reason_kind="", pages=3, passages=9
                )
                ready += 1
            yield FileChanged(changed)
        yield Progress(len(rows), len(rows), f"{len(rows)} of {len(rows)} are ready")
        yield ImportSummary(ready, 0, failed, ready * 9, 0.1)

    def _wait(self, cancel: CancelToken, pause: threading.Event | None) -> None:
        cancel.check()
        while not self.hold.is_set() or (pause is not None and pause.is_set()):
            if cancel.wait(0.005):
                raise Cancelled
        cancel.check()

    def resume(self, collection_id: str | None = None, cancel: CancelToken | None = None) -> Iterator[Event]:
        waiting = [d for d in self.library.rows.values() if d.state in _PENDING]
        rows = [d for d in waiting if collection_id in (None, d.collection_id)]
        yield from self._work(rows, cancel or CancelToken(), None)

    def retry(self, document_ids: Sequence[str], cancel: CancelToken | None = None) -> Iterator[Event]:
        self.retried.extend(document_ids)
        rows = [self.library.set(i, state=DocumentState.WAITING, reason="") for i in document_ids]
        yield from self._work(rows, cancel or CancelToken(), None)

    def pending(self) -> int:
        return sum(1 for d in self.library.rows.values() if d.state in _PENDING)

    def drop_waiting(self, collection_id: str) -> int:
        rows = [
            d.id
            for d in self.library.rows.values()
            if d.collection_id == collection_id and d.state in _PENDING
        ]
        for document_id in rows:
            del self.library.rows[document_id]
        return len(rows)

    def samples(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        named = next((c for c in self.library.named.values() if c.name == "Sample files"), None)
        collection = named or self.library.create_collection("Sample files")
        paths = [
            Path(f"/samples/{name}")
            for name in ("Tenancy agreement.pdf", "House rules.md", "Repairs 2025.csv")
        ]
        yield from self.import_files(paths, collection.id, cancel=cancel)


_PENDING = (DocumentState.WAITING, DocumentState.READING, DocumentState.EMBEDDING)


class FakeAnswering:
    """Plays the scripts it was given, else a short answer; what streamed is stored as the real service does."""

    def __init__(self, conversations: FakeConversations) -> None:
        self.conversations = conversations
        self.scripts: list[Script] = []
        self.asked: list[str] = []
        self.grounding: Grounding | None = None
        self.words = "It is nine months. That is all."
        self.delay = 0.0
        self._next = 0

    def ask(self, conversation_id: str, question: str, cancel: CancelToken) -> Iterator[Event]:
        self.asked.append(question)
        stored = self._message(conversation_id, Role.USER, question)
        self.conversations.save(stored)
        yield Found(stored, self.grounding)
        yield from self._answer(conversation_id, cancel)

    def regenerate(self, conversation_id: str, cancel: CancelToken) -> Iterator[Event]:
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
        )
        self.conversations.save(message)
        yield Answer(message)

    def _message(self, conversation_id: str, role: Role, text: str) -> Message:
        self._next += 1
        return Message(f"m{self._next}", conversation_id, role, text, created=START + self._next)


@dataclass
class FakePages:
    """Gives the text round a source; `picture` is what `render` returns (None raises UserError)."""

    picture: object = None
    rendered: list[tuple[str, int, int]] = field(default_factory=list)

    def render(
        self, path: str, page: int, width_px: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> object:
        self.rendered.append((path, page, width_px))
        if self.picture is None:
            raise UserError("This page has no picture.")
        return self.picture

    def text(self, source: object) -> tuple[str, int, int]:
        words = str(getattr(source, "text", ""))
        return f"Before. {words} After.", 8, 8 + len(words)


class FakeModels:
    def __init__(self) -> None:
        self.one = FakeModel("SmolLM2 135M", Path("smollm2.gguf"), 94_000_000, True)

    def chat_models(self) -> list[FakeModel]:
        return [self.one]

    def current(self) -> FakeModel:
        return self.one


class FakeServices:
    """Stands for `desktop.services.all.Services`."""

    def __init__(self, home: Path) -> None:
        self.paths = Paths(home, Path(__file__).resolve().parents[2])
        self.settings = FakeSettings()
        self.conversations = FakeConversations()
        self.library = FakeLibrary()
        self.importing = FakeImporting(self.library)
        self.answering = FakeAnswering(self.conversations)
        self.pages = FakePages()
        self.models = FakeModels()
        self.closed = False

    def close(self) -> None:
        self.closed = True
