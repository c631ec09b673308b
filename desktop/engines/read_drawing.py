"""DrawingML, the language that Office documents of all kinds draw in: the words of shapes, charts and SmartArt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.engines.read_blocks import squeezed
from desktop.engines.read_files import Archive
from desktop.engines.read_number_format import show
from desktop.engines.read_rows import named_row
from desktop.engines.read_xml import local, relations, tree

_MAX_POINTS = 1000


def paragraph_text(paragraph: Any) -> str:
    """The words of an a:p; line breaks stay."""
    pieces = []
    for element in paragraph.iter("{*}t", "{*}br", "{*}tab"):
        name = local(element.tag)
        if name == "t":
            pieces.append((element.text or "").replace("\v", "\n"))
        elif name == "br":
            pieces.append("\n")
        elif local(element.getparent().tag) != "tabLst":
            pieces.append("\t")
    lines = (squeezed(line) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def paragraphs(body: Any) -> list[str]:
    """The paragraphs of a text body that have words."""
    found = (paragraph_text(paragraph) for paragraph in body.iter("{*}p"))
    return [text for text in found if text]


def drawing_texts(path: str, archive: Archive, part: str) -> Iterator[str]:
    """The text boxes of a sheet's drawing, then the titles of its charts: their numbers stand in the cells."""
    root = tree(path, archive.read(part))
    for body in root.iter("{*}txBody"):
        text = "\n".join(paragraphs(body))
        if text:
            yield text
    for kind, name in relations(path, archive, part).values():
        if kind == "chart":
            yield from chart_titles(tree(path, archive.read(name)))


def chart_titles(chart: Any) -> Iterator[str]:
    """The titles of a chart and of its axes."""
    for title in chart.iter("{*}title"):
        text = " ".join(paragraphs(title))
        if text:
            yield text


def chart_rows(chart: Any) -> Iterator[str]:
    """What a chart draws, as a row for each category that names the series."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for number, series in enumerate(chart.iter("{*}ser"), 1):
        names = list(_points(series, "tx"))
        labels = dict(_points(series, "cat") or _points(series, "xVal"))
        for index, value in _points(series, "val") or _points(series, "yVal"):
            label = labels.get(index, str(index + 1))
            rows.setdefault(label, []).append((" ".join(name for _, name in names) or str(number), value))
    for label, pairs in rows.items():
        yield named_row([("", label), *pairs]).text


def _points(series: Any, kind: str) -> list[tuple[int, str]]:
    """The stored points of a series' names, categories or values, as (index, text as shown)."""
    found: list[tuple[int, str]] = []
    for source in series.iterfind(f"{{*}}{kind}"):
        code = next((element.text or "General" for element in source.iter("{*}formatCode")), "")
        for point in source.iter("{*}pt"):
            value = point.findtext("{*}v") or ""
            index = point.get("idx", "")
            if value and index.isdigit() and len(found) < _MAX_POINTS:
                found.append((int(index), _shown(value, code)))
        if not found:
            found = [(0, element.text) for element in source.iterfind("{*}v") if element.text]
    return found


def _shown(value: str, code: str) -> str:
    try:
        return show(float(value), code) if code else value
    except ValueError:
        return value


def diagram_texts(diagram: Any) -> list[str]:
    """The words of a SmartArt drawing, from its data part, in the order in which they were written."""
    found = []
    for point in diagram.iter("{*}pt"):
        if point.get("type") in ("pres", "parTrans", "sibTrans"):
            continue
        for body in point.iterfind("{*}t"):
            found += paragraphs(body)
    return found
