"""Tells what a folder in Hugging Face layout holds, from its JSON and the heads of its weights; no pickle is opened."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from desktop.core.errors import ModelError
from desktop.core.models import ModelFormat, ModelSpec, Purpose, Shape, is_one_score

MAX_JSON = 8 * 2**20
MAX_WEIGHTS_HEADER = 100 * 2**20
_TYPES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
          "F8_E4M3": 1, "F8_E5M2": 1}  # fmt: skip
_CAPTIONING = ("blip", "git", "vision-encoder-decoder", "florence2")
_SAFE_MODULES = ("sentence_transformers.",)


def folder_spec(folder: Path) -> ModelSpec:
    """What the folder holds. Raises ModelError, in one sentence, for what is broken, unsafe or unknown."""
    if (folder / "adapter_config.json").is_file():
        return _adapter(folder)
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"The folder {folder.name} holds no model: there is no config.json in it.",
            "Choose the folder that has one, or a GGUF file.",
        )
    config = _json(folder, "config.json")
    weights = _weights(folder)
    _check_own_code(folder, config)
    _check_tokenizer(folder)
    purpose, layout = _purpose(folder, config)
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else config
    return ModelSpec(
        name=folder.name,
        path=str(folder),
        size_bytes=weights.bytes,
        purpose=purpose,
        format=layout,
        parameters=weights.values,
        quantization=weights.kind,
        architecture=str(config.get("model_type", ""))[:80],
        context=_whole(text, "max_position_embeddings"),
        shape=Shape(
            heads=_whole(text, "num_attention_heads"),
            embedding=_whole(text, "hidden_size"),
            vocabulary=_whole(text, "vocab_size"),
        ),
    )


def _whole(config: Any, key: str) -> int:
    value = config.get(key, 0) if isinstance(config, dict) else 0
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _purpose(folder: Path, config: dict[str, Any]) -> tuple[Purpose, ModelFormat]:
    kinds = config.get("architectures")
    kind = str(kinds[0]) if isinstance(kinds, list) and kinds else ""
    if (folder / "modules.json").is_file():
        _check_modules(folder)
        return Purpose.EMBEDDING, ModelFormat.SENTENCE_TRANSFORMERS
    if is_one_score(config):
        return Purpose.RERANKING, ModelFormat.HF
    if str(config.get("model_type", "")) in _CAPTIONING:
        return Purpose.CAPTIONING, ModelFormat.HF
    if "vision_config" in config:
        return Purpose.VISION, ModelFormat.HF
    if kind.endswith("ForCausalLM"):
        return Purpose.CHAT, ModelFormat.HF
    if kind.endswith("Model"):
        return Purpose.EMBEDDING, ModelFormat.HF
    raise ModelError(
        f"The folder {folder.name} holds a model of a kind that Deskside has no use for ({kind or 'unknown'})."
    )


def _adapter(folder: Path) -> ModelSpec:
    config = _json(folder, "adapter_config.json")
    if config.get("peft_type") != "LORA":
        raise ModelError(f"The folder {folder.name} holds an adapter of a kind that is not LoRA.")
    weights = _weights(folder)
    base = str(config.get("base_model_name_or_path") or "")
    return ModelSpec(
        name=folder.name,
        path=str(folder),
        size_bytes=weights.bytes,
        purpose=Purpose.ADAPTER,
        format=ModelFormat.PEFT,
        parameters=weights.values,
        quantization=weights.kind,
        base="".join(letter for letter in base if letter.isprintable())[:120],
    )


def _json(folder: Path, name: str) -> Any:
    """A JSON object of the folder. Raises ModelError."""
    path = folder / name
    try:
        if path.stat().st_size > MAX_JSON:
            raise ValueError("too large")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            f"The folder {folder.name} cannot be used: its {name} is damaged.",
            "Download it again.",
            repr(error),
        ) from error
    if not isinstance(found, dict | list):
        raise ModelError(
            f"The folder {folder.name} cannot be used: its {name} is damaged.", "Download it again."
        )
    return found


class _Weights:
    """Bytes, numbers and the commonest type of all weights of a folder."""

    def __init__(self) -> None:
        self.bytes = self.values = 0
        self.kinds: dict[str, int] = {}

    @property
    def kind(self) -> str:
        return max(self.kinds, key=lambda name: self.kinds[name], default="")


def _weights(folder: Path) -> _Weights:
    """Read the heads of all safetensors files. Raises ModelError."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.ckpt"))
        why = (
            "its weights are stored as a program, which may do anything" if pickled else "it holds no weights"
        )
        raise ModelError(
            f"The folder {folder.name} cannot be used: {why}.", "Choose a version with .safetensors files."
        )
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        _check_index(folder, {path.name for path in files})
    found = _Weights()
    for path in files:
        _add(found, path)
    return found


