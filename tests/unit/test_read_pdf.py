"""PDF: whole sentences, words where they stand on the picture, and page by page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page, unpack_boxes
from desktop.core.errors import Cancelled, ReadError
from desktop.core.reading_requests import PagesRead, ReadFile
from desktop.engines import reader
from tests import hostile
from tests.reading import read, render, text_of, write

PARAGRAPHS = [
    "The tenancy begins on 1 May and runs for an unlimited time, until it",
    "is ended by either party with three months' notice to the end of a",
    "month.",
    "The deposit is three months' rent and is kept apart from the land-",
    "lord's own money.",
]


def boxes_cover_ink(page: Page, path: Path, number: int = 1) -> tuple[float, int]:
    """The share of a page's dark pixels that lies in its word boxes, and how many boxes have no dark pixel."""
    picture = render(path, number, 1000)
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    ink = pixels.min(axis=2) < 140
    inside = np.zeros_like(ink)
    without = 0
    for word in unpack_boxes(page.boxes):
        rows = slice(int(word.box.y0 * picture.height) - 1, int(word.box.y1 * picture.height) + 2)
        columns = slice(int(word.box.x0 * picture.width) - 1, int(word.box.x1 * picture.width) + 2)
        without += not ink[rows, columns].any()
        inside[rows, columns] = True
    return float((ink & inside).sum() / ink.sum()), without


def test_lines_are_joined_to_sentences_and_paragraphs(tmp_path: Path) -> None:
    text = text_of(write(tmp_path, "a.pdf", hostile.pdf([PARAGRAPHS])))
    assert text == (
        "The tenancy begins on 1 May and runs for an unlimited time, until it is ended by either party with three"
        " months' notice to the end of a month.\n\n"
        "The deposit is three months' rent and is kept apart from the landlord's own money."
    )


def test_a_wide_gap_ends_a_paragraph(tmp_path: Path) -> None:
    text = text_of(
        write(tmp_path, "a.pdf", hostile.pdf([["First heading", "", "", "Then a paragraph that is"]]))
    )
    assert text == "First heading\n\nThen a paragraph that is"


def test_items_of_a_list_stay_apart(tmp_path: Path) -> None:
    lines = [
        "Please bring the following things along to the meeting on Monday:",
        "• the keys of the cellar and of the bicycle room, both of them",
        "• the meter readings",
    ]
    text = text_of(write(tmp_path, "a.pdf", hostile.pdf([lines])))
    assert text == "\n\n".join(lines)


def test_a_hyphen_of_its_own_is_kept(tmp_path: Path) -> None:
    lines = [
        "The well-known rule of the house is that nobody is a well-",
        "known exception to the Anglo-",
        "Saxon rule.",
    ]
    text = text_of(write(tmp_path, "a.pdf", hostile.pdf([lines])))
    assert "a well-known exception" in text
    assert "Anglo-Saxon" in text


def test_each_word_has_its_box_and_its_offsets(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pdf([PARAGRAPHS]))
    (page,), _ = read(path)
    words = [page.text[word.start : word.end] for word in unpack_boxes(page.boxes)]
    assert words == re.findall(r"\S+", page.text.replace("landlord's", "land lord's"))
    covered, without = boxes_cover_ink(page, path)
    assert covered > 0.99
    assert without == 0


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", ["", "/CropBox[40 100 500 800]"])
def test_boxes_match_the_picture_of_turned_and_cropped_pages(
    tmp_path: Path, rotation: int, crop: str
) -> None:
    content = hostile.pdf([PARAGRAPHS], page_entries=f"/Rotate {rotation}{crop}", media_box="-20 -10 595 842")
    path = write(tmp_path, "a.pdf", content)
    (page,), _ = read(path)
    covered, without = boxes_cover_ink(page, path)
    assert covered > 0.99
    assert without == 0


def test_a_word_of_a_turned_page_lies_in_its_corner(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pdf([["Corner"]], page_entries="/Rotate 90"))
    (page,), _ = read(path)
    (word,) = unpack_boxes(page.boxes)
    assert word.box.x0 > 0.8  # top left of the sheet is top right of the turned page
    assert word.box.y0 < 0.2


def test_what_the_crop_box_hides_is_not_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.pdf",
        hostile.pdf([["seen", *[""] * 30, "hidden"]], page_entries="/CropBox[0 600 595 842]"),
    )
    assert text_of(path) == "seen"


