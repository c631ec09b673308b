"""PowerPoint presentations: a page a slide, its shapes in reading order, then what the speaker noted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.engines.read_blocks import Blocks, table_row
from desktop.engines.read_drawing import chart_rows, chart_titles, diagram_texts, paragraphs
from desktop.engines.read_files import Archive, damaged, empty
from desktop.engines.read_order import Frame, reading_order
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import attribute, local, related, relations, title_of, tree

_TITLES = frozenset({"title", "ctrTitle"})
# Placeholders that say the same on every slide, or that a program fills in.
_SKIPPED = frozenset({"sldNum", "dt", "hdr", "sldImg"})
_NUMBER = re.compile(r"(\d+)\.xml$")
_MAX_DEPTH = 50

Key = tuple[str, str]
"""A placeholder's type and index: what a slide's shape shares with that of its layout."""


@dataclass
class _Shape:
    """What one shape says: lines of a list, paragraphs, or rows."""

    texts: list[str]
    frame: Frame | None
    kind: str = ""
    listed: bool = False


@dataclass
class _Slide:
    """A slide's part with what it points to, and the places of its layout's placeholders."""

    part: str
    targets: dict[str, tuple[str, str]]
    places: dict[Key, Frame] = field(default_factory=dict)


def read_pptx(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a presentation (.pptx, .pptm, .ppsx, .potx). Raises ReadError."""
    archive = Archive(path, file)
    main = next(iter(related(path, archive, "", "officeDocument")), archive.find("ppt/presentation.xml"))
    slides = _slides(path, archive, main) if main else []
    if not slides:
        slides = sorted(
            (name for name in archive.names if re.fullmatch(r"/?ppt/slides/slide\d+\.xml", name)),
            key=lambda name: int(match.group(1)) if (match := _NUMBER.search(name)) else 0,
        )
    if main is None and not slides:
        raise damaged(path, "it has no list of slides")
    return Reading("pptx", title_of(path, archive), len(slides), _pages(path, archive, slides, cancel))


def _slides(path: str, archive: Archive, main: str) -> list[str]:
    """The parts of the slides, in the order they are shown."""
    targets = relations(path, archive, main)
    root = tree(path, archive.read(main))
    listed = (targets.get(_relation(slide)) for slide in root.iterfind("{*}sldIdLst/{*}sldId"))
    found = [target[1] for target in listed if target and target[0] == "slide"]
    return list(dict.fromkeys(found))


def _relation(element: Any) -> str:
    """The id of the relation that an element names: its own `id` has no namespace."""
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def _pages(path: str, archive: Archive, slides: list[str], cancel: CancelToken) -> Iterator[Page]:
    reader = _SlideReader(path, archive)
    any_text = False
    for number, part in enumerate(slides, 1):
        cancel.check()
        blocks = reader.read(part)
        any_text = any_text or bool(blocks.text)
        yield Page(number, blocks.text, headings=tuple(blocks.headings))
    if not any_text:
        if any("/media/" in name for name in archive.names):
            raise ReadError(f"{Path(path).name} has no text in it, only pictures.", "", "", "no text")
        raise empty(path)


