"""How values that SQLite has no type for become columns, and come back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from desktop.core.chat_requests import AdapterUse, Sampling
from desktop.core.conversations import AnswerSentence, Grounding, Timings
from desktop.core.errors import StorageError
from desktop.core.manner import Manner

_Value = TypeVar("_Value")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with what no file can hold (half a surrogate pair) replaced by U+FFFD, the sign for it."""
    return _SURROGATE.sub("\ufffd", text)


def encode_name(name: str) -> str | bytes:
    """A name from the file system: bytes if it is not valid Unicode, which Linux and Windows both allow."""
    return name.encode("utf-8", "surrogatepass") if _SURROGATE.search(name) else name


def decode_name(column: str | bytes) -> str:
    """Exactly the name that `encode_name` was given."""
    return column if isinstance(column, str) else column.decode("utf-8", "surrogatepass")


def encode_names(names: tuple[str, ...]) -> str:
    """A JSON list of names, each as it is: JSON writes half a surrogate pair as an escape."""
    return json.dumps(list(names), separators=(",", ":"))


def decode_names(column: str) -> tuple[str, ...]:
    """What `encode_names` was given."""
    return tuple(json.loads(column))


def encode_grounding(grounding: Grounding | None) -> str | None:
    """JSON, or NULL where no files were asked."""
    return None if grounding is None else _to_json(asdict(grounding))


def decode_grounding(column: str | None) -> Grounding | None:
    """What `encode_grounding` was given. Raises StorageError."""
    return None if column is None else _from_json(_grounding(), column)


def encode_sentences(sentences: tuple[AnswerSentence, ...]) -> str:
    """A JSON list."""
    return _to_json([asdict(sentence) for sentence in sentences])


def decode_sentences(column: str) -> tuple[AnswerSentence, ...]:
    """What `encode_sentences` was given. Raises StorageError."""
    return _from_json(_sentences(), column)


def encode_timings(timings: Timings) -> str:
    """A JSON object."""
    return _to_json(asdict(timings))


def decode_timings(column: str) -> Timings:
    """What `encode_timings` was given. Raises StorageError."""
    return _from_json(_timings(), column)


def encode_sampling(sampling: Sampling | None) -> str | None:
    """JSON, or NULL where no model wrote."""
    return None if sampling is None else _to_json(asdict(sampling))


def decode_sampling(column: str | None) -> Sampling | None:
    """What `encode_sampling` was given. Raises StorageError."""
    return None if column is None else _from_json(_sampling(), column)


def encode_manner(manner: Manner | None) -> str | None:
    """JSON, or NULL for the usual one."""
    return None if manner is None else _to_json(asdict(manner))


def decode_manner(column: str | None) -> Manner | None:
    """What `encode_manner` was given. Raises StorageError."""
    return None if column is None else _from_json(_manner(), column)


def encode_adapters(adapters: tuple[AdapterUse, ...]) -> str:
    """As JSON."""
    return _to_json([asdict(one) for one in adapters])


def decode_adapters(column: str) -> tuple[AdapterUse, ...]:
    """Back from JSON. Raises StorageError."""
    return _from_json(_adapters(), column)


def _to_json(value: object) -> str:
    # Python's own writer, not pydantic's: that turns infinity into null, which is no number.
    return json.dumps(value, separators=(",", ":"))


def _from_json(adapter: TypeAdapter[_Value], column: str) -> _Value:
    """Read a column; fields that an older version did not write get their defaults."""
    try:
        return adapter.validate_python(json.loads(column))
    except (ValueError, ValidationError) as error:
        raise StorageError(
            "Part of a stored answer is damaged and cannot be shown.", details=str(error)
        ) from error


# Built at first use, because building takes milliseconds that the start of the window should not pay.


@cache
def _grounding() -> TypeAdapter[Grounding]:
    return TypeAdapter(Grounding)


@cache
def _sentences() -> TypeAdapter[tuple[AnswerSentence, ...]]:
    return TypeAdapter(tuple[AnswerSentence, ...])


@cache
def _timings() -> TypeAdapter[Timings]:
    return TypeAdapter(Timings)


@cache
def _sampling() -> TypeAdapter[Sampling]:
    return TypeAdapter(Sampling)


@cache
def _manner() -> TypeAdapter[Manner]:
    return TypeAdapter(Manner)


@cache
def _adapters() -> TypeAdapter[tuple[AdapterUse, ...]]:
    return TypeAdapter(tuple[AdapterUse, ...])