def test_outline_titles_become_headings_that_hold_on_the_next_page(tmp_path: Path) -> None:
    outline = [
        "<</Type/Outlines/First 5 0 R/Last 5 0 R/Count 1>>",
        "<</Title(12 Notice)/Parent 4 0 R/Dest[7 0 R/XYZ 0 800 0]>>",
    ]
    content = hostile.pdf(
        [["Before.", "", "", "12 Notice", "Three months."], ["More."]],
        trailer_entries="/Outlines 4 0 R",
        extra=outline,
    )
    pages, _ = read(write(tmp_path, "a.pdf", content))
    assert [(heading.start, heading.text) for heading in pages[0].headings] == [(9, "12 Notice")]
    assert [(heading.start, heading.text) for heading in pages[1].headings] == [(0, "12 Notice")]


def test_form_fields_are_read_and_drawn(tmp_path: Path) -> None:
    appearance = "BT /F1 12 Tf 2 5 Td (Mrs Albrecht) Tj ET"
    extra = [
        "<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>"
        f"/Length {len(appearance)}>>stream\n{appearance}\nendstream",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Mrs Albrecht)/F 4/Rect[72 600 272 620]/AP<</N 4 0 R>>>>",
    ]
    content = hostile.pdf(
        [["Name of the tenant:"]],
        page_entries="/Annots[5 0 R]",
        trailer_entries="/AcroForm<</Fields[5 0 R]>>",
        extra=extra,
    )
    path = write(tmp_path, "a.pdf", content)
    (page,), _ = read(path)
    assert page.text == "Name of the tenant:\n\nMrs Albrecht"
    covered, without = boxes_cover_ink(page, path)
    assert covered > 0.99
    assert without == 0


def test_values_that_no_program_has_drawn_are_read(tmp_path: Path) -> None:
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Mrs Albrecht)/DA(/F1 11 Tf 0 g)/Rect[72 600 272 620]/F 4>>"
    content = hostile.pdf(
        [["Name of the tenant:"]],
        page_entries="/Annots[4 0 R]",
        trailer_entries="/AcroForm<</Fields[4 0 R]/DR<</Font<</F1 3 0 R>>>>>>",
        extra=[field],
    )
    path = write(tmp_path, "a.pdf", content)
    (page,), _ = read(path)
    assert page.text == "Name of the tenant:\n\nMrs Albrecht"
    assert boxes_cover_ink(page, path)[0] > 0.99


def test_notes_stand_after_the_text_of_their_page(tmp_path: Path) -> None:
    note = "<</Type/Annot/Subtype/{}/Rect[72 600 92 620]/Contents({})>>"
    extra = [
        note.format("Text", "Ask\\nAnn."),
        note.format("Highlight", "the rent"),
        note.format("Link", "no"),
    ]
    content = hostile.pdf([["Pay the rent in time."]], page_entries="/Annots[4 0 R 5 0 R 6 0 R]", extra=extra)
    (page,), _ = read(write(tmp_path, "a.pdf", content))
    assert page.text == "Pay the rent in time.\n\nNote: Ask Ann."


LEFT = ["The board spoke at length about the roof of", "the old boathouse, which has leaked since au-",
        "tumn and must be mended before the winter.", "The treasurer said that the money was there",
        "but that three offers must be asked for first."]  # fmt: skip
RIGHT = ["Members who want to use the boats on a Sunday", "are asked to write their names in the book",
         "that lies in the hall, and to bring the key", "back on the same evening so that others may",
         "find it in its place when they come."]  # fmt: skip


def rows_pdf(left: list[str], right: list[str]) -> bytes:
    """A page whose two columns are written row by row."""
    lines = [
        b"BT /F1 10 Tf %d %d Td (%s) Tj ET" % (x, 760 - 14 * row, hostile.escaped(text))
        for row, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((72, 320), pair, strict=True)
    ]
    title = b"BT /F1 14 Tf 72 790 Td (News of the sailing club in the spring of this year) Tj ET"
    content = b"\n".join([title, *lines])
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
    ]
    return hostile.assembled(objects)


