"""The floor of all tests: each has a home of its own, and no child process of ours outlives its test."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.engines.process import EngineProcess
from tests.support import children, wait_until

_made: weakref.WeakSet[EngineProcess] = weakref.WeakSet()


@pytest.fixture(scope="session", autouse=True)
def _engines_are_noted() -> Iterator[None]:
    """Know every EngineProcess, so that a fixture of a whole module may keep its child between its tests."""
    make = EngineProcess.__init__

    def noted(self: EngineProcess, *args: object, **options: object) -> None:
        make(self, *args, **options)  # type: ignore[arg-type]
        _made.add(self)

    EngineProcess.__init__ = noted  # type: ignore[assignment,method-assign]
    yield
    EngineProcess.__init__ = make  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything that the person would own, in a folder of this test alone."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DESKSIDE_HOME", str(folder))
    # No test may read or change the keyring of whoever runs it.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


@pytest.fixture(scope="module", autouse=True)
def _no_child_outlives_its_module() -> Iterator[None]:
    before = children()
    yield
    assert wait_until(lambda: children() <= before, 3), "a child process outlived its module"


@pytest.fixture(autouse=True)
def _no_child_outlives_its_test(_no_child_outlives_its_module: None) -> Iterator[None]:
    """Fail when a child still runs that was not started by a fixture of the whole module."""
    before, older = children(), list(_made)
    yield

    def left() -> set[int]:
        return children() - before - {engine.pid for engine in older if engine.pid}

    assert wait_until(lambda: not left(), 3), "a child process outlived its test"
