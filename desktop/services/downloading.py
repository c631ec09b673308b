"""Downloads models: looked up, checked for room, fetched in pieces that survive everything, verified, then tried."""

from __future__ import annotations

import os
import shutil
import threading
import time
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from desktop.core.cancel import CancelToken
from desktop.core.downloads import (
    Download,
    DownloadPlan,
    DownloadState,
    Fetched,
    FetchFile,
    LookUp,
    Redirected,
    RemoteFile,
    VerifyFile,
    Wanted,
    checked_hub,
)
from desktop.core.errors import (
    Cancelled,
    ConnectionLost,
    DesksideError,
    DiskFull,
    ModelError,
    StorageError,
    UserError,
)
from desktop.core.events import Event, Progress
from desktop.core.model_events import ModelAdded
from desktop.core.model_parts import joined_digest, part_names, parts_of
from desktop.core.paths import Paths
from desktop.engines.process import EngineLink, call
from desktop.services.model_import import KEEP_FREE, ModelImport, free_name
from desktop.services.settings import SettingsService
from desktop.store.downloads import DownloadStore
from desktop.store.ledger import LedgerStore

TRIES = 5
"""How often a connection is tried again in a row without a byte having come."""
MOST_HOPS = 5
PAUSE_SECONDS = 0.1


