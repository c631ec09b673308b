"""Reads the heads of a model that is split into several GGUF files, and holds them against each other.

llama.cpp's `gguf-split` writes `split.no`, `split.count` and `split.tensors.count` into each part; the first has all
that is told of the model.
"""

from __future__ import annotations

from pathlib import Path

from desktop.core.errors import ModelError
from desktop.core.model_parts import part_names, parts_of, stem
from desktop.engines.gguf_file import MAX_TENSORS, GgufHeader, Tensor, read_header


def read_model_header(path: Path) -> GgufHeader:
    """The head of a model as if it were one file. Raises ModelError, in one sentence."""
    first = read_header(path)
    count, named = first.number("split.count", 1), len(part_names(path.name))
    if count <= 1 and named == 1:
        return first
    if count != named:
        which = "its name says that it is a part of a model, and the file does not"
        if named == 1:
            which = f"it is one of {count} parts, and its name does not say which"
        raise _broken(path, which, "Give its files the names that they were published under.")
    return _joined(path, first)


def _joined(path: Path, first: GgufHeader) -> GgufHeader:
    parts = parts_of(path)
    missing = [number for number, part in enumerate(parts, 1) if not part.is_file()]
    if missing:
        which = ", ".join(str(number) for number in missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise _broken(
            path,
            f"part {which} of {len(parts)} is missing" if len(missing) == 1 else f"parts {which} are missing",
            "Put all its parts into one folder.",
        )
    headers = [first, *(read_header(part) for part in parts[1:])]
    for number, header in enumerate(headers):
        if (header.number("split.no", -1), header.number("split.count")) != (number, len(parts)):
            raise _broken(path, f"part {number + 1} belongs to another model")
    tensors = tuple(tensor for header in headers for tensor in header.tensors)
    _check(path, first, tensors)
    return GgufHeader(first.keys, first.lengths, tensors, sum(header.size for header in headers))


def _check(path: Path, first: GgufHeader, tensors: tuple[Tensor, ...]) -> None:
    told = first.number("split.tensors.count", len(tensors))
    distinct = len({tensor.name for tensor in tensors})
    if told != len(tensors) or distinct != len(tensors) or len(tensors) > MAX_TENSORS:
        raise _broken(path, "its parts do not go together")


def _broken(path: Path, why: str, todo: str = "Download it again, all parts from one place.") -> ModelError:
    return ModelError(f"{stem(path)} cannot be used: {why}.", todo)
