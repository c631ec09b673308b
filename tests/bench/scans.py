"""What a scanned page costs and how well it is read: the sample PDFs' own pages, and drawn ones with two columns."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from desktop.core.cancel import CancelToken
from desktop.core.paths import Paths
from desktop.core.reading_requests import PagePicture, PagesRead, ReadFile, RenderPage
from desktop.engines import reader
from desktop.engines.read_ocr import Ocr
from desktop.engines.read_pdf_layout import PageText
from tests.bench import texts
from tests.bench.measure import Figure, Options, median, say
from tests.pictures import text_picture

WIDTH = 1_654
"""Pixels of an A4 page at 200 dots an inch."""
COLUMN_LINES = 60


def figures(options: Options) -> list[Figure]:
    """A line for pages of one column, and one for pages of two."""
    ocr = Ocr()
    ocr.read(np.asarray(text_picture([["A first line to warm up with."]])), PageText(), CancelToken())
    sets = {"one column": list(_sample_pages(Paths.default().samples)), "two columns": list(_two_columns(4))}
    return [_line(ocr, name, pages) for name, pages in sets.items()]


def _line(ocr: Ocr, name: str, pages: Sequence[tuple[Any, str]]) -> Figure:
    seconds, shares, orders = [], [], []
    for number, (picture, truth) in enumerate(pages, 1):
        say(f"scans: {name}, page {number} of {len(pages)}")
        start = time.process_time()
        text, _ = ocr.read(picture, PageText(), CancelToken())
        seconds.append(time.process_time() - start)
        seen, told = _words(text), _words(truth)
        shares.append(_f1(seen, told))
        orders.append(_f1(list(itertools.pairwise(seen)), list(itertools.pairwise(told))))
    memory = psutil.Process().memory_info().rss / 2**20
    return Figure(
        f"OCR of pages with {name}: word F1",
        "≥ 0.96",
        f"{median(shares):.3f}",
        f"{median(seconds):.1f} CPU s a page",
        median(shares) >= 0.96 and median(orders) >= 0.96,
        f"{len(pages)} pages at 200 dots an inch; F1 of pairs of neighbouring words, which tells the order: "
        f"{median(orders):.3f}; lowest word F1 {min(shares):.3f}; slowest page {max(seconds):.1f} CPU s; "
        f"the process then held {memory:.0f} MB",
    )


def _sample_pages(folder: Path) -> Iterator[tuple[Any, str]]:
    """The first pages of the sample PDFs as pictures, and their text."""
    engine = reader.create({})
    for path in sorted(folder.glob("*.pdf")):
        first = next(iter(engine.handle(ReadFile(str(path)), CancelToken())))
        assert isinstance(first, PagesRead)
        (drawn,) = engine.handle(RenderPage(str(path), 1, WIDTH), CancelToken())
        assert isinstance(drawn, PagePicture)
        pixels = np.frombuffer(drawn.pixels, np.uint8).reshape(drawn.height, drawn.width, 3)
        yield pixels, first.pages[0].text


def _two_columns(count: int) -> Iterator[tuple[Any, str]]:
    for number in range(count):
        lines = texts.wrapped(texts.document(2_000_000 + number, 900), 52)[: 2 * COLUMN_LINES]
        columns = [lines[:COLUMN_LINES], lines[COLUMN_LINES:]]
        picture = text_picture(columns, size=(WIDTH, 2_339), points=26)
        yield np.asarray(picture), " ".join(lines)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _f1(seen: Sequence[object], told: Sequence[object]) -> float:
    """Twice what both have, by what each has."""
    shared = sum((Counter(seen) & Counter(told)).values())
    return 2 * shared / max(len(seen) + len(told), 1)
