"""A form from what a person writes: columns in words, or a JSON schema that was pasted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from desktop.core.answer_table import MOST_ROWS, Column, ColumnKind, Form, check, columns_of
from desktop.core.errors import UserError

_DEFINITIONS = ("$defs", "definitions")


def form_of(words: str, *, rows: bool = False) -> Form | None:
    """The form; None for no words. With `rows` the answer is a list. Raises UserError with what is wrong."""
    words = words.strip()
    if not words:
        return None
    return of_schema(words, rows=rows) if words[0] in "{[" else Form(columns_of(words), rows)


def of_schema(text: str, *, rows: bool = False) -> Form:
    """The form of a JSON schema of an object or of a list of objects, whose keys become the columns.

    Raises UserError for anything else. What the grammar does not support is said when the model is asked.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError("The JSON schema is no valid JSON.", "Paste it whole.", str(error)) from error
    listed = isinstance(found, dict) and found.get("type") == "array"
    one = found.get("items") if listed else found
    properties = one.get("properties") if isinstance(one, dict) else None
    if not isinstance(properties, dict) or not all(isinstance(each, dict) for each in properties.values()):
        raise UserError(
            "The JSON schema describes no table.",
            "It must be of an object with properties, or of a list of such.",
        )
    required = one.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set()
    columns = tuple(_column(name, each, name in needed) for name, each in properties.items())
    form = Form(columns, rows or listed, text)
    check(form)
    return replace(form, raw=json.dumps(_list_of(found))) if rows and not listed else form


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A list of what a schema describes; its definitions stay where references look for them."""
    kept = {name: value for name, value in schema.items() if name not in _DEFINITIONS}
    above = {name: schema[name] for name in _DEFINITIONS if name in schema}
    return {"type": "array", "items": kept, "maxItems": MOST_ROWS, **above}


def _column(name: str, schema: dict[str, Any], required: bool) -> Column:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return Column(name, ColumnKind.CHOICE, tuple(map(str, choices)), required)
    if schema.get("format") == "date":
        return Column(name, ColumnKind.DATE, required=required)
    kinds = {"number": ColumnKind.NUMBER, "integer": ColumnKind.NUMBER, "boolean": ColumnKind.YES_NO}
    kind = schema.get("type")
    return Column(
        name, kinds.get(kind, ColumnKind.TEXT) if isinstance(kind, str) else ColumnKind.TEXT, (), required
    )
