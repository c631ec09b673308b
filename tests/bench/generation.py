"""How many tokens a second reach a reader of `services.answering.ask`, against llama_cpp alone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from desktop.core.events import Answer, Token
from desktop.core.prompts import CHAT_SYSTEM
from desktop.core.settings import Settings
from desktop.services.all import Services
from tests.bench.measure import Figure, Options, Side, commands, median, say, services, spread

ROUNDS = 9
TOKENS = 200
QUESTION = "Write a long and detailed story about a lighthouse keeper and the ships that she sees."
TARGET = 0.95


def figures(options: Options) -> list[Figure]:
    """One line: ours against the faster of the two bare loops, rounds in turn."""
    ours: list[float] = []
    bare: dict[str, list[float]] = {"create_chat_completion": [], "generate": []}
    lengths: set[int] = set()
    with services() as built:
        built.settings.use(answer_length=TOKENS, seed=7)
        model = built.models.to_load()
        side = Side(serve, model.path, model.context_size, model.threads, built.settings.current)
        try:
            _asked(built)
            side.ask("create_chat_completion")
            for number in range(ROUNDS):
                say(f"generation: round {number + 1} of {ROUNDS}")
                rate, tokens = _asked(built)
                ours.append(rate)
                lengths.add(tokens)
                for method, rates in bare.items():
                    rate, tokens = side.ask(method)  # type: ignore[misc]
                    rates.append(rate)
                    lengths.add(tokens)
        finally:
            side.close()
    best = max(bare, key=lambda method: median(bare[method]))
    ratio = median(ours) / median(bare[best])
    others = "; ".join(f"{method} {spread(rates, 1)}" for method, rates in bare.items())
    return [
        Figure(
            "generation, services.ask against a bare llama_cpp.Llama loop",
            f"≥ {TARGET}",
            f"{spread(ours, 1)} tokens/s",
            f"{ratio:.3f}",
            ratio >= TARGET,
            f"bare: {others}; {'/'.join(map(str, sorted(lengths)))} tokens, from the first to the last, "
            f"{ROUNDS} rounds in turn, same prompt, sampling, seed, threads, context and batch",
        )
    ]


def _asked(built: Services) -> tuple[float, int]:
    """Tokens a second between the first and the last token that the reader of `ask` gets, and their number."""
    chat = built.conversations.create()
    moments: list[float] = []
    tokens = 0
    for event in built.answering.ask(chat.id, QUESTION):
        if isinstance(event, Token):
            moments.append(time.perf_counter())
        elif isinstance(event, Answer):
            tokens = event.message.timings.answer_tokens
    return (tokens - 1) / (moments[-1] - moments[0]), tokens


def serve(connection: Connection, path: str, context: int, threads: int, settings: Settings) -> None:
    """The bare side: commands are the names of the two ways to generate."""
    import llama_cpp

    from desktop.engines.chat_open import BATCH, context_to_use, default_threads
    from desktop.engines.gguf_file import read_header

    threads = threads or default_threads()
    llama = llama_cpp.Llama(
        model_path=path,
        n_ctx=context_to_use(read_header(Path(path)), context),
        n_batch=BATCH,
        n_threads=threads,
        n_threads_batch=threads,
        verbose=False,
    )
    turns = [{"role": "system", "content": CHAT_SYSTEM}, {"role": "user", "content": QUESTION}]
    for command in commands(connection):
        run = _completed if command == "create_chat_completion" else _generated
        moments = run(llama, turns, settings)
        connection.send(((len(moments) - 1) / (moments[-1] - moments[0]), len(moments)))


def _completed(llama: Any, turns: list[dict[str, str]], settings: Settings) -> list[float]:
    """The moments of the tokens of the streaming chat call."""
    stream: Iterable[Any] = llama.create_chat_completion(
        turns,
        stream=True,
        max_tokens=TOKENS,
        seed=settings.seed,
        temperature=settings.temperature,
        top_p=settings.top_p,
        min_p=settings.min_p,
        repeat_penalty=settings.repeat_penalty,
    )
    return [time.perf_counter() for part in stream if part["choices"][0]["delta"].get("content")]


def _generated(llama: Any, turns: list[dict[str, str]], settings: Settings) -> list[float]:
    """The moments of the tokens of the loop below the chat call, each turned into text."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    eos, bos = llama._model.token_get_text(llama.token_eos()), llama._model.token_get_text(llama.token_bos())
    template = Jinja2ChatFormatter(llama.metadata["tokenizer.chat_template"], eos_token=eos, bos_token=bos)
    rendered = template(messages=turns).prompt
    tokens = llama.tokenize(rendered.encode(), add_bos=not rendered.startswith(bos), special=True)
    llama.set_seed(settings.seed)
    moments: list[float] = []
    loop = llama.generate(
        tokens,
        temp=settings.temperature,
        top_p=settings.top_p,
        min_p=settings.min_p,
        repeat_penalty=settings.repeat_penalty,
    )
    for token in loop:
        if token == llama.token_eos() or len(moments) >= TOKENS:
            break
        llama.detokenize([token]).decode("utf-8", "replace")
        moments.append(time.perf_counter())
    return moments
