"""How freely a model writes: presets in words, stops, and grammars that are refused before llama.cpp sees them."""

from __future__ import annotations

import json

import pytest

from desktop.core.errors import UserError
from desktop.core.sampling import PRESETS, preset_of
from desktop.core.settings import Settings
from desktop.engines.chat_grammar import Stops, from_schema


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.name)
def test_each_preset_is_told_apart_and_a_changed_number_is_none_of_them(preset: object) -> None:
    settings = Settings().changed(**preset.values())  # type: ignore[attr-defined]
    assert preset_of(settings) == preset.name  # type: ignore[attr-defined]
    assert preset_of(settings.changed(top_k=39)) == ""


def test_the_defaults_are_the_precise_ones() -> None:
    assert preset_of(Settings()) == "precise"


@pytest.mark.parametrize(
    ("pieces", "stop", "shown"),
    [
        (["one two", " three END four"], ("END",), "one two three "),
        (["one E", "N", "D two"], ("END",), "one "),
        (["one E", "N", "X two EN"], ("END",), "one ENX two EN"),
        (["ab", "ac"], ("aab", "ac"), "ab"),
        (["one"], (), "one"),
        (["x</s", "></s>y"], ("</s>",), "x"),
    ],
)
def test_an_answer_ends_where_a_stop_begins_and_nothing_of_it_is_shown(
    pieces: list[str], stop: tuple[str, ...], shown: str
) -> None:
    stops = Stops(stop)
    text = ""
    for piece in pieces:
        text += stops.add(piece)
        if stops.stopped:
            break
    assert text + stops.rest() == shown


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "{",
        "[]",
        '{"type": "no such"}',
        '{"$ref": "https://example.org/schema.json"}',
        '{"$ref": "#/nowhere"}',
        '{"type": "string", "pattern": "unanchored"}',
        '{"type": 7}',
        '{"properties": []}',
        json.dumps({"enum": [{}] * 3, "type": ["x"]}) + "}",
        '{"items": ' * 500 + "{}" + "}" * 500,
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(schema: str) -> None:
    with pytest.raises(UserError, match="form of the answer"):
        from_schema(schema)
