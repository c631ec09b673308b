"""Writes one top-level block of parsed Markdown into a document: paragraphs, lists, quotes, code and tables."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it.token import Token
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from desktop.ui.markdown_code import colour_code
from desktop.ui.markdown_math import format_of
from desktop.ui.markdown_offsets import Offsets
from desktop.ui.markdown_pieces import Piece, qt_length
from desktop.ui.theme import Theme

QUOTE_LEVEL = QTextFormat.Property.UserProperty.value + 2
LINK_SCHEMES = ("http://", "https://", "mailto:")
_MAX_LEVEL = 6
_MAX_COLUMNS = 12
_MAX_CELLS = 600
OBJECT = "\ufffc"
_LINE_BREAK = "\u2028"


class BlockBuilder:
    """Builds one block at the cursor. `fresh` tells that the cursor's paragraph is empty and to be used.

    After `build`: `pieces` map the text, `codes` are the code blocks, `fresh` is as for the next block.
    """

    def __init__(
        self, theme: Theme, cursor: QTextCursor, raw: str, start: int, end: int, fresh: bool
    ) -> None:
        self._theme = theme
        self._cursor = cursor
        self._raw = raw
        self._offsets = Offsets(raw, start, end)
        self._end = end
        self.fresh = fresh
        self.pieces: list[Piece] = []
        self.codes: list[tuple[QTextFrame, str]] = []
        self._lists: list[tuple[QTextList | None, QTextListFormat]] = []
        self._item_waits = False
        self._quotes = 0
        self._heading = 0
        self._first = cursor.document().isEmpty()

    def build(self, tokens: list[Token]) -> None:
        """Write the block."""
        index = 0
        while index < len(tokens):
            if tokens[index].type == "table_open":
                index = self._table(tokens, index)
                continue
            handler = getattr(self, "_on_" + tokens[index].type, None)
            if handler is not None:
                handler(tokens[index])
            index += 1

    def build_plain(self) -> None:
        """Write the block's raw text as it is."""
        self._begin(8)
        text = self._raw[self._offsets.at : self._end].rstrip("\n")
        self._text(text.replace("\n", _LINE_BREAK), self._char_format())

    # --- paragraphs, headings, quotes and lists

    def _on_paragraph_open(self, token: Token) -> None:
        self._begin(4 if token.hidden else 8)

    def _on_heading_open(self, token: Token) -> None:
        self._begin(14)
        self._heading = int(token.tag[1])

    def _on_heading_close(self, token: Token) -> None:
        self._heading = 0

    def _on_hr(self, token: Token) -> None:
        self._begin(8)
        block = self._cursor.blockFormat()
        rule = [QTextLength(QTextLength.Type.PercentageLength, 100)]
        block.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, rule[0])
        self._cursor.setBlockFormat(block)

    def _on_blockquote_open(self, token: Token) -> None:
        self._quotes += 1

    def _on_blockquote_close(self, token: Token) -> None:
        self._quotes -= 1

    def _on_bullet_list_open(self, token: Token) -> None:
        styles = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle)
        self._open_list(styles[len(self._lists) % 2])

    def _on_ordered_list_open(self, token: Token) -> None:
        self._open_list(QTextListFormat.Style.ListDecimal, int(token.attrGet("start") or 1))

    def _on_bullet_list_close(self, token: Token) -> None:
        self._lists.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, token: Token) -> None:
        self._item_waits = True

    def _on_list_item_close(self, token: Token) -> None:
        if self._item_waits:
            self._begin(4)

    def _open_list(self, style: QTextListFormat.Style, start: int = 1) -> None:
        if self._item_waits:
            self._begin(4)
        made = QTextListFormat()
        made.setStyle(style)
        made.setIndent(min(len(self._lists) + 1, _MAX_LEVEL))
        made.setStart(start)
        self._lists.append((None, made))

    def _begin(self, above: int) -> None:
        """Start a paragraph, `above` pixels below the last one."""
        made = QTextBlockFormat()
        made.setTopMargin(0 if self._first else self._theme.px(above))
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        made.setLineHeight(self._theme.line_height("answer"), fixed)
        made.setLeftMargin(self._theme.px(16) * min(self._quotes, _MAX_LEVEL))
        if self._quotes:
            made.setProperty(QUOTE_LEVEL, min(self._quotes, _MAX_LEVEL))
        if self._lists and not self._item_waits:
            made.setIndent(self._lists[-1][1].indent())
        self._paragraph(made)
        self._join_list()

    def _paragraph(self, block_format: QTextBlockFormat) -> None:
        if self.fresh:
            self._cursor.setBlockFormat(block_format)
            self._cursor.setBlockCharFormat(self._char_format())
        else:
            self._cursor.insertBlock(block_format, self._char_format())
        self.fresh = self._first = False

    def _join_list(self) -> None:
        if not self._item_waits or not self._lists:
            return
        self._item_waits = False
        current, made = self._lists[-1]
        if current is None:
            self._lists[-1] = (self._cursor.createList(made), made)
        else:
            current.add(self._cursor.block())

    # --- code

    def _on_fence(self, token: Token) -> None:
        self._code(token.content.rstrip("\n"), token.info.strip().split(" ")[0][:40])

    def _on_code_block(self, token: Token) -> None:
        self._code(token.content.rstrip("\n"), "")

    def _code(self, text: str, language: str) -> None:
        self._leave_thin_line()
        made = QTextFrameFormat()
        made.setPadding(self._theme.px(12))
        made.setTopMargin(self._theme.px(8))
        made.setBottomMargin(self._theme.px(4))
        level = self._quotes + len(self._lists)
        made.setLeftMargin(self._theme.px(16) * min(level, _MAX_LEVEL))
        self._item_waits = False
        frame = self._cursor.insertFrame(made)
        cursor = frame.firstCursorPosition()
        block = QTextBlockFormat()
        block.setLineHeight(self._theme.px(20), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(block)
        plain = self._mono()
        for words, colour in colour_code(text, language):
            styled = QTextCharFormat(plain)
            if colour:
                styled.setForeground(self._theme.colour(colour))
            cursor.insertText(words.replace("\n", _LINE_BREAK), styled)
        self.codes.append((frame, text))
        self._after_frame()

    def _leave_thin_line(self) -> None:
        """The empty paragraph that Qt keeps before a frame takes next to no height."""
        if self.fresh:
            self._make_thin()

    def _make_thin(self) -> None:
        thin = QTextBlockFormat()
        thin.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        small = QTextCharFormat()
        small.setProperty(QTextFormat.Property.FontPixelSize, 1)
        self._cursor.setBlockFormat(thin)
        self._cursor.setBlockCharFormat(small)

    def _after_frame(self) -> None:
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._make_thin()
        self.fresh, self._first = True, False

    # --- formulas

    def _on_math_block(self, token: Token) -> None:
        self._begin(8)
        self._formula(token.content.strip(), True)

    def _formula(self, tex: str, display: bool) -> None:
        """Draw a formula; what cannot be drawn stands as it was written."""
        made = format_of(tex, display)
        if made is None:
            self._text(tex, self._code_format())
            return
        self._offsets.take(tex)
        self._cursor.insertText(OBJECT, made)
        # A fraction is higher than a line of words.
        block = self._cursor.blockFormat()
        least = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
        block.setLineHeight(self._theme.line_height("answer"), least)
        self._cursor.setBlockFormat(block)

    # --- tables

    def _table(self, tokens: list[Token], index: int) -> int:
        """Write the table that opens at `index`; gives the index behind it."""
        end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
        rows: list[list[Token]] = []
        for token in tokens[index:end]:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token)
        columns = max((len(row) for row in rows), default=0)
        lines = tokens[index].map
        if columns == 0 or columns > _MAX_COLUMNS or columns * len(rows) > _MAX_CELLS:
            self._code(self._raw_lines(lines), "")
        else:
            self._draw_table(rows, columns)
        return end + 1

    def _raw_lines(self, lines: list[int] | None) -> str:
        """The table as it was written: one that is too large to lay out is shown as text."""
        text = self._raw[self._offsets.at : self._end].strip("\n")
        return "\n".join(text.split("\n")[: lines[1] - lines[0]]) if lines else text

    def _draw_table(self, rows: list[list[Token]], columns: int) -> None:
        self._leave_thin_line()
        table: QTextTable = self._cursor.insertTable(len(rows), columns, self._table_format())
        outer = self._cursor
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        for r, row in enumerate(rows):
            for c, token in enumerate(row):
                self._cursor = table.cellAt(r, c).firstCursorPosition()
                block = QTextBlockFormat()
                block.setLineHeight(self._theme.px(22), fixed)
                self._cursor.setBlockFormat(block)
                self._on_inline(token, bold=r == 0)
        self._cursor = outer
        self._after_frame()

    def _table_format(self) -> QTextTableFormat:
        made = QTextTableFormat()
        made.setBorder(1)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBorderBrush(self._theme.colour("line"))
        made.setBorderCollapse(True)
        made.setCellSpacing(0)
        made.setCellPadding(self._theme.px(6))
        made.setTopMargin(self._theme.px(8))
        made.setBottomMargin(self._theme.px(4))
        made.setHeaderRowCount(1)
        return made

    # --- inside a line

    def _on_inline(self, token: Token, bold: bool = False) -> None:
        state = _Inline(bold=1 if bold else 0)
        for child in token.children or []:
            self._inline(child, state)

    def _inline(self, token: Token, state: _Inline) -> None:
        match token.type:
            case "text" | "text_special":
                self._text(token.content, self._char_format(state))
            case "code_inline":
                self._text(token.content, self._code_format())
            case "softbreak" | "hardbreak":
                self._cursor.insertText(_LINE_BREAK, self._char_format(state))
            case "math_inline" | "math_inline_double":
                self._formula(token.content, token.type == "math_inline_double")
            case "image":
                self._text(token.content, self._char_format(state))
                self._offsets.skip_link_target()
            case "strong_open" | "strong_close":
                state.bold += token.nesting
            case "em_open" | "em_close":
                state.italic += token.nesting
            case "s_open" | "s_close":
                state.struck += token.nesting
            case "link_open":
                state.open_link(str(token.attrGet("href") or ""), self._cursor.position())
            case "link_close":
                self._close_link(state)

    def _text(self, text: str, char_format: QTextCharFormat) -> None:
        position = self._cursor.position()
        self._cursor.insertText(text, char_format)
        for run in self._offsets.take(text):
            words = text[run.offset : run.offset + run.length]
            self.pieces.append(Piece(position + qt_length(text[: run.offset]), words, run.raw))

    def _close_link(self, state: _Inline) -> None:
        """Behind a link's words stands its address, unless the words are the address."""
        self._offsets.skip_link_target()
        address, state.href = state.href, ""
        words = QTextCursor(self._cursor)
        words.setPosition(state.link_start, QTextCursor.MoveMode.KeepAnchor)
        shown = words.selectedText().strip()
        if address and shown not in (address, address.removeprefix("mailto:")):
            quiet = self._char_format()
            quiet.setForeground(self._theme.colour("text3"))
            self._cursor.insertText(f" ({address})", quiet)

    def _char_format(self, state: _Inline | None = None) -> QTextCharFormat:
        made = QTextCharFormat()
        font = self._theme.font("answer")
        if self._heading in (1, 2):
            font.setPixelSize(self._theme.px(17))
        if self._heading or (state and state.bold > 0):
            font.setWeight(QFont.Weight.DemiBold)
        made.setFont(font)
        made.setForeground(self._theme.colour("text2" if self._quotes else "text"))
        if state is None:
            return made
        made.setFontItalic(state.italic > 0)
        made.setFontStrikeOut(state.struck > 0)
        if state.href.lower().startswith(LINK_SCHEMES):
            made.setAnchor(True)
            made.setAnchorHref(state.href)
            made.setForeground(self._theme.colour("accent"))
            made.setFontUnderline(True)
        return made

    def _mono(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(self._theme.mono_font())
        made.setForeground(self._theme.colour("text"))
        return made

    def _code_format(self) -> QTextCharFormat:
        made = self._mono()
        made.setBackground(self._theme.colour("fill"))
        return made


@dataclass
class _Inline:
    """What holds at a place inside a line."""

    bold: int = 0
    italic: int = 0
    struck: int = 0
    href: str = ""
    link_start: int = 0

    def open_link(self, href: str, position: int) -> None:
        """A link begins at the document's `position`."""
        self.href, self.link_start = href, position
