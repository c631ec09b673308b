"""Linked folders: what is new, changed, moved or gone in them is followed, and nothing is read twice."""

from __future__ import annotations

import dataclasses
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.errors import ReadError, UserError
from desktop.core.events import Event, FileChanged, FileMoved, FileRemoved, FolderChanged, ScanSummary
from desktop.core.folders import (
    DEFAULT_IGNORE,
    FolderState,
    IgnoreRules,
    LinkedFolder,
    checked_rules,
    exact_rule,
)
from desktop.core.paths import Paths
from desktop.services.discover import FoundFile
from desktop.services.folder_scan import REST_SECONDS, Difference, Walk, compare, identity, leave_unrested
from desktop.services.importing import Importing
from desktop.services.library import Library
from desktop.services.read_ahead import sha256
from desktop.services.watching import Watcher
from desktop.store.catalogue import Catalogue, NewDocument
from desktop.store.folders import FolderStore, KnownFile, MovedFile

_AT_ONCE = 500


@dataclass
class _Looked:
    """A folder with what its scan found."""

    folder: LinkedFolder
    walk: Walk
    told: Difference


class Syncing:
    """Folders are linked to collections; `scan` follows what happened in them, `sync` also reads it."""

    rest_seconds = REST_SECONDS

    def __init__(
        self, paths: Paths, store: FolderStore, catalogue: Catalogue, library: Library, importing: Importing
    ) -> None:
        self._paths, self._store, self._catalogue = paths, store, catalogue
        self._library, self._importing = library, importing

    # --- the folders

    def folders(self, collection_id: str | None = None) -> list[LinkedFolder]:
        """The linked folders of a collection, or all."""
        return self._store.all(collection_id)

    def link(self, path: Path, collection_id: str, ignore: Sequence[str] = DEFAULT_IGNORE) -> LinkedFolder:
        """Link a folder to a collection; `scan` then finds its files. Raises UserError."""
        absolute = os.path.abspath(path.expanduser())
        found = identity(absolute)
        if not found:
            raise UserError(f"{absolute} is not a folder that can be opened.", "Choose another one.")
        for other in self._store.all(collection_id):
            if os.path.isdir(other.path) and os.path.samefile(other.path, absolute):
                raise UserError("This folder is linked to the collection already.")
        return self._store.add(collection_id, absolute, checked_rules(ignore), found)

    def unlink(self, folder_id: str, keep: bool, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Follow a folder no more, and keep or remove its documents. The files themselves are not touched."""
        if not keep:
            yield from self._library.remove(self._store.document_ids(folder_id), cancel)
        self._store.remove(folder_id)

    def set_ignore(self, folder_id: str, lines: Sequence[str]) -> LinkedFolder:
        """Change what is left out; the next scan removes what is left out now. Raises UserError."""
        return self._store.update(folder_id, ignore=checked_rules(lines))

    def set_paused(self, folder_id: str, paused: bool) -> LinkedFolder:
        """A paused folder is not looked at; its documents stay as they are."""
        state = FolderState.PAUSED if paused else FolderState.IN_SYNC
        return self._store.update(folder_id, state=state)

    def take_out(self, document_ids: Sequence[str], cancel: CancelToken | None = None) -> Iterator[Event]:
        """Remove documents; those of linked folders are left out from now on, or the next scan would add them again.

        Yields Progress, raises Cancelled.
        """
        lines: dict[str, list[str]] = {}
        for document_id in document_ids:
            document = self._catalogue.document(document_id)
            if document is not None and document.folder_id and not document.parent_id:
                lines.setdefault(document.folder_id, []).append(document.path)
        for folder_id, paths in lines.items():
            folder = self._store.get(folder_id)
            rules = [exact_rule(Path(os.path.relpath(path, folder.path)).as_posix()) for path in paths]
            self._store.update(folder_id, ignore=(*folder.ignore, *rules))
        yield from self._library.remove(document_ids, cancel)

    # --- following them

    def watcher(self, changed: Callable[[frozenset[str]], None]) -> Watcher:
        """A watcher of all linked folders, not started yet: it tells `changed` which ones to scan."""
        return Watcher(self._store.all, changed)

    def sync(
        self, folder_ids: Collection[str] | None = None, cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """Scan, then read what is new or changed: the events of both, with ScanSummary between and ImportSummary last.

        Raises Cancelled, and what an import raises.
        """
        summary = yield from self.scan(folder_ids, cancel)
        yield from self._importing.read(summary.to_read, cancel)

    def scan(
        self, folder_ids: Collection[str] | None = None, cancel: CancelToken | None = None
    ) -> Generator[Event, None, ScanSummary]:
        """Look through folders (None: all) and follow what moved and what is gone; paused ones are passed over.

        Yields FileMoved, FileRemoved, FileChanged for new rows and FolderChanged; ScanSummary last, which it returns.
        New and changed files wait to be read by `Importing.read`. Raises Cancelled.
        """
        begin = time.monotonic()
        cancel = cancel or CancelToken()
        summary = ScanSummary()
        chosen = [
            folder
            for folder in self._store.all()
            if folder.state is not FolderState.PAUSED and (folder_ids is None or folder.id in folder_ids)
        ]
        chosen.sort(key=lambda folder: folder.collection_id)
        for _, group in groupby(chosen, key=lambda folder: folder.collection_id):
            part = yield from self._scan_collection(list(group), cancel)
            summary = _together(summary, part)
        summary = replace(summary, seconds=time.monotonic() - begin)
        yield summary
        return summary

    def _scan_collection(
        self, folders: Sequence[LinkedFolder], cancel: CancelToken
    ) -> Generator[Event, None, ScanSummary]:
        looked, away = [], []
        for folder in folders:
            one = self._look(folder, cancel)
            if one is None:
                away.append(folder.path)
                yield from self._note(folder.id, FolderState.AWAY)
            else:
                looked.append(one)
        for one in looked:
            leave_unrested(one.told, cancel, self.rest_seconds)
            self._store.adopt([row.id for row in one.told.adopted], one.folder.id)
        moved = yield from self._follow_moves(looked, cancel)
        moved += yield from self._let_twins_inherit(looked)
        removed = yield from self._remove_gone(looked, cancel)
        for one in looked:
            yield from self._add_new(one, cancel)
        to_read: dict[str, list[str]] = {}
        for one in looked:
            changed = [self._mark_changed(row, file) for row, file in one.told.changed]
            pending = self._store.pending(one.folder.id)
            to_read[one.folder.id] = list(dict.fromkeys([*changed, *pending]))
            yield from self._note(one.folder.id, FolderState.IN_SYNC, identity(one.folder.path))
        return ScanSummary(
            new=sum(len(one.told.new) for one in looked),
            changed=sum(len(one.told.changed) for one in looked),
            moved=moved,
            removed=removed,
            unchanged=sum(one.told.unchanged for one in looked),
            writing=sum(one.told.writing for one in looked),
            away=tuple(away),
            to_read=tuple(document_id for ids in to_read.values() for document_id in ids),
            by_folder=tuple((folder_id, len(ids)) for folder_id, ids in to_read.items() if ids),
        )

    def _look(self, folder: LinkedFolder, cancel: CancelToken) -> _Looked | None:
        """Compare the folder with its rows; None if it is away."""
        before = identity(folder.path)
        if not before:
            return None
        inner = [
            other.path
            for other in self._store.all(folder.collection_id)
            if other.path.startswith(os.path.join(folder.path, ""))
        ]
        homes = [str(self._paths.home), os.path.realpath(self._paths.home)]
        walk = Walk(folder.path, IgnoreRules(folder.ignore), [*inner, *homes], cancel)
        told = compare(walk, self._store.known(folder), folder.id)
        # Unplugged meanwhile: what was not found is not gone.
        if identity(folder.path) != before or folder.path in walk.closed:
            return None
        is_empty = bool(told.gone) and not (told.new or told.changed or told.unchanged)
        if is_empty and folder.identity and folder.identity != before:
            return None  # the empty folder in which a drive is mounted at other times
        return _Looked(folder, walk, told)

    def _note(self, folder_id: str, state: FolderState, found: str = "") -> Iterator[Event]:
        try:
            if state is FolderState.AWAY:
                folder = self._store.update(folder_id, state=state)
            else:
                folder = self._store.update(folder_id, state=state, scanned_at=time.time(), identity=found)
        except UserError:
            return  # a person has unlinked it meanwhile
        yield FolderChanged(folder)

    # --- moved files

    def _follow_moves(self, looked: Sequence[_Looked], cancel: CancelToken) -> Generator[Event, None, int]:
        """A new file with the content of one that is gone, or that was overwritten, is that document at a new place."""
        lost = _LostContent(looked)
        overwritten = {row.id: (one, file) for one in looked for row, file in one.told.changed}
        waiting = deque((one, file) for one in looked for file in one.told.new)
        moves: dict[str, tuple[MovedFile, str]] = {}
        for one in looked:
            one.told.new = []
        while waiting:
            cancel.check()
            one, file = waiting.popleft()
            row = lost.take(file, cancel)
            if row is None:
                one.told.new.append(file)
                continue
            moves[row.id] = (_moved(row, file, one.folder.id), row.path)
            if row.id in overwritten:  # its file is a new one, now that the row has gone with the old content
                waiting.append(overwritten[row.id])
        for one in looked:
            one.told.gone = [row for row in one.told.gone if row.id not in moves]
            one.told.changed = [pair for pair in one.told.changed if pair[0].id not in moves]
        yield from self._move(list(moves.values()))
        return len(moves)

    def _move(self, moves: Sequence[tuple[MovedFile, str]]) -> Iterator[Event]:
        for first in range(0, len(moves), _AT_ONCE):
            part = moves[first : first + _AT_ONCE]
            rows = self._store.move([move for move, _ in part])
            yield from (FileMoved(row, before) for row, (_, before) in zip(rows, part, strict=True))

    def _let_twins_inherit(self, looked: Sequence[_Looked]) -> Generator[Event, None, int]:
        """What was read of a file that is gone goes to another file of the same content, if there is one."""
        gone = {row.id for one in looked for row in one.told.gone}
        moved: set[str] = set()
        for one in looked:
            for row in one.told.gone:
                twin = self._store.twin(row)
                if twin is None or twin.id in gone or not os.path.isfile(twin.path) or one.walk.has(row.path):
                    continue
                document = self._catalogue.document(twin.id)
                self._catalogue.remove([twin.id])
                if document is not None:
                    yield FileRemoved(document)
                moved.add(row.id)
                file = FoundFile(Path(twin.path), twin.size, twin.modified)
                yield from self._move([(_moved(row, file, twin.folder_id), row.path)])
            one.told.gone = [row for row in one.told.gone if row.id not in moved]
        return len(moved)

    # --- what is gone, new and changed

    def _remove_gone(self, looked: Sequence[_Looked], cancel: CancelToken) -> Generator[Event, None, int]:
        """Remove what is really gone: an editor that saves takes a file away only for a moment."""
        gone = [row.id for one in looked for row in one.told.gone if not one.walk.has(row.path)]
        for first in range(0, len(gone), _AT_ONCE):
            part = gone[first : first + _AT_ONCE]
            documents = [self._catalogue.document(document_id) for document_id in part]
            for _ in self._library.remove(part, cancel):
                pass
            for document in documents:
                if document is not None:
                    yield FileRemoved(document)
        return len(gone)

    def _add_new(self, one: _Looked, cancel: CancelToken) -> Iterator[Event]:
        for first in range(0, len(one.told.new), _AT_ONCE):
            cancel.check()
            listed = [
                NewDocument(
                    str(file.path),
                    file.path.name,
                    size=file.size,
                    modified=file.modified,
                    folder_id=one.folder.id,
                )
                for file in one.told.new[first : first + _AT_ONCE]
            ]
            for row in self._catalogue.add_documents(one.folder.collection_id, listed):
                yield FileChanged(row)

    def _mark_changed(self, row: KnownFile, file: FoundFile) -> str:
        """A file that is READY stays so while it is read; any other waits again, with what was looked at noted."""
        if row.state is not DocumentState.READY:
            self._catalogue.update(
                row.id,
                state=DocumentState.WAITING,
                reason="",
                reason_kind="",
                size=file.size,
                modified=file.modified,
            )
        return row.id


class _LostContent:
    """The content that is no longer where it was, by its hash; a file is hashed only if one of these has its size."""

    def __init__(self, looked: Sequence[_Looked]) -> None:
        self._by_hash: dict[str, list[KnownFile]] = {}
        for one in looked:
            for row in [*one.told.gone, *(row for row, _ in one.told.changed)]:
                if row.sha256:
                    self._by_hash.setdefault(row.sha256, []).append(row)
        self._sizes = {row.size for rows in self._by_hash.values() for row in rows}

    def take(self, file: FoundFile, cancel: CancelToken) -> KnownFile | None:
        """The row whose content the file has, once; rather one of the same name. None if there is none."""
        if not file.size or file.size not in self._sizes:
            return None
        try:
            rows = self._by_hash.get(sha256(file.path, cancel), [])
        except ReadError:
            return None
        same_name = (row for row in rows if os.path.basename(row.path) == file.path.name)
        row = next(same_name, rows[0] if rows else None)
        if row is not None:
            rows.remove(row)
        return row


def _moved(row: KnownFile, file: FoundFile, folder_id: str) -> MovedFile:
    return MovedFile(row.id, str(file.path), file.size, file.modified, folder_id)


def _together(left: ScanSummary, right: ScanSummary) -> ScanSummary:
    """Both summaries as one: numbers add up, lists follow each other."""
    return ScanSummary(
        *(getattr(left, one.name) + getattr(right, one.name) for one in dataclasses.fields(ScanSummary))
    )
