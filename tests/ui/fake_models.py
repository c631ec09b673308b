"""Models in memory for the window's tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import AdapterUse
from desktop.core.downloads import Download, DownloadPlan, DownloadState, RemoteFile, Wanted
from desktop.core.errors import ConnectionLost, ModelError
from desktop.core.events import Event, Progress
from desktop.core.machine import Machine
from desktop.core.model_events import GraphicsMeasured, ModelAdded, ModelMeasured
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelFormat, ModelSpec, Purpose, Shape
from desktop.services.model_found import FoundModel, ModelsFound

STARTER = ModelSpec(
    "SmolLM2 135M", "smollm2.gguf", 94_000_000, True, parameters=134_515_008, quantization="Q4_1",
    architecture="llama", context=8192, licence="Apache 2.0", tokens_per_second=122.0,
    shape=Shape((3,) * 30, 9, 64, 64, 576, 1536, 49152),
)  # fmt: skip
QWEN = ModelSpec(
    "Qwen3 4B", "/models/qwen3-4b.gguf", 2_500_000_000, id="q4", parameters=4_020_000_000, quantization="Q4_K_M",
    architecture="qwen3", context=40_960, licence="Apache 2.0", source="Qwen/Qwen3-4B-GGUF", tokens_per_second=14.6,
    sha256="7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
    shape=Shape((8,) * 36, 32, 128, 128, 2560, 9728, 151_936),
)  # fmt: skip
TONE = ModelSpec("Our tone", "/models/tone.gguf", 34_000_000, id="t", purpose=Purpose.ADAPTER, base=QWEN.path)
EMBEDDER = ModelSpec(
    "E5 small, many languages", "/models/e5", 471_000_000, id="e5", purpose=Purpose.EMBEDDING,
    format=ModelFormat.SENTENCE_TRANSFORMERS, parameters=118_000_000, linked=True,
)  # fmt: skip
MACHINE = Machine(16_000_000_000, 11_800_000_000, 8)


class FakeModels:
    def __init__(self) -> None:
        self.all = [STARTER]
        self.gone: list[ModelSpec] = []
        self.chosen = STARTER
        self.sorting = ""
        self.own: dict[str, ModelSettings] = {}

    def settings_of(self, spec: ModelSpec) -> ModelSettings:
        return self.own.get(spec.path, ModelSettings())

    def set_settings(self, spec: ModelSpec, wanted: ModelSettings) -> None:
        self.own[spec.path] = wanted

    def installed(self) -> list[ModelSpec]:
        return list(self.all)

    def missing(self) -> list[ModelSpec]:
        return list(self.gone)

    def chat_models(self) -> list[ModelSpec]:
        return [one for one in self.all if one.purpose is Purpose.CHAT]

    def current(self) -> ModelSpec:
        return self.chosen

    def adapters(self) -> list[ModelSpec]:
        return [one for one in self.all if one.purpose is Purpose.ADAPTER and one.base == self.chosen.path]

    def switched_on(self, chosen: Sequence[AdapterUse]) -> tuple[AdapterUse, ...]:
        fitting = {one.path for one in self.adapters()}
        return tuple(one for one in chosen if one.path in fitting)

    def fallback(self) -> ModelSpec | None:
        return next((one for one in self.chat_models() if one.path != self.chosen.path), None)

    def reranker(self) -> ModelSpec | None:
        found = [one for one in self.all if one.purpose is Purpose.RERANKING]
        return next((one for one in found if one.path == self.sorting), found[0] if found else None)

    def use(self, model_id: str) -> None:
        wanted = next(one for one in self.all if model_id in (one.id, one.path))
        if wanted.purpose is Purpose.RERANKING:
            self.sorting = wanted.path
        else:
            self.chosen = wanted

    def remove(self, spec: ModelSpec) -> None:
        self.all = [one for one in self.all if one.path != spec.path]
        if self.chosen.path == spec.path:
            self.chosen = STARTER


class FakeModelImport:
    """Adds the file under its name; waits for `hold` after its first step, and fails for a name with 'broken'."""

    def __init__(self, models: FakeModels) -> None:
        self._models = models
        self.hold = threading.Event()
        self.hold.set()
        self.brought: list[tuple[Path, bool]] = []
        self.graphics = 0

    def bring(self, path: Path, cancel: CancelToken, *, copy: bool = False) -> Iterator[Event]:
        self.brought.append((path, copy))
        yield Progress(1_100_000_000, 2_500_000_000, "Reading every byte, 1.1 of 2.5 GB")
        while not self.hold.wait(0.01):
            cancel.check()
        if "broken" in path.name:
            raise ModelError(f"{path.name} cannot be used: the file is cut off: only 41% of it is there.")
        spec = ModelSpec(path.stem, str(path), 2_500_000_000, id=path.stem, linked=not copy)
        self._models.all.append(spec)
        yield ModelAdded(spec)

    def look_for_graphics(self, cancel: CancelToken) -> Iterator[Event]:
        yield GraphicsMeasured(self.graphics)

    def measure(
        self, spec: ModelSpec, cancel: CancelToken, *, only_when_quiet: bool = False
    ) -> Iterator[Event]:
        self._models.all = [
            replace(one, tokens_per_second=20.0) if one.path == spec.path else one for one in self._models.all
        ]
        yield ModelMeasured(spec.id, 20.0)


class FakeDownloading:
    """Comes in three steps; waits for `hold` before the last, and fails for a name with 'Broken'."""

    def __init__(self, models: FakeModels) -> None:
        self._models = models
        self.hold = threading.Event()
        self.hold.set()
        self.kept: dict[str, tuple[Download, int]] = {}
        self.discarded: list[str] = []

    def begin(self, wanted: Wanted) -> Download:
        made = Download(wanted.repo, wanted, "")
        self.kept.setdefault(made.id, (made, 0))
        return made

    def unfinished(self) -> list[tuple[Download, int]]:
        return list(self.kept.values())

    def run(self, download_id: str, cancel: CancelToken, pause: threading.Event) -> Iterator[Event]:
        wanted = self.kept[download_id][0].wanted
        plan = DownloadPlan(wanted, "r", (RemoteFile("model.gguf", 2_700_000_000, "a" * 64),))
        yield Progress(0, 0, "Asking the hub")
        self.kept[download_id] = (Download(download_id, wanted, "", plan=plan), 1_000_000_000)
        yield Progress(1_000_000_000, plan.size, "1.0 of 2.7 GB, 4.8 MB a second", 354)
        while not self.hold.wait(0.01) or pause.is_set():
            cancel.check()
            time.sleep(0.005)
        if "gpt-oss" in wanted.name:
            error = ConnectionLost("The connection broke off.", "What has come is kept: go on later.")
            state = DownloadState.FAILED
            self.kept[download_id] = (
                Download(download_id, wanted, "", state, plan, str(error)),
                1_000_000_000,
            )
            raise error
        del self.kept[download_id]
        spec = ModelSpec(wanted.name, f"/models/{wanted.name}", plan.size, id=download_id, source=wanted.repo)
        self._models.all.append(spec)
        yield ModelAdded(spec)

    def discard(self, download_id: str) -> None:
        self.kept.pop(download_id, None)
        self.discarded.append(download_id)


class FakeElsewhere:
    """Finds `all` but what is on the list already."""

    def __init__(self, models: FakeModels) -> None:
        self._models = models
        self.all: list[FoundModel] = []

    def find(self, cancel: CancelToken) -> Iterator[ModelsFound]:
        known = {one.path for one in self._models.all}
        yield ModelsFound(tuple(one for one in self.all if str(one.path) not in known))

    def bring(self, found: FoundModel, cancel: CancelToken) -> Iterator[Event]:
        spec = ModelSpec(found.name, str(found.path), found.size_bytes, id=found.name, linked=True)
        self._models.all.append(spec)
        yield ModelAdded(spec)
