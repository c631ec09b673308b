"""The models page in its states, for the screenshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.core.downloads import Wanted
from desktop.core.errors import ModelError
from desktop.core.model_settings import ModelSettings
from desktop.core.models import Purpose
from desktop.services.model_found import FoundModel
from desktop.ui.embedder_use import collections_menu
from desktop.ui.model_settings_dialog import ModelSettingsDialog
from desktop.ui.models_page import ModelsPage
from desktop.ui.models_rows import ModelRow
from tests.ui.fake_models import EMBEDDER, QWEN, TONE

if TYPE_CHECKING:
    from tests.screenshots import Stage


def _page(stage: Stage) -> ModelsPage:
    page = stage.window.page("models")
    assert isinstance(page, ModelsPage)
    return page


def _fill(stage: Stage) -> None:
    stage.services.models.all += [QWEN, TONE, EMBEDDER]
    stage.services.models.chosen = QWEN


def models_starter(stage: Stage) -> QWidget | None:
    """As it is after the first start."""
    stage.window.show_page("models")
    return None


def models_full(stage: Stage) -> QWidget | None:
    _fill(stage)
    stage.window.show_page("models")
    return None


def models_checking(stage: Stage) -> QWidget | None:
    models_full(stage)
    stage.services.model_import.hold.clear()
    _page(stage).bring(Path("/home/you/Downloads/Mistral-Nemo-Instruct-2407-Q4_K_M.gguf"), copy=True)
    return None


def models_failed(stage: Stage) -> QWidget | None:
    models_full(stage)
    stage.window.presenter.present(
        ModelError(
            "Mistral-Nemo.gguf cannot be used: the file is cut off: only 41% of it is there.",
            "Download it again, or choose another.",
        )
    )
    return None


def models_details(stage: Stage) -> QWidget | None:
    models_full(stage)
    _page(stage).show_details(QWEN)
    return stage.window.findChild(QWidget, "model_details")


def models_settings(stage: Stage) -> QWidget | None:
    """How one model runs, with Advanced open."""
    models_full(stage)
    stage.services.models.own[QWEN.path] = ModelSettings(context_size=32_768, cache_type="q8_0")
    _page(stage).show_settings(QWEN)
    dialog = stage.window.findChild(ModelSettingsDialog)
    assert dialog is not None
    dialog.advanced_button.click()
    return dialog


def models_needs(stage: Stage) -> QWidget | None:
    models_starter(stage)
    best = stage.services.model_catalogue.best(Purpose.CHAT)
    assert best is not None
    _page(stage).show_needs(best)
    return stage.window.findChild(QWidget, "model_needs")


def models_sorting(stage: Stage) -> QWidget | None:
    """Another purpose, scrolled down."""
    models_full(stage)
    page = _page(stage)
    page.offers.purposes.findChild(QAbstractButton, "offers_purpose_reranking").click()
    stage.settle(100)
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    return None


def models_offers(stage: Stage) -> QWidget | None:
    """The catalogue of chat models, scrolled down."""
    models_full(stage)
    stage.settle(100)
    bar = _page(stage).area.verticalScrollBar()
    bar.setValue(round(bar.maximum() * 0.7))
    return None


def models_downloading(stage: Stage) -> QWidget | None:
    """One that comes, one that broke off."""
    models_full(stage)
    page = _page(stage)
    for name in ("gpt-oss-20b", "phi4-mini"):
        entry = stage.services.model_catalogue.entry(name)
        assert entry is not None
        page.resume(stage.services.downloading.begin(Wanted.of(entry)))
        stage.settle(100)
        stage.services.downloading.hold.clear()
    stage.window.banner.dismissed.emit()
    stage.window.banner.hide()
    return None


def models_paused(stage: Stage) -> QWidget | None:
    models_downloading(stage)
    stage.window.tasks.running[0].set_paused(True)
    return None


def models_found(stage: Stage) -> QWidget | None:
    """With models of other programs."""
    stage.services.elsewhere.all = [
        FoundModel("gemma3 12b", Path("/ollama/a"), "Ollama", 8_100_000_000),
        FoundModel("Mistral-7B-Instruct-v0.3-Q4_K_M", Path("/lmstudio/b"), "LM Studio", 4_400_000_000),
    ]
    return models_starter(stage)


def models_embedder(stage: Stage) -> QWidget | None:
    """For which collection an embedding model is used."""
    models_full(stage)
    for name in ("Contracts", "Letters", "Minutes"):
        stage.services.library.create_collection(name)
    stage.settle(100)
    row = next(one for one in _page(stage).findChildren(ModelRow) if one.spec == EMBEDDER)
    shown = collections_menu(stage.services, stage.window.tasks, EMBEDDER, row)  # type: ignore[arg-type]
    shown.popup(row.use_button.mapToGlobal(row.use_button.rect().bottomLeft()))
    return shown


SCENES = {
    "models-embedder": models_embedder,
    "models-found": models_found,
    "models-downloading": models_downloading,
    "models-paused": models_paused,
    "models-settings": models_settings,
    "models-needs": models_needs,
    "models-sorting": models_sorting,
    "models-offers": models_offers,
    "models-starter": models_starter,
    "models-full": models_full,
    "models-checking": models_checking,
    "models-failed": models_failed,
    "models-details": models_details,
}
