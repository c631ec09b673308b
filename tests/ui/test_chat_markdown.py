"""Answers as documents: nothing in them is run, loaded or hidden, and every mark stands behind its sentence."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument, QTextTable

from desktop.core.conversations import AnswerSentence
from desktop.ui.markdown import MarkdownDocument
from desktop.ui.markdown_code import colour_code
from desktop.ui.markdown_offsets import Offsets
from desktop.ui.text_objects import CHIP_OBJECT, NUMBER_OBJECT, NUMBER_PROPERTY
from desktop.ui.text_view import AnswerText
from desktop.ui.theme import Theme

LONG = """# Notice

The notice is **nine months** to the *end*. Until 4 March `code here` it was six.

1. One thing is so.
2. Two with [a link](https://example.org/x) and **a bold sentence.** Then more.
   - nested words
   - nested again

> quoted words
> and more

```python
def f(x):
    return "a" + 1
```

| a | b |
|---|---|
| 1 | two words |

A last one. 😀 Then this after an emoji.
"""


def mark(raw: str, words: str, supported: bool, source: int = 0) -> AnswerSentence:
    start = raw.index(words)
    return AnswerSentence(start, start + len(words), words, supported, source)


def shown(theme: Theme, raw: str, *marks: AnswerSentence) -> MarkdownDocument:
    made = MarkdownDocument(theme)
    made.show(raw, marks)
    return made


def before_objects(document: QTextDocument) -> list[tuple[str, int]]:
    """For each number or chip: the 12 characters before it, and the number (-1 for a chip)."""
    found = []
    cursor = QTextCursor(document)
    text = document.toRawText()
    units = text.encode("utf-16-le")
    for at in range(len(units) // 2):
        cursor.setPosition(at)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        made = cursor.charFormat()
        if units[2 * at : 2 * at + 2].decode("utf-16-le", "replace") != "\ufffc":
            continue
        words = units[: 2 * at].decode("utf-16-le").rstrip("\u2060")[-12:]
        assert made.objectType() in (NUMBER_OBJECT, CHIP_OBJECT)
        found.append(
            (words, int(made.property(NUMBER_PROPERTY)) if made.objectType() == NUMBER_OBJECT else -1)
        )
    return found


def underlined(document: QTextDocument) -> str:
    """All words with the dashed line, joined."""
    words, block = "", document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            if fragment.charFormat().underlineStyle() == QTextCharFormat.UnderlineStyle.DashUnderline:
                words += fragment.text()
            iterator += 1
        block = block.next()
    return words


def test_marks_stand_behind_their_sentences_in_lists_bold_and_after_code(theme: Theme) -> None:
    document = shown(
        theme,
        LONG,
        mark(LONG, "The notice is **nine months** to the *end*.", True, 1),
        mark(LONG, "Until 4 March `code here` it was six.", True, 2),
        mark(LONG, "One thing is so.", True, 3),
        mark(LONG, "**a bold sentence.**", False),
        mark(LONG, "Then this after an emoji.", True, 12),
    ).document
    assert before_objects(document) == [
        (" to the end.", 1),
        (" it was six.", 2),
        ("thing is so.", 3),
        ("ld sentence.", -1),
        ("er an emoji.", 12),
    ]
    assert underlined(document) == "a bold sentence."


def test_a_sentence_over_two_list_items_is_underlined_in_both_and_has_one_chip(theme: Theme) -> None:
    raw = "- first half\n- second half.\n"
    document = shown(theme, raw, AnswerSentence(2, len(raw) - 1, "", False)).document
    assert underlined(document) == "first halfsecond half."
    assert [number for _, number in before_objects(document)] == [-1]


def test_a_sentence_that_was_not_checked_has_no_mark(theme: Theme) -> None:
    document = shown(
        theme, "Hello there.", AnswerSentence(0, 12, "Hello there.", False, 0, checked=False)
    ).document
    assert before_objects(document) == []
    assert underlined(document) == ""


@pytest.mark.parametrize("step", [1, 3, 11])
def test_a_text_that_grows_ends_as_the_text_shown_at_once(theme: Theme, step: int) -> None:
    marks = [
        mark(LONG, "The notice is **nine months** to the *end*.", True, 1),
        mark(LONG, "One thing is so.", False),
        mark(LONG, "A last one.", True, 2),
    ]
    whole = shown(theme, LONG, *marks)
    growing = MarkdownDocument(theme)
    for end in range(0, len(LONG), step):
        growing.show(LONG[:end], [m for m in marks if m.end <= end])
    growing.show(LONG, marks)
    assert growing.document.toRawText() == whole.document.toRawText()
    assert growing.document.toHtml() == whole.document.toHtml()


def test_following_a_long_answer_builds_only_its_end(theme: Theme) -> None:
    raw = "A paragraph of an answer.\n\n" * 200
    document = shown(theme, raw)
    built = document.built
    for extra in range(1, 21):
        document.show(raw + "word " * extra)
    assert document.built - built <= 40


def test_a_mark_that_comes_late_is_set_in_the_middle(theme: Theme) -> None:
    raw = "First words.\n\nSecond words.\n\nThird words."
    document = shown(theme, raw)
    assert document.show(raw, [mark(raw, "Second words.", True, 4)])
    assert before_objects(document.document) == [("econd words.", 4)]
    assert not document.show(raw, [mark(raw, "Second words.", True, 4)])


def test_html_scripts_and_pictures_are_words(theme: Theme, qtbot: object) -> None:
    raw = (
        "<script>alert(1)</script>\n\n<b onclick=x>bold</b> <img src='file:///etc/passwd'>\n\n"
        "![a secret](file:///etc/passwd) ![](http://127.0.0.1:9/x.png) &lt;i&gt;\n"
    )
    document = shown(theme, raw).document
    text = document.toPlainText()
    assert "<script>alert(1)</script>" in text
    assert "<b onclick=x>bold</b>" in text
    assert "a secret" in text
    assert "<i>" in text
    formats = [f.objectType() for f in document.allFormats()]
    assert QTextDocument.ResourceType.ImageResource not in formats
    assert not any(f.isImageFormat() for f in document.allFormats())


def test_nothing_is_loaded_from_anywhere(theme: Theme, qtbot: object, tmp_path: object) -> None:
    view = AnswerText(theme)
    qtbot.addWidget(view)  # type: ignore[attr-defined]
    view.show_text("words", ())
    for kind in QTextDocument.ResourceType:
        for address in ("file:///etc/hostname", "http://127.0.0.1:9/", "data:text/plain,x"):
            assert view.loadResource(kind.value, QUrl(address)) is None
            assert view.document().resource(kind.value, QUrl(address)) is None


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "source:1",
        "vbscript:x",
        "../secret",
        "HTTPX://a",
    ],
)
def test_only_web_and_mail_addresses_become_links_and_all_are_shown(theme: Theme, address: str) -> None:
    document = shown(theme, f"[click]({address}) and [good](https://example.org/a) <mailto:a@b.org>").document
    hrefs = {f.toCharFormat().anchorHref() for f in document.allFormats() if f.isCharFormat()} - {""}
    assert hrefs <= {"https://example.org/a", "mailto:a@b.org"}
    assert f"({address})" in document.toPlainText()
    assert "(https://example.org/a)" in document.toPlainText()


def test_a_huge_table_is_shown_as_text_and_fast(theme: Theme) -> None:
    row = "|" + "x|" * 300 + "\n"
    raw = row + "|" + "-|" * 300 + "\n" + row * 40
    started = time.perf_counter()
    made = shown(theme, raw)
    assert time.perf_counter() - started < 2
    assert not any(isinstance(frame, QTextTable) for frame in made.document.rootFrame().childFrames())
    assert made.codes[0][1].count("x") == 300 * 41


def test_deep_nesting_ends(theme: Theme) -> None:
    started = time.perf_counter()
    for raw in (
        ">" * 3000 + " deep",
        "- " * 2000 + "deep",
        "*" * 4000 + "deep",
        "[" * 4000 + "deep",
        "a" + "`" * 3000 + "deep",
    ):
        assert "deep" in shown(theme, raw).document.toPlainText()
    assert time.perf_counter() - started < 5


def test_code_is_coloured_and_copied_as_it_was(theme: Theme, qtbot: object) -> None:
    code = "def f(x):\n    return 'a'  # why"
    pieces = colour_code(code, "python")
    assert "".join(words for words, _ in pieces) == code
    assert ("def", "accent") in pieces
    assert colour_code(code, "no-such-language") == [(code, "")]
    view = AnswerText(theme)
    qtbot.addWidget(view)  # type: ignore[attr-defined]
    view.resize(400, 300)
    view.show()
    view.show_text(f"Look:\n\n```python\n{code}\n```\n", ())
    button = view.findChild(object, "copy_code_1")
    assert button is not None
    button.click()
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == code


def test_copied_words_carry_no_marks(theme: Theme, qtbot: object) -> None:
    view = AnswerText(theme)
    qtbot.addWidget(view)  # type: ignore[attr-defined]
    raw = "It is nine months. Usual for offices."
    view.show_text(raw, (mark(raw, "It is nine months.", True, 1), mark(raw, "Usual for offices.", False)))
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == raw


def test_offsets_find_what_markdown_dropped() -> None:
    raw = r"a \*b\* &amp; c **d** e"
    offsets = Offsets(raw, 0, len(raw))
    runs = offsets.take("a *b* & c ")
    assert (runs[0].raw, runs[0].length) == (0, 2)
    assert raw[runs[-1].raw : runs[-1].raw + runs[-1].length] == " c "
    assert offsets.take("d")[0].raw == raw.index("d")


def test_another_theme_gives_the_same_words(theme: Theme) -> None:
    made = shown(theme, LONG, mark(LONG, "One thing is so.", True, 3))
    before = made.document.toRawText()
    theme.set_up("dark", 130)
    made.restyle()
    assert made.document.toRawText() == before
    assert before_objects(made.document) == [("thing is so.", 3)]
