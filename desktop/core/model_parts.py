"""A model in several GGUF files, as llama.cpp splits large ones: name-00001-of-00003.gguf and so on.

The names are llama.cpp's rule (`llama_split_path`): it opens the first and finds the others beside it by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

MOST_PARTS = 999
_NAME = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.DOTALL)


def part_names(name: str) -> tuple[str, ...]:
    """The names (or paths) of all parts that go with a name, in order; the name alone where it is not split."""
    found = _NAME.fullmatch(name)
    if found is None:
        return (name,)
    count = int(found["count"])
    if not 1 < count <= MOST_PARTS or not 1 <= int(found["number"]) <= count:
        return (name,)
    return tuple(f"{found['stem']}-{number:05d}-of-{count:05d}.gguf" for number in range(1, count + 1))


def parts_of(path: Path) -> tuple[Path, ...]:
    """All files of a model, the first of them first."""
    return tuple(path.with_name(name) for name in part_names(path.name))


def first_part(path: Path) -> Path:
    """The file that stands for the model: that which llama.cpp opens."""
    return parts_of(path)[0]


def is_whole(path: Path) -> bool:
    """Whether the model's file or folder is there, and if it is split, every part."""
    return all(part.exists() for part in parts_of(path))


def size_of(path: Path) -> int:
    """Bytes of all files of a model, 0 for what is no file."""
    return sum(part.stat().st_size for part in parts_of(path) if part.is_file())


def numbered(name: str, number: int) -> str:
    """The name with a number behind it, so that it may stand beside one of the same name: all parts alike."""
    found = _NAME.fullmatch(name) if len(part_names(name)) > 1 else None
    if found is not None:
        return f"{found['stem']} {number}{name[found.end('stem') :]}"
    return f"{Path(name).stem} {number}{Path(name).suffix}"


def stem(path: Path) -> str:
    """The name without ending and without the number of the part."""
    found = _NAME.fullmatch(path.name) if len(part_names(path.name)) > 1 else None
    return found["stem"] if found is not None else path.stem


def joined_digest(digests: Sequence[str]) -> str:
    """One SHA-256 for all parts: of the only part, or of all parts' own, which a hub tells without reading."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode("ascii")).hexdigest()
