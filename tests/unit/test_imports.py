"""The window's process must start in a second: nothing heavy is loaded with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from desktop.core.paths import program_folder

HEAVY = [
    "bertopic", "hdbscan", "lancedb", "llama_cpp", "numba", "numpy", "onnxruntime", "openvino", "pandas", "pyarrow",
    "pypdf", "pypdfium2", "scipy", "sentence_transformers", "sklearn", "tokenizers", "torch", "transformers", "umap",
]  # fmt: skip


def _loaded(statement: str) -> set[str]:
    """The top names of the modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=program_folder(),
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["desktop.app", "desktop.cli", "desktop.cli_ask", "desktop.services.all"])
def test_nothing_heavy_is_loaded(module: str) -> None:
    loaded = _loaded(f"import {module}")
    assert "desktop" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


@pytest.mark.parametrize(
    "module", ["desktop.cli", "desktop.cli_commands", "desktop.services.all", "desktop.engines.host"]
)
def test_the_command_line_and_the_engines_know_no_window(module: str) -> None:
    assert _loaded(f"import {module}").isdisjoint({"PySide6", "qtawesome", "shiboken6"})


def test_heavy_libraries_would_be_seen() -> None:
    assert "numpy" in _loaded("import numpy")
