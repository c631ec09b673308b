"""Reads the head of a GGUF file with hard limits: anybody may have written it, and llama.cpp trusts it too much.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ModelError

MAX_KEYS = 4_096
MAX_TENSORS = 20_000
MAX_NAME = 256
MAX_TEXT = 2**20
MAX_ITEMS = 4_000_000
MAX_HEADER = 512 * 2**20
MAX_KEPT_ITEMS = 1_024
"""Longer lists (a vocabulary, its scores) are counted and walked over, not kept."""

Value = int | float | bool | str | tuple[int | float | bool | str, ...] | None

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9

# ggml's tensor types: values a block, bytes a block.
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36), 10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8),
    28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
}  # fmt: skip

FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """A tensor as the head describes it; `shape` in ggml's order, the fastest dimension first."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int

    @property
    def values(self) -> int:
        count = 1
        for size in self.shape:
            count *= size
        return count

    @property
    def size(self) -> int:
        """Bytes."""
        _name, block, bytes_a_block = TENSOR_TYPES[self.kind]
        return self.values // block * bytes_a_block


@dataclass(frozen=True)
class GgufHeader:
    """Everything before the weights. `lengths` has the number of items of each list, also of those not kept."""

    keys: Mapping[str, Value]
    lengths: Mapping[str, int]
    tensors: tuple[Tensor, ...]
    size: int

    def text(self, key: str) -> str:
        value = self.keys.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: int = 0) -> int:
        value = self.keys.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


def read_header(path: Path) -> GgufHeader:
    """Read and check the head of a file. Raises ModelError, in one sentence."""
    name = path.name
    try:
        size = path.stat().st_size
        if size < 24:
            raise _broken(name, "it is too short to be a model")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(data, name, size).header()
    except OSError as error:
        raise ModelError(
            f"{name} cannot be read.", "Check that it is there and that you may read it.", str(error)
        ) from error


def _broken(name: str, why: str) -> ModelError:
    return ModelError(f"{name} cannot be used: {why}.", "Download it again, or choose another.")


class _Reader:
    """Walks through the bytes; every length is held against what is left before it is believed."""

    def __init__(self, data: mmap.mmap, name: str, size: int) -> None:
        self._data, self._name, self._size = data, name, size
        self._end = min(size, MAX_HEADER)
        self._at = 0

    def header(self) -> GgufHeader:
        if self._take(4) != b"GGUF":
            raise _broken(self._name, "it is not a GGUF file")
        version = self._number("I")
        if version not in (2, 3):
            raise _broken(
                self._name, f"it has version {version} of the format, and this program knows 2 and 3"
            )
        tensors, keys = self._number("Q"), self._number("Q")
        if tensors > MAX_TENSORS or keys > MAX_KEYS:
            raise _broken(self._name, "its header claims far more entries than any model has")
        values, lengths = self._keys(keys)
        found = self._tensors(tensors)
        self._check_places(found, values)
        return GgufHeader(values, lengths, tuple(found), self._size)

    def _take(self, count: int) -> bytes:
        if count > self._end - self._at:
            cut = self._end == self._size
            why = "it ends in the middle of its header" if cut else "its header is larger than any model's"
            raise _broken(self._name, why)
        piece = self._data[self._at : self._at + count]
        self._at += count
        return piece

    def _number(self, code: str) -> int:
        return int(struct.unpack("<" + code, self._take(struct.calcsize(code)))[0])

    def _text(self, limit: int) -> str:
        length = self._number("Q")
        if length > limit:
            raise _broken(self._name, "its header holds a text longer than any model's")
        return self._take(length).decode("utf-8", "replace")

    def _keys(self, count: int) -> tuple[dict[str, Value], dict[str, int]]:
        values: dict[str, Value] = {}
        lengths: dict[str, int] = {}
        for _ in range(count):
            key = self._text(MAX_NAME)
            kind = self._number("I")
            if key in values:
                raise _broken(self._name, "its header names the same thing twice")
            if kind == _ARRAY:
                values[key], lengths[key] = self._array()
            else:
                values[key] = self._value(kind)
        return values, lengths

    def _value(self, kind: int) -> int | float | bool | str:
        if kind == _STRING:
            return self._text(MAX_TEXT)
        code = _SCALARS.get(kind)
        if code is None:
            raise _broken(self._name, "its header holds a kind of value that does not exist")
        value: int | float | bool = struct.unpack("<" + code, self._take(struct.calcsize(code)))[0]
        return value

    def _array(self) -> tuple[Value, int]:
        kind, count = self._number("I"), self._number("Q")
        if count > MAX_ITEMS:
            raise _broken(self._name, "its header holds a list longer than any model's")
        if kind == _STRING or count <= MAX_KEPT_ITEMS:
            kept = tuple(self._value(kind) for _ in range(count)) if count <= MAX_KEPT_ITEMS else None
            if kept is None:
                self._skip_texts(count)
            return kept, count
        code = _SCALARS.get(kind)
        if code is None:
            raise _broken(self._name, "its header holds lists inside lists")
        self._skip(count * struct.calcsize(code))
        return None, count

    def _skip(self, count: int) -> None:
        if count > self._end - self._at:
            self._take(count)  # says how it is too long
        self._at += count

    def _skip_texts(self, count: int) -> None:
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(count):
            self._skip(8)
            length = unpack(self._data, self._at - 8)[0]
            if length > MAX_TEXT:
                raise _broken(self._name, "its header holds a text longer than any model's")
            self._skip(length)

    def _tensors(self, count: int) -> list[Tensor]:
        found, names = [], set()
        for _ in range(count):
            name = self._text(MAX_NAME)
            dimensions = self._number("I")
            if not 1 <= dimensions <= 4 or name in names:
                raise _broken(self._name, "the list of its weights is damaged")
            names.add(name)
            shape = tuple(self._number("Q") for _ in range(dimensions))
            kind, offset = self._number("I"), self._number("Q")
            if kind not in TENSOR_TYPES:
                raise _broken(self._name, "its weights are stored in a way that this program does not know")
            tensor = Tensor(name, shape, kind, offset)
            if any(size < 1 or size > 2**40 for size in shape) or tensor.values > 2**44:
                raise _broken(self._name, "it claims weights of an impossible size")
            found.append(tensor)
        return found

    def _check_places(self, tensors: list[Tensor], values: Mapping[str, Value]) -> None:
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 2**16 or alignment & (alignment - 1):
            raise _broken(self._name, "its header is damaged")
        place = 0
        for tensor in tensors:  # llama.cpp writes and takes them in no other way: in order, without gaps
            if tensor.offset != place:
                raise _broken(self._name, "its weights do not lie where its header says")
            place += -(-tensor.size // alignment) * alignment
        begin = (self._at + alignment - 1) // alignment * alignment
        end = max((begin + tensor.offset + tensor.size for tensor in tensors), default=begin)
        if tensors and end > self._size:
            share = f"{self._size / end:.0%}"
            raise _broken(self._name, f"the file is cut off: only {share} of it is there")
