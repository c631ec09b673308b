"""Old Word documents: headings, lists, tables, fields, notes, what is deleted, and broken ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from tests.old_word import IN_TABLE, LISTED, ROW_END, doc
from tests.reading import read, text_of, write

PARAGRAPHS = [
    ("The lease\r", 1, b""),
    ("The notice period is \x13REF a\x14nine\x15 months, not two.\r", 0, b""),
    ("Keys\r", 0, LISTED),
    ("Bins\r", 0, LISTED),
    ("Flat\x07", 0, IN_TABLE),
    ("Rent\x07", 0, IN_TABLE),
    ("\x07", 0, IN_TABLE + ROW_END),
    ("4\r", 0, IN_TABLE),
    ("left\x07", 0, IN_TABLE),
    ("€ 900\x07", 0, IN_TABLE),
    ("\x07", 0, IN_TABLE + ROW_END),
    ("Signed 😀\r", 0, b""),
]


def test_a_document_with_its_structure(tmp_path: Path) -> None:
    content = doc(PARAGRAPHS, "\x02 A note below.\r", deleted=", not two")
    pages, end = read(write(tmp_path, "lease.doc", content))
    assert end.kind == "doc"
    assert [heading.text for heading in pages[0].headings] == ["The lease"]
    assert pages[0].text == (
        "The lease\n\nThe notice period is nine months.\n\n- Keys\n- Bins\n\nFlat | Rent\n\n4 left | € 900\n\n"
        "Signed 😀\n\nA note below."
    )


def test_a_document_without_words_is_empty_and_a_locked_one_is_locked(tmp_path: Path) -> None:
    for content, reason in ((doc([("\r", 0, b"")]), "empty"), (doc(PARAGRAPHS, flags=0x100), "encrypted")):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, "a.doc", content))
        assert caught.value.reason == reason


def test_pieces_that_say_the_same_again_and_again_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.doc", doc(PARAGRAPHS, nested=60)))
    assert caught.value.reason == "damaged"


def test_changed_bytes_end_in_a_text_or_a_reason(tmp_path: Path) -> None:
    chance, sound = random.Random(7), doc(PARAGRAPHS)
    ends = set()
    for _ in range(300):
        broken = bytearray(sound)
        for _ in range(8):
            broken[chance.randrange(len(sound))] = chance.randrange(256)
        try:
            text_of(write(tmp_path, "a.doc", bytes(broken)))
            ends.add("read")
        except ReadError as error:
            ends.add(error.reason)
    assert {"read", "damaged"} <= ends
