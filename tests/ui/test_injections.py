"""Hostile text of files in the window: shown as text, with a warning, and no link, picture or action comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from PySide6.QtGui import Qt as RichText
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversations import Coverage, Grounding, Message, Role
from desktop.core.documents import Source
from desktop.ui.instructions_notice import InstructionsNotice
from desktop.ui.link_question import LinkQuestion
from desktop.ui.message_view import AnswerMessage
from desktop.ui.page_picture import PageStore
from desktop.ui.quote_card import QuoteCard
from desktop.ui.source_card import SourceCard
from desktop.ui.sources_panel import SourcesPanel
from desktop.ui.tasks import TaskList
from desktop.ui.text_view import AnswerText
from desktop.ui.theme import Theme
from desktop.ui.widgets import Chip, ElidedLabel
from tests.injections import INJECTIONS, Injection
from tests.ui.fakes import FakeServices

MOST = 24
"""So many cards the panel has at once."""
PICTURE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What another program was asked to open."""
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()) or True)
    return asked


def _source(injection: Injection) -> Source:
    text, name = injection.text, injection.name
    return Source(1, "d1", name, f"/files/{name}", 1, text, 0, len(text), passage=text)


def _message(injection: Injection) -> Message:
    text, name = injection.text, injection.name
    coverage = Coverage(1, 1, 1, files=(name,))
    grounding = Grounding(True, (_source(injection),), coverage, instructing=(name,))
    return Message("a1", "c1", Role.ASSISTANT, text, grounding=grounding, note=text, model=text)


def test_no_link_picture_or_action_results(qtbot: QtBot, theme: Theme, opened: list[str]) -> None:
    for injection in INJECTIONS:
        widget = AnswerMessage(theme, _message(injection))
        qtbot.addWidget(widget)
        _shows_only_text(widget, injection)
        assert opened == [], injection.kind


def _shows_only_text(widget: AnswerMessage, injection: Injection) -> None:
    assert widget.text is not None
    document = widget.text.document()
    assert not any(one.isImageFormat() for one in document.allFormats()), injection.kind
    assert document.resource(PICTURE, QUrl("https://evil.example/p")) is None
    shown = document.toPlainText()
    characters = [one.toCharFormat() for one in document.allFormats() if one.isCharFormat()]
    for href in {one.anchorHref() for one in characters} - {""}:
        assert QUrl(href).scheme() in ("http", "https", "mailto"), injection.kind
        assert href in shown, "the address is read before it is clicked"
        widget.text._follow(QUrl(href))  # a click only asks
    for label in widget.findChildren(QLabel):
        assert injection.text not in label.text() or label.textFormat().name == "PlainText"
    widget.copy_answer()
    copied = QGuiApplication.clipboard().mimeData()
    assert not copied.hasHtml(), injection.kind
    assert not copied.hasUrls(), injection.kind


def test_no_source_in_the_panel_is_more_than_text(
    qtbot: QtBot, theme: Theme, services: FakeServices, tasks: TaskList, opened: list[str]
) -> None:
    panel = SourcesPanel(theme, services.pages, tasks, lambda source: False)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    for first in range(0, len(INJECTIONS), MOST):
        shown = INJECTIONS[first : first + MOST]
        panel.set_sources([replace(_source(one), number=n) for n, one in enumerate(shown, 1)])
        for card in panel.cards:
            card.set_open(True)
        texts = [card.text for card in panel.cards if card.text is not None]
        assert len(texts) > len(shown) - 3, "all but the one that claims to be a PDF have no pages"
        qtbot.waitUntil(lambda texts=texts: all(text.marked_words() for text in texts))
        for card, injection in zip(panel.cards, shown, strict=True):
            _is_text(card, injection)
    assert opened == []


