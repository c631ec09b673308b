"""Formulas in answers: what is one, what it looks like, and what happens with one that cannot be drawn."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QColor, QTextCursor
from pytestqt.qtbot import QtBot

from desktop.ui.markdown_math import draw, tex_of
from desktop.ui.text_view import AnswerText
from desktop.ui.theme import Theme


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> AnswerText:
    made = AnswerText(theme)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def _formulas(view: AnswerText) -> list[str]:
    found = []
    block = view.document().begin()
    while block.isValid():
        places = block.begin()
        while not places.atEnd():
            found.append(tex_of(places.fragment().charFormat()))
            places += 1
        block = block.next()
    return [tex for tex in found if tex]


@pytest.mark.parametrize(
    ("raw", "formulas"),
    [
        (r"It is $x^2$ here.", ["$x^2$"]),
        (r"It is \(x^2\) here.", ["$x^2$"]),
        ("Sum:\n\n$$\\sum_{i=1}^n i$$\n\nDone.", [r"$$\sum_{i=1}^n i$$"]),
        ("Sum:\n\n\\[\n\\frac{a}{b}\n\\]\n\nDone.", [r"$$\frac{a}{b}$$"]),
        ("It costs $5 and then $6.", []),
        ("Between $5-$6 each", []),
        ("`$x$` and\n\n```\n$$y$$\n```", []),
        (r"An escaped \$x\$ too", []),
        ("- in a list $a+b$\n\n| a | b |\n|---|---|\n| $c$ | d |", ["$a+b$", "$c$"]),
    ],
)
def test_what_is_a_formula(view: AnswerText, raw: str, formulas: list[str]) -> None:
    view.show_text(raw, ())
    assert _formulas(view) == formulas


def test_a_formula_is_painted_in_the_colour_of_the_text(view: AnswerText, theme: Theme) -> None:
    view.show_text(r"$$\frac{a}{b} + \sqrt{x}$$", ())
    view.setFixedHeight(view.heightForWidth(500))
    picture = view.grab().toImage()
    ground = picture.pixelColor(picture.width() - 2, 1)
    words = theme.colour("text")
    shades = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}

    def far(one: QColor, other: QColor) -> int:
        return (
            abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())
        )

    nearest = min(far(QColor(shade), words) for shade in shades)
    assert nearest < 60 < far(ground, words)
    assert view.heightForWidth(500) > theme.line_height("answer"), "a fraction is higher than a line"


def test_a_wide_formula_is_made_to_fit(view: AnswerText) -> None:
    view.show_text("$$" + "a+b+c+" * 40 + "d$$", ())
    view.heightForWidth(300)
    assert view.document().idealWidth() <= 301


@pytest.mark.parametrize("tex", ["x" * 401, r"\begin{nothing}", "^_^{{", r"\frac"])
def test_what_cannot_be_drawn_is_not_lost(view: AnswerText, tex: str) -> None:
    start = time.monotonic()
    view.show_text(f"Before $${tex}$$ after", ())
    shown = view.toPlainText()
    assert time.monotonic() - start < 5
    assert shown.startswith("Before ")
    assert shown.rstrip().endswith("after")
    assert tex in shown or _formulas(view)


def test_a_copied_formula_is_what_was_written(view: AnswerText) -> None:
    view.show_text(r"Take $x^2$ and $y$.", ())
    cursor = view.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == "Take $x^2$ and $y$."


def test_a_formula_refers_to_nothing_outside(theme: Theme) -> None:
    drawn = draw(r"\href{https://evil.example}{x} + y", 15, "#000000")
    assert drawn is None or b"evil" not in drawn.svg
    plain = draw("x+y", 15, "#000000")
    assert plain is not None
    assert b"<image" not in plain.svg
