"""Word documents: all of their words once, in order, and nothing that they ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from tests import hostile
from tests.hostile import paragraph
from tests.reading import read, text_of, write

STYLES = hostile.part(
    "styles",
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="House heading"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>',
)


def test_paragraphs_headings_lists_and_tables(tmp_path: Path) -> None:
    cell = "<w:tc>{}</w:tc>"
    rows = [["Name", "Telephone"], ["Mr Okafor", "555 0142"]]
    table = "".join(f"<w:tr>{''.join(cell.format(paragraph(text)) for text in row)}</w:tr>" for row in rows)
    numbered = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    body = (
        paragraph("Minutes", '<w:pStyle w:val="Mine"/>')
        + "<w:p><w:r><w:t>The board met </w:t></w:r>"
        + "<w:r><w:tab/><w:t>on 3 March.</w:t><w:br/><w:t>All came.</w:t></w:r></w:p>"
        + paragraph("roof", numbered)
        + paragraph("boiler", numbered)
        + f"<w:tbl>{table}</w:tbl>"
    )
    pages, end = read(write(tmp_path, "a.docx", hostile.docx(body, parts={"word/styles.xml": STYLES})))
    assert end.kind == "docx"
    assert pages[0].text == (
        "Minutes\n\nThe board met on 3 March.\nAll came.\n\n- roof\n- boiler\n\n"
        "Name | Telephone\n\nMr Okafor | 555 0142"
    )
    assert [(heading.start, heading.text) for heading in pages[0].headings] == [(0, "Minutes")]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before.</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
    text = text_of(write(tmp_path, "a.docx", hostile.docx(body)))
    assert sorted(text.split("\n\n")) == ["Before.", "In the box."]


def test_notes_comments_and_headers_follow(tmp_path: Path) -> None:
    parts = {
        "word/footnotes.xml": hostile.part("footnotes", f"<w:footnote>{paragraph('A note.')}</w:footnote>"),
        "word/comments.xml": hostile.part("comments", f"<w:comment>{paragraph('A comment.')}</w:comment>"),
        "word/header1.xml": hostile.part("hdr", paragraph("Harbour Street 12")),
        "word/header2.xml": hostile.part("hdr", paragraph("Harbour Street 12")),
        "word/footer1.xml": hostile.part("ftr", paragraph("Page 1 of 6")),
    }
    text = text_of(write(tmp_path, "a.docx", hostile.docx(paragraph("The text."), parts=parts)))
    assert text == "The text.\n\nA note.\n\nA comment.\n\nHarbour Street 12"


def test_deleted_hidden_and_commanded_text_is_left_out(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Seen</w:t></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> again</w:t></w:r></w:p>'
    )
    assert text_of(write(tmp_path, "a.docx", hostile.docx(body))) == "Seen again"


def test_strict_namespaces(tmp_path: Path) -> None:
    content = hostile.docx(paragraph("Strict."), namespace=hostile.STRICT)
    assert text_of(write(tmp_path, "a.docx", content)) == "Strict."


def test_a_wrong_name_does_not_matter(tmp_path: Path) -> None:
    assert (
        text_of(write(tmp_path, "a.txt", hostile.docx(paragraph("Word all the same."))))
        == "Word all the same."
    )


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (hostile.bomb_docx(), "too large", "more than 300 MB"),
        (hostile.many_parts_docx(), "too large", "more than 20,000 parts"),
        (hostile.lying_bomb_docx(), "damaged", "cannot be unpacked"),
        (hostile.laughing_docx(), "damaged", "declares a document type"),
        (hostile.docx(paragraph("x"))[:400], "damaged", "ends too early"),
        (hostile.docx("<w:p><w:r>"), "damaged", "XML is broken"),
        (hostile.docx(""), "empty", "is empty"),
        (hostile.docx("", parts={"word/media/image1.png": ""}), "no text", "only pictures"),
        (hostile.encrypted_office(), "encrypted", "locked with a password"),
        (hostile.old_word(), "damaged", "cannot be put together"),
    ],
    ids=["bomb", "parts", "lying bomb", "laughs", "cut", "broken", "empty", "pictures", "encrypted", "old"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str, words: str) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(write(tmp_path, "a.docx", content))
    assert caught.value.reason == reason


def test_no_file_of_the_computer_is_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "secret words")
    with pytest.raises(ReadError, match="declares a document type"):
        read(write(tmp_path, "a.docx", hostile.outside_entity_docx(secret)))


def test_tables_nested_without_end(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.docx", hostile.deep_docx())) == "deep"
