"""The models page in little room, and where a graphics card takes part."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.ui.models_offers import OfferCard
from desktop.ui.models_page import ModelsPage
from desktop.ui.models_rows import ModelRow
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fake_models import EMBEDDER, QWEN, TONE
from tests.ui.fakes import FakeServices


def test_at_large_text_in_a_small_window_nothing_is_cut_at_the_right(
    services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    theme.set_up("light", 160)
    page = ModelsPage(services, theme, TaskList())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(1024 - theme.px(84), 640)
    page.show()
    QCoreApplication.processEvents()
    services.models.all += [QWEN, TONE, EMBEDDER]
    services.models.chosen = QWEN
    page.refresh()  # the new rows are as wide as all their columns at first
    QCoreApplication.processEvents()
    inside = page.area.widget()
    assert inside is not None
    QCoreApplication.processEvents()
    assert inside.width() == page.area.viewport().width()
    for shown in [*(row.more for row in page.findChildren(ModelRow)), *inside.findChildren(OfferCard)]:
        assert shown.mapTo(inside, shown.rect().topRight()).x() < inside.width()
    facts = next(row for row in page.findChildren(ModelRow) if row.spec is QWEN).facts
    assert facts.text().startswith("2.5 GB, 11 words a second, needs 3.6 GB of memory, 4.0B")
    assert facts.toolTip() == facts.text()
    assert "…" not in facts.shown
    assert facts.shown in facts.text()


def test_a_graphics_card_is_asked_for_once_and_takes_its_part_of_a_model(
    services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    catalogue = services.model_catalogue
    alone = catalogue.fit_of(QWEN)
    services.model_import.graphics = 24_000_000_000
    page = ModelsPage(services, theme, TaskList())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: catalogue.graphics > 0)
    services.model_import.graphics = 1
    page.hide()
    page.show()
    together = catalogue.fit_of(QWEN)
    assert (together.needed, together.on_card) == (alone.needed, alone.weights + alone.cache)
    assert together.free_after == alone.free_after + together.on_card
    assert catalogue.graphics == 24_000_000_000
