"""Rich Text: its words in any code page, and nothing of what is packed beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from tests.reading import read, text_of, write

STYLES = r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 First;}{\s2 heading 2;}{\*\cs10 Bold;}{\s3 Body;}}"
FONTS = r"{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 MS Mincho;}}"


def rtf(body: str, head: str = r"\ansi\ansicpg1252\deff0" + FONTS + STYLES) -> bytes:
    return (r"{\rtf1" + head + "\n" + body + "}").encode("latin-1")


def text(tmp_path: Path, body: str) -> str:
    return text_of(write(tmp_path, "a.rtf", rtf(body)))


def test_paragraphs_headings_and_title(tmp_path: Path) -> None:
    body = (
        r"{\info{\title The {\b best} title}{\author Ann}}"
        r"\pard\s1 Minutes\par\pard\s3 The {\b roof} leaks.\line Again.\par\pard\s2 Next\par\pard\plain Words \{here\}."
    )
    pages, end = read(write(tmp_path, "a.txt", rtf(body)))
    assert (end.kind, end.title) == ("rtf", "The best title")
    assert pages[0].text == "Minutes\n\nThe roof leaks.\nAgain.\n\nNext\n\nWords {here}."
    assert [heading.text for heading in pages[0].headings] == ["Minutes", "Next"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r"caf\'e9 \'80", "café €"),
        (r"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2} \'e9", "Привет é"),
        (r"{\f2 \'93\'8c\'8b\'9e \'83A}", "東京 ア"),
        (r"\u233?t\u233\'e9 {\uc0\u8364}5 {\uc2\u26481\'93\'8c}!", "été €5 東!"),
        (r"\u-10179?\u-8704? \u55357?!", "😀 �!"),
        (r"one\~two\_three\emdash four\ldblquote x\rdblquote", "one two-three—four“x”"),
        (r"{\f9 a\'e9}", "aé"),
    ],
)
def test_characters(tmp_path: Path, body: str, words: str) -> None:
    assert text(tmp_path, body) == words


def test_a_document_of_another_code_page(tmp_path: Path) -> None:
    for head in (r"\ansi\ansicpg1250", r"\ansi\ansicpg1250{\fonttbl{\f0 A;}}"):
        assert text_of(write(tmp_path, "a.rtf", rtf(r"\f0 p\'f8\'edli\'9a", head))) == "příliš"
    assert text_of(write(tmp_path, "b.rtf", rtf(r"\'8e", r"\mac"))) == "é"
    assert text_of(write(tmp_path, "c.rtf", rtf(r"\'e9", r"\ansi\ansicpg99999"))) == "é"


def test_tables_and_lists(tmp_path: Path) -> None:
    row = r"\trowd\pard\intbl {}\cell {}\cell\row "
    body = (
        row.replace("{}", "Who", 1).replace("{}", "Age") + row.replace("{}", "Ann", 1).replace("{}", "30")
        + r"\pard{\listtext\'b7\tab}roof\par{\pntext 2.\tab}boiler\par\pard Done."
    )  # fmt: skip
    assert text(tmp_path, body) == "Who | Age\n\nAnn | 30\n\n- roof\n- boiler\n\nDone."


def test_what_is_no_text_is_left_out(tmp_path: Path) -> None:
    body = (
        r"A{\pict\wmetafile8 0123456789abcdef}{\pict\bin9 }}}{\x{ }}{\*\unknown x{y}}"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\v hidden}{\deleted gone}{\*\bkmkstart b}"
        r"{\object{\*\objdata 00}{\result shown}}{\upr{a}{\*\ud{b}}}{\xe index}"
    )
    assert text(tmp_path, body) == "Alinkshownb"


def test_notes_text_boxes_and_headers(tmp_path: Path) -> None:
    body = (
        r"{\header Harbour Ltd\par}{\footer Page 1}{\headerf Harbour Ltd}"
        r"Before{\footnote\pard\plain A note.\par} after."
        r"{\*\annotation{\*\atndate 1}Really?}{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard In a box.\par}}}"
        r"{\shprslt again}"
    )
    assert text(tmp_path, body) == "Before (A note.) after. (Comment: Really?)\n\nIn a box.\n\nHarbour Ltd"


def test_a_forgotten_brace_and_what_follows_the_end(tmp_path: Path) -> None:
    whole = rtf("Words.")
    assert text_of(write(tmp_path, "a.rtf", whole[:-1])) == "Words."
    assert text_of(write(tmp_path, "b.rtf", whole + b"\0\0 more")) == "Words."


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (rtf(""), "empty", "is empty"),
        (rtf(r"{\pict 00}"), "empty", "is empty"),
        (rtf(r"Words. {\b{\i cut")[:-1], "damaged", "ends too early"),
        (rtf("{" * 100_000), "damaged", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str, words: str) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(write(tmp_path, "a.rtf", content))
    assert caught.value.reason == reason