@dataclass
class Downloading:
    """What a person can do with downloads. Nothing is connected to before they ask, and each connection is written
    into the ledger first."""

    paths: Paths
    settings: SettingsService
    store: DownloadStore
    ledger: LedgerStore
    engine: EngineLink
    imports: ModelImport
    wait_seconds: float = 1.0
    silence: float = 20.0

    def begin(self, wanted: Wanted) -> Download:
        """Put a download on the list; `run` carries it out. One that is there already is returned."""
        for known in self.store.all():
            if (known.wanted.repo, known.wanted.file) == (wanted.repo, wanted.file):
                return known
        endpoint = checked_hub(self.settings.current.hub)
        made = Download(uuid.uuid4().hex, wanted, endpoint, started=time.time())
        self.store.put(made)
        return made

    def unfinished(self) -> list[tuple[Download, int]]:
        """The downloads that are not done, each with the bytes that have come."""
        return [(one, self._have(one)) for one in self.store.all()]

    def run(
        self, download_id: str, cancel: CancelToken, pause: threading.Event | None = None
    ) -> Iterator[Event]:
        """Carry a download out, or on; yields Progress, last ModelAdded. While `pause` is set nothing is fetched.

        Raises Cancelled (what has come stays, and can go on), ModelError, ConnectionLost, StorageError.
        """
        download = self.store.get(download_id)
        if download is None:
            raise UserError("This download is not on the list any more.")
        try:
            yield from self._run(download, cancel, pause or threading.Event())
        except Cancelled:
            self._keep(download_id, DownloadState.STOPPED, "")
            raise
        except DesksideError as error:
            self._keep(download_id, DownloadState.FAILED, str(error))
            raise

    def discard(self, download_id: str) -> None:
        """Take a download off the list and delete what has come of it."""
        download = self.store.get(download_id)
        for target in download.targets if download else ():
            _delete(Path(target))
        self._drop(download_id)

    def _drop(self, download_id: str) -> None:
        self.store.remove(download_id)
        shutil.rmtree(self._folder(download_id), ignore_errors=True)

    # --- one after the other

    def _run(self, download: Download, cancel: CancelToken, pause: threading.Event) -> Iterator[Event]:
        if download.plan is None:
            yield Progress(0, 0, "Asking the hub")
            plan = self._look_up(download, cancel)
            download = replace(download, plan=plan)
        assert download.plan is not None
        plan = download.plan
        download = replace(download, state=DownloadState.STOPPED, reason="")
        self.store.put(download)
        if not (download.targets and all(Path(one).exists() for one in download.targets)):
            targets = yield from self._fetch(download, plan, cancel, pause)
            download = replace(download, targets=tuple(str(one) for one in targets))
            self.store.put(download)
        yield from self._register(download, plan, cancel)

    def _fetch(
        self, download: Download, plan: DownloadPlan, cancel: CancelToken, pause: threading.Event
    ) -> Generator[Event, None, list[Path]]:
        """All files, whole, verified and at their places."""
        self._check_room(download, plan)
        meter = _Meter(plan.size)
        before = 0
        for file in plan.files:
            for event in self._file(download, plan, file, cancel, pause):
                if isinstance(event, int):
                    yield meter.progress(before + event)
                else:
                    yield event
            before += file.size
        return (yield from self._verify(download, plan, cancel))

    def _look_up(self, download: Download, cancel: CancelToken) -> DownloadPlan:
        address = f"{_hub(download)}/api/models/{download.wanted.repo}"
        self.ledger.add(address, f"Asked for the files of {download.wanted.name}")
        return call(self.engine, DownloadPlan, LookUp(_hub(download), download.wanted), cancel)

    def _check_room(self, download: Download, plan: DownloadPlan) -> None:
        self.paths.models.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.paths.models).free
        needed = plan.size - self._have(download)
        if needed + KEEP_FREE > free:
            raise DiskFull(
                f"{plan.wanted.name} needs {needed / 1e9:.1f} GB more, and {free / 1e9:.1f} GB are free.",
                "Make room, then go on.",
            )

    def _file(
        self,
        download: Download,
        plan: DownloadPlan,
        file: RemoteFile,
        cancel: CancelToken,
        pause: threading.Event,
    ) -> Iterator[int | Event]:
        """Fetch one file, however often the connection breaks; yields the bytes that are there."""
        failed, last = 0, self._size(download, file)
        while True:
            yield from _while_paused(pause, cancel, last, file)
            try:
                yield from self._once(download, plan, file, cancel, pause)
                last = self._size(download, file)
                if last == file.size:
                    return
            except ConnectionLost as error:
                came, last = self._size(download, file) - last, self._size(download, file)
                failed = 1 if came > 0 else failed + 1
                yield last
                if failed >= TRIES:
                    todo = "What has come is kept: go on later."
                    raise ConnectionLost(error.what, todo, error.details) from error
                wait = self.wait_seconds * 2 ** (failed - 1)
                yield Progress(last, file.size, f"{error.what} Trying again in {max(wait, 1):.0f} seconds")
                if cancel.wait(wait):
                    raise Cancelled from None

    def _once(
        self,
        download: Download,
        plan: DownloadPlan,
        file: RemoteFile,
        cancel: CancelToken,
        pause: threading.Event,
    ) -> Iterator[int]:
        """One attempt, along the addresses that it is sent to."""
        base = _hub(download)
        address = f"{base}/{plan.wanted.repo}/resolve/{plan.revision or 'main'}/{quote(file.path)}"
        place = str(self._part(download, file))
        for _hop in range(MOST_HOPS):
            self.ledger.add(address.partition("?")[0], f"Downloaded {Path(file.path).name}")
            target = ""
            messages = self.engine.request(FetchFile(address, file, place, self.silence), cancel)
            for message in messages:
                if isinstance(message, Redirected):
                    target = message.address
                elif isinstance(message, Fetched):
                    yield message.done
                    if pause.is_set():
                        messages.close()
                        return
            if not target:
                return
            address = target
        raise ModelError("The hub sends on from one address to the next.", "Choose another hub or mirror.")

    def _verify(
        self, download: Download, plan: DownloadPlan, cancel: CancelToken
    ) -> Generator[Event, None, list[Path]]:
        """Compare every file with its hash, then give them their names, the last step all at once."""
        before = 0
        for file in plan.files:
            for message in self.engine.request(VerifyFile(file, str(self._part(download, file))), cancel):
                if isinstance(message, Fetched):
                    yield Progress(
                        before + message.done, plan.size, "Checking that all arrived as it was sent"
                    )
            before += file.size
        try:
            return self._rename(download, plan)
        except OSError as error:
            raise StorageError(
                "The model could not be moved to its place.",
                "What has come is kept: go on later.",
                str(error),
            ) from error

    def _rename(self, download: Download, plan: DownloadPlan) -> list[Path]:
        folder = self._folder(download.id)
        if plan.wanted.file:
            count = len(part_names(plan.wanted.file))
            model = parts_of(free_name(self.paths.models, Path(plan.files[0].path).name))
            beside = [free_name(self.paths.models, Path(file.path).name) for file in plan.files[count:]]
            targets = [*model, *beside]
            for file, target in reversed(list(zip(plan.files, targets, strict=True))):
                os.replace(self._part(download, file), target)
            return targets
        for file in plan.files:
            part = self._part(download, file)
            os.replace(part, part.with_name(part.name.removesuffix(".part")))
        target = free_name(self.paths.models, plan.wanted.repo.rpartition("/")[2])
        os.replace(folder, target)
        return [target]

    def _register(self, download: Download, plan: DownloadPlan, cancel: CancelToken) -> Iterator[Event]:
        """Try it as any other model, and put it on the list of models. A model that fails is deleted again."""
        wanted = plan.wanted
        try:
            for event in self.imports.bring(
                Path(download.targets[0]),
                cancel,
                name=wanted.name,
                source=wanted.repo,
                sha256=_digest(plan),
                projector=download.targets[-1] if wanted.projector else "",
                licence=wanted.licence,
            ):
                if isinstance(event, ModelAdded):
                    self._drop(download.id)
                yield event
        except ModelError:
            for target in download.targets:
                _delete(Path(target))
            self.store.put(replace(download, targets=()))
            raise

    # --- places

    def _folder(self, download_id: str) -> Path:
        return self.paths.models / ".downloads" / download_id

    def _part(self, download: Download, file: RemoteFile) -> Path:
        return self._folder(download.id) / f"{file.path}.part"

    def _size(self, download: Download, file: RemoteFile) -> int:
        part = self._part(download, file)
        return part.stat().st_size if part.exists() else 0

    def _have(self, download: Download) -> int:
        if download.plan is None:
            return 0
        if download.targets:
            return download.plan.size
        return sum(self._size(download, file) for file in download.plan.files)

    def _keep(self, download_id: str, state: DownloadState, reason: str) -> None:
        download = self.store.get(download_id)
        if download is not None:
            self.store.put(replace(download, state=state, reason=reason))


