"""Tiny random embedders in sentence-transformers' folder layout, for tests: no hub, no network, half a megabyte."""

from __future__ import annotations

import json
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß0123456789.,:?!'-"


def write_embedder(folder: Path, *, pooling: str = "mean", query: str = "", passage: str = "") -> Path:
    """Write one that reads letters; `pooling` is 'mean' or 'cls', the words stand before its texts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(3)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {
        word: number
        for number, word in enumerate([*special, *LETTERS, *(f"##{letter}" for letter in LETTERS)])
    }
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=60))  # type: ignore[call-arg]
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)]
    )
    plain = folder.with_name(folder.name + "-plain")
    names = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True)
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(plain)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
    )
    BertModel(config).eval().save_pretrained(plain)
    body = Transformer(str(plain), max_seq_length=128)
    prompts = {"query": query, "document": passage}
    made = SentenceTransformer(
        modules=[body, Pooling(48, pooling_mode=pooling), Normalize()], prompts=prompts, device="cpu"
    )
    made.save(str(folder))
    assert json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))["prompts"] == prompts
    return folder
