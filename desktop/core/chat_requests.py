"""What the chat model is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.remote_requests import RemoteModel
from desktop.core.requests import Request


@dataclass(frozen=True)
class ChatTurn:
    """One message as the model's chat template takes it: role 'system', 'user' or 'assistant'."""

    role: str
    content: str


@dataclass(frozen=True)
class Sampling:
    """How the next word is chosen; see Settings for what each means."""

    temperature: float = 0.2
    top_p: float = 0.9
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    seed: int = 0
    max_tokens: int = 300
    top_k: int = 40
    typical_p: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    stop: tuple[str, ...] = ()


ALL_THAT_FIT = -1
"""As the number of a model's layers on the graphics card: as many as its free memory takes."""


@dataclass(frozen=True)
class LoadModel:
    """Which model file, with what context; part of each chat request, so a new process can serve any of them.

    `threads` 0 chooses by itself. `gpu_layers` are computed on the graphics card, where the engine can use one.
    `cache_type` is that of the KV cache, 'f16' or 'q8_0'; the latter needs flash attention and switches it on.
    `budget_mb` is what all loaded models may take together, 0 for half of the memory; it is no reason to load again.
    """

    path: str
    context_size: int = 4096
    threads: int = 0
    gpu_layers: int = ALL_THAT_FIT
    flash_attention: bool = False
    cache_type: str = "f16"
    budget_mb: int = field(default=0, compare=False)


@dataclass(frozen=True)
class AdapterUse:
    """A LoRA adapter (GGUF) that is switched on, and how strongly: 1 is as it was trained."""

    path: str
    strength: float = 1.0


@dataclass(frozen=True)
class Picture:
    """RGB pixels, 3 bytes each, rows without padding."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True)
class CountTokens(Request):
    """Count the tokens of texts with the model's own tokenizer. Answered with TokenCounts."""

    model: LoadModel | RemoteModel
    texts: tuple[str, ...]


@dataclass(frozen=True)
class TokenCounts:
    """`context_size` is what the loaded model really has."""

    counts: tuple[int, ...]
    context_size: int


@dataclass(frozen=True)
class Generate(Request):
    """Write the next turn. Yields PromptRead, then GeneratedText, ..., then Generated.

    With a `schema` (JSON schema, as text) or a `grammar` (GBNF) the model can write nothing else; UserError is raised
    where that is none, or not supported. `adapters` are on for this turn alone, without loading the model again.
    `pictures` belong to the last turn; only a model that sees is given any.
    """

    model: LoadModel | RemoteModel
    turns: tuple[ChatTurn, ...]
    sampling: Sampling = field(default_factory=Sampling)
    schema: str = ""
    grammar: str = ""
    adapters: tuple[AdapterUse, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class PromptRead:
    """The prompt is in the model: its tokens, and how many of them were still known from earlier turns."""

    tokens: int
    reused: int


@dataclass(frozen=True)
class GeneratedText:
    text: str


@dataclass(frozen=True)
class Generated:
    """`reason` is 'stop' (the model ended), 'length' (the answer's limit) or 'context' (the context is full)."""

    tokens: int
    reason: str
    seconds: float
