"""What is attached to the next message of a chat: chips above the question, each read as soon as it is there."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from desktop.core.conversations import Message
from desktop.core.documents import ATTACHED, PICTURES, Document, DocumentState
from desktop.core.errors import DesksideError
from desktop.core.events import Event, FileChanged
from desktop.ui.attachment_chip import AttachmentChip
from desktop.ui.chat_messages import asked_alone
from desktop.ui.composer import Composer
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.worker import Outcome, Task

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.library import Library

MOST = 20


class _Item:
    """One attachment: its chip, its task, and the document that it became. `scratch` is a folder of its own that is
    not needed once it is read."""

    def __init__(self, chip: AttachmentChip, task: Task, scratch: Path | None) -> None:
        self.chip, self.task = chip, task
        self.document: Document | None = None
        self.removed = False
        self._scratch = (
            weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True) if scratch else None
        )

    def tidy(self) -> None:
        """Remove what only the reading needed; it is done at the latest when the program ends."""
        if self._scratch is not None:
            self._scratch()


@dataclass
class _Draft:
    """What is attached in one chat; `id` is what it is kept under."""

    id: str = ""
    items: list[_Item] = field(default_factory=list)


class ChatAttachments(QObject):
    """Owns what is attached and not sent, in each chat. `drafted` tells how long the next question is with it, in
    characters; `failed` what went wrong with more than one file."""

    drafted = Signal(int)
    failed = Signal(object)

    def __init__(self, services: Services, theme: Theme, tasks: TaskList, composer: Composer) -> None:
        super().__init__(composer)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._attaching = services.attaching
        self._composer, self._row = composer, composer.attachments
        self._drafts: dict[str, _Draft] = {"": _Draft()}
        self._chat = ""
        self._row.hide()
        composer.attach.connect(self.choose)
        composer.files_given.connect(self.add)
        composer.field.picture_given.connect(self.add_picture)
        composer.drafted.connect(lambda _: self._tell_length())

    @property
    def _draft(self) -> _Draft:
        """That of the open chat."""
        return self._drafts[self._chat]

    @property
    def _items(self) -> list[_Item]:
        return self._draft.items

    def open(self, conversation_id: str) -> None:
        """Show what is attached in another chat."""
        if not self._items:
            del self._drafts[self._chat]
        self._chat = conversation_id
        self._drafts.setdefault(conversation_id, _Draft())
        for chat, draft in self._drafts.items():
            for item in draft.items:
                item.chip.setVisible(chat == conversation_id)
        self._tell()

    def became(self, conversation_id: str) -> None:
        """The new chat has an id now."""
        self._drafts[conversation_id] = self._drafts.pop(self._chat)
        self._chat = conversation_id

    @property
    def reading(self) -> bool:
        """Whether one is still being read: the question waits for it."""
        return any(item.task.running for item in self._items)

    @property
    def characters(self) -> int:
        """How long what was read is."""
        return sum(item.document.characters for item in self._items if item.document is not None)

    def choose(self) -> None:
        """Ask for files."""
        window = self._row.window()
        names, _ = QFileDialog.getOpenFileNames(window, self.tr("Attach files to this message"))
        self.add([Path(name) for name in names])

    def add(self, paths: Sequence[Path]) -> None:
        """Attach files; each is read at once."""
        for path in paths[: MOST - len(self._items)]:
            self._start(path)
        self._tell()

    def add_picture(self, picture: QImage) -> None:
        """Attach a picture that was pasted or dropped without a file."""
        folder = Path(tempfile.mkdtemp(prefix="deskside-"))
        path = folder / f"{self.tr('Pasted picture')}.png"
        if picture.save(str(path)):
            self._start(path, folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        self._tell()

    def take(self) -> tuple[str, ...]:
        """The documents to send, and an empty row."""
        if not self._items:
            return ()
        draft = self._draft.id
        ids = tuple(document.id for document in self._attaching.ready(draft))
        if ids:
            self._attaching.sent(draft)
        else:
            self._discard(draft)
        self._empty()
        return ids

    def _start(self, path: Path, scratch: Path | None = None) -> None:
        try:
            self._draft.id = self._draft.id or self._attaching.begin()
        except DesksideError as error:
            self.failed.emit(error)
            return
        draft = self._draft.id
        task = self._tasks.run(lambda cancel: self._attaching.attach(draft, path, cancel))
        item = _Item(AttachmentChip(self._theme, path.name, self._row), task, scratch)
        self._items.append(item)
        self._row.add(item.chip)
        item.chip.show()
        item.chip.removed.connect(lambda: self._remove(item))
        item.chip.unlock_asked.connect(lambda: self._ask_password(item))
        self._watch(item, task)

    def _watch(self, item: _Item, task: Task) -> None:
        """Follow what reads an attachment: the first time, or with its password."""
        item.task = task
        task.happened.connect(lambda event: self._follow(item, event))
        task.failed.connect(lambda error: None if item.removed else item.chip.show_failed(str(error)))
        task.finished.connect(lambda: self._ended(item))

    def _ask_password(self, item: _Item) -> None:
        from desktop.ui.attachment_unlock import AttachmentUnlock  # not before it is asked for

        if item.document is not None:
            unlocking = AttachmentUnlock(self._services, self._theme, self._tasks, self._row.window())
            unlocking.began.connect(lambda task: self._unlocking(item, task))
            unlocking.ask(item.document)

    def _unlocking(self, item: _Item, task: Task) -> None:
        item.chip.show_reading()
        self._watch(item, task)
        self._tell()

    def _follow(self, item: _Item, event: Event) -> None:
        if isinstance(event, FileChanged) and not event.document.member:
            item.document = event.document

    def _ended(self, item: _Item) -> None:
        item.tidy()
        document = item.document
        if item.removed:
            self._forget(item)
            return
        if item.task.outcome is Outcome.DONE and document is not None:
            empty = not document.characters and document.kind not in PICTURES
            if document.reason_kind == "encrypted":
                item.chip.show_locked()
            elif document.state is DocumentState.FAILED or empty:
                item.chip.show_failed(document.reason or self.tr("There is no text in it."))
            else:
                item.chip.show_ready(self._pages(document))
        self._tell()

    def _pages(self, document: Document) -> str:
        if document.pages <= 1:
            return ""
        return self.tr("{n} pages").replace("{n}", f"{document.pages:,}")

    def _remove(self, item: _Item) -> None:
        """Take it out; one that is being read stops, and what there is of it goes when it has."""
        self._items.remove(item)
        item.removed = True
        if item.task.running:
            item.task.cancel()
        else:
            self._forget(item)
        self._row.remove(item.chip)
        self._tell()

    def _forget(self, item: _Item) -> None:
        document = item.document
        if document is not None:
            remove, draft = self._attaching.remove, document.collection_id
            self._tasks.run(lambda _: _silent(remove, draft, document.id), keep=True)

    def _discard(self, draft: str) -> None:
        discard = self._attaching.discard
        self._tasks.run(lambda _: _silent(discard, draft), keep=True)

    def _empty(self) -> None:
        for item in self._items:
            self._row.remove(item.chip)
        self._drafts[self._chat] = _Draft()
        self._tell()

    def _tell(self) -> None:
        self._row.setVisible(bool(self._items))
        self._row.arrange()
        self._composer.set_attached(bool(self._items))
        self._composer.fit()
        self._composer.set_reading(self.reading)
        self._tell_length()

    def _tell_length(self) -> None:
        self.drafted.emit(self._composer.characters + self.characters)


def _silent(action: Callable[..., None], *values: str) -> Iterator[Event]:
    """An action of which nothing is told while it runs."""
    action(*values)
    yield from ()


def only_document(library: Library, messages: Sequence[Message]) -> Document | None:
    """The one file that a chat goes on asking; what is attached is asked by its message alone."""
    alone = asked_alone(messages)
    found = library.document(alone) if alone else None
    return found if found is not None and not _is_attached(found) else None


def attached_names(library: Library, message: Message) -> tuple[str, ...]:
    """The names of what was attached to a message."""
    found = (library.document(one) for one in message.document_ids)
    return tuple(dict.fromkeys(one.name for one in found if one is not None and _is_attached(one)))


def _is_attached(document: Document) -> bool:
    return document.collection_id.startswith(ATTACHED)
