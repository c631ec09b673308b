"""The real checker in its own process: tiny real models, over thirty broken ones, and what kills it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, ModelError
from desktop.core.events import Progress
from desktop.core.model_events import ModelAdded
from desktop.core.models import Purpose
from desktop.engines.process import EngineProcess
from desktop.services import model_import
from desktop.services.all import Services
from tests.model_files import adapter_bytes, broken_models, write_chat
from tests.support import make_services, of_kind


@pytest.fixture(scope="module")
def checker() -> Iterator[EngineProcess]:
    made = EngineProcess("The check", "desktop.engines.model_check")
    yield made
    made.stop()


@pytest.fixture
def services(home: Path, checker: EngineProcess) -> Services:
    """Not closed: that would end the checker, which the tests of this module share."""
    return make_services(home, checker=checker)


def _bring(services: Services, path: Path) -> ModelAdded:
    (added,) = of_kind(services.model_import.bring(path, CancelToken()), ModelAdded)
    return added


@pytest.mark.slow
def test_every_broken_model_gets_one_sentence_and_the_next_good_one_works(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_import, "STEP_SECONDS", 2.0)
    _bring(services, write_chat(tmp_path / "base.gguf"))
    broken = broken_models(tmp_path / "broken")
    assert len(broken) > 30
    for path, words in broken.items():
        with pytest.raises(ModelError) as caught:
            list(services.model_import.bring(path, CancelToken()))
        assert words in caught.value.what, f"{path.name}: {caught.value.what}"
    good = _bring(services, write_chat(tmp_path / "good.gguf")).spec
    assert good.tokens_per_second > 0
    assert len([one for one in services.models.installed() if not one.starter]) == 2


def test_an_adapter_that_fits_loads_into_its_base(services: Services, tmp_path: Path) -> None:
    base = _bring(services, write_chat(tmp_path / "base.gguf")).spec
    path = tmp_path / "tone.gguf"
    path.write_bytes(adapter_bytes())
    spec = _bring(services, path).spec
    assert (spec.purpose, spec.base) == (Purpose.ADAPTER, base.path)


def test_a_cancelled_check_keeps_nothing_and_leaves_the_checker_usable(
    services: Services, tmp_path: Path
) -> None:
    path = write_chat(tmp_path / "base.gguf")
    cancel = CancelToken()
    events = services.model_import.bring(path, cancel, copy=True)
    next(events)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert list(services.paths.models.iterdir()) == []
    assert _bring(services, path).spec.tokens_per_second > 0


def test_a_killed_checker_is_told_in_words(
    services: Services, checker: EngineProcess, tmp_path: Path
) -> None:
    path = write_chat(tmp_path / "base.gguf")
    begin = time.monotonic()

    def kill_when_it_loads() -> None:
        for event in services.model_import.bring(path, CancelToken()):
            if isinstance(event, Progress) and "loads" in event.words:
                os.kill(checker.pid or 0, signal.SIGKILL)

    with pytest.raises(ModelError, match=r"base.gguf cannot be used: the language engine crashes on it"):
        kill_when_it_loads()
    assert time.monotonic() - begin < 30
    assert _bring(services, path).spec.tokens_per_second > 0
