"""Reads every byte of a model, for its SHA-256, and copies it meanwhile where that is wanted."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.errors import DiskFull, StorageError
from desktop.core.model_parts import joined_digest, parts_of
from desktop.core.model_requests import CheckProgress, CheckStage

CHUNK = 8 * 2**20
_ENDINGS = {".json", ".txt", ".safetensors", ".model", ".md", ".jinja"}


@dataclass(frozen=True)
class _File:
    """A file that is read; `counts` for the hash, `beside` is where its copy grows."""

    path: Path
    counts: bool
    beside: Path | None


def read_all(path: Path, target: Path | None, cancel: CancelToken) -> Iterator[CheckProgress | str]:
    """Read a GGUF model, all its parts, or a folder; yields progress, last the SHA-256.

    Of a folder that is the one of its weights, in order of name; of a split model see `joined_digest`.
    With a target everything is written beside it, and gets its name when it is whole. Raises StorageError.
    """
    files = _folder(path, target) if path.is_dir() else _parts(path, target)
    moves = _moves(path, target)
    kept = False
    try:
        yield from _read(files, path.is_dir(), cancel)
        for beside, final in reversed(moves):
            os.replace(beside, final)
        kept = True
    except OSError as error:
        full = error.errno == 28
        kind, what = (
            (DiskFull, "The disk is full.") if full else (StorageError, f"{path.name} cannot be copied.")
        )
        raise kind(what, "Make room and try again; nothing was kept of it.", str(error)) from error
    finally:
        for beside, _final in () if kept else moves:
            shutil.rmtree(beside, ignore_errors=True) if beside.is_dir() else beside.unlink(missing_ok=True)


def _read(files: list[_File], as_one: bool, cancel: CancelToken) -> Iterator[CheckProgress | str]:
    """`as_one` hashes all files behind each other, else each has its own hash."""
    total, done = sum(one.path.stat().st_size for one in files), 0
    digests = [hashlib.sha256()]
    for number, one in enumerate(files):
        if number and not as_one:
            digests.append(hashlib.sha256())
        with one.path.open("rb") as source, _opened(one.beside) as copy:
            while piece := source.read(CHUNK):
                cancel.check()
                if one.counts:
                    digests[-1].update(piece)
                if copy is not None:
                    copy.write(piece)
                done += len(piece)
                yield CheckProgress(CheckStage.HASH, done, total)
    yield joined_digest([digest.hexdigest() for digest in digests])


def _moves(path: Path, target: Path | None) -> list[tuple[Path, Path]]:
    """What gets its final name when all is there: a folder, a file, or the parts of one, the first of them last."""
    if target is None:
        return []
    finals = (target,) if path.is_dir() else parts_of(target)
    return [(final.with_name(final.name + ".part"), final) for final in finals]


def _parts(path: Path, target: Path | None) -> list[_File]:
    moves = _moves(path, target)
    return [
        _File(part, True, moves[number][0] if moves else None) for number, part in enumerate(parts_of(path))
    ]


def _folder(path: Path, target: Path | None) -> list[_File]:
    found = sorted(one for one in path.rglob("*") if one.is_file() and _belongs(one))
    beside = target.with_name(target.name + ".part") if target else None
    return [
        _File(one, one.suffix == ".safetensors", beside / one.relative_to(path) if beside else None)
        for one in found
    ]


def _belongs(path: Path) -> bool:
    """Whether a file of a model's folder is copied: data only, never code or pickles, and no link that leads out."""
    return path.suffix in _ENDINGS and not path.is_symlink()


class _opened:
    """The copy, open for writing; None where nothing is copied. Its bytes are on the disk when the block ends."""

    def __init__(self, place: Path | None) -> None:
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
        self._file = place.open("wb") if place else None

    def __enter__(self) -> Any:
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
