"""Builds the services once, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.errors import DesksideError, StorageError
from desktop.core.paths import Paths
from desktop.core.requests import Ping
from desktop.engines.process import EngineLink, EngineProcess
from desktop.services.answering import Answering
from desktop.services.attaching import Attaching
from desktop.services.conversations import Conversations
from desktop.services.counting import Counting
from desktop.services.endpoints import ChatLink, Endpoints
from desktop.services.feedback import FeedbackService
from desktop.services.finding import Finding
from desktop.services.importing import Importing
from desktop.services.keeping import Keeping
from desktop.services.keys import Keys
from desktop.services.library import Library
from desktop.services.library_link import LibraryLink
from desktop.services.model_import import ModelImport
from desktop.services.models import Models
from desktop.services.pages import Pages
from desktop.services.passwords import Passwords
from desktop.services.remembering import Remembering
from desktop.services.scope import Scope
from desktop.services.searching import Searching
from desktop.services.settings import SettingsService
from desktop.services.showing import Showing
from desktop.services.summarising import Summarising
from desktop.services.syncing import Syncing
from desktop.services.writing import Writer
from desktop.store.attachments import AttachmentStore
from desktop.store.attention import AttentionStore
from desktop.store.catalogue import Catalogue
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from desktop.store.endpoints import EndpointStore
from desktop.store.facets import Facets
from desktop.store.feedback import FeedbackStore
from desktop.store.folders import FolderStore
from desktop.store.ledger import LedgerStore
from desktop.store.models import ModelStore

if TYPE_CHECKING:
    from desktop.services.batching import Batching
    from desktop.services.comparing import Comparing
    from desktop.services.downloading import Downloading
    from desktop.services.evaluating import Evaluating
    from desktop.services.exporting import Exporting
    from desktop.services.grouping import GroupingService
    from desktop.services.model_catalogue import ModelCatalogue
    from desktop.services.model_found import ModelsElsewhere
    from desktop.services.probing import Probing
    from desktop.services.prompting import Prompting
    from desktop.services.serving import Serving


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
    topics: EngineLink

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
            self.topics,
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
        topics=EngineProcess("Topics", "desktop.engines.topics", library, logs=logs, background=True),
    )


class Services:
    """Everything a person can do, by feature. What the first picture does not show is built when it is asked for."""

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
        self._store, self._catalogue = store, catalogue
        self.settings = SettingsService(paths)
        self._ledger, registry = LedgerStore(self._database), ModelStore(self._database)
        self.endpoints = Endpoints(EndpointStore(self._database), self._ledger, Keys(), self._engines.remote)
        self.models = Models(paths, self.settings, self.endpoints, registry)
        self.model_import = ModelImport(paths, self.models, registry, self._engines.checker)
        self._chat = ChatLink(self._engines.chat, self._engines.remote, self._ledger)
        self.feedback = FeedbackService(FeedbackStore(self._database), store)
        library = LibraryLink(self._engines.library, catalogue, self.endpoints)
        self._search = search = LibraryLink(self._engines.search, catalogue, self.endpoints)
        attention = AttentionStore(self._database)
        self.library = Library(catalogue, attention, library, paths.starter_embedder.name)
        self.keeping = Keeping(catalogue, library, self.models)
        self.searching = Searching(catalogue, search, self.models.reranker)
        passwords = Passwords()
        self.finding = Finding(catalogue, Facets(self._database), self.searching, self.models.reranker)
        self.importing = Importing(paths, catalogue, self._engines.reader, library, self.settings, passwords)
        attaching = Importing(
            paths, catalogue, self._engines.viewer, library, self.settings, passwords, paths.attach_lock
        )
        self.attaching = Attaching(paths, AttachmentStore(self._database), catalogue, attaching, library)
        self.conversations = Conversations(store, self.attaching.forget_copies)
        self.syncing = Syncing(paths, FolderStore(self._database), catalogue, self.library, self.importing)
        self._writer = writer = Writer(self._chat, self.models, self.settings)
        self._scope, counting = Scope(self.searching, writer), Counting(self.searching)
        summarising, remembering = Summarising(self._scope, writer), Remembering(store, writer)
        self.pages = Pages(catalogue, self._engines.viewer, passwords)
        self.answering = Answering(
            store,
            self.searching,
            self._scope,
            counting,
            summarising,
            writer,
            remembering,
            Showing(self.pages),
        )

    @cached_property
    def elsewhere(self) -> ModelsElsewhere:
        from desktop.services.model_found import ModelsElsewhere, usual_places

        return ModelsElsewhere(self.models, self.model_import, usual_places(Path.home()))

    @cached_property
    def downloading(self) -> Downloading:
        from desktop.services.downloading import Downloading
        from desktop.store.downloads import DownloadStore

        store, engine = DownloadStore(self._database), self._engines.downloads
        return Downloading(self.paths, self.settings, store, self._ledger, engine, self.model_import)

    @cached_property
    def model_catalogue(self) -> ModelCatalogue:
        from desktop.services.model_catalogue import ModelCatalogue

        return ModelCatalogue(self.paths, self.models, self.settings)

    @cached_property
    def exporting(self) -> Exporting:
        from desktop.services.exporting import Exporting

        return Exporting(self._store, self._catalogue, AttachmentStore(self._database))

    @cached_property
    def evaluating(self) -> Evaluating:
        from desktop.services.evaluating import Evaluating

        return Evaluating(self.library, self.importing, self.searching, self.models)

    @cached_property
    def probing(self) -> Probing:
        from desktop.services.probing import Probing
        from desktop.store.probes import ProbeStore

        return Probing(
            ProbeStore(self._database),
            self.searching,
            self.importing,
            self._chat,
            self.models,
            self.settings,
            self.paths.starter_embedder.name,
        )

    @cached_property
    def comparing(self) -> Comparing:
        from desktop.services.comparing import Comparing

        return Comparing(self.answering, self.feedback)

    @cached_property
    def prompting(self) -> Prompting:
        from desktop.services.prompting import Prompting

        return Prompting(self.paths, self.answering, self._scope, self._writer, self._engines.viewer)

    @cached_property
    def batching(self) -> Batching:
        from desktop.services.batching import Batching
        from desktop.store.batches import BatchStore

        return Batching(BatchStore(self._database), self._catalogue, self.prompting)

    @cached_property
    def grouping(self) -> GroupingService:
        from desktop.services.grouping import GroupingService

        return GroupingService(self._catalogue, self._engines.viewer, self._engines.topics)

    @cached_property
    def serving(self) -> Serving:
        from desktop.services.serving import Serving

        return Serving(self.answering, self.library, self._search, self.paths.starter_embedder.name)

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