def test_columns_that_are_written_row_by_row_are_read_column_by_column(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", rows_pdf(LEFT, RIGHT))
    (page,), _ = read(path)
    title, *columns = page.text.split("\n\n")
    assert title == "News of the sailing club in the spring of this year"
    assert " ".join(columns) == " ".join(LEFT).replace("au- tumn", "autumn") + " " + " ".join(RIGHT)
    assert boxes_cover_ink(page, path)[0] > 0.99


def test_rows_of_a_table_stay_rows(tmp_path: Path) -> None:
    left = [f"Ordinary member of the club number {number}" for number in range(6)]
    right = [f"Paid the whole fee on day {number} of the month" for number in range(6)]
    (page,), _ = read(write(tmp_path, "a.pdf", rows_pdf(left, right)))
    assert page.text.split("\n\n")[1:] == [f"{one} {other}" for one, other in zip(left, right, strict=True)]


def test_characters_beyond_the_first_plane_keep_their_offsets(tmp_path: Path) -> None:
    codes = "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <78> <D835DC65> endbfchar"
    mapping = f"begincmap {codes} endcmap"
    content = hostile.pdf(
        [["Let x = 5 here."]], extra=[f"<</Length {len(mapping)}>>stream\n{mapping}\nendstream"]
    )
    content = content.replace(b"/Encoding/WinAnsiEncoding", b"/ToUnicode 4 0 R         ")
    (page,), _ = read(write(tmp_path, "a.pdf", content))
    assert page.text == "Let \U0001d465 = 5 here."
    assert [page.text[w.start : w.end] for w in unpack_boxes(page.boxes)] == [
        "Let",
        "\U0001d465",
        "=",
        "5",
        "here.",
    ]


def test_pages_come_in_batches_and_the_first_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pages_pdf(40))
    messages = list(reader.create({}).handle(ReadFile(str(path)), CancelToken()))
    batches = [message for message in messages if isinstance(message, PagesRead)]
    assert [len(batch.pages) for batch in batches] == [1, 16, 16, 7]
    assert [batch.done for batch in batches] == [1, 17, 33, 40]
    assert {batch.total for batch in batches} == {40}


def test_five_thousand_pages_are_streamed(tmp_path: Path) -> None:
    pages, end = read(write(tmp_path, "a.pdf", hostile.pages_pdf(5000, lines=1)))
    assert end.pages == 5000
    assert pages[4999].text == "This is line 1 of page 5000."


def test_cancel_is_heard_between_pages(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pages_pdf(40))
    cancel = CancelToken()
    messages = reader.create({}).handle(ReadFile(str(path)), cancel)
    next(messages)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(messages)


def test_a_password_opens_a_locked_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.encrypted_pdf("secret"))
    pages, _ = read(path, password="secret")
    assert pages[0].text == "Nobody may read this."


def test_a_page_that_cannot_be_read_does_not_lose_the_others(tmp_path: Path) -> None:
    pages, _ = read(write(tmp_path, "a.pdf", hostile.unmapped_page_pdf()))
    assert [bool(page.text) for page in pages] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (hostile.truncated_pdf(), "damaged", "the file ends too early"),
        (hostile.encrypted_pdf(), "encrypted", "locked with a password"),
        (hostile.zero_page_pdf(), "empty", "has no pages"),
        (hostile.cyclic_pdf(), "damaged", "pages cannot be read"),
        (hostile.pdf([[], []]), "no text", "has no text in it"),
        (b"%PDF-1.7\n" + hostile.noise(20_000) + b"\n%%EOF", "damaged", "structure cannot be read"),
        (b"%PDF-1.7\n", "damaged", "the file ends too early"),
    ],
    ids=["truncated", "encrypted", "no pages", "cyclic", "blank", "noise", "mark alone"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str, words: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "plan.pdf", content))
    assert caught.value.reason == reason
    assert "plan.pdf" in caught.value.what
    assert words in caught.value.what


def test_an_error_does_not_stick_to_the_next_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="locked"):
        read(write(tmp_path, "a.pdf", hostile.encrypted_pdf()))
    with pytest.raises(ReadError, match="no pages"):
        read(write(tmp_path, "b.pdf", hostile.zero_page_pdf()))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (hostile.huge_page_pdf(), "A very large sheet."),
        (hostile.false_length_pdf(), "A stream with a false length."),
        (hostile.deep_pdf(), "Deep."),
    ],
    ids=["huge page", "false length", "deep"],
)
def test_hostile_structure_does_no_harm(tmp_path: Path, content: bytes, text: str) -> None:
    path = write(tmp_path, "a.pdf", content)
    assert text_of(path) == text
    picture = render(path, width=100_000)
    assert picture.width <= 4_000
    assert len(picture.pixels) == 3 * picture.width * picture.height <= 3 * 24_000_000


def test_scripts_and_actions_are_not_run(tmp_path: Path) -> None:
    target = tmp_path / "made by a script"
    path = write(tmp_path, "a.pdf", hostile.script_pdf(target))
    assert text_of(path) == "Text beside a script."
    render(path)
    assert not target.exists()


def test_a_page_is_drawn_without_padding(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pages_pdf(2))
    for width in (101, 102, 103, 104):
        picture = render(path, 2, width)
        assert (picture.width, picture.pages) == (width, 2)
        assert len(picture.pixels) == 3 * width * picture.height
        pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, width, 3)
        assert (pixels[:, :5] == 255).all()  # the margin; rows out of step would smear the text into it


def test_drawing_says_what_it_cannot_draw(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="has no page 3"):
        render(write(tmp_path, "a.pdf", hostile.pages_pdf(2)), 3)
    with pytest.raises(ReadError, match="no page pictures"):
        render(write(tmp_path, "a.txt", "text"))
