"""The models page: what is installed, bringing a model in, choosing and removing one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.downloads import Wanted
from desktop.core.library_requests import CollectionSetup
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelFormat, Purpose
from desktop.services.model_found import FoundModel
from desktop.ui.main_window import MainWindow
from desktop.ui.model_import_dialog import ModelImportDialog
from desktop.ui.model_needs import ModelNeeds
from desktop.ui.model_settings_dialog import ModelSettingsDialog
from desktop.ui.model_words import parameter_words, size_words, speed_words
from desktop.ui.models_offers import OfferCard
from desktop.ui.models_page import ModelsPage
from desktop.ui.models_rows import ModelRow, StoppedRow, WorkRow
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph
from tests.ui.fake_models import EMBEDDER, QWEN, STARTER, TONE
from tests.ui.fakes import FakeServices


@pytest.fixture
def window(services: FakeServices, theme: Theme, qtbot: QtBot) -> MainWindow:
    services.models.all += [QWEN, TONE, EMBEDDER]
    services.models.chosen = QWEN
    made = MainWindow(services, theme, first_page="models")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def page(window: MainWindow) -> ModelsPage:
    found = window.page("models")
    assert isinstance(found, ModelsPage)
    return found


def _rows(page: ModelsPage) -> list[ModelRow]:
    return page.findChildren(ModelRow)


def _row(page: ModelsPage, name: str) -> ModelRow:
    return next(row for row in _rows(page) if row.spec.name == name)


def _words(row: ModelRow) -> list[str]:
    return [label.text() for label in row.findChildren(Label)]


def test_the_page_shows_what_is_installed_the_starters_last_of_their_kind(page: ModelsPage) -> None:
    assert [row.spec.name for row in _rows(page)] == [
        "Qwen3 4B", "SmolLM2 135M", "Our tone", "E5 small, many languages",
    ]  # fmt: skip
    facts = "needs 3.6 GB of memory, 4.0B, Q4_K_M, 40,960 tokens, Apache 2.0"
    assert _words(_row(page, "Qwen3 4B")) == ["Qwen3 4B", "Chat", facts, "2.5 GB", "11 words a second"]
    assert _words(_row(page, "Our tone"))[1] == "Adapter for Qwen3 4B"
    assert page.installed.total.text() == "4 models, 3.1 GB"


def test_only_the_model_in_use_has_no_use_button_and_an_adapter_has_none(
    page: ModelsPage, services: FakeServices, qtbot: QtBot
) -> None:
    shown = {row.spec.name: not row.use_button.isHidden() for row in _rows(page)}
    assert shown == {
        "Qwen3 4B": False, "SmolLM2 135M": True, "Our tone": False, "E5 small, many languages": True,
    }  # fmt: skip
    with qtbot.waitSignal(page.changed):
        qtbot.mouseClick(_row(page, "SmolLM2 135M").use_button, Qt.MouseButton.LeftButton)
    assert services.models.chosen == STARTER
    assert _row(page, "SmolLM2 135M").use_button.isHidden()


def test_of_two_models_that_sort_one_is_in_use_and_the_other_can_be(
    page: ModelsPage, services: FakeServices, qtbot: QtBot
) -> None:
    for name in ("Sorter", "Other sorter"):
        services.models.all.append(
            replace(EMBEDDER, name=name, path=f"/models/{name}", id=name, purpose=Purpose.RERANKING,
                    format=ModelFormat.HF)
        )  # fmt: skip
    page.refresh()
    assert _row(page, "Sorter").use_button.isHidden()
    qtbot.mouseClick(_row(page, "Other sorter").use_button, Qt.MouseButton.LeftButton)
    assert services.models.sorting == "/models/Other sorter"
    assert not _row(page, "Sorter").use_button.isHidden()
    assert services.models.chosen == QWEN


def test_an_embedder_is_used_for_a_collection_that_stays_where_it_is(
    page: ModelsPage, services: FakeServices, qtbot: QtBot
) -> None:
    kept = services.library.create_collection("Kept by it")
    services.library.named[kept.id] = replace(kept, embedder=EMBEDDER.name)
    other = services.library.create_collection("R&D")
    services.keeping.setups[other.id] = CollectionSetup("", "/mnt/drive")
    qtbot.mouseClick(_row(page, EMBEDDER.name).use_button, Qt.MouseButton.LeftButton)
    shown = page.findChild(QMenu, "embedder_collections")
    actions = {one.text(): one for one in shown.actions()}
    assert list(actions) == ["Find passages with it in", "Kept by it", "R&&D"]
    assert actions["Kept by it"].isChecked()
    assert not actions["Kept by it"].isEnabled()
    actions["R&&D"].trigger()
    qtbot.waitUntil(lambda: services.keeping.asked == [(other.id, EMBEDDER.name, "/mnt/drive")])
    shown.close()


def test_a_model_is_checked_in_a_row_of_its_own_and_then_listed(
    page: ModelsPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.model_import.hold.clear()
    page.bring(Path("/x/Mistral.gguf"), copy=True)
    (row,) = page.findChildren(WorkRow)
    qtbot.waitUntil(lambda: row.words.text() == "Reading every byte, 1.1 of 2.5 GB")
    assert row.bar.share == pytest.approx(0.44)
    assert row.pause_button.isHidden()
    services.model_import.hold.set()
    qtbot.waitUntil(lambda: any(row.spec.name == "Mistral" for row in _rows(page)))
    assert services.model_import.brought == [(Path("/x/Mistral.gguf"), True)]
    assert page.findChildren(WorkRow) == []


def test_cancelling_a_check_leaves_the_list_as_it_was(
    page: ModelsPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.model_import.hold.clear()
    page.bring(Path("/x/Mistral.gguf"), copy=True)
    (row,) = page.findChildren(WorkRow)
    qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.findChildren(WorkRow) == [])
    assert len(_rows(page)) == 4


def test_a_model_that_cannot_be_used_is_told_in_the_banner(
    window: MainWindow, page: ModelsPage, qtbot: QtBot
) -> None:
    page.bring(Path("/x/broken.gguf"), copy=False)
    qtbot.waitUntil(window.banner.isVisible)
    assert "broken.gguf cannot be used" in window.banner.title.text()
    assert len(_rows(page)) == 4


def test_removing_can_be_undone_and_is_done_when_the_toast_has_gone(
    window: MainWindow, page: ModelsPage, services: FakeServices
) -> None:
    page.remove(QWEN)
    assert "Qwen3 4B" not in {row.spec.name for row in _rows(page)}
    window.toast.undo_button.click()
    assert "Qwen3 4B" in {row.spec.name for row in _rows(page)}
    page.remove(QWEN)
    window.toast.finish()
    assert QWEN not in services.models.all
    assert services.models.chosen == STARTER


def test_a_model_whose_file_is_gone_says_so(page: ModelsPage, services: FakeServices) -> None:
    services.models.all.remove(EMBEDDER)
    services.models.gone.append(EMBEDDER)
    page.refresh()
    row = _row(page, EMBEDDER.name)
    assert "Its file is not there now" in _words(row)
    assert row.use_button.isHidden()


def test_a_speed_is_measured_and_shown(page: ModelsPage, qtbot: QtBot) -> None:
    page.measure(QWEN)
    qtbot.waitUntil(lambda: "15 words a second" in _words(_row(page, "Qwen3 4B")))


@pytest.mark.parametrize(("button", "copy"), [("link_button", False), ("copy_button", True)])
def test_a_dropped_model_is_asked_about(
    window: MainWindow,
    page: ModelsPage,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    copy: bool,
) -> None:
    def answer(dialog: ModelImportDialog) -> int:
        getattr(dialog, button).click()
        return dialog.result()

    monkeypatch.setattr(ModelImportDialog, "exec", answer)
    window._take_dropped([Path("/x/own.gguf")])
    qtbot.waitUntil(lambda: services.model_import.brought == [(Path("/x/own.gguf"), copy)])
    qtbot.waitUntil(lambda: not window.tasks.running)


def test_sizes_and_speeds_in_words() -> None:
    assert [size_words(n) for n in (94_000_000, 2_500_000_000, 996_000_000)] == ["94 MB", "2.5 GB", "1.0 GB"]
    assert [parameter_words(n) for n in (0, 135e6, 3.8e9, 30.4e9)] == ["", "135M", "3.8B", "30B"]
    assert [speed_words(n) for n in (0, 1.2, 122)] == ["", "0.9 words a second", "92 words a second"]


def _offer(page: ModelsPage, name: str) -> OfferCard:
    return next(card for card in page.offers.cards() if card.offer.entry.name == name)


def test_the_best_model_is_shown_with_the_memory_it_takes(page: ModelsPage) -> None:
    best = page.best
    assert best.isVisibleTo(page)
    assert best.download_button.text().startswith("Download ")
    assert "system 4.2 GB, model " in best.bar.accessibleName()
    assert page.offers.cards()[0].offer.recommended


def test_cards_say_whether_a_model_fits_and_those_that_do_not_can_be_left_out(page: ModelsPage) -> None:
    assert _offer(page, "Qwen3 0.6B").fit_label.text() == "Fits, 10.3 GB stay free"
    assert _offer(page, "gpt-oss 20B").fit_label.text() == "Tight: close other programs first"
    assert _offer(page, "Qwen3 30B A3B").fit_label.text().startswith("Needs 4.")
    before = len(page.offers.cards())
    page.offers.set_only_fitting(True)
    shown = {card.offer.entry.name for card in page.offers.cards()}
    assert len(shown) == before - 2
    assert "Qwen3 30B A3B" not in shown


def test_another_purpose_shows_other_cards(page: ModelsPage, qtbot: QtBot) -> None:
    button = page.offers.purposes.findChild(QAbstractButton, "offers_purpose_reranking")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert {card.offer.entry.purpose for card in page.offers.cards()} == {Purpose.RERANKING}


def test_what_a_model_needs_is_told_in_numbers(page: ModelsPage, window: MainWindow) -> None:
    page.show_needs(_offer(page, "Qwen3 8B").offer)
    dialog = window.findChild(ModelNeeds)
    words = " ".join(one.text() for one in dialog.findChildren(Paragraph))
    assert "604 MB, for 4,096 tokens" in words
    assert "11.8 GB of 16.0 GB" in words
    dialog.reject()


def test_the_starter_is_measured_once_where_nothing_was(
    services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    services.models.all = [replace(STARTER, tokens_per_second=0.0)]
    window = MainWindow(services, theme, first_page="models")  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    found = window.page("models")
    assert isinstance(found, ModelsPage)
    qtbot.waitUntil(lambda: "15 words a second" in _words(_row(found, "SmolLM2 135M")))
    window.close()


def _work(page: ModelsPage) -> WorkRow:
    (row,) = page.findChildren(WorkRow)
    return row


def _start_download(page: ModelsPage, services: FakeServices, qtbot: QtBot, name: str) -> WorkRow:
    services.downloading.hold.clear()
    qtbot.mouseClick(_offer(page, name).button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _work(page).words.text() == "1.0 of 2.7 GB, 4.8 MB a second")
    return _work(page)


def test_a_download_is_shown_paused_and_done(
    page: ModelsPage, window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    row = _start_download(page, services, qtbot, "Phi-4 mini")
    assert row.left.text() == "about 6 minutes left"
    assert [entry.title for entry in window.tasks.running] == ["Downloading Phi-4 mini"]
    qtbot.mouseClick(row.pause_button, Qt.MouseButton.LeftButton)
    assert row.words.text().startswith("Paused: 1.0 of 2.7 GB")
    qtbot.mouseClick(row.pause_button, Qt.MouseButton.LeftButton)
    services.downloading.hold.set()
    qtbot.waitUntil(lambda: "Phi-4 mini" in {row.spec.name for row in _rows(page)})
    assert _offer(page, "Phi-4 mini").offer.installed is not None


def test_a_cancelled_download_is_deleted_unless_undone(
    page: ModelsPage, window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    row = _start_download(page, services, qtbot, "Phi-4 mini")
    qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.findChildren(WorkRow) == [])
    assert page.findChildren(StoppedRow) == []
    window.toast.undo_button.click()
    (stopped,) = page.findChildren(StoppedRow)
    assert stopped.words.text() == "1.0 GB of 2.7 GB are here"
    qtbot.mouseClick(stopped.discard_button, Qt.MouseButton.LeftButton)
    window.toast.finish()
    assert services.downloading.discarded == ["unsloth/Phi-4-mini-instruct-GGUF"]


def test_a_broken_download_says_why_and_goes_on(
    page: ModelsPage, window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    page.download(_offer(page, "gpt-oss 20B").offer)
    qtbot.waitUntil(lambda: page.findChildren(StoppedRow) != [])
    (stopped,) = page.findChildren(StoppedRow)
    assert stopped.words.text().startswith("1.0 GB of 2.7 GB are here. The connection broke off.")
    assert stopped.bar.share == pytest.approx(10 / 27)
    services.downloading.hold.clear()
    qtbot.mouseClick(stopped.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.findChildren(WorkRow)) == 1)
    assert page.findChildren(StoppedRow) == []
    window.tasks.cancel_all()
    qtbot.waitUntil(lambda: len(page.findChildren(StoppedRow)) == 1)


def test_what_was_stopped_is_offered_again_at_the_next_start(
    services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    services.downloading.begin(Wanted("Phi-4 mini", "unsloth/Phi"))
    window = MainWindow(services, theme, first_page="models")  # type: ignore[arg-type]
    qtbot.addWidget(window)
    (row,) = window.page("models").findChildren(StoppedRow)
    assert row.words.text() == "Not begun yet"
    window.close()


def test_models_of_other_programs_are_offered_and_used_in_place(
    services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    services.elsewhere.all = [
        FoundModel(f"llama {n}", Path(f"/ollama/{n}"), "Ollama", n * 10**9) for n in range(1, 8)
    ]
    window = MainWindow(services, theme, first_page="models")  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    page = window.page("models")
    assert isinstance(page, ModelsPage)
    qtbot.waitUntil(page.found.isVisible)
    buttons = page.found.findChildren(Button, "found_use")
    assert [one.accessibleName() for one in buttons][:2] == ["Add llama 1", "Add llama 2"]
    assert len(buttons) == 5
    qtbot.mouseClick(page.found.all_button, Qt.MouseButton.LeftButton)
    assert len(page.found.findChildren(Button, "found_use")) == 7
    qtbot.mouseClick(page.found.findChildren(Button, "found_use")[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.found.findChildren(Button, "found_use")) == 6)
    assert "llama 1" in {row.spec.name for row in _rows(page)}
    window.close()


def test_how_a_model_runs_is_changed_with_what_it_needs_and_given_back(
    page: ModelsPage, window: MainWindow, services: FakeServices
) -> None:
    def open_dialog() -> ModelSettingsDialog:
        page.show_settings(QWEN)
        return window.findChildren(ModelSettingsDialog)[-1]

    dialog = open_dialog()
    assert dialog.context_words.text() == "4,096 tokens, about 3,100 words"
    assert "Needs 3.6 GB" in dialog.needs.text()
    dialog.context.setValue(dialog.context.maximum())
    assert "32,768" in dialog.context_words.text()  # the model was trained with 40,960
    assert "more than you have" not in dialog.needs.text()
    needed = dialog.needs.text()
    dialog.cache.findChild(QAbstractButton, "model_settings_cache_type_q8_0").click()
    assert dialog.needs.text() != needed
    dialog.layers.setValue(0)
    dialog.cancel_button.click()
    assert services.models.settings_of(QWEN) == ModelSettings()
    dialog = open_dialog()
    dialog.threads.setValue(2)
    dialog.flash.findChild(QAbstractButton, "model_settings_flash_attention_off").click()
    dialog.save_button.click()
    assert services.models.settings_of(QWEN) == ModelSettings(threads=2, flash_attention=False)
    dialog = open_dialog()
    assert dialog.threads_words.text() == "2"
    dialog.reset_button.click()
    dialog.save_button.click()
    assert services.models.settings_of(QWEN) == ModelSettings()