class _SlideReader:
    """Reads slides one by one; keeps the places of layouts, and the footers that were seen."""

    def __init__(self, path: str, archive: Archive) -> None:
        self._path, self._archive = path, archive
        self._places: dict[str, dict[Key, Frame]] = {}
        self._footers: set[str] = set()

    def read(self, part: str) -> Blocks:
        """The blocks of a slide: title, shapes, notes, comments."""
        targets = relations(self._path, self._archive, part)
        slide = _Slide(part, targets, self._layout(targets))
        root = self._tree(part)
        shapes = [
            shape for found in root.iterfind("{*}cSld/{*}spTree") for shape in self._ordered(found, slide)
        ]
        blocks = Blocks()
        for shape in sorted(shapes, key=lambda shape: shape.kind not in _TITLES):
            self._add(blocks, shape)
        for kind, target in targets.values():
            if kind == "notesSlide":
                self._add_notes(blocks, self._tree(target))
        for kind, target in targets.values():
            if kind == "comments":
                for comment in self._tree(target).iter("{*}cm"):
                    words = [*paragraphs(comment), *(text.text or "" for text in comment.iterfind("{*}text"))]
                    blocks.add("Comment: " + "\n".join(words) if "".join(words).strip() else "")
        return blocks

    def _tree(self, part: str) -> Any:
        return tree(self._path, self._archive.read(part))

    def _add(self, blocks: Blocks, shape: _Shape) -> None:
        if shape.kind == "ftr":
            if not self._footers.issuperset(shape.texts):
                self._footers.update(shape.texts)
                blocks.add("\n".join(shape.texts))
        elif shape.kind in _TITLES:
            blocks.add("\n".join(shape.texts), heading=True)
        elif shape.listed and len(shape.texts) > 1:
            for index, text in enumerate(shape.texts):
                blocks.add(f"- {text}", close=index > 0)
        else:
            for text in shape.texts:
                blocks.add(text)

    def _add_notes(self, blocks: Blocks, notes: Any) -> None:
        for shape in notes.iter("{*}sp"):
            if _placeholder(shape)[0] == "body":
                texts = paragraphs(shape)
                if texts:
                    blocks.add("Speaker notes: " + "\n\n".join(texts))

    def _layout(self, targets: dict[str, tuple[str, str]]) -> dict[Key, Frame]:
        """The places of a slide's placeholders that it does not state itself: its layout's, then its master's."""
        part = next((name for kind, name in targets.values() if kind in ("slideLayout", "slideMaster")), "")
        if not part:
            return {}
        if part not in self._places:
            self._places[part] = {}  # first, so that layouts that point at each other end
            above = self._layout(relations(self._path, self._archive, part))
            own: dict[Key, Frame] = {}
            for shape in self._tree(part).iter("{*}sp"):
                kind, index = _placeholder(shape)
                frame = _frame(shape) or above.get((kind, index)) or above.get((kind, ""))
                if kind and frame:
                    own[kind, index] = frame
                    own.setdefault((kind, ""), frame)
            self._places[part] = {**above, **own}
        return self._places[part]

    def _ordered(self, group: Any, slide: _Slide, depth: int = 0) -> list[_Shape]:
        """The shapes of a tree or a group in reading order; a group within counts as one."""
        found: list[tuple[Frame | None, list[_Shape]]] = []
        for element in _children(group):
            name = local(element.tag)
            if name == "grpSp" and depth < _MAX_DEPTH:
                found.append((_frame(element), self._ordered(element, slide, depth + 1)))
            elif name in ("sp", "graphicFrame", "pic", "cxnSp"):
                shape = self._shape(element, name, slide)
                if shape.texts and shape.kind not in _SKIPPED:
                    found.append((shape.frame, [shape]))
        order = reading_order([frame for frame, _ in found])
        return [shape for index in order for shape in found[index][1]]

    def _shape(self, element: Any, name: str, slide: _Slide) -> _Shape:
        kind, index = _placeholder(element)
        frame = _frame(element) or (
            slide.places.get((kind, index)) or slide.places.get((kind, "")) if kind else None
        )
        if name == "pic":
            return _Shape(_description(element), frame)
        if name == "graphicFrame":
            return _Shape(self._graphic(element, slide), frame)
        bodies = element.iterfind("{*}txBody")
        texts = [text for body in bodies for text in paragraphs(body)]
        return _Shape(texts, frame, kind, listed=kind in ("body", "obj"))

    def _graphic(self, element: Any, slide: _Slide) -> list[str]:
        """The words of a table, a chart or a SmartArt drawing."""
        texts = [
            table_row([" ".join(paragraphs(cell)) for cell in row.iterfind("{*}tc")])
            for row in element.iter("{*}tr")
        ]
        for inner in element.iter("{*}chart", "{*}relIds"):
            wanted = attribute(inner, "dm") if local(inner.tag) == "relIds" else _relation(inner)
            kind, part = slide.targets.get(wanted, ("", ""))
            if kind == "chart":
                chart = self._tree(part)
                texts += [*chart_titles(chart), *chart_rows(chart)]
            elif kind == "diagramData":
                texts += diagram_texts(self._tree(part))
        return [text for text in texts if text]


def _children(group: Any) -> Iterator[Any]:
    """The shapes of a group. Of alternatives for programs of several ages, the newest."""
    for element in group:
        if local(element.tag) == "AlternateContent":
            for choice in element.iterfind("{*}Choice"):
                yield from choice
        else:
            yield element


def _placeholder(shape: Any) -> Key:
    """The type and index of a placeholder; ("", "") for a shape that is none."""
    for properties in shape.iterfind("{*}nvSpPr/{*}nvPr/{*}ph"):
        return properties.get("type", "obj"), properties.get("idx", "")
    return "", ""


def _frame(shape: Any) -> Frame | None:
    """Where a shape says that it stands."""
    for place in ("{*}spPr/{*}xfrm", "{*}grpSpPr/{*}xfrm", "{*}xfrm"):
        for transform in shape.iterfind(place):
            offset, extent = transform.find("{*}off"), transform.find("{*}ext")
            if offset is None or extent is None:
                continue
            try:
                return Frame(
                    *(int(offset.get(name, "0")) for name in ("x", "y")),
                    *(int(extent.get(name, "0")) for name in ("cx", "cy")),
                )
            except ValueError:
                return None
    return None


def _description(picture: Any) -> list[str]:
    """What a person wrote about a picture; a name of its file or a program's guess says nothing."""
    for properties in picture.iterfind("{*}nvPicPr/{*}cNvPr"):
        text = " ".join(properties.get("descr", "").split())
        if len(text.split()) > 2 and "automatically generated" not in text:
            return [f"Picture: {text}"]
    return []
