"""Markdown: its words without the marks, its code as it stands, its headings by name."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import Blocks, table_row
from desktop.engines.read_text import check_size, decoded, encoding_of, parts, parts_with_headings
from desktop.engines.read_types import Reading

if TYPE_CHECKING:
    from markdown_it.token import Token

# Parsing takes about a second for a megabyte; what is larger than this is data rather than a written document.
_MAX_PARSED = 4_000_000
_MAX_NESTING = 100  # quotes and lists within each other; what lies deeper is left out
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.S)
_TITLE_LINE = re.compile(r"^title\s*[:=]\s*[\"']?(.+?)[\"']?\s*$", re.M | re.I)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read_markdown(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a Markdown file. Raises ReadError."""
    check_size(path, file)
    pieces = decoded(file, encoding_of(file), cancel)
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _MAX_PARSED:
            return Reading("md", "", 0, parts(path, itertools.chain([text], pieces)))
    title = ""
    if front := _FRONT_MATTER.match(text):
        text = text[front.end() :]
        stated = _TITLE_LINE.search(front.group(2))
        title = stated.group(1) if stated else ""
    blocks = markdown_blocks(text)
    title = title or (blocks.headings[0].text if blocks.headings else "")
    return Reading("md", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def markdown_blocks(text: str, blocks: Blocks | None = None) -> Blocks:
    """The blocks of a Markdown text, added to those of `blocks` where it is given."""
    from markdown_it import MarkdownIt  # only for the few files that are Markdown

    blocks = blocks or Blocks()
    cells: list[str] = []
    depth = 0
    mark = ""
    inside = ""
    items = 0
    for token in (
        MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING})
        .enable(["table", "strikethrough"])
        .parse(text)
    ):
        match token.type:
            case "heading_open" | "paragraph_open" | "th_open" | "td_open":
                inside = token.type
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
                items = items if depth else 0
            case "list_item_open":
                mark = "  " * (depth - 1) + (f"{token.info}. " if token.info else "- ")
            case "tr_close":
                blocks.add(table_row(cells))
                cells = []
            case "inline" if inside in ("th_open", "td_open"):
                cells.append(_inline(token))
            case "inline":
                blocks.add(
                    mark + _inline(token), heading=inside == "heading_open", close=bool(mark) and items > 0
                )
                items, mark = items + bool(mark), ""
            case "fence" | "code_block":
                blocks.add(mark + token.content)
                mark = ""
            case "html_block":
                blocks.add(_TAG.sub("", _COMMENT.sub("", token.content)).strip())
    return blocks


def _inline(token: Token) -> str:
    """The words of a paragraph: emphasis and links by their text, pictures by their description."""
    words: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "image"):
            words.append(child.content)
        elif child.type == "softbreak":
            words.append(" ")
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            words.append("\n")
    return "".join(words).strip()
