"""The engine that looks at model files: it reads their heads, and tries them where a crash costs only this process."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.errors import DiskFull, InternalError, ModelError, StorageError
from desktop.core.model_requests import (
    CheckModel,
    CheckProgress,
    CheckStage,
    Measured,
    ModelChecked,
    TryModel,
)
from desktop.core.models import PROJECTOR, ModelSpec, Purpose
from desktop.core.requests import Ping, Request
from desktop.engines.adapter_check import matching_base
from desktop.engines.chat import default_threads
from desktop.engines.gguf_facts import spec_of
from desktop.engines.gguf_file import GgufHeader, read_header
from desktop.engines.model_folder import folder_spec
from desktop.engines.template_check import check_template

CHUNK = 8 * 2**20
CONTEXT, WORDS, FEWEST = 256, 48, 4
MEASURE_SECONDS = 1.5


class ModelCheck:
    """Serves CheckModel and TryModel. Nothing stays loaded between two requests."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        if isinstance(request, CheckModel):
            yield from _check(request, cancel)
        elif isinstance(request, TryModel):
            yield from _try(request, cancel)
        elif isinstance(request, Ping):
            yield f"model check, process {os.getpid()}"
        else:
            raise InternalError(
                "The checker of models was asked something it does not know.", details=repr(request)
            )


def _describe(path: Path) -> tuple[ModelSpec, GgufHeader | None]:
    if path.is_dir():
        return folder_spec(path), None
    header = read_header(path)
    return spec_of(path, header), header


def _check(request: CheckModel, cancel: CancelToken) -> Iterator[CheckProgress | ModelChecked]:
    path = Path(request.path)
    yield CheckProgress(CheckStage.HEADER)
    spec, header = _describe(path)
    if header is not None:
        if spec.purpose is Purpose.ADAPTER:
            base = matching_base(path, header, request.bases)
            spec = replace(spec, base=str(base))
        elif spec.purpose in (Purpose.CHAT, Purpose.VISION) and spec.architecture != PROJECTOR:
            yield from _template(path, header)
    target = Path(request.copy_to) if request.copy_to else None
    digest = request.sha256
    for progress in _read_all(path, target, cancel) if not digest else ():
        if isinstance(progress, str):
            digest = progress
        else:
            yield progress
    yield ModelChecked(replace(spec, sha256=digest, path=str(target or path)))


def _template(path: Path, header: GgufHeader) -> Iterator[CheckProgress]:
    template = header.text("tokenizer.chat_template")
    if not template:
        raise ModelError(
            f"{path.name} is not a chat model: it has no chat template.",
            "Choose an “instruct” or “chat” version.",
        )
    yield CheckProgress(CheckStage.TEMPLATE)
    check_template(path.name, template)


def _try(request: TryModel, cancel: CancelToken) -> Iterator[CheckProgress | Measured]:
    yield CheckProgress(CheckStage.LOAD)
    speed = 0.0
    with _Loaded(Path(request.base or request.path)) as loaded:
        if request.base:
            loaded.adapter(Path(request.path))
        elif request.measure:
            yield CheckProgress(CheckStage.SPEED)
            speed = loaded.speed(cancel)
    yield Measured(speed)


class _Loaded:
    """A model in llama.cpp for as long as the block lasts. Raises ModelError if it does not load."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = default_threads()
        self._llama: Any = None

    def __enter__(self) -> _Loaded:
        import llama_cpp

        try:
            self._llama = llama_cpp.Llama(
                model_path=str(self._path),
                n_ctx=CONTEXT,
                n_batch=64,
                n_threads=self._threads,
                n_threads_batch=self._threads,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError, AssertionError, UnicodeDecodeError) as error:
            raise ModelError(
                f"{self._path.name} cannot be used: the language engine does not load it.",
                "It may be damaged, or of a kind that is newer than this program.",
                repr(error),
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._llama.close()

    def adapter(self, path: Path) -> None:
        """Load an adapter into the model. Raises ModelError."""
        import llama_cpp

        adapter = llama_cpp.llama_adapter_lora_init(self._llama._model.model, str(path).encode("utf-8"))
        if not adapter:
            raise ModelError(
                f"{path.name} cannot be used: the language engine does not load this adapter.",
                "Export it again.",
            )
        llama_cpp.llama_adapter_lora_free(adapter)

    def speed(self, cancel: CancelToken) -> float:
        """Tokens a second, written one by one: the median, so that a hiccup of the computer does not count."""
        prompt = self._llama.tokenize(b"A letter to the whole office about the new opening hours.")
        vocabulary = self._llama.n_vocab()
        prompt = [token for token in prompt if 0 <= token < vocabulary] or [0]
        self._llama.eval(prompt[: CONTEXT // 2])
        took: list[float] = []
        ends = time.perf_counter() + MEASURE_SECONDS
        while len(took) < WORDS and (len(took) < FEWEST or time.perf_counter() < ends):
            cancel.check()
            begin = time.perf_counter()
            self._llama.eval([self._llama.sample(temp=0.0)])
            took.append(time.perf_counter() - begin)
        return 1 / max(statistics.median(took), 1e-6)


def _read_all(path: Path, target: Path | None, cancel: CancelToken) -> Iterator[CheckProgress | str]:
    """Read every byte, yield progress and last the SHA-256 (of a folder: of its weights, in order of name).

    With a target everything is written beside it, and gets its name when it is whole. Raises StorageError.
    """
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file() and _belongs(one))
    else:
        files = [path]
    total = sum(one.stat().st_size for one in files)
    beside = target.with_name(target.name + ".part") if target else None
    digest, done, kept = hashlib.sha256(), 0, False
    try:
        for one in files:
            counts = path.is_file() or one.suffix == ".safetensors"
            place = _place(beside, path, one)
            with one.open("rb") as source, _opened(place) as copy:
                while piece := source.read(CHUNK):
                    cancel.check()
                    if counts:
                        digest.update(piece)
                    if copy is not None:
                        copy.write(piece)
                    done += len(piece)
                    yield CheckProgress(CheckStage.HASH, done, total)
        if beside is not None and target is not None:
            os.replace(beside, target)
        kept = True
    except OSError as error:
        full = error.errno == 28
        kind, what = (
            (DiskFull, "The disk is full.") if full else (StorageError, f"{path.name} cannot be copied.")
        )
        raise kind(what, "Make room and try again; nothing was kept of it.", str(error)) from error
    finally:
        if beside is not None and not kept:
            shutil.rmtree(beside, ignore_errors=True) if beside.is_dir() else beside.unlink(missing_ok=True)
    yield digest.hexdigest()


_ENDINGS = {".json", ".txt", ".safetensors", ".model", ".md", ".jinja"}


def _belongs(path: Path) -> bool:
    """Whether a file of a model's folder is copied: data only, never code or pickles, and no link that leads out."""
    return path.suffix in _ENDINGS and not path.is_symlink()


def _place(beside: Path | None, root: Path, one: Path) -> Path | None:
    if beside is None:
        return None
    place = beside / one.relative_to(root) if root.is_dir() else beside
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


class _opened:
    """The copy, open for writing; None where nothing is copied. Its bytes are on the disk when the block ends."""

    def __init__(self, place: Path | None) -> None:
        self._file = place.open("wb") if place else None

    def __enter__(self) -> Any:
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


def create(options: Mapping[str, object]) -> ModelCheck:
    """No options: each request names its file."""
    return ModelCheck()
