"""Whether prompt-lookup speculation pays for answers from files: the prompts of the sample files, with and without."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection

from desktop.core.chat_requests import ChatTurn, LoadModel
from desktop.core.conversations import Role
from desktop.core.events import Answer, Event
from desktop.core.prompts import FILES_SYSTEM
from desktop.services.all import Services
from desktop.services.importing import SAMPLES
from tests.bench.measure import Figure, Options, Side, commands, median, say, services

TOKENS = 120
PAYS = 1.1
GUESSES = (3, 8)
QUESTIONS = (
    "How long is the notice period?",
    "When is the water turned off?",
    "What are the quiet hours?",
    "What does the building insurance cover?",
    "How is the heating switched to summer?",
    "Who repairs the lift?",
    "How much is the deposit?",
    "When was the last board meeting?",
)


def figures(options: Options) -> list[Figure]:
    """A line for each number of guessed tokens: speed with them against without."""
    with services() as built:
        prompts = _prompts(built)
        model = built.models.to_load()
    assert isinstance(model, LoadModel)
    sides = {guesses: Side(serve, model, guesses) for guesses in (0, *GUESSES)}
    rates: dict[int, list[float]] = {guesses: [] for guesses in sides}
    try:
        for number, prompt in enumerate(prompts):
            say(f"lookup: prompt {number + 1} of {len(prompts)}")
            for guesses, side in sides.items():
                rates[guesses].append(side.ask(prompt))  # type: ignore[arg-type]
    finally:
        for side in sides.values():
            side.close()
    return [_figure(guesses, rates[guesses], rates[0]) for guesses in GUESSES]


def _figure(guesses: int, with_them: list[float], without: list[float]) -> Figure:
    ratios = sorted(one / other for one, other in zip(with_them, without, strict=True))
    ratio = median(ratios)
    return Figure(
        f"answers from files with prompt lookup, {guesses} tokens guessed, against without",
        f"on only where > {PAYS}",
        f"{median(with_them):.1f} against {median(without):.1f} tokens/s",
        f"{ratio:.2f}",
        None,
        f"{'pays' if ratio > PAYS else 'does not pay here'}; {len(ratios)} questions to the "
        f"sample files, each from {ratios[0]:.2f} to {ratios[-1]:.2f}, "
        f"the starter model, greedy, at most {TOKENS} tokens",
    )


def _prompts(built: Services) -> list[tuple[ChatTurn, ...]]:
    """What the model is given for the questions, as the program makes it."""
    for _ in built.importing.samples():
        pass
    collection = built.library.named(SAMPLES).id
    made: list[tuple[ChatTurn, ...]] = []
    for question in QUESTIONS:
        chat = built.conversations.create(collection).id
        for event in built.answering.ask(chat, question):
            _done(event)
        asked = next(one for one in built.conversations.messages(chat) if one.role is Role.USER)
        if asked.prompt:
            made.append((ChatTurn("system", FILES_SYSTEM), ChatTurn("user", asked.prompt)))
    return made


def _done(event: Event) -> None:
    if isinstance(event, Answer):
        assert event.message.text


def serve(connection: Connection, model: LoadModel, guesses: int) -> None:
    """Bare llama_cpp, which guesses so many tokens from the prompt's own words."""
    import llama_cpp
    from llama_cpp.llama_speculative import LlamaPromptLookupDecoding

    from desktop.engines.chat_open import BATCH, default_threads

    threads = default_threads()
    llama = llama_cpp.Llama(
        model.path,
        n_ctx=2048,
        n_batch=BATCH,
        n_threads=threads,
        n_threads_batch=threads,
        draft_model=LlamaPromptLookupDecoding(2, guesses) if guesses else None,
        verbose=False,
    )
    for turns in commands(connection):
        text = "".join(f"<|im_start|>{turn.role}\n{turn.content}<|im_end|>\n" for turn in turns)  # type: ignore[attr-defined]
        prompt = llama.tokenize(f"{text}<|im_start|>assistant\n".encode(), add_bos=False, special=True)
        llama.reset()
        begin, count = 0.0, 0
        for token in llama.generate(prompt, temp=0.0, repeat_penalty=1.0):
            if token == llama.token_eos() or count >= TOKENS:
                break
            begin = begin or time.perf_counter()
            count += 1
        connection.send(max(count - 1, 1) / (time.perf_counter() - begin))