def _check_index(folder: Path, there: set[str]) -> None:
    named = _json(folder, "model.safetensors.index.json").get("weight_map")
    wanted = {str(name) for name in named.values()} if isinstance(named, dict) else set()
    missing = sorted(wanted - there)
    if not wanted or missing:
        raise ModelError(
            f"The folder {folder.name} cannot be used: {len(missing) or 'some'} of its parts are missing.",
            "Download it again.",
        )


def _add(found: _Weights, path: Path) -> None:
    """Check one file's head. The format: https://github.com/huggingface/safetensors#format."""
    broken = ModelError(f"{path.name} in {path.parent.name} is damaged.", "Download it again.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            if length > min(size - 8, MAX_WEIGHTS_HEADER):
                raise broken
            header = json.loads(file.read(length))
    except (OSError, ValueError, struct.error, RecursionError) as error:
        raise broken from error
    if not isinstance(header, dict):
        raise broken
    end = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            end = max(end, _tensor(found, tensor, size - 8 - length, broken))
    found.bytes += size
    if end != size - 8 - length:
        raise broken


def _tensor(found: _Weights, tensor: Any, room: int, broken: ModelError) -> int:
    """Count a tensor; returns where its bytes end. Raises `broken`."""
    try:
        kind, shape, (begin, end) = tensor["dtype"], tensor["shape"], tensor["data_offsets"]
        values = 1
        for length in shape:
            values *= length
        fits = 0 <= begin <= end <= room and end - begin == values * _TYPES[kind]
    except (TypeError, ValueError, KeyError) as error:
        raise broken from error
    if not fits:
        raise broken
    found.values += values
    found.kinds[kind] = found.kinds.get(kind, 0) + values
    return int(end)


def _check_own_code(folder: Path, config: dict[str, Any]) -> None:
    if config.get("auto_map"):
        raise ModelError(
            f"The folder {folder.name} cannot be used: the model needs program code of its own, which Deskside never "
            "runs.",
            "Choose another model.",
        )


def _check_modules(folder: Path) -> None:
    """A sentence-transformers folder names classes to build: only that library's own are."""
    modules = _json(folder, "modules.json")
    for module in modules if isinstance(modules, list) else [None]:
        kind = str(module.get("type", "")) if isinstance(module, dict) else ""
        inside = str(module.get("path", "")) if isinstance(module, dict) else ""
        leaves = Path(inside).is_absolute() or ".." in Path(inside).parts
        if not kind.startswith(_SAFE_MODULES) or leaves:
            raise ModelError(
                f"The folder {folder.name} cannot be used: it asks for program code of its own, which Deskside never "
                "runs."
            )


def _check_tokenizer(folder: Path) -> None:
    """Load the tokenizer, whose rules are read by a native library. Raises ModelError."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        if any(
            (folder / name).is_file()
            for name in ("vocab.txt", "spiece.model", "tokenizer.model", "vocab.json")
        ):
            return
        raise ModelError(
            f"The folder {folder.name} cannot be used: there is no tokenizer in it.", "Download it again."
        )
    from tokenizers import Tokenizer

    try:
        if path.stat().st_size > 16 * MAX_JSON:
            raise ValueError("too large")
        Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises the bare class
        raise ModelError(
            f"The folder {folder.name} cannot be used: its tokenizer is damaged.",
            "Download it again.",
            repr(error),
        ) from error
