"""Plain text in any encoding, Markdown and web pages."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from desktop.engines import read_files, read_text
from tests import hostile
from tests.reading import read, text_of, write

GERMAN = (
    "Die schöne Wohnung hat große Fenster. Die Miete beträgt 950 € im Monat, die Kaution drei Monatsmieten."
)
FRENCH = (
    "L'été était très chaud cette année. J'ai acheté un café au lait. C'était délicieux, à côté du théâtre."
)
POLISH = "Umowa najmu może zostać rozwiązana z zachowaniem trzymiesięcznego okresu wypowiedzenia, jeśli się zgodzą."
RUSSIAN = "Договор аренды может быть расторгнут с уведомлением за три месяца. Арендатор платит залог."
JAPANESE = "賃貸契約は三か月前の通知により終了することができます。敷金は家賃の三か月分です。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (GERMAN.replace("€", "Euro"), "latin-1"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE + "\n" + JAPANESE, "utf-16-le"),
    ],
)
def test_text_of_any_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    assert text_of(write(tmp_path, "a.txt", text.encode(encoding))) == text


def test_the_odd_byte_may_come_late(tmp_path: Path) -> None:
    text = "A plain line of a long log.\n" * 60_000 + GERMAN
    pages, _ = read(write(tmp_path, "a.txt", text.encode("cp1252")))
    assert pages[-1].text.endswith(GERMAN)


def test_line_breaks_are_plain_and_control_characters_gone(tmp_path: Path) -> None:
    content = b"one\r\ntwo\rthree\n\x1b[31mfour\x1b[0m\x08\x0cfive\n\n"
    assert text_of(write(tmp_path, "a.log", content)) == "one\ntwo\nthree\nfour\n\nfive"


def test_a_line_break_across_two_chunks_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_text, "_CHUNK", 4)
    assert text_of(write(tmp_path, "a.txt", "abc\r\ndéf\r\n\r\nghi")) == "abc\ndéf\n\nghi"


def test_a_long_text_is_cut_between_paragraphs(tmp_path: Path) -> None:
    paragraphs = [f"Paragraph {number}. " + "word " * 200 for number in range(1000)]
    pages, end = read(write(tmp_path, "a.txt", "\n\n".join(paragraphs)))
    assert [page.number for page in pages] == list(range(1, end.pages + 1))
    assert all(len(page.text) <= read_text.PART_CHARACTERS for page in pages)
    assert all(page.text.startswith("Paragraph ") for page in pages)
    joined = " ".join(page.text for page in pages).split()
    assert joined == " ".join(paragraphs).split()


def test_a_text_without_any_break_is_cut_all_the_same(tmp_path: Path) -> None:
    pages, _ = read(write(tmp_path, "a.txt", "x" * 450_000))
    assert [len(page.text) for page in pages] == [200_000, 200_000, 50_000]


@pytest.mark.parametrize("content", [b"", b"  \n\n ", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_in_it(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError, match=r"note\.txt is empty") as caught:
        read(write(tmp_path, "note.txt", content))
    assert caught.value.reason == "empty"


def test_larger_than_we_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_text, "MAX_TEXT_BYTES", 2 * read_files.MEBIBYTE)
    with pytest.raises(ReadError, match="larger than 2 MB") as caught:
        read(write(tmp_path, "a.txt", b"x" * 3_000_000))
    assert caught.value.reason == "too large"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a"):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, name, hostile.noise(5000)))
        assert caught.value.reason == "unsupported"


# --- Markdown ---------------------------------------------------------------------------------------------------


def test_markdown_keeps_words_code_and_headings(tmp_path: Path) -> None:
    source = """---
title: "House rules"
tags: [house]
---
# Quiet hours

