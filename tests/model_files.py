"""Tiny model files for tests: GGUF models that llama.cpp really runs, adapters, folders, and a set of broken ones."""

from __future__ import annotations

import json
import os
import random
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from desktop.engines.gguf_file import read_header

WIDTH, FEED, HEADS, KV_HEADS, LAYERS, CONTEXT = 64, 96, 4, 2, 2, 512
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
Tensors = Sequence[tuple[str, tuple[int, ...]]]


class Short(int):
    """A number that is written with two bytes, as llama.cpp wants those of a split model."""


class Signed(int):
    """A number of four bytes that may be negative."""


def _text(words: str) -> bytes:
    raw = words.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def _value(value: object) -> bytes:
    """A value with its type, as GGUF writes it."""
    if isinstance(value, bool):
        return struct.pack("<IB", 7, value)
    if isinstance(value, Short):
        return struct.pack("<IH", 2, value)
    if isinstance(value, Signed):
        return struct.pack("<Ii", 5, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    assert isinstance(value, list)
    kinds = {str: 8, int: 5, float: 6}
    kind = kinds[type(value[0])]
    packed = [_text(one) if kind == 8 else struct.pack("<i" if kind == 5 else "<f", one) for one in value]
    return struct.pack("<IIQ", 9, kind, len(value)) + b"".join(packed)


def gguf_bytes(
    keys: Mapping[str, object],
    tensors: Tensors,
    seed: int = 1,
    told: Callable[[int], int] = lambda place: place,
) -> bytes:
    """A GGUF file, version 3, with random F32 tensors; shapes in ggml's order. `told` makes lies of their places."""
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys))
    for key, value in keys.items():
        header += _text(key) + _value(value)
    data, chance = b"", random.Random(seed)
    for name, shape in tensors:
        count = 1
        for size in shape:
            count *= size
        header += _text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        header += struct.pack("<IQ", 0, told(len(data)))
        values = [chance.gauss(0, 0.05) for _ in range(count)]
        if "norm" in name:
            values = [1.0] * count
        data += struct.pack(f"<{count}f", *values)
        data += bytes(-len(data) % 32)
    return header + bytes(-len(header) % 32) + data


def _vocabulary() -> list[str]:
    """The 256 bytes as GPT-2 writes them, one merged pair, and the marks of the template."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in kept}
    others = [byte for byte in range(256) if byte not in letters]
    letters.update({byte: chr(256 + number) for number, byte in enumerate(others)})
    return ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *(letters[byte] for byte in range(256)), "th"]


def chat_keys(template: str = TEMPLATE, architecture: str = "llama", **more: object) -> dict[str, object]:
    """The head of a tiny chat model."""
    words = _vocabulary()
    keys: dict[str, object] = {
        "general.architecture": architecture,
        "general.name": "Tiny",
        "general.license": "apache-2.0",
        "general.file_type": 0,
        f"{architecture}.context_length": CONTEXT,
        f"{architecture}.embedding_length": WIDTH,
        f"{architecture}.block_count": LAYERS,
        f"{architecture}.feed_forward_length": FEED,
        f"{architecture}.attention.head_count": HEADS,
        f"{architecture}.attention.head_count_kv": KV_HEADS,
        f"{architecture}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{architecture}.rope.dimension_count": WIDTH // HEADS,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": words,
        "tokenizer.ggml.token_type": [3, 3, 3, *([1] * (len(words) - 3))],
        "tokenizer.ggml.merges": ["t h"],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.padding_token_id": 2,
        **({"tokenizer.chat_template": template} if template else {}),
    }
    return {**keys, **more}


def chat_tensors(width: int = WIDTH) -> list[tuple[str, tuple[int, ...]]]:
    """The weights of the tiny model."""
    vocabulary, kv = len(_vocabulary()), width // HEADS * KV_HEADS
    found: list[tuple[str, tuple[int, ...]]] = [
        ("token_embd.weight", (width, vocabulary)),
        ("output_norm.weight", (width,)),
        ("output.weight", (width, vocabulary)),
    ]
    for layer in range(LAYERS):
        sizes = {
            "attn_norm": (width,),
            "attn_q": (width, width),
            "attn_k": (width, kv),
            "attn_v": (width, kv),
            "attn_output": (width, width),
            "ffn_norm": (width,),
            "ffn_gate": (width, FEED),
            "ffn_up": (width, FEED),
            "ffn_down": (FEED, width),
        }
        found += [(f"blk.{layer}.{name}.weight", shape) for name, shape in sizes.items()]
    return found


def write_chat(path: Path, template: str = TEMPLATE, **more: object) -> Path:
    """A tiny chat model that llama.cpp loads and runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gguf_bytes(chat_keys(template, **more), chat_tensors()))
    return path


