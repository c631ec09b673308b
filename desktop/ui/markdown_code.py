"""Splits code into coloured pieces with Pygments, which is loaded at the first code block."""

from __future__ import annotations

_LONGEST = 20_000
_COLOURS = (
    ("Comment", "text3"),
    ("Keyword", "accent"),
    ("Name.Function", "accent"),
    ("Name.Class", "accent"),
    ("Name.Tag", "accent"),
    ("Name.Builtin", "accent"),
    ("Literal.String", "ok"),
    ("Literal.Number", "warn"),
    ("Operator.Word", "accent"),
    ("Generic.Deleted", "bad"),
    ("Generic.Inserted", "ok"),
)


def colour_code(text: str, language: str) -> list[tuple[str, str]]:
    """Pieces of `text` in order, each with the name of its colour token, '' for the plain one.

    Joined, the pieces are `text` again; an unknown language gives it in one plain piece.
    """
    if not language or len(text) > _LONGEST:
        return [(text, "")]
    from pygments import lexers, util

    try:
        lexer = lexers.get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except util.ClassNotFound:
        return [(text, "")]
    pieces = [(words, _colour(str(kind))) for kind, words in lexer.get_tokens(text) if words]
    return pieces if "".join(words for words, _ in pieces) == text else [(text, "")]


def _colour(kind: str) -> str:
    name = kind.removeprefix("Token.")
    return next((colour for prefix, colour in _COLOURS if name.startswith(prefix)), "")
