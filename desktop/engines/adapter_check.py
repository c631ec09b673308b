"""Compares a LoRA adapter with the models it could belong to: llama.cpp crashes on one that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from desktop.core.errors import ModelError
from desktop.engines.gguf_file import GgufHeader, Tensor
from desktop.engines.gguf_split import read_model_header

_A, _B = ".lora_a", ".lora_b"


def matching_base(path: Path, adapter: GgufHeader, bases: tuple[str, ...]) -> Path:
    """The first of the models that the adapter fits. Raises ModelError if it is broken or fits none."""
    pairs = halves(path.name, adapter)
    if adapter.text("adapter.type") not in ("", "lora"):
        raise ModelError(f"{path.name} cannot be used: it is an adapter of a kind that is not LoRA.")
    why = ""
    for base in bases:
        try:
            header = read_model_header(Path(base))
        except ModelError:
            continue  # that model has troubles of its own, and its own words for them
        why = mismatch(adapter, header, pairs)
        if not why:
            return Path(base)
    if not bases:
        raise ModelError(
            f"{path.name} is an adapter, and the model it belongs to is not on this computer.",
            "Add that model first.",
        )
    architecture = adapter.text("general.architecture")
    raise ModelError(
        f"{path.name} is an adapter for another model ({architecture}) than those on this computer.",
        "Add the model that it was trained on first.",
        why,
    )


def mismatch(adapter: GgufHeader, base: GgufHeader, pairs: Mapping[str, tuple[Tensor, Tensor]]) -> str:
    """Why the adapter does not fit the base, '' where it does."""
    ours, theirs = adapter.text("general.architecture"), base.text("general.architecture")
    if ours != theirs:
        return f"the adapter is for {ours}, the model is {theirs}"
    shapes = {tensor.name: tensor.shape for tensor in base.tensors}
    for name, (a, b) in pairs.items():
        shape = shapes.get(name)
        if shape is None:
            return f"the model has no {name}"
        # y = W x + B (A x): A reads what W reads, B writes what W writes, and both share the rank.
        if len(shape) < 2 or len(a.shape) < 2 or len(b.shape) < 2:
            return f"{name} has another number of dimensions"
        is_embedding = (
            name == "token_embd.weight"
        )  # its rows are looked up, so its halves stand the other way round
        reads, writes = (b.shape[1], a.shape[1]) if is_embedding else (a.shape[0], b.shape[1])
        if (reads, writes) != (shape[0], shape[1]):
            return f"{name} is {shape[0]} by {shape[1]}, the adapter's {reads} by {writes}"
        if not is_embedding and a.shape[1] != b.shape[0]:
            return f"the two halves of {name} do not fit each other"
    return ""


def halves(file: str, adapter: GgufHeader) -> dict[str, tuple[Tensor, Tensor]]:
    """The halves A and B by the name of the weight they change. Raises ModelError."""
    halves = {tensor.name: tensor for tensor in adapter.tensors}
    pairs: dict[str, tuple[Tensor, Tensor]] = {}
    for name, tensor in halves.items():
        if name.endswith(_A):
            other = halves.get(name.removesuffix(_A) + _B)
            if other is not None:
                pairs[name.removesuffix(_A)] = (tensor, other)
    if not pairs or 2 * len(pairs) != len(halves):
        raise ModelError(f"{file} cannot be used: parts of the adapter are missing.", "Export it again.")
    return pairs
