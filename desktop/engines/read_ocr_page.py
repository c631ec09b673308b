"""The text of a picture, in reading order and with the place of every word."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop.core.cancel import CancelToken
from desktop.engines.read_ocr_models import LINE_HEIGHT, OcrModels, Picture, Quads, ReadLine
from desktop.engines.read_ocr_order import in_reading_order
from desktop.engines.read_pdf_layout import PageText, WordPlace
from desktop.engines.read_pdf_words import Line, PageFrame, Place, Word, tokens

FIND_SIDE = 1_280
"""The longest side of the picture in which lines are looked for, in pixels. They are read from the whole picture."""
_SMALL_SIDE = 640
_SMALL_LINE = 14
_TALL = 1.5
_SAMPLE = 3
_CLEAR = 0.9
# Below this the reader guesses: leaves, bricks and noise of paper turn into letters.
_SURE, _SURE_ALONE = 0.6, 0.85


@dataclass(frozen=True)
class _Upright:
    """A picture turned so that its text stands upright: `turns` quarter turns against the clock; its lines."""

    picture: Picture
    turns: int
    quads: Quads


class PictureReader:
    """The models, and what is done with a picture before and after them."""

    def __init__(self) -> None:
        self._models = OcrModels()

    def read(self, picture: Picture, document: PageText, cancel: CancelToken) -> tuple[str, list[WordPlace]]:
        """See Ocr.read."""
        quads = _found(self._models, picture)
        if not len(quads):
            return "", []
        upright = self._upright(picture, quads, cancel)
        crops, quads = self._crops(upright)
        lines = _lines(quads, self._models.read(crops, cancel))
        height, width = upright.picture.shape[:2]
        # What stands on end beside the text belongs to none of its lines.
        level, on_end = ([line for line in lines if _is_on_end(line) is way] for way in (False, True))
        ordered = [*in_reading_order(level), *on_end]
        text, places = document.join(ordered, PageFrame(0, 0, width, height, 0))
        return text, [(start, end, *_turned_back(place, upright.turns)) for start, end, *place in places]

    def _upright(self, picture: Picture, quads: Quads, cancel: CancelToken) -> _Upright:
        """Turn the picture by quarters: lines on end by their shape, lines on their head by what they say."""
        widths, heights = _sizes(quads)
        long = np.maximum(widths, heights)
        on_end = long[heights > _TALL * widths].sum() > long[widths > _TALL * heights].sum()
        one = _turned(_Upright(picture, 0, quads), 1 if on_end else 0)
        longest = np.argsort(-long)[:_SAMPLE]
        score = self._score(one, longest, cancel)
        if score > _CLEAR:
            return one
        other = _turned(one, 2)
        return other if self._score(other, longest, cancel) > score else one

    def _score(self, page: _Upright, lines: Any, cancel: CancelToken) -> float:
        """How sure the reader is of a few lines, from 0 to 1."""
        read = self._models.read([_crop(page.picture, page.quads[index]) for index in lines], cancel)
        return statistics.fmean(line.score for line in read)

    def _crops(self, page: _Upright) -> tuple[list[Picture], Quads]:
        """Each line as a level picture, and its corners in that picture's order: the few lines on end among upright
        ones are turned by what they say."""
        _, heights = _sizes(page.quads)
        usual = float(np.median(heights))
        crops, quads = [], page.quads.copy()
        for index, quad in enumerate(page.quads):
            crop = _crop(page.picture, quad)
            # A narrow letter that stands alone is also taller than wide.
            if crop.shape[0] > max(_TALL * crop.shape[1], 2 * usual):
                crop, quads[index] = np.rot90(crop), quad[[1, 2, 3, 0]]
                if self._models.upside_down([crop]):
                    crop, quads[index] = np.rot90(crop, 2), quad[[3, 0, 1, 2]]
            crops.append(np.ascontiguousarray(crop))
        return crops, quads


def _found(models: OcrModels, picture: Picture) -> Quads:
    """The lines of a picture, looked for in a copy of the right size; once more in a larger one if they are small."""
    longest = max(picture.shape[:2])
    scale = min(FIND_SIDE / longest, max(1.0, min(_SMALL_SIDE / longest, 2.0)))
    quads = _found_at(models, picture, scale)
    if len(quads) and scale < 1 and float(np.median(_sizes(quads)[1])) * scale < _SMALL_LINE:
        quads = _found_at(models, picture, min(2 * scale, 1.0))
    return quads


def _found_at(models: OcrModels, picture: Picture, scale: float) -> Quads:
    import cv2

    height, width = picture.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    smaller = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # Text that touches the picture's edge is found only with some room around it.
    edge = LINE_HEIGHT // 2
    room = cv2.copyMakeBorder(smaller, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    quads = (models.find(np.asarray(room, np.uint8)) - edge) / scale
    return np.clip(quads, 0, np.asarray([width, height], np.float32))


def _sizes(quads: Quads) -> tuple[Any, Any]:
    """Widths and heights of the lines along their own direction."""
    widths = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    return np.maximum(widths, 1.0), np.maximum(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), 1.0)


def _turned(page: _Upright, quarters: int) -> _Upright:
    """The page after more quarter turns against the clock."""
    picture, quads = page.picture, page.quads
    for _ in range(quarters):
        width = picture.shape[1]
        picture = np.rot90(picture)
        quads = np.stack([quads[..., 1], width - quads[..., 0]], axis=-1)[:, [1, 2, 3, 0]]
    return _Upright(np.ascontiguousarray(picture), (page.turns + quarters) % 4, quads)


def _turned_back(place: Sequence[float], turns: int) -> Place:
    """A box on the turned page as one on the page as it was; both as fractions."""
    x0, y0, x1, y1 = place
    for _ in range(turns):
        x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
    return x0, y0, x1, y1


def _crop(picture: Picture, quad: Any) -> Picture:
    """What stands inside four corners, made level."""
    import cv2

    widths, heights = _sizes(quad[None])
    width, height = max(round(float(widths[0])), 1), max(round(float(heights[0])), 1)
    corners = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    move = cv2.getPerspectiveTransform(np.ascontiguousarray(quad), corners)
    level = cv2.warpPerspective(
        picture, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(level, np.uint8)


def _lines(quads: Quads, read: Sequence[ReadLine]) -> list[Line]:
    """The lines that say something, with their words and their extent as if the page were level."""
    slope = _slope(quads)
    sizes = _sizes(quads)[1]
    usual = float(np.median(sizes))
    lines = []
    for quad, size, said in zip(quads, sizes, read, strict=True):
        text = said.text.strip()
        if said.score < (_SURE if len(text) > 1 else _SURE_ALONE) or not text:
            continue
        # The same letters are found a little higher or lower from line to line.
        size = usual if 0.7 * usual < size < 1.4 * usual else float(size)
        lines.append(_line(quad, size, said, slope))
    return lines


def _line(quad: Any, size: float, said: ReadLine, slope: float) -> Line:
    sine, cosine = math.sin(-slope), math.cos(-slope)
    xs = sorted(float(x) * cosine - float(y) * sine for x, y in quad)
    ys = sorted(float(x) * sine + float(y) * cosine for x, y in quad)
    words = _words(quad, said)
    # A line on a slope of its own is no higher for that.
    line = Line(words, xs[0], xs[3], (ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2, size=size)
    line.letter_top = (line.y0 + line.y1 - size) / 2
    line.text = " ".join(word.text for word in words)
    places = [word.place for word in words if word.place]
    gaps = [after[0] - before[2] for before, after in itertools.pairwise(places)]
    line.gap = max(gaps, default=0.0) / max(size, 1.0)
    return line


def _is_on_end(line: Line) -> bool:
    return line.y1 - line.y0 > 2 * (line.x1 - line.x0) and len(line.text) > 1


def _slope(quads: Quads) -> float:
    """The angle of the page's lines to the level, in radians; long lines tell it best."""
    widths, heights = _sizes(quads)
    long = quads[widths > 5 * heights]
    if not len(long):
        return 0.0
    across = long[:, 1] - long[:, 0]
    return float(statistics.median(np.arctan2(across[:, 1], across[:, 0]).tolist()))


def _words(quad: Any, said: ReadLine) -> list[Word]:
    """The words of a line, parted where the reader saw spaces."""
    words: list[Word] = []
    middles = said.middles
    edges = [0.0, *((a + b) / 2 for a, b in itertools.pairwise(middles)), 1.0]
    first = end = 0
    for token, start, stop in tokens(said.text):
        last = first + len(token)
        left, right = _extent(middles, edges, first, last)
        words.append(Word(token, _place(quad, left, right), 0, glued=bool(words) and start == end))
        first, end = last, stop
    return words


def _extent(middles: Sequence[float], edges: Sequence[float], first: int, last: int) -> tuple[float, float]:
    """From where to where along its line the word of the characters `first:last` reaches."""
    if last > len(middles) or last <= first:
        return 0.0, 1.0
    half = (middles[last - 1] - middles[first]) / max(last - first - 1, 1) / 2 or 1.0
    return max(edges[first], middles[first] - half, 0.0), min(edges[last], middles[last - 1] + half, 1.0)


def _place(quad: Any, left: float, right: float) -> Place:
    """The box around the part of a line between two shares of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = np.stack(
        [quad[0] + left * top, quad[0] + right * top, quad[3] + left * bottom, quad[3] + right * bottom]
    )
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)
