"""The models page in its states, for the screenshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.core.errors import ModelError
from desktop.ui.models_page import ModelsPage
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


SCENES = {
    "models-starter": models_starter,
    "models-full": models_full,
    "models-checking": models_checking,
    "models-failed": models_failed,
    "models-details": models_details,
}