Quiet is from **22:00** to *6:00*, see the [notice](https://example.org/x)
on the door.

- no drums
- no `drill`
  - not even small

1. first
2. second

```python
print("kept *as it is*")
```

| Day | Bin |
|---|---|
| Monday | paper |

<!-- not shown -->
<b>Bold</b> words.
"""
    pages, end = read(write(tmp_path, "rules.md", source))
    assert (end.kind, end.title) == ("md", "House rules")
    assert pages[0].text == (
        "Quiet hours\n\nQuiet is from 22:00 to 6:00, see the notice on the door.\n\n- no drums\n- no drill\n"
        '  - not even small\n\n1. first\n2. second\n\nprint("kept *as it is*")\n\nDay | Bin\n\nMonday | paper\n\n'
        "Bold words."
    )
    (heading,) = pages[0].headings
    assert (heading.start, heading.text) == (0, "Quiet hours")


def test_headings_stand_where_they_say(tmp_path: Path) -> None:
    source = "\n\n".join(f"## Part {number}\n\n" + "Some words here. " * 600 for number in range(60))
    pages, _ = read(write(tmp_path, "a.md", source))
    assert len(pages) > 1
    for page in pages:
        assert page.headings[0].start == 0  # a part goes on under the heading of the part before
        for heading in page.headings[1:]:
            assert page.text[heading.start :].startswith(heading.text)


def test_markdown_nested_without_end(tmp_path: Path) -> None:
    assert "After." in text_of(write(tmp_path, "a.md", ">" * 5_000 + " deep\n\nAfter.\n\n" + "[" * 5_000))


# --- HTML -------------------------------------------------------------------------------------------------------


def test_html_shows_what_a_reader_sees(tmp_path: Path) -> None:
    source = """<!DOCTYPE html><html><head><title>The  FAQ</title><style>p{}</style></head><body>
<nav><a href="/">Home</a></nav><script>alert("x")</script>
<h1>Common questions</h1><p>Who <b>pays</b> for
   the water?<br>The tenant.</p><div hidden>secret</div><p style="display: none">secret</p>
<ul><li>bins<li>bikes</ul><pre>a
  b</pre><table><tr><th>Day<th>Bin</tr><tr><td>Monday<td><p>paper</p></tr></table>
<p>&Auml;pfel &amp; Birnen&nbsp;</p></body></html>"""
    pages, end = read(write(tmp_path, "faq.html", source))
    assert (end.kind, end.title) == ("html", "The FAQ")
    assert pages[0].text == (
        "Common questions\n\nWho pays for the water?\nThe tenant.\n\n- bins\n- bikes\n\na\n  b\n\n"
        "Day | Bin\n\nMonday | paper\n\nÄpfel & Birnen"
    )
    assert [(heading.start, heading.text) for heading in pages[0].headings] == [(0, "Common questions")]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("utf-8", "cp1252"),
        ("nobody", "cp1252"),
    ],
)
def test_html_encoding_is_that_of_its_bytes(tmp_path: Path, declared: str, encoding: str) -> None:
    source = f'<html><head><meta charset="{declared}"></head><body><p>{GERMAN}</p></body></html>'
    assert text_of(write(tmp_path, "a.html", source.encode(encoding))) == GERMAN


def test_html_says_what_its_bytes_do_not(tmp_path: Path) -> None:
    source = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"></head><p>東京</p>'
    assert text_of(write(tmp_path, "a.html", source.encode("cp932"))) == "東京"
    assert text_of(write(tmp_path, "b.html", source.encode("utf-16"))) == "東京"


def test_html_nested_without_end(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.html", hostile.deep_html())) == "Before.\n\nDeep.\n\nAfter."


def test_html_is_told_by_its_content(tmp_path: Path) -> None:
    pages, end = read(write(tmp_path, "a.txt", "\n <!doctype html><title>T</title><p>words"))
    assert (end.kind, pages[0].text) == ("html", "words")


def test_html_opens_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "secret words")
    source = f'<!DOCTYPE html [<!ENTITY s SYSTEM "{secret.as_uri()}">]><p>shown &s;</p><img src="{secret.as_uri()}">'
    assert "secret words" not in text_of(write(tmp_path, "a.html", source))


def test_lists_of_a_page_keep_their_numbers_and_what_was_deleted_is_left_out(tmp_path: Path) -> None:
    page = (
        "<ol start=3><li>three<li>four<ul><li>a bullet</ul><li value=9>nine</ol>"
        "<ol type=a><li>first</li><li>second</li></ol><p>The rent is <del>900</del> <ins>950</ins> euros.</p>"
    )
    text = text_of(write(tmp_path, "a.html", f"<html><body>{page}</body></html>"))
    assert [line for line in text.splitlines() if line] == [
        "3. three",
        "4. four",
        "- a bullet",
        "9. nine",
        "a. first",
        "b. second",
        "The rent is 950 euros.",
    ]
