"""Structured output: columns become a JSON schema, and the answer that keeps to it becomes a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from desktop.core.errors import UserError
from desktop.core.text import clean, shown

MOST_COLUMNS, MOST_ROWS, LONGEST = 20, 100, 400
"""Limits of a form. Without the length of a text a small model would write into one cell until the answer ends."""
_FORMULA = tuple("=+-@\t\r")


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes-no"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """A column of the form; `choices` are those of a choice."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Form:
    """What an answer must keep to: one object with these columns, or with `rows` a list of them.

    `raw` is the JSON schema that a person has given, '' where the columns say all.
    """

    columns: tuple[Column, ...]
    rows: bool = False
    raw: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def columns_of(text: str) -> tuple[Column, ...]:
    """The columns of a line as "Name, Since: date, Kind: choice=lease|letter, Note?"; "?" may stay empty.

    Raises UserError with what is wrong.
    """
    columns = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        found = _spec().fullmatch(part)
        kind = (found["kind"] or "text") if found else ""
        if found is None or kind not in set(ColumnKind):
            kinds = ", ".join(ColumnKind)
            raise UserError(f"“{shown(part)}” is no column.", f"Write “Name: kind”; the kinds are {kinds}.")
        choices = tuple(filter(None, (one.strip() for one in (found["choices"] or "").split("|"))))
        columns.append(Column(found["name"].strip(), ColumnKind(kind), choices, not found["optional"]))
    check(Form(tuple(columns)))
    return tuple(columns)


def check(form: Form) -> None:
    """Raise UserError where a form cannot be filled in."""
    names = [name.casefold() for name in form.names]
    if not 1 <= len(names) <= MOST_COLUMNS:
        raise UserError(f"A form has 1 to {MOST_COLUMNS} columns.")
    for column in form.columns:
        if not column.name.strip() or len(column.name) > 60 or names.count(column.name.casefold()) > 1:
            raise UserError(f"The column “{shown(column.name)[:60]}” has no name of its own.")
        if column.kind is ColumnKind.CHOICE and not column.choices:
            raise UserError(f"The column “{shown(column.name)}” has nothing to choose from.")


def schema(form: Form) -> str:
    """The JSON schema of a form, as text."""
    check(form)
    if form.raw:
        return form.raw
    one: dict[str, Any] = {
        "type": "object",
        "properties": {column.name: _type(column) for column in form.columns},
        "required": [column.name for column in form.columns if column.required],
        "additionalProperties": False,
    }
    return json.dumps({"type": "array", "items": one, "maxItems": MOST_ROWS} if form.rows else one)


def _type(column: Column) -> dict[str, Any]:
    match column.kind:
        case ColumnKind.NUMBER:
            return {"type": "number"}
        case ColumnKind.DATE:
            return {"type": "string", "format": "date"}
        case ColumnKind.YES_NO:
            return {"type": "boolean"}
        case ColumnKind.CHOICE:
            return {"enum": list(column.choices)}
    return {"type": "string", "maxLength": LONGEST}


def asked_for(form: Form) -> str:
    """The sentence that tells the model about the form: the grammar alone does not say what the columns mean."""
    kind = "a JSON list of objects" if form.rows else "one JSON object"
    return f"Answer with {kind} with these keys: {', '.join(form.names)}. Dates are written as YYYY-MM-DD."


def rows_of(text: str, form: Form) -> tuple[tuple[str, ...], ...]:
    """The rows of an answer, each cell as text. Raises UserError in one sentence where it is not what the form asks."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        cut = text.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] not in ("}", "]")
        why = "breaks off before its end" if cut else "is no JSON"
        raise UserError(
            f"The answer {why}, so it is no table.", "Its text is kept; a longer answer may help."
        ) from None
    listed = found if isinstance(found, list) else [found]
    rows = []
    for one in listed:
        if not isinstance(one, dict) or any(c.required and c.name not in one for c in form.columns):
            raise UserError("The answer does not have the columns of the form.", "Its text is kept.")
        rows.append(tuple(_cell(one.get(name)) for name in form.names))
    return tuple(rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).strip()


def as_markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; no cell can end its row or begin a link."""
    lines = [[_plain(cell) for cell in row] for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(cell: str) -> str:
    return re.sub(r"([\\|`*_\[\]<>])", r"\\\1", " ".join(cell.split()))


def as_csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A CSV table whose cells no spreadsheet takes for a formula: those that begin like one get a quote before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell as text that is no formula; numbers stay numbers."""
    if cell.startswith(_FORMULA) and not _number().fullmatch(cell):
        return f"'{cell}"
    return cell


# Compiled at first use: the start of the window reads no table.


@cache
def _number() -> re.Pattern[str]:
    return re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


@cache
def _spec() -> re.Pattern[str]:
    return re.compile(
        r"(?P<name>[^:?]+?)\s*(?P<optional>\?)?\s*(?::\s*(?P<kind>[a-z-]+)\s*(?:=\s*(?P<choices>.+))?)?$"
    )