def _is_text(card: SourceCard, injection: Injection) -> None:
    for label in card.findChildren(QLabel):
        named = injection.text in label.text() or injection.name in label.text()
        assert not named or label.textFormat() is Qt.TextFormat.PlainText, injection.kind
    for widget in card.findChildren(QWidget):
        tip = widget.toolTip()
        assert not RichText.mightBeRichText(tip) or "&lt;" in tip, injection.kind
    if card.text is not None:
        document = card.text.document()
        whole = f"Before. {injection.text} After."
        assert document.toPlainText().split() == whole.split(), injection.kind
        assert not any(one.isImageFormat() for one in document.allFormats())
        assert not any(one.toCharFormat().isAnchor() for one in document.allFormats() if one.isCharFormat())
        assert document.resource(PICTURE, QUrl("https://evil.example/p")) is None
    warned = card.findChild(Chip, "gives_instructions") is not None
    assert warned or injection.plain, injection.kind


def test_a_name_that_looks_like_html_is_shown_as_it_is(qtbot: QtBot, theme: Theme) -> None:
    name = '<img src="file:///etc/hostname"> & a very long name of a file.pdf'
    label = ElidedLabel(name)
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    shown = QTextDocument()
    shown.setHtml(label.toolTip())
    assert shown.toPlainText() == name
    assert not any(one.isImageFormat() for one in shown.allFormats())


def test_a_link_of_an_answer_is_asked_about_and_only_then_opened(
    qtbot: QtBot, theme: Theme, opened: list[str]
) -> None:
    view = AnswerText(theme)
    qtbot.addWidget(view)
    view._follow(QUrl("https://evil.example/?q=the%20rent"))
    box = view.findChild(LinkQuestion, "link_question")
    assert isinstance(box, LinkQuestion)
    assert box.field.toPlainText() == "https://evil.example/?q=the%20rent"
    assert box.cancel.isDefault()
    assert opened == []
    button = box.findChild(QPushButton, "link_open")
    assert isinstance(button, QPushButton)
    button.click()
    assert len(opened) == 1


def test_the_answer_and_the_quote_say_what_a_passage_tried(qtbot: QtBot, theme: Theme) -> None:
    widget = AnswerMessage(theme, _message(INJECTIONS[0]))
    qtbot.addWidget(widget)
    notice = widget.findChild(InstructionsNotice)
    assert isinstance(notice, InstructionsNotice)
    assert notice.accessibleName() == (
        "A passage of report.txt tries to give the model instructions. It was treated as text."
    )
    card = widget.findChild(QuoteCard)
    assert isinstance(card, QuoteCard)
    assert card.findChild(Chip, "gives_instructions") is not None


def test_an_honest_answer_has_no_warning(qtbot: QtBot, theme: Theme) -> None:
    source = Source(1, "d1", "lease.pdf", "/lease.pdf", 1, "The rent is 900 euros.", 0, 22)
    grounding = Grounding(True, (source,), Coverage(1, 1))
    widget = AnswerMessage(theme, Message("a1", "c1", Role.ASSISTANT, "900 euros.", grounding=grounding))
    qtbot.addWidget(widget)
    assert widget.findChild(InstructionsNotice) is None
    assert widget.findChild(Chip, "gives_instructions") is None


def test_several_files_are_named_or_counted(qtbot: QtBot, theme: Theme) -> None:
    two = InstructionsNotice(theme, ("a.txt", "b\u202etxt.pdf"))
    many = InstructionsNotice(theme, ("a", "b", "c"))
    for one in (two, many):
        qtbot.addWidget(one)
    assert two.accessibleName().startswith("Passages of a.txt and b\ufffdtxt.pdf try")
    assert many.accessibleName().startswith("Passages of 3 files try")


def test_a_source_says_it_when_it_is_opened(
    qtbot: QtBot, theme: Theme, services: FakeServices, tasks: TaskList
) -> None:
    pages = services.pages
    card = SourceCard(theme, _source(INJECTIONS[0]), pages, PageStore(pages, tasks), tasks)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.set_open(True)
    assert card.findChild(Chip, "gives_instructions") is not None
