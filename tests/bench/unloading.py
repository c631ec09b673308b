"""Memory of the model's process before a model of 100 MB was loaded, with it, and after it made room for another."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil

from desktop.core.chat_requests import ChatTurn, Generate, LoadModel, Sampling
from desktop.core.paths import Paths
from desktop.engines.process import EngineProcess
from tests.bench.measure import Figure, Options, median
from tests.model_files import write_chat

ROUNDS = 3
TARGET = 1.05


def figures(options: Options) -> list[Figure]:
    """One line: resident memory after unloading against before."""
    model = LoadModel(str(Paths.default().starter_chat_model), 2048)
    engine = EngineProcess("The model", "desktop.engines.chat")
    with tempfile.TemporaryDirectory() as folder:
        tiny = LoadModel(str(write_chat(Path(folder) / "tiny.gguf")), 512, budget_mb=60)
        try:
            before = _memory(engine, tiny)
            loaded, after = zip(
                *((_memory(engine, model), _memory(engine, tiny)) for _ in range(ROUNDS)), strict=True
            )
        finally:
            engine.stop()
    ratio = max(after) / before
    return [
        Figure(
            "memory of the model's process after unloading a model of 94 MB",
            f"≤ {TARGET} of before",
            f"before {before:.1f}, loaded {median(loaded):.1f}, after {median(after):.1f} MB",
            f"{ratio:.3f}",
            ratio <= TARGET,
            f"resident; a model of 1 MB was used before and after and unloads it by its budget; the worst of {ROUNDS}",
        )
    ]


def _memory(engine: EngineProcess, model: LoadModel) -> float:
    """MB after an answer."""
    sampling = Sampling(max_tokens=8)
    list(engine.request(Generate(model, (ChatTurn("user", "Hello, who are you?"),), sampling)))
    return float(psutil.Process(engine.pid).memory_info().rss) / 2**20
