"""The look: contrast of the pairings used, every icon there, text size and scheme reach the widgets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.core.errors import InternalError
from desktop.ui import icons
from desktop.ui.paint import CHIPS
from desktop.ui.qss import style_sheet
from desktop.ui.theme import Theme
from desktop.ui.tokens import DARK, LIGHT, TYPE, Tokens
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, Paragraph

UI = Path(icons.__file__).parent


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in QColor(colour).getRgb()[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *(
        (text, ground)
        for text in ("text", "text2")
        for ground in ("canvas", "surface", "raised", "fill", "hover")
    ),
    ("text", "accent_soft"),
    ("text3", "surface"),
    ("text3", "canvas"),
    ("accent", "surface"),
    ("accent", "canvas"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("on_bad", "bad"),
    ("bad", "surface"),
    ("mark_text", "mark"),
    ("toast_text", "toast"),
    ("toast_link", "toast"),
    *((look.words, look.ground) for look in CHIPS.values()),
]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(tokens: Tokens) -> None:
    low = {
        f"{text} on {ground}": round(_contrast(getattr(tokens, text), getattr(tokens, ground)), 2)
        for text, ground in PAIRS
        if _contrast(getattr(tokens, text), getattr(tokens, ground)) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_control_can_be_seen(tokens: Tokens) -> None:
    assert _contrast(tokens.edge, tokens.surface) >= 3.0


def test_the_style_sheet_has_no_open_places_and_no_foreign_colours() -> None:
    for tokens in (LIGHT, DARK):
        sheet = style_sheet(tokens, 100)
        assert "$" not in sheet
        known = {value.lower() for value in tokens.colours().values()} | {"#4a5254"}
        assert {found.lower() for found in re.findall(r"#[0-9A-Fa-f]{6}", sheet)} <= known


def test_every_icon_named_in_the_window_exists() -> None:
    """Names are plain words in the code; a wrong one would show only when its page is opened."""
    known = set(icons._charmap())
    named = set()
    for file in UI.glob("*.py"):
        text = file.read_text("utf-8")
        named |= set(re.findall(r'icon="([a-z-]+)"', text))
        named |= set(re.findall(r'(?:theme\.icon|set_icon|draw_icon)\(\s*"([a-z-]+)"', text))
        named |= set(
            re.findall(r'(?:IconButton|IconLabel|EmptyState)\(\s*(?:self\._)?theme,\s*"([a-z-]+)"', text)
        )
    named |= {look.icon for look in CHIPS.values() if look.icon not in ("", "ring")}
    assert len(named) > 20
    assert named - known == set()


def test_a_missing_icon_is_said_at_once() -> None:
    with pytest.raises(InternalError):
        icons.icon("no-such-icon", "#000000")


@pytest.mark.parametrize(
    ("name", "expected"), [("a.PDF", "file-pdf"), ("b.docx", "file-text"), ("c.csv", "table"), ("d", "file")]
)
def test_the_icon_of_a_file_follows_its_ending(name: str, expected: str) -> None:
    assert icons.file_icon(name) == expected
    assert icons.glyph(expected)


def test_an_icon_is_drawn_in_the_present_colour(theme: Theme, qtbot: QtBot) -> None:
    made = theme.icon("books", "accent")

    def strongest() -> QColor:
        image = made.pixmap(QSize(64, 64)).toImage()
        pixels = [image.pixelColor(x, y) for x in range(64) for y in range(64)]
        return max(pixels, key=lambda colour: colour.alpha())

    assert strongest().name().lower() == LIGHT.accent.lower()
    theme.set_up("dark")
    assert strongest().name().lower() == DARK.accent.lower()


def test_text_size_scales_letters_and_controls(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Add files", "primary", icon="plus")
    label = Label("Title", "title")
    square = IconButton(theme, "x", "Close")
    for widget in (button, label, square):
        qtbot.addWidget(widget)
        widget.show()
    assert button.height() == 32
    assert label.font().pixelSize() == TYPE["title"].size
    theme.set_up("light", 160)
    button.adjustSize()
    assert button.height() == 51
    assert label.font().pixelSize() == 35
    assert square.width() == 51


@pytest.mark.parametrize(("size", "height"), [("small", 28), ("normal", 32), ("large", 40)])
def test_buttons_have_the_heights_of_the_look(theme: Theme, qtbot: QtBot, size: str, height: int) -> None:
    button = Button(theme, "Try again", size=size)
    qtbot.addWidget(button)
    assert button.sizeHint().height() == height


def test_a_scheme_that_is_chosen_wins_over_the_system(theme: Theme) -> None:
    theme.set_up("dark")
    assert theme.tokens is DARK
    theme._follow_system()
    assert theme.dark
    theme.set_up("light")
    assert theme.tokens is LIGHT


def test_a_long_name_is_elided_and_told_in_full(theme: Theme, qtbot: QtBot) -> None:
    label = ElidedLabel("A very long name of a file that does not fit.pdf")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.text() == "A very long name of a file that does not fit.pdf"
    assert super(ElidedLabel, label).text().endswith("…")
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_a_paragraph_shows_markup_as_text(theme: Theme, qtbot: QtBot) -> None:
    words = Paragraph(theme, "<b>a</b> & <img src='http://x/y.png'>")
    qtbot.addWidget(words)
    assert words.text() == "<b>a</b> & <img src='http://x/y.png'>"
    assert "<img" not in super(Paragraph, words).text()
