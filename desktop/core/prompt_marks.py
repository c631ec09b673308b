"""Marks that chat templates and tools use, broken up where a text of a file has them: it must not pass for a turn."""

from __future__ import annotations

import re

# ChatML, Llama 2 and 3, Mistral, Gemma, Phi, DeepSeek (which writes its bars in full width), Command R, SmolVLM, and
# what Qwen, Hermes and others write around the call of a tool.
_MARK = re.compile(
    r"""
      <[|｜][^<>\n]{1,48}?[|｜]>
    | \[/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK)\]
    | <</?SYS>>
    | </?(?:s|bos|eos|pad|unk|think|tools?|tool_calls?|tool_response|function_calls?|functions?|system|assistant)>
    | <(?:start|end)_of_(?:turn|image|utterance)> | <end_of_utterance>
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STRONG = re.compile(
    r"<[|｜][a-z_▁ ]{2,40}[|｜]>|\[/?INST\]|\[(?:SYSTEM_PROMPT|TOOL_CALLS)\]|<</?SYS>>|<(?:start|end)_of_turn>"
    r"|</?(?:tool_call|function_calls?)>",
    re.IGNORECASE,
)
# Letters that nobody sees and models read: the tags of plane 14, the supplementary variation selectors, and what has
# no width but is in no alphabet's use.
_UNSEEN = re.compile("[\u200b\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e01ef]")


def without_marks(text: str) -> str:
    """The text with every such mark broken by a space behind its first letter, and without letters nobody sees."""
    return _MARK.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", _UNSEEN.sub("", text))


def has_marks(text: str) -> bool:
    """Whether a text writes a mark that has no other use than to begin or end a turn, or to call a tool."""
    return _STRONG.search(text) is not None
