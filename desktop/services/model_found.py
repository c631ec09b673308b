"""Models that other programs have already put on this computer: found in their usual folders, and used in place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.errors import ModelError
from desktop.core.events import Event
from desktop.core.model_parts import first_part, is_whole, size_of, stem
from desktop.services.model_import import ModelImport
from desktop.services.models import Models

MAX_ENTRIES = 20_000
"""Files and folders that are looked at in one program's folder."""
MAX_DEPTH = 6
SMALLEST = 1_000_000
"""Bytes; what is smaller is no model but a vocabulary for tests."""
_MODEL, _PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"


@dataclass(frozen=True)
class FoundModel:
    """A model file of another program, and the picture part that goes with it."""

    name: str
    path: Path
    program: str
    size_bytes: int
    projector: Path | None = None


@dataclass(frozen=True)
class ModelsFound(Event):
    """All that was found and is not in use here yet."""

    models: tuple[FoundModel, ...]


@dataclass(frozen=True)
class ModelsElsewhere:
    """Looks into the folders of other programs; it reads names and sizes only."""

    models: Models
    imports: ModelImport
    places: tuple[tuple[str, Path], ...]

    def find(self, cancel: CancelToken) -> Iterator[ModelsFound]:
        """Yields one ModelsFound. A folder that is not there or may not be read holds nothing."""
        known = {os.path.realpath(spec.path) for spec in self.models.installed()}
        found: dict[str, FoundModel] = {}
        for program, folder in self.places:
            for model in _of_ollama(folder) if program == "Ollama" else _gguf_files(program, folder):
                cancel.check()
                real = os.path.realpath(model.path)
                if real not in known:
                    found.setdefault(real, model)
        yield ModelsFound(tuple(sorted(found.values(), key=lambda one: (one.program, one.name.casefold()))))

    def bring(self, found: FoundModel, cancel: CancelToken) -> Iterator[Event]:
        """Check one and use it where it is; see ModelImport.bring."""
        projector = str(found.projector or "")
        try:
            yield from self.imports.bring(
                found.path, cancel, name=found.name, source=found.program, projector=projector
            )
        except ModelError as error:
            # A file that is named by its hash would tell the person nothing.
            what = error.what.replace(found.path.name, found.name)
            raise ModelError(what, error.todo, error.details) from error


def usual_places(
    home: Path, environment: Mapping[str, str] = os.environ, system: str = sys.platform
) -> tuple[tuple[str, Path], ...]:
    """Where the programs keep models on this system, by their own documentation; the newest place first."""
    if system == "win32":
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData/Local")
        data = Path(environment.get("APPDATA") or home / "AppData/Roaming")
        gpt4all = (local / "nomic.ai/GPT4All",)
    elif system == "darwin":
        data = home / "Library/Application Support"
        gpt4all = (data / "nomic.ai/GPT4All",)
    else:
        data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
        gpt4all = (data / "nomic.ai/GPT4All",)
    ollama = [Path(environment["OLLAMA_MODELS"])] if environment.get("OLLAMA_MODELS") else []
    ollama += [home / ".ollama/models"]
    if system not in ("win32", "darwin"):
        ollama += [Path("/usr/share/ollama/.ollama/models"), Path("/var/lib/ollama/models")]
    return (
        *(("Ollama", place) for place in ollama),
        ("LM Studio", home / ".lmstudio/models"),
        ("LM Studio", home / ".cache/lm-studio/models"),
        *(("GPT4All", place) for place in gpt4all),
        ("Jan", data / "Jan/data/llamacpp/models"),
        ("Jan", data / "Jan/data/models"),
        ("Jan", home / ".config/Jan/data/models"),
        ("Jan", home / "jan/models"),
    )


def _gguf_files(program: str, folder: Path) -> Iterator[FoundModel]:
    """GGUF files in a tree; files named mmproj are the picture part of the model beside them."""
    for path in _files(folder):
        if path.suffix.lower() != ".gguf" or "mmproj" in path.name.lower():
            continue
        if path != first_part(path) or not is_whole(path) or size_of(path) < SMALLEST:
            continue
        named = stem(path) if stem(path).lower() != "model" else path.parent.name
        beside = [
            one for one in _listed(path.parent) if "mmproj" in one.name.lower() and one.suffix == ".gguf"
        ]
        yield FoundModel(named, path, program, size_of(path), beside[0] if len(beside) == 1 else None)


def _of_ollama(folder: Path) -> Iterator[FoundModel]:
    """Ollama keeps files under their hashes, and a manifest for each name that tells which they are."""
    for manifest in _files(folder / "manifests"):
        layers = _layers(manifest)
        path, projector = _blob(folder, layers.get(_MODEL)), _blob(folder, layers.get(_PROJECTOR))
        if path is None or _size(path) < SMALLEST:
            continue
        family, tag = manifest.parent.name, manifest.name
        yield FoundModel(
            family if tag == "latest" else f"{family} {tag}", path, "Ollama", _size(path), projector
        )


def _layers(manifest: Path) -> dict[str, str]:
    """The digests of a manifest by the type of what they name."""
    try:
        if manifest.stat().st_size > 2**20:
            return {}
        read = json.loads(manifest.read_text("utf-8"))
        return {str(one["mediaType"]): str(one["digest"]) for one in read["layers"]}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def _blob(folder: Path, digest: str | None) -> Path | None:
    """The file of a digest such as sha256:0123...; None for anything else, which could lead elsewhere."""
    kind, _, number = (digest or "").partition(":")
    if kind != "sha256" or len(number) != 64 or any(letter not in "0123456789abcdef" for letter in number):
        return None
    path = folder / "blobs" / f"sha256-{number}"
    return path if path.is_file() else None


def _files(folder: Path) -> Iterator[Path]:
    """The files of a tree, by name; links to folders are not followed, and the search ends at its limits."""
    seen = 0
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        for path in _listed(place):
            seen += 1
            if seen > MAX_ENTRIES:
                return
            if path.is_dir():
                if depth < MAX_DEPTH and not path.is_symlink():
                    waiting.append((path, depth + 1))
            else:
                yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