def write_split(first: Path, count: int = 3) -> list[Path]:
    """The tiny chat model in parts, as `gguf-split` cuts one; `first` is the name without the number."""
    tensors = chat_tensors()
    share = -(-len(tensors) // count)
    parts = []
    for number in range(count):
        split = {
            "split.no": Short(number),
            "split.count": Short(count),
            "split.tensors.count": Signed(len(tensors)),
        }
        keys = chat_keys(**split) if number == 0 else split
        parts.append(first.with_name(f"{first.name}-{number + 1:05d}-of-{count:05d}.gguf"))
        part = tensors[number * share : (number + 1) * share]
        first.parent.mkdir(parents=True, exist_ok=True)
        parts[-1].write_bytes(gguf_bytes(keys, part, seed=number + 1))
    return parts


def adapter_bytes(architecture: str = "llama", width: int = WIDTH, rank: int = 4) -> bytes:
    """A LoRA adapter for the query weights of the tiny model."""
    keys: dict[str, object] = {
        "general.architecture": architecture,
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": 8.0,
    }
    tensors: list[tuple[str, tuple[int, ...]]] = []
    for layer in range(LAYERS):
        name = f"blk.{layer}.attn_q.weight"
        tensors += [(f"{name}.lora_a", (width, rank)), (f"{name}.lora_b", (rank, width))]
    return gguf_bytes(keys, tensors)


def adapter_for(model: Path, rank: int = 4) -> bytes:
    """A LoRA adapter with random numbers for the queries and values of a real model."""
    header = read_header(model)
    keys: dict[str, object] = {
        "general.architecture": header.text("general.architecture"),
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(rank) * 8,
    }
    tensors: list[tuple[str, tuple[int, ...]]] = []
    for weight in header.tensors:
        if weight.name.endswith(("attn_q.weight", "attn_v.weight")):
            reads, writes = weight.shape
            tensors += [(f"{weight.name}.lora_a", (reads, rank)), (f"{weight.name}.lora_b", (rank, writes))]
    return gguf_bytes(keys, tensors)


def write_folder(
    folder: Path, config: Mapping[str, object], *, weights: bytes | None = None, **files: object
) -> Path:
    """A folder in Hugging Face layout with one small weight and a tokenizer; `files` by name without ending."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    head = json.dumps({"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}).encode()
    whole = struct.pack("<Q", len(head)) + head + bytes(16)
    (folder / "model.safetensors").write_bytes(whole if weights is None else weights)
    (folder / "vocab.txt").write_text("[UNK]\na\nb\n", "utf-8")
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return folder


RERANKER = {"architectures": ["BertForSequenceClassification"], "model_type": "bert", "id2label": {"0": "A"}}
ENCODER = {"architectures": ["BertModel"], "model_type": "bert", "max_position_embeddings": 512}
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]


def broken_models(folder: Path) -> dict[Path, str]:
    """Over twenty model files and folders that must be refused, each with words of the sentence that refuses it."""
    folder.mkdir(parents=True, exist_ok=True)
    good = gguf_bytes(chat_keys(), chat_tensors())
    forever = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}{{ messages }}"
    inside = "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ messages[0]['content'] }}"
    chance = random.Random(7)
    files: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "too short"),
        "one-byte": (b"G", "too short"),
        "random": (chance.randbytes(5000), "not a GGUF file"),
        "text": (b"# A model card\n" * 50, "not a GGUF file"),
        "pickle": (
            b"\x80\x02cos\nsystem\nq\x00X\x04\x00\x00\x00echoq\x01\x85q\x02Rq\x03." * 5,
            "not a GGUF file",
        ),
        "old-version": (b"GGUF" + struct.pack("<IQQ", 1, 0, 0) + bytes(64), "version 1"),
        "big-endian": (b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(64), "version"),
        "cut-in-header": (good[:700], "middle of its header"),
        "cut-in-weights": (good[:-20_000], "cut off"),
        "only-half": (good[: len(good) // 2], "cut off"),
        "many-keys": (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**60) + bytes(64), "far more entries"),
        "many-tensors": (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 1) + bytes(64), "far more entries"),
        "long-key": (b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 2**62) + bytes(64), "longer than any"),
        "long-list": (
            b"GGUF"
            + struct.pack("<IQQ", 3, 1, 1)
            + _text("a")
            + struct.pack("<IIQ", 9, 4, 2**61)
            + bytes(64),
            "list longer",
        ),
        "deep-list": (
            b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + _text("a") + struct.pack("<IIQ", 9, 9, 2000) + bytes(99),
            "lists inside lists",
        ),
        "no-weights": (gguf_bytes(chat_keys(), []), "no weights"),
        "no-architecture": (gguf_bytes({"general.name": "x"}, chat_tensors()), "what kind of model"),
        "unknown-architecture": (
            gguf_bytes(chat_keys(architecture="wonder"), chat_tensors()),
            "does not load",
        ),
        "missing-weights": (gguf_bytes(chat_keys(), chat_tensors()[:5]), "does not load"),
        "wrong-shapes": (gguf_bytes(chat_keys(), chat_tensors(128)), "does not load"),
        "no-tokenizer": (gguf_bytes(_without_tokenizer(), chat_tensors()), "there is no tokenizer in it"),
        "weights-on-each-other": (
            gguf_bytes(chat_keys(), chat_tensors(), told=lambda _place: 0),
            "do not lie where",
        ),
        "weights-between": (
            gguf_bytes(chat_keys(), chat_tensors(), told=lambda place: place and place - 4),
            "do not lie where",
        ),
        "weights-far-away": (
            gguf_bytes(chat_keys(), chat_tensors(), told=lambda place: place and 2**62),
            "do not lie where",
        ),
        "no-template": (gguf_bytes(chat_keys(""), chat_tensors()), "no chat template"),
        "broken-template": (gguf_bytes(chat_keys("{% for %}"), chat_tensors()), "template does not work"),
        "template-inside": (gguf_bytes(chat_keys(inside), chat_tensors()), "reach into the program"),
        "template-forever": (gguf_bytes(chat_keys(forever), chat_tensors()), "never comes to an end"),
        "template-memory": (
            gguf_bytes(chat_keys("{{ 'abcdefgh' * 999999999 }}{{ messages }}"), chat_tensors()),
            "never comes to an end",
        ),
        "template-deaf": (gguf_bytes(chat_keys("Say yes."), chat_tensors()), "leaves out the question"),
        "foreign-adapter": (adapter_bytes("gemma3"), "adapter for another model (gemma3)"),
        "wide-adapter": (adapter_bytes(width=128), "adapter for another model"),
        "half-adapter": (_half_adapter(), "parts of the adapter are missing"),
    }
    found = {}
    for name, (data, words) in files.items():
        path = folder / f"{name}.gguf"
        path.write_bytes(data)
        found[path] = words
    return found | _broken_folders(folder) | _no_files(folder)


def _without_tokenizer() -> dict[str, object]:
    keys = chat_keys()
    kept = "tokenizer.chat_template"
    return {key: keys[key] for key in keys if key == kept or not key.startswith("tokenizer.")}


def _no_files(folder: Path) -> dict[Path, str]:
    """What has a model's name and no bytes: links without an end, and a pipe that nobody writes into."""
    if os.name == "nt":  # there both need rights that a person does not have
        return {}
    loop, nowhere, pipe = (folder / f"{name}.gguf" for name in ("loop", "nowhere", "pipe"))
    loop.symlink_to(loop)
    nowhere.symlink_to(folder / "gone.gguf")
    os.mkfifo(pipe)
    linked = write_folder(folder / "linked-weights", ENCODER)
    weights = linked / "model.safetensors"
    weights.unlink()
    weights.symlink_to(weights)
    return {loop: "leads nowhere", nowhere: "leads nowhere", pipe: "too short", linked: "damaged"}


def _half_adapter() -> bytes:
    keys: dict[str, object] = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
    }
    return gguf_bytes(keys, [("blk.0.attn_q.weight.lora_a", (WIDTH, 4))])


def _broken_folders(folder: Path) -> dict[Path, str]:
    long_head = struct.pack("<Q", 2**40) + bytes(64)
    outside = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8_000_000]}}).encode()
    pickled = write_folder(folder / "pickled", ENCODER)
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    speechless = write_folder(folder / "speechless", ENCODER)
    (speechless / "vocab.txt").unlink()
    evil = [{"idx": 0, "name": "0", "path": "", "type": "evil.module.Transformer"}]
    return {
        write_folder(
            folder / "own-code", {**ENCODER, "auto_map": {"AutoModel": "x.Y"}}
        ): "program code of its own",
        write_folder(folder / "own-module", ENCODER, modules=evil): "program code of its own",
        write_folder(folder / "cut-weights", ENCODER, weights=b"\x01\x02"): "damaged",
        write_folder(folder / "long-head", ENCODER, weights=long_head): "damaged",
        write_folder(
            folder / "outside", ENCODER, weights=struct.pack("<Q", len(outside)) + outside + bytes(8)
        ): "damaged",
        pickled: "stored as a program",
        speechless: "there is no tokenizer in it",
    }
