"""JSON as people can read it: one "name: value" a line, the objects of a list one below the other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.engines.read_blocks import Blocks
from desktop.engines.read_tables import json_table
from desktop.engines.read_text import check_size, clean, decoded, encoding_of, parts, parts_with_headings
from desktop.engines.read_types import Reading

_MAX_PARSED = 40_000_000
"""Characters; parsing takes ten times as much memory. What is longer is read as the text that it is."""
_MAX_DEPTH = 60
_TITLES = ("title", "name", "headline", "subject")


def read_json(path: str, file: BinaryIO, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a JSON file; notebooks are told here. Raises ReadError. What breaks JSON's rules is read as plain text.

    A list of objects is a table where `columns` names its columns.
    """
    check_size(path, file)
    pieces = decoded(file, encoding_of(file), cancel)
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _MAX_PARSED:
            return Reading("json", "", 0, parts(path, itertools.chain([text], pieces)))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Reading("txt", "", 0, parts(path, [text]))
    if isinstance(value, dict) and ("nbformat" in value or "worksheets" in value):
        from desktop.engines.read_notebook import read_notebook

        return read_notebook(path, value)
    if columns.text and isinstance(value, list):
        return json_table(path, value, columns)
    blocks = Blocks()
    _add(value, "", blocks, heading=True)
    return Reading("json", _title(value), 0, parts_with_headings(path, blocks.text, blocks.headings))


def _title(value: object) -> str:
    found = [value.get(key) for key in _TITLES] if isinstance(value, dict) else []
    return next((one.strip() for one in found if isinstance(one, str)), "")[:300]


def _add(value: object, name: str, blocks: Blocks, *, heading: bool = False) -> None:
    """Add a value as blocks. A list of objects becomes a block for each, below its name; only lists at the top, of
    which there are few, make a heading of theirs."""
    if isinstance(value, list) and _has_objects(value):
        blocks.add(name, heading=heading)
        for item in value:
            _add(item, "", blocks)
        return
    lists: list[tuple[str, list[Any]]] = []
    blocks.add("\n".join(_lines(value, name, lists, 0)))
    for inner, items in lists:
        _add(items, inner, blocks, heading=heading)


def _lines(value: object, name: str, lists: list[tuple[str, list[Any]]], depth: int) -> Iterator[str]:
    """The lines of a value; lists of objects in it go to `lists`, to be told after it."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{name}.{key}" if name else str(key)
            yield from _lines(item, inner, lists, depth + 1)
    elif isinstance(value, list) and _has_objects(value):
        lists.append((name, value))
    else:
        text = _plain(value)
        if text:
            yield f"{name}: {text}" if name else text


def _has_objects(value: Iterable[object]) -> bool:
    return any(isinstance(item, dict) for item in value)


def _plain(value: object) -> str:
    """A value without objects in it as text."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_flat(item) for item in value)))
    return _flat(value)


def _flat(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(clean(item) for item in value)
    return json.dumps(value, ensure_ascii=False)
