"""What an embedder's folder tells of how it is to be used: the words before a question or a passage, its length."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

MAX_TOKENS = 256
"""Passages have at most 220 tokens; more than this is never looked at."""
_SHORTEST = 8
_FAMILIES = (("e5-", "query: ", "passage: "),)
"""Words that a family needs and whose folders do not always name: part of the name, before questions, passages."""


@dataclass(frozen=True)
class EmbedderFacts:
    """`query` and `passage` stand before each text of their kind; a text beyond `length` tokens is cut."""

    query: str = ""
    passage: str = ""
    length: int = MAX_TOKENS


def read_facts(folder: Path) -> EmbedderFacts:
    """Read them from a folder in sentence-transformers' layout; what is missing or broken counts as not told."""
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts")
    known = {
        str(key): value for key, value in (prompts if isinstance(prompts, dict) else {}).items()
        if isinstance(value, str)
    }  # fmt: skip
    query = known.get("query", "")
    passage = known.get("document", known.get("passage", ""))
    if not query and not passage:
        query, passage = words_of_family(folder.name)
    told = (
        _json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _json(folder / "tokenizer_config.json").get("model_max_length"),
    )
    lengths = [one for one in told if isinstance(one, int) and one >= _SHORTEST]
    return EmbedderFacts(query, passage, min([MAX_TOKENS, *lengths]))


def words_of_family(name: str) -> tuple[str, str]:
    """What a family of embedders wants before questions and before passages, told by a model's name."""
    known = next(
        (one for one in _FAMILIES if one[0] in name.lower() and "instruct" not in name.lower()), None
    )
    return known[1:] if known else ("", "")


def _json(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
