"""A form from what a person writes: columns in words, or a JSON schema that was pasted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from desktop.core.answer_table import MOST_ROWS, Column, ColumnKind, Form, check, columns_of
from desktop.core.errors import UserError
from desktop.core.text import shown

_DEFINITIONS = ("$defs", "definitions")
_NAMED = ("properties", *_DEFINITIONS)


def form_of(words: str, *, rows: bool = False) -> Form | None:
    """The form; None for no words. With `rows` the answer is a list. Raises UserError with what is wrong."""
    words = words.strip()
    if not words:
        return None
    return of_schema(words, rows=rows) if words[0] in "{[" else Form(columns_of(words), rows)


def of_schema(text: str, *, rows: bool = False) -> Form:
    """The form of a JSON schema of an object or of a list of objects, whose keys become the columns.

    Raises UserError for anything else, and for what no grammar can be made of. Nothing is ever fetched for it.
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
    whole = _list_of(one, found if listed else {}) if form.rows else found
    _check_parts(whole)
    return replace(form, raw=json.dumps(whole)) if form.rows else form


def _check_parts(schema: dict[str, Any]) -> None:
    """Raise UserError for the first part that a grammar cannot express."""
    left: list[tuple[Any, bool]] = [(schema, False)]
    while left:
        part, named = left.pop()  # the keys of `named` are a person's names, not words of the language
        if isinstance(part, list):
            left += [(one, False) for one in part]
        elif isinstance(part, dict):
            if not named:
                _check_words(part, schema)
            left += [
                (one, not named and key in _NAMED) for key, one in part.items() if named or key != "enum"
            ]


def _check_words(part: dict[str, Any], schema: dict[str, Any]) -> None:
    """One part by itself: where it refers to, and its pattern."""
    reference, pattern = part.get("$ref"), part.get("pattern")
    if reference is not None and not _leads_somewhere(reference, schema):
        raise UserError(
            f"The JSON schema refers to “{shown(str(reference))[:80]}”, which is not in it.",
            "Put what it refers to under $defs.",
        )
    anchored = isinstance(pattern, str) and pattern.startswith("^") and pattern.endswith("$")
    if pattern is not None and not anchored:
        raise UserError(
            f"The pattern “{shown(str(pattern))[:80]}” of the JSON schema fits a part of a text only.",
            "Begin it with ^ and end it with $.",
        )


def _leads_somewhere(reference: object, schema: dict[str, Any]) -> bool:
    """Whether a reference is one to a part of this schema that is there."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return False
    found: Any = schema
    for name in reference[2:].split("/"):
        if not isinstance(found, dict) or name not in found:
            return False
        found = found[name]
    return isinstance(found, dict)


def _list_of(one: dict[str, Any], listed: dict[str, Any]) -> dict[str, Any]:
    """A list of what a schema describes, as `listed` says; definitions come to where references look for them."""
    kept = {name: value for name, value in one.items() if name not in _DEFINITIONS}
    above = {name: one[name] for name in _DEFINITIONS if name in one}
    return {"type": "array", "maxItems": MOST_ROWS, **above, **listed, "items": kept}


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
