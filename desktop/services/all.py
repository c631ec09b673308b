"""Builds the services once, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import DesksideError, StorageError
from desktop.core.paths import Paths
from desktop.core.requests import Ping
from desktop.engines.process import EngineLink, EngineProcess
from desktop.services.answering import Answering
from desktop.services.attaching import Attaching
from desktop.services.batching import Batching
from desktop.services.comparing import Comparing
from desktop.services.conversations import Conversations
from desktop.services.counting import Counting
from desktop.services.downloading import Downloading
from desktop.services.endpoints import ChatLink, Endpoints
from desktop.services.evaluating import Evaluating
from desktop.services.exporting import Exporting
from desktop.services.feedback import FeedbackService
from desktop.services.finding import Finding
from desktop.services.importing import Importing
from desktop.services.keeping import Keeping
from desktop.services.keys import Keys
from desktop.services.library import Library
from desktop.services.library_link import LibraryLink
from desktop.services.model_catalogue import ModelCatalogue
from desktop.services.model_found import ModelsElsewhere, usual_places
from desktop.services.model_import import ModelImport
from desktop.services.models import Models
from desktop.services.pages import Pages
from desktop.services.passwords import Passwords
from desktop.services.probing import Probing
from desktop.services.prompting import Prompting
from desktop.services.remembering import Remembering
from desktop.services.scope import Scope
from desktop.services.searching import Searching
from desktop.services.serving import Serving
from desktop.services.settings import SettingsService
from desktop.services.summarising import Summarising
from desktop.services.syncing import Syncing
from desktop.services.writing import Writer
from desktop.store.attachments import AttachmentStore
from desktop.store.attention import AttentionStore
from desktop.store.batches import BatchStore
from desktop.store.catalogue import Catalogue
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from desktop.store.downloads import DownloadStore
from desktop.store.endpoints import EndpointStore
from desktop.store.facets import Facets
from desktop.store.feedback import FeedbackStore
from desktop.store.folders import FolderStore
from desktop.store.ledger import LedgerStore
from desktop.store.models import ModelStore
from desktop.store.probes import ProbeStore


@dataclass(frozen=True)
class Engines:
    """The child processes. Nothing is started before its first request."""

    chat: EngineLink
    remote: EngineLink
    library: EngineLink
    search: EngineLink
    reader: EngineLink
    viewer: EngineLink
    checker: EngineLink
    downloads: EngineLink

    def stop(self) -> None:
        """End them all."""
        for engine in (
            self.chat,
            self.remote,
            self.library,
            self.search,
            self.reader,
            self.viewer,
            self.checker,
            self.downloads,
        ):
            engine.stop()


def engine_processes(paths: Paths) -> Engines:
    """The real engines."""
    library = {
        "index": str(paths.index),
        "embedder": str(paths.starter_embedder),
        "models": str(paths.models),
    }
    logs = paths.logs
    return Engines(
        chat=EngineProcess("The model", "desktop.engines.chat", logs=logs),
        remote=EngineProcess("The connection", "desktop.engines.remote", logs=logs),
        library=EngineProcess(
            "The search index", "desktop.engines.library", library, logs=logs, background=True
        ),
        # The same index, only read: a search waits neither for an import's embedding nor for a compaction.
        search=EngineProcess("Searching", "desktop.engines.library", library, logs=logs),
        reader=EngineProcess("Reading", "desktop.engines.reader", logs=logs, background=True),
        viewer=EngineProcess("The page viewer", "desktop.engines.reader", logs=logs),
        checker=EngineProcess("The check", "desktop.engines.model_check", logs=logs),
        downloads=EngineProcess("The download", "desktop.engines.download", logs=logs, background=True),
    )


class Services:
    """Everything a person can do, by feature."""

    def __init__(self, paths: Paths, engines: Callable[[Paths], Engines] = engine_processes) -> None:
        """Opens the database. Raises StorageError."""
        self.paths = paths
        try:
            paths.make()
        except OSError as error:
            raise StorageError(
                f"Deskside cannot write to {paths.home}.", "Check the folder and the free space.", str(error)
            ) from error
        self._engines = engines(paths)
        self._database = Database(paths.database, paths.backups)
        store, catalogue = ConversationStore(self._database), Catalogue(self._database)
        self.settings = SettingsService(paths)
        ledger, registry = LedgerStore(self._database), ModelStore(self._database)
        self.endpoints = Endpoints(EndpointStore(self._database), ledger, Keys(), self._engines.remote)
        self.models = Models(paths, self.settings, self.endpoints, registry)
        self.model_import = ModelImport(paths, self.models, registry, self._engines.checker)
        self.elsewhere = ModelsElsewhere(self.models, self.model_import, usual_places(Path.home()))
        self.downloading = Downloading(
            paths,
            self.settings,
            DownloadStore(self._database),
            ledger,
            self._engines.downloads,
            self.model_import,
        )
        self.model_catalogue = ModelCatalogue(paths, self.models, self.settings)
        chat = ChatLink(self._engines.chat, self._engines.remote, ledger)
        self.exporting = Exporting(store, catalogue)
        self.feedback = FeedbackService(FeedbackStore(self._database), store)
        library = LibraryLink(self._engines.library, catalogue, self.endpoints)
        search = LibraryLink(self._engines.search, catalogue, self.endpoints)
        attention = AttentionStore(self._database)
        self.library = Library(catalogue, attention, library, paths.starter_embedder.name)
        self.keeping = Keeping(catalogue, library, self.models)
        self.searching = Searching(catalogue, search)
        passwords = Passwords()
        self.finding = Finding(catalogue, Facets(self._database), self.searching, self.models.reranker)
        self.importing = Importing(paths, catalogue, self._engines.reader, library, self.settings, passwords)
        attaching = Importing(
            paths, catalogue, self._engines.viewer, library, self.settings, passwords, paths.attach_lock
        )
        self.attaching = Attaching(paths, AttachmentStore(self._database), catalogue, attaching, library)
        self.conversations = Conversations(store, self.attaching.forget_copies)
        self.evaluating = Evaluating(self.library, self.importing, self.searching, self.models)
        self.probing = Probing(
            ProbeStore(self._database),
            self.searching,
            self.importing,
            chat,
            self.models,
            self.settings,
            paths.starter_embedder.name,
        )
        self.syncing = Syncing(paths, FolderStore(self._database), catalogue, self.library, self.importing)
        writer = Writer(chat, self.models, self.settings)
        scope, counting = Scope(self.searching, writer), Counting(self.searching)
        summarising = Summarising(scope, writer)
        remembering = Remembering(store, writer)
        self.answering = Answering(store, self.searching, scope, counting, summarising, writer, remembering)
        self.comparing = Comparing(self.answering, self.settings, self.feedback)
        self.prompting = Prompting(paths, self.answering, scope, writer, self._engines.viewer)
        self.batching = Batching(BatchStore(self._database), catalogue, self.prompting)
        embedder = paths.starter_embedder.name
        self.serving = Serving(self.answering, self.library, search, embedder)
        self.pages = Pages(catalogue, self._engines.viewer, passwords)

    def check(self) -> dict[str, str]:
        """Start each engine and let it say that it lives; a sentence where it does not."""
        told: dict[str, str] = {}
        for name in ("chat", "library", "search", "reader"):
            try:
                told[name] = str(next(getattr(self._engines, name).request(Ping()), "no answer"))
            except DesksideError as error:
                told[name] = str(error)
        return told

    def close(self) -> None:
        """End the child processes and close the database."""
        self._engines.stop()
        self._database.close()
