"""A JSON schema that was pasted as a form, and the tables that stand in answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.answer_schema import form_of
from desktop.core.answer_table import Column, ColumnKind, as_markdown, rows_of, schema
from desktop.core.errors import UserError
from desktop.services.table_files import Table, export_table, tables_of

LEASE = {
    "$defs": {"money": {"type": "number"}},
    "type": "object",
    "properties": {
        "tenant": {"type": "string"},
        "rent": {"$ref": "#/$defs/money"},
        "kind": {"enum": ["lease", "bill"]},
        "since": {"type": "string", "format": "date"},
        "paid": {"type": "boolean"},
    },
    "required": ["tenant"],
}


def test_a_pasted_schema_gives_the_columns_and_stays_as_it_is() -> None:
    text = json.dumps(LEASE, indent=1)
    form = form_of(f"  {text}\n")
    assert form is not None
    assert form.columns == (
        Column("tenant"),
        Column("rent", required=False),
        Column("kind", ColumnKind.CHOICE, ("lease", "bill"), required=False),
        Column("since", ColumnKind.DATE, required=False),
        Column("paid", ColumnKind.YES_NO, required=False),
    )
    assert schema(form) == text
    assert rows_of('{"tenant": "Meyer", "rent": 900}', form) == (("Meyer", "900", "", "", ""),)


def test_as_several_rows_its_references_still_lead_somewhere() -> None:
    form = form_of(json.dumps(LEASE), rows=True)
    assert form is not None
    made = json.loads(schema(form))
    assert made["type"] == "array"
    assert made["$defs"] == LEASE["$defs"]
    assert "$defs" not in made["items"]
    listed = form_of(json.dumps({"type": "array", "items": LEASE}))
    assert listed is not None
    assert listed.rows
    assert listed.names == form.names
    assert json.loads(schema(listed)) == made


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[1, 2]",
        '{"type": "string"}',
        '{"type": "array", "items": {"type": "number"}}',
        '{"properties": {}}',
        '{"properties": {"a": 1}}',
        '{"properties": ["a"]}',
        '{"properties": {"a": {"$ref": "https://example.org/a.json"}}}',
        '{"properties": {"a": {"$ref": "#/$defs/a"}}}',
        '{"properties": {"a": {"type": "string", "pattern": "[A-Z]+"}}}',
        '{"properties": {"a": {"type": "array", "items": [{"anyOf": [{"pattern": 1}]}]}}}',
        json.dumps({"properties": {f"c{n}": {} for n in range(21)}}),
        "[" * 100_000,
    ],
)
def test_what_describes_no_table_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as error:
        form_of(text)
    assert len(str(error.value)) < 200


def test_names_of_columns_are_not_taken_for_words_of_the_language() -> None:
    text = '{"properties": {"pattern": {"enum": [{"$ref": "x"}, "b"]}, "$ref": {"pattern": "^[a-z]+$"}}}'
    form = form_of(text)
    assert form is not None
    assert form.names == ("pattern", "$ref")


def test_words_are_columns_and_nothing_is_no_form() -> None:
    form = form_of("Name, Rent: number", rows=True)
    assert form is not None
    assert (form.names, form.rows, form.raw) == (("Name", "Rent"), True, "")
    assert form_of("  ") is None


def test_tables_of_an_answer_are_written_as_files(tmp_path: Path) -> None:
    rows = (("Meyer | Sons", "900"), ("=1+1", "*two*"))
    text = f"Here:\n\n{as_markdown(('Name', 'Rent'), rows)}\n\nAnd:\n\n|A|\n|-|\n|`x` <b>y|\n"
    first, second = tables_of(text)
    assert first == Table(("Name", "Rent"), rows)
    assert second.head == ("A",)
    assert second.rows[0][0].startswith("x")
    assert tables_of("No table | here.\n\n- a\n- b") == []
    export_table(first, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[2] == "'=1+1,*two*"
    export_table(first, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))[0] == {"Name": "Meyer | Sons", "Rent": "900"}
    export_table(first, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    with pytest.raises(UserError):
        export_table(first, tmp_path / "a.exe")
