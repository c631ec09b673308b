"""Jupyter notebooks: their texts, their code and what it printed; no pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from desktop.engines.read_blocks import Blocks, squeezed
from desktop.engines.read_markdown import markdown_blocks
from desktop.engines.read_text import clean, parts_with_headings
from desktop.engines.read_types import Reading

_MAX_OUTPUT = 20_000
"""Characters of one output: what is longer is a log or data, and its beginning says what it is."""
# What stands for an object that has no text of its own: <Figure size 640x480 with 1 Axes>, <matplotlib... at 0x7f>.
_OBJECT = re.compile(r"\s*\[?<[\w.]+(?: [^<>]*)?>\]?,?\s*\Z")


def read_notebook(path: str, notebook: dict[str, Any]) -> Reading:
    """Read a notebook, given as the value of its JSON, of any format from 3 on. Raises ReadError."""
    blocks = Blocks()
    for cell in _cells(notebook):
        kind, source = cell.get("cell_type"), _joined(cell.get("source", cell.get("input")))
        if kind == "markdown":
            markdown_blocks(source, blocks)
        elif kind == "heading":
            blocks.add(squeezed(source), heading=True)
        else:
            blocks.add(source)
            for output in _dicts(cell.get("outputs")):
                blocks.add(_output(output))
    metadata = notebook.get("metadata")
    title = metadata.get("title", "") if isinstance(metadata, dict) else ""
    if not isinstance(title, str) or not title.strip():
        title = blocks.headings[0].text if blocks.headings else ""
    return Reading("ipynb", squeezed(title), 0, parts_with_headings(path, blocks.text, blocks.headings))


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells; before format 4 they lie in worksheets."""
    yield from _dicts(notebook.get("cells"))
    for sheet in _dicts(notebook.get("worksheets")):
        yield from _dicts(sheet.get("cells"))


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _joined(value: object) -> str:
    """A text that may be given as a list of its lines."""
    if isinstance(value, list):
        return clean("".join(line for line in value if isinstance(line, str)))
    return clean(value) if isinstance(value, str) else ""


def _output(output: dict[str, Any]) -> str:
    """What a cell printed or gave back, as text; of an error its name and its sentence."""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}".strip(": ")
    data = output.get("data")
    text = _joined(output.get("text"))
    if not text and isinstance(data, dict):
        text = _joined(data.get("text/plain")) or _joined(data.get("text/markdown"))
    return "" if _OBJECT.match(text) else text[:_MAX_OUTPUT]
