"""Generation with an adapter or a JSON grammar on, in our engine and in llama_cpp alone with the same feature on."""

from __future__ import annotations

import json
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from desktop.core.chat_requests import (
    AdapterUse,
    ChatTurn,
    Generate,
    Generated,
    GeneratedText,
    LoadModel,
    Sampling,
)
from desktop.core.paths import Paths
from desktop.engines.process import EngineProcess
from tests.bench.measure import Figure, Options, Side, commands, median, say, spread
from tests.model_files import adapter_for

ROUNDS = 5
TOKENS = 150
TARGET = 0.95
TURN = ChatTurn("user", "Write a long and detailed story about a lighthouse keeper, in many sentences.")
SCHEMA = json.dumps({"type": "array", "items": {"type": "string", "minLength": 20}, "minItems": 40})
SAMPLING = Sampling(temperature=0.7, seed=7, max_tokens=TOKENS)
Run = tuple[float, float]
"""Tokens a second, and milliseconds of processor time a token."""
WAYS = {"plain": "nothing else", "adapter": "a LoRA adapter", "grammar": "a JSON grammar"}


def figures(options: Options) -> list[Figure]:
    """A line for each feature: ours against the bare library with the same feature on."""
    model = LoadModel(str(Paths.default().starter_chat_model), 2048)
    with tempfile.TemporaryDirectory() as folder:
        adapter = Path(folder) / "adapter.gguf"
        adapter.write_bytes(adapter_for(Path(model.path), rank=16))
        engine = EngineProcess("The model", "desktop.engines.chat")
        sides = {way: Side(serve, model, way, str(adapter)) for way in WAYS}
        try:
            return [_figure(engine, sides[way], model, way, str(adapter)) for way in WAYS]
        finally:
            engine.stop()
            for side in sides.values():
                side.close()


def _figure(engine: EngineProcess, side: Side, model: LoadModel, way: str, adapter: str) -> Figure:
    request = Generate(
        model,
        (TURN,),
        SAMPLING,
        schema=SCHEMA if way == "grammar" else "",
        adapters=(AdapterUse(adapter, 0.05),) if way == "adapter" else (),
    )
    ours: list[Run] = []
    bare: list[Run] = []
    _ours(engine, request)
    side.ask("warm")
    for number in range(ROUNDS):
        say(f"features: {way}, round {number + 1} of {ROUNDS}")
        ours.append(_ours(engine, request))
        bare.append(side.ask("run"))  # type: ignore[arg-type]
    (speed, cost), (bare_speed, bare_cost) = (
        ([one[0] for one in runs], median([one[1] for one in runs])) for runs in (ours, bare)
    )
    ratio = median(speed) / median(bare_speed)
    return Figure(
        f"generation with {WAYS[way]}, our engine against bare llama_cpp with the same",
        f"≥ {TARGET}",
        f"{spread(speed, 1)} tokens/s",
        f"{ratio:.3f}",
        ratio >= TARGET,
        f"bare, the loop of Llama.generate: {spread(bare_speed, 1)}; up to {TOKENS} tokens, {ROUNDS} rounds in turn, "
        "from the first text that arrives to the end; same prompt, sampling, seed, threads, context and batch; "
        f"processor time a token, which others disturb less: {cost:.1f} ms, bare {bare_cost:.1f} ms",
    )


def _ours(engine: EngineProcess, request: Generate) -> Run:
    first, tokens, used = 0.0, 0, 0.0
    for message in engine.request(request):
        if isinstance(message, GeneratedText) and not first:
            first, used = time.perf_counter(), _processor_seconds(engine)
        elif isinstance(message, Generated):
            tokens = message.tokens
    took = time.perf_counter() - first
    return (tokens - 1) / took, (_processor_seconds(engine) - used) * 1000 / (tokens - 1)


def _processor_seconds(engine: EngineProcess) -> float:
    times = psutil.Process(engine.pid).cpu_times()
    return times.user + times.system


def serve(connection: Connection, model: LoadModel, way: str, adapter: str) -> None:
    """The bare side, with one feature."""
    import llama_cpp

    from desktop.engines.chat_open import BATCH, default_threads

    threads = default_threads()
    llama = llama_cpp.Llama(
        model.path,
        n_ctx=model.context_size,
        n_batch=BATCH,
        n_threads=threads,
        n_threads_batch=threads,
        lora_path=adapter if way == "adapter" else None,
        lora_scale=0.05,
        verbose=False,
    )
    for _ in commands(connection):
        connection.send(_bare(llama, way))


def _bare(llama: Any, way: str) -> Run:
    from llama_cpp import LlamaGrammar

    grammar = LlamaGrammar.from_json_schema(SCHEMA, verbose=False) if way == "grammar" else None
    prompt = f"<|im_start|>user\n{TURN.content}<|im_end|>\n<|im_start|>assistant\n"
    llama.set_seed(SAMPLING.seed)
    moments: list[tuple[float, float]] = []
    for token in llama.generate(
        llama.tokenize(prompt.encode(), add_bos=False, special=True),
        temp=SAMPLING.temperature,
        top_k=SAMPLING.top_k,
        top_p=SAMPLING.top_p,
        min_p=SAMPLING.min_p,
        repeat_penalty=SAMPLING.repeat_penalty,
        grammar=grammar,
    ):
        if token == llama.token_eos() or len(moments) >= TOKENS:
            break
        llama.detokenize([token]).decode("utf-8", "replace")
        moments.append((time.perf_counter(), time.process_time()))
    (first, used), (last, used_in_all), steps = moments[0], moments[-1], len(moments) - 1
    return steps / (last - first), (used_in_all - used) * 1000 / steps
