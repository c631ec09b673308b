"""Turns Markdown into a QTextDocument that shows text only: no HTML, no pictures, no address that is hidden.

The document is kept in step with a text that grows: only the top-level blocks whose text or marks have changed
are built again, so that a long answer costs no more to follow than its last paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFrame

from desktop.core.conversations import AnswerSentence
from desktop.ui.markdown_blocks import BlockBuilder
from desktop.ui.markdown_math import MATH_OBJECT, Formulas, add_math
from desktop.ui.markdown_pieces import Piece
from desktop.ui.plain_document import PlainDocument
from desktop.ui.text_objects import (
    CHIP_OBJECT,
    NUMBER_OBJECT,
    NUMBER_PROPERTY,
    SourceNumbers,
    UnsupportedChips,
)
from desktop.ui.theme import Theme

SOURCE_SCHEME = "source"
# A word joiner keeps the number on the line of the sentence that it belongs to.
JOINED_OBJECT = "\u2060\ufffc"
_MAX_NESTING = 40


@dataclass
class _Block:
    """A top-level block as it stands in the document: its raw text, its marks, and where it was begun."""

    raw_start: int
    raw: str
    marks: tuple[AnswerSentence, ...]
    start: int
    fresh: bool
    codes: list[tuple[QTextFrame, str]] = field(default_factory=list)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": _MAX_NESTING})
    # Every address is shown; whether it is also a link is decided when it is written (`LINK_SCHEMES`).
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    return add_math(parser)


class MarkdownDocument:
    """Fills `document` with an answer. Call `show` with the text so far as often as you like."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.document = PlainDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setIndentWidth(theme.px(22))
        self.document.setDefaultFont(theme.font("answer"))
        self.numbers = SourceNumbers(theme, self.document)
        self._chips = UnsupportedChips(theme, self.document)
        layout = self.document.documentLayout()
        layout.registerHandler(NUMBER_OBJECT, self.numbers)
        layout.registerHandler(CHIP_OBJECT, self._chips)
        self._formulas = Formulas(theme, self.document)
        layout.registerHandler(MATH_OBJECT, self._formulas)
        self._blocks: list[_Block] = []
        self._raw = ""
        self._built = 0
        self._fresh_after = True

    @property
    def built(self) -> int:
        """How many top-level blocks were built since the start; tests watch that streaming stays cheap."""
        return self._built

    @property
    def codes(self) -> list[tuple[QTextFrame, str]]:
        """The code blocks: their frame, and their text as it is to be copied."""
        return [code for block in self._blocks for code in block.codes]

    def show(self, raw: str, sentences: Sequence[AnswerSentence] = ()) -> bool:
        """Make the document show `raw` with the marks of `sentences`; false if it already does."""
        raw = _one_length(raw)
        keep = self._unchanged(raw, sentences)
        if keep == len(self._blocks) and raw == self._raw:
            return False
        start = self._blocks[keep].raw_start if keep < len(self._blocks) else self._end_of_blocks()
        self._truncate(keep)
        self._raw = raw
        self._build(start, sentences)
        return True

    def restyle(self) -> None:
        """Build everything again, in the theme's present colours and sizes."""
        raw, sentences = self._raw, [mark for block in self._blocks for mark in block.marks]
        self.document.setDefaultFont(self._theme.font("answer"))
        self.document.setIndentWidth(self._theme.px(22))
        self._truncate(0)
        self._raw = raw
        self._build(0, sentences)

    def _end_of_blocks(self) -> int:
        last = self._blocks[-1] if self._blocks else None
        return last.raw_start + len(last.raw) if last else 0

    def _unchanged(self, raw: str, sentences: Sequence[AnswerSentence]) -> int:
        """How many blocks at the beginning can stay. The last one may still grow, so it stays only as it is."""
        for index, block in enumerate(self._blocks):
            end = block.raw_start + len(block.raw)
            is_last = index == len(self._blocks) - 1
            same = raw.startswith(block.raw, block.raw_start) and (not is_last or end == len(raw))
            if not same or block.marks != _marks_in(sentences, block.raw_start, end):
                return index
        return len(self._blocks)

    def _truncate(self, keep: int) -> None:
        """Remove the blocks from number `keep` on."""
        if keep >= len(self._blocks):
            return
        if keep == 0:
            self.document.clear()
            self._blocks = []
            return
        cursor = QTextCursor(self.document)
        cursor.setPosition(self._blocks[keep].start)
        block_format = QTextBlockFormat(cursor.blockFormat())
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(block_format)
        self._fresh_after = self._blocks[keep].fresh
        del self._blocks[keep:]

    def _build(self, start: int, sentences: Sequence[AnswerSentence]) -> None:
        tail = self._raw[start:]
        tokens = _parser().parse(tail)
        cursor = QTextCursor(self.document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        fresh = self._fresh_after if self._blocks else True
        cursor.beginEditBlock()
        for group, first, end in _top_level(tokens, tail):
            raw_start, raw_end = start + first, start + end
            marks = _marks_in(sentences, raw_start, raw_end)
            block = _Block(raw_start, self._raw[raw_start:raw_end], marks, cursor.position(), fresh)
            builder = BlockBuilder(self._theme, cursor, self._raw, raw_start, raw_end, fresh)
            if max(token.level for token in group) >= _MAX_NESTING - 1:
                # The parser drops what is nested deeper; words must never be lost.
                builder.build_plain()
            else:
                builder.build(group)
            self._mark(builder.pieces, marks, block)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            fresh, block.codes = builder.fresh, builder.codes
            self._blocks.append(block)
            self._built += 1
        cursor.endEditBlock()
        self._fresh_after = fresh

    def _mark(self, pieces: list[Piece], marks: Sequence[AnswerSentence], block: _Block) -> None:
        """Underline what is not supported and put numbers and chips behind sentences, from the end on."""
        raw_end = block.raw_start + len(block.raw)
        for mark in sorted(marks, key=lambda sentence: sentence.start, reverse=True):
            ranges = [r for piece in pieces if (r := piece.within(mark.start, mark.end))]
            if not ranges:
                continue
            cursor = QTextCursor(self.document)
            if not mark.supported:
                for first, last in ranges:
                    cursor.setPosition(first)
                    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
                    cursor.mergeCharFormat(self._underline())
            if mark.end <= raw_end:
                cursor.setPosition(max(last for _, last in ranges))
                cursor.insertText(JOINED_OBJECT, self._object_format(mark))

    def _underline(self) -> QTextCharFormat:
        underline = QTextCharFormat()
        underline.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        underline.setUnderlineColor(self._theme.colour("warn"))
        return underline

    def _object_format(self, mark: AnswerSentence) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(self._theme.font("answer"))
        made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        if mark.supported:
            made.setObjectType(NUMBER_OBJECT)
            made.setProperty(NUMBER_PROPERTY, mark.source)
            made.setAnchor(True)
            made.setAnchorHref(f"{SOURCE_SCHEME}:{mark.source}")
        else:
            made.setObjectType(CHIP_OBJECT)
        return made


def _one_length(raw: str) -> str:
    """The same text with every line end as one \\n and no NUL, each character where it was."""
    return raw.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")


def _marks_in(sentences: Sequence[AnswerSentence], start: int, end: int) -> tuple[AnswerSentence, ...]:
    """The sentences with something to show that touch `start:end`."""
    return tuple(
        sentence
        for sentence in sentences
        if sentence.checked
        and (sentence.source > 0 or not sentence.supported)
        and sentence.start < end
        and sentence.end > start
    )


def _top_level(tokens: list[Token], text: str) -> list[tuple[list[Token], int, int]]:
    """The tokens of each top-level block with its range of the text; blocks reach to the next one's start."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    groups: list[tuple[list[Token], int]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append(([], offsets[token.map[0]] if token.map else 0))
        groups[-1][0].append(token)
        depth += token.nesting
    ends = [start for _, start in groups[1:]] + [len(text)]
    if groups:
        groups[0] = (groups[0][0], 0)
    return [(group, start, end) for (group, start), end in zip(groups, ends, strict=True)]