def _hub(download: Download) -> str:
    """The hub that was set when the download was started, or the library's own, which is asked only when needed."""
    from huggingface_hub.constants import ENDPOINT

    return download.endpoint or ENDPOINT


def _digest(plan: DownloadPlan) -> str:
    """What the hub says that the model is, so that it need not be read again; '' for a folder."""
    parts = plan.files[: len(part_names(plan.wanted.file))] if plan.wanted.file else ()
    digests = [file.sha256 for file in parts]
    return joined_digest(digests) if digests and all(digests) else ""


def _delete(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _while_paused(
    pause: threading.Event, cancel: CancelToken, done: int, file: RemoteFile
) -> Iterator[Progress]:
    if pause.is_set():
        yield Progress(done, file.size, f"{done / 1e9:.1f} of {file.size / 1e9:.1f} GB")
    while pause.is_set():
        if cancel.wait(PAUSE_SECONDS):
            raise Cancelled


class _Meter:
    """How fast it comes, over the last seconds, and how long the rest will take."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen: list[tuple[float, int]] = []

    def progress(self, done: int) -> Progress:
        now = time.monotonic()
        if self._seen and done < self._seen[-1][1]:
            self._seen = []
        self._seen = [one for one in self._seen if now - one[0] < 10] + [(now, done)]
        began, first = self._seen[0]
        speed = (done - first) / (now - began) if now - began > 0.5 else 0.0
        words = f"{done / 1e9:.1f} of {self._total / 1e9:.1f} GB"
        if self._total < 1e9:
            words = f"{done / 1e6:.0f} of {self._total / 1e6:.0f} MB"
        if speed > 0:
            words += f", {speed / 1e6:.1f} MB a second"
        return Progress(done, self._total, words, (self._total - done) / speed if speed > 0 else None)
