"""Brings a person's own model in: it is read and tried in a child process, then copied or linked, then registered."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.errors import (
    DesksideError,
    DiskFull,
    EngineCrashed,
    EngineOutOfMemory,
    EngineTimeout,
    ModelError,
    StorageError,
    UserError,
)
from desktop.core.events import Event, Progress
from desktop.core.machine import is_busy, this_machine
from desktop.core.model_events import GraphicsMeasured, ModelAdded, ModelMeasured
from desktop.core.model_parts import first_part, numbered, parts_of, size_of
from desktop.core.model_requests import (
    CheckModel,
    CheckProgress,
    CheckStage,
    GraphicsFound,
    LookForGraphics,
    Measured,
    ModelChecked,
    TryModel,
)
from desktop.core.models import PROJECTOR, ModelFormat, ModelSpec, Purpose
from desktop.core.paths import Paths
from desktop.engines.process import EngineLink, call
from desktop.services.models import Models, can_answer
from desktop.store.models import ModelStore

STEP_SECONDS = 15.0
"""A step of reading a file, or its chat template, that is not done by then never will be."""
LOAD_SECONDS = 300.0
CHECK_MEMORY_MB = 2_048
"""What reading heads and rendering a template may take at the most."""
MOST_OF_MEMORY = 0.9
KEEP_FREE = 2**30
"""Bytes of the disk that stay free when a model is copied or downloaded."""
_NOT_MEASURED = (
    "How fast it writes was not measured, because other programs were busy; its menu does it later."
)
_FOR_TRAINING = "It is for training: the chat takes GGUF files."
_WORDS = {
    CheckStage.HEADER: "Reading what the file tells",
    CheckStage.TEMPLATE: "Trying its chat template",
    CheckStage.HASH: "Reading every byte",
    CheckStage.LOAD: "Trying whether it loads",
    CheckStage.SPEED: "Measuring how fast it writes",
}


class ModelImport:
    """Imports and measures models, one after the other."""

    def __init__(self, paths: Paths, models: Models, store: ModelStore, checker: EngineLink) -> None:
        self._paths, self._models, self._store, self._checker = paths, models, store, checker
        self.is_busy: Callable[[], bool] = is_busy

    def bring(
        self,
        path: Path,
        cancel: CancelToken,
        *,
        copy: bool = False,
        name: str = "",
        source: str = "",
        sha256: str = "",
        projector: str = "",
        licence: str = "",
    ) -> Iterator[Event]:
        """Check a file or folder and put it into the registry; yields Progress, last ModelAdded.

        With `copy` it is copied into the models folder, else used where it is; with a known `sha256` it is not read
        as a whole again. Raises ModelError, UserError,
        StorageError or Cancelled; nothing is kept of it then.
        """
        path = first_part(path.expanduser().absolute())
        _check_there(path)
        inside = self._paths.models in path.parents
        target = free_name(self._paths.models, path.name) if copy and not inside else None
        if target is not None:
            self._check_room(path)
        request = CheckModel(str(path), self._bases(), str(target or ""), sha256)
        try:
            checked = yield from self._read(request, path.name, cancel)
            speed, note = yield from self._try(checked, path.name, cancel)
        except BaseException:
            if target is not None:
                _delete(target)
            raise
        spec = replace(
            checked,
            name=self._own_name(name or checked.name, checked.path),
            source=source or str(path),
            linked=target is None and not inside,
            tokens_per_second=speed,
            note=note,
            projector=projector,
            licence=checked.licence or licence,
            purpose=Purpose.VISION if projector else checked.purpose,
        )
        yield ModelAdded(self._store.put(self._reachable(spec)))

    def measure(
        self, spec: ModelSpec, cancel: CancelToken, *, only_when_quiet: bool = False
    ) -> Iterator[Event]:
        """Measure how fast a chat model writes here, and keep it; last ModelMeasured, where anything was measured."""
        if not can_answer(spec):
            raise UserError(f"{spec.name} does not write, so there is nothing to measure.")
        yield Progress(0, 0, _WORDS[CheckStage.SPEED])
        if only_when_quiet and self.is_busy():
            return
        if not spec.id:
            spec = self._store.put(spec)
        request = TryModel(spec.path, measure=True)
        speed = yield from self._load(request, spec.name, cancel)
        self._store.set_speed(spec.id, speed)
        yield ModelMeasured(spec.id, speed)

    def look_for_graphics(self, cancel: CancelToken) -> Iterator[Event]:
        """Ask the language engine for its graphics card; yields GraphicsMeasured."""
        yield GraphicsMeasured(call(self._checker, GraphicsFound, LookForGraphics(), cancel).free)

    def _read(self, request: CheckModel, name: str, cancel: CancelToken) -> Generator[Event, None, ModelSpec]:
        """Read it in the child. If that dies, the stage it was at tells why."""
        stage = CheckStage.HEADER
        try:
            for message in self._checker.request(
                request, cancel, silence=STEP_SECONDS, memory_mb=CHECK_MEMORY_MB
            ):
                if isinstance(message, CheckProgress):
                    stage = message.stage
                    yield _progress(message)
                elif isinstance(message, ModelChecked):
                    return message.spec
        except (EngineCrashed, EngineTimeout, EngineOutOfMemory) as error:
            raise _in_words(name, stage, error) from error
        raise ModelError(f"{name} could not be read.", "Please try again.")

    def _try(
        self, spec: ModelSpec, name: str, cancel: CancelToken
    ) -> Generator[Event, None, tuple[float, str]]:
        """Load it where it is for llama.cpp: the speed measured, and what is to be told of it."""
        is_adapter = spec.purpose is Purpose.ADAPTER
        if spec.format is not ModelFormat.GGUF or spec.architecture == PROJECTOR:
            return 0.0, _FOR_TRAINING if spec.purpose in (Purpose.CHAT, Purpose.ADAPTER) else ""
        needed = size_of(Path(spec.base)) if is_adapter else spec.size_bytes
        if needed > this_machine().available * MOST_OF_MEMORY:
            return 0.0, "It was not tried, because it is larger than the memory that is free now."
        busy = can_answer(spec) and self.is_busy()
        request = TryModel(spec.path, spec.base if is_adapter else "", measure=can_answer(spec) and not busy)
        speed = yield from self._load(request, name, cancel)
        return speed, _NOT_MEASURED if busy else ""

    def _load(self, request: TryModel, name: str, cancel: CancelToken) -> Generator[Event, None, float]:
        stage = CheckStage.LOAD
        try:
            for message in self._checker.request(request, cancel, silence=LOAD_SECONDS):
                if isinstance(message, CheckProgress):
                    stage = message.stage
                    yield _progress(message)
                elif isinstance(message, Measured):
                    return message.tokens_per_second
        except (EngineCrashed, EngineTimeout, EngineOutOfMemory) as error:
            raise _in_words(name, stage, error) from error
        raise ModelError(f"{name} could not be tried.", "Please try again.")

    def _own_name(self, wanted: str, path: str) -> str:
        """A name that no other model has: collections and the command line know models by it."""
        taken = {spec.name.casefold() for spec in self._models.installed() if spec.path != path}
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted} ({number})"
        return name

    def _bases(self) -> tuple[str, ...]:
        """The models that an adapter may belong to, the one in use first."""
        current = self._models.current().path
        paths = [spec.path for spec in self._models.chat_models() if not spec.host]
        return tuple(sorted(paths, key=lambda path: path != current))

    def _check_room(self, path: Path) -> None:
        size = (
            sum(one.stat().st_size for one in path.rglob("*.safetensors")) if path.is_dir() else size_of(path)
        )
        free = shutil.disk_usage(self._paths.models).free
        if size + KEEP_FREE > free:
            raise DiskFull(
                f"{path.name} needs {size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free.",
                "Make room, or use it where it is.",
            )

    def _reachable(self, spec: ModelSpec) -> ModelSpec:
        """A linked reranker gets a link in the models folder, where the search looks for it."""
        if not spec.linked or spec.purpose is not Purpose.RERANKING or spec.format is ModelFormat.GGUF:
            return spec
        link = free_name(self._paths.models, Path(spec.path).name)
        try:
            link.symlink_to(spec.path, target_is_directory=True)
        except OSError as error:
            raise StorageError(
                f"{spec.name} cannot be used where it is.", "Bring it in as a copy.", str(error)
            ) from error
        return replace(spec, path=str(link), source=spec.path)


def _check_there(path: Path) -> None:
    """Raises UserError or ModelError where nothing can be read."""
    try:
        there = path.exists()
    except OSError as error:  # its folder may not be looked into
        raise ModelError(f"{path.name} cannot be read.", "Check that you may read it.", str(error)) from error
    if not there and path.is_symlink():
        raise ModelError(f"{path.name} is a link that leads nowhere.", "Choose the file itself.")
    if not there:
        raise UserError(f"{path.name} is not there.", "Check its name and place.")


def free_name(folder: Path, name: str) -> Path:
    """A path in the folder that nothing has yet, nor any part of it: the name, or the name with a number."""
    target, number = first_part(folder / name), 1
    while any(part.exists() or part.is_symlink() for part in parts_of(target)):
        number += 1
        target = first_part(folder / numbered(name, number))
    return target


def _progress(message: CheckProgress) -> Progress:
    words = _WORDS[message.stage]
    if message.total:
        words = f"{words}, {message.done / 1e9:.1f} of {message.total / 1e9:.1f} GB"
    return Progress(message.done, message.total, words)


def _in_words(name: str, stage: CheckStage, error: DesksideError) -> ModelError:
    """What the death of the checker says about the file."""
    if stage is CheckStage.TEMPLATE:
        what = f"{name} cannot be used: its chat template never comes to an end."
        return ModelError(what, "Choose a model from a source that you trust.", str(error))
    did = (
        "it takes too long to load"
        if isinstance(error, EngineTimeout)
        else "the language engine crashes on it"
    )
    if stage is CheckStage.HEADER:
        did = "what it tells of itself makes no sense"
    return ModelError(
        f"{name} cannot be used: {did}.", "Nothing else was touched. Choose another.", str(error)
    )


def _delete(path: Path) -> None:
    for part in parts_of(path):
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
