"""Tells from the head of a GGUF file what the model is: purpose, quantization, context, and the sizes of its parts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from desktop.core.errors import ModelError
from desktop.core.model_parts import stem
from desktop.core.models import PROJECTOR, ModelFormat, ModelSpec, Purpose, Shape
from desktop.engines.gguf_file import FILE_TYPES, TENSOR_TYPES, GgufHeader

_ENCODERS = {
    "bert",
    "nomic-bert",
    "nomic-bert-moe",
    "jina-bert-v2",
    "jina-bert-v3",
    "modern-bert",
    "neo-bert",
}
# One layer in so many sees the whole context, where the file does not tell it itself.
_FULL_EVERY = {"gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4}
_RANK_POOLING = 4
_QUANTIZATION = re.compile(
    r"[-_.](?:UD[-_])?(?:I?Q\d(?:_[0-9A-Z]{1,3})*|B?F(?:16|32)|MXFP4)(?:[-_.]GGUF)?$", re.IGNORECASE
)


def spec_of(path: Path, header: GgufHeader) -> ModelSpec:
    """What the file tells of itself. Raises ModelError where it is nothing that this program can use."""
    architecture = header.text("general.architecture")
    if not architecture:
        raise ModelError(f"{path.name} cannot be used: it does not say what kind of model it is.")
    if not header.tensors:
        raise ModelError(f"{path.name} cannot be used: it holds no weights.", "Download it again.")
    purpose = _purpose(header, architecture)
    weights = sum(tensor.values for tensor in header.tensors)
    return ModelSpec(
        name=_name(path),
        path=str(path),
        size_bytes=header.size,
        purpose=purpose,
        format=ModelFormat.GGUF,
        parameters=weights,
        quantization=_quantization(header),
        architecture=architecture,
        context=min(header.number(f"{architecture}.context_length"), 2**31 - 1),
        licence=_short(header.text("general.license")),
        base=architecture if purpose is Purpose.ADAPTER else "",
        shape=_shape(header, architecture),
    )


def _purpose(header: GgufHeader, architecture: str) -> Purpose:
    if header.text("general.type") == "adapter" or header.text("adapter.type"):
        return Purpose.ADAPTER
    if architecture == PROJECTOR:
        return Purpose.VISION
    pooling = header.number(f"{architecture}.pooling_type", -1)
    if pooling == _RANK_POOLING:
        return Purpose.RERANKING
    if architecture in _ENCODERS or pooling > 0:
        return Purpose.EMBEDDING
    return Purpose.CHAT


def _name(path: Path) -> str:
    """The file's name without its quantization: what stands in the file itself is often the name of an experiment."""
    whole = stem(path)
    shorter = _QUANTIZATION.sub("", whole)
    return (shorter or whole).replace("-", " ").replace("_", " ").strip() or path.stem


def _short(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[:200]).split())[:80]


def _quantization(header: GgufHeader) -> str:
    told = FILE_TYPES.get(header.number("general.file_type", -1))
    if told:
        return told
    sizes: Counter[int] = Counter()
    for tensor in header.tensors:
        sizes[tensor.kind] += tensor.values
    return TENSOR_TYPES[sizes.most_common(1)[0][0]][0]


def _shape(header: GgufHeader, architecture: str) -> Shape:
    def number(name: str, default: int = 0) -> int:
        return header.number(f"{architecture}.{name}", default)

    layers = min(number("block_count"), 4_096)
    heads = _whole(header, f"{architecture}.attention.head_count")
    width = number("embedding_length")
    per_head = width // heads if heads else 0
    window = number("attention.sliding_window")
    feed = _whole(header, f"{architecture}.feed_forward_length")
    return Shape(
        kv_heads=_kv_heads(header, architecture, layers, heads),
        heads=heads,
        key_length=number("attention.key_length", per_head),
        value_length=number("attention.value_length", per_head),
        embedding=width,
        feed_forward=feed,
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        window=window,
        window_layers=_window_layers(header, architecture, layers) if window else 0,
        active_bytes=_active_bytes(header, architecture),
    )


def _whole(header: GgufHeader, key: str) -> int:
    """A number that some models give for each layer: the largest."""
    value = header.keys.get(key)
    if isinstance(value, tuple):
        return max((item for item in value if isinstance(item, int)), default=0)
    return header.number(key)


def _kv_heads(header: GgufHeader, architecture: str, layers: int, heads: int) -> tuple[int, ...]:
    value = header.keys.get(f"{architecture}.attention.head_count_kv")
    if isinstance(value, tuple) and len(value) == layers:
        return tuple(int(item) for item in value if not isinstance(item, str))
    return (header.number(f"{architecture}.attention.head_count_kv", heads),) * layers


def _window_layers(header: GgufHeader, architecture: str, layers: int) -> int:
    """How many layers see only the window; 0 (the safe side: all see everything) where nothing tells it."""
    pattern = header.keys.get(f"{architecture}.attention.sliding_window_pattern")
    if isinstance(pattern, tuple):
        return sum(1 for item in pattern[:layers] if item)
    every = pattern if isinstance(pattern, int) and pattern > 1 else _FULL_EVERY.get(architecture, 0)
    return layers - layers // every if every else 0


def _active_bytes(header: GgufHeader, architecture: str) -> int:
    """What is read for each token: of the experts only those that are used, of the embedding table one row."""
    experts = header.number(f"{architecture}.expert_count")
    used = header.number(f"{architecture}.expert_used_count")
    share = used / experts if 0 < used < experts else 1.0
    output = any(tensor.name == "output.weight" for tensor in header.tensors)
    total = 0.0
    for tensor in header.tensors:
        if tensor.name == "token_embd.weight" and output:
            continue  # looked up, not multiplied with; without an output of its own it serves as that, too
        total += tensor.size * (share if "_exps" in tensor.name else 1.0)
    return int(total)
