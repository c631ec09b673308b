"""Finds texts that are nearly the same: a 64-bit fingerprint of each, and groups of fingerprints that differ little.

The fingerprint is simhash (Charikar, "Similarity estimation techniques from rounding algorithms", 2002) over runs of
words: two texts that share most of their runs differ in few of its bits, whatever their length and their pages.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SHINGLE = 2
"""Words in a run. Single words are shared by all texts of a language, long runs break at every changed word."""
NEAR = 8
"""Bits of 64 in which texts that are nearly the same may differ; texts that have nothing in common differ in 32.

Taken on the 240 paragraphs of XQuAD: with one word in fifty replaced nine of ten are found, and no two different ones
come nearer than 14.
"""

# Scripts without spaces between words: each sign counts as one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_BITS = 64
_AT_ONCE = 16_384


class Fingerprint:
    """The fingerprint of a text that comes in pieces; where it is cut does not matter, as long as no word is cut."""

    def __init__(self) -> None:
        self._balance: np.ndarray[Any, Any] | None = None
        self._tail: list[int] = []
        self._words = 0

    def add(self, text: str) -> None:
        """Take the next piece of the text, such as a page."""
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text)
        words = _WORD.findall(text.casefold())
        for first in range(0, len(words), _AT_ONCE):
            hashed = [*self._tail, *map(_hashed, words[first : first + _AT_ONCE])]
            self._words += len(hashed) - len(self._tail)
            self._tail = hashed[-(SHINGLE - 1) :]
            if len(hashed) >= SHINGLE:
                self._count(hashed)

    @property
    def value(self) -> int:
        """The fingerprint so far, a number of 64 bits; 0 where there are no words."""
        import numpy as np

        if not self._words:
            return 0
        if self._balance is None:  # fewer words than a run has
            self._count(self._tail + [0] * (SHINGLE - len(self._tail)))
        bits = np.packbits(self._balance > 0)  # type: ignore[operator, unused-ignore]
        return int(bits.view(np.uint64)[0]) or 1

    def _count(self, words: list[int]) -> None:
        """Let each run of words vote for or against each bit."""
        import numpy as np

        hashes = np.array(words, np.uint64)
        runs = np.zeros(len(words) - SHINGLE + 1, np.uint64)
        for place in range(SHINGLE):
            # The odd factor makes the order of the words count.
            runs = runs * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(runs)]
        bits = np.unpackbits(_mixed(runs).view(np.uint8).reshape(-1, _BITS // 8), axis=1)
        votes = 2 * bits.sum(axis=0, dtype=np.int64) - len(runs)
        self._balance = votes if self._balance is None else self._balance + votes


def fingerprint(texts: Iterable[str]) -> int:
    """The fingerprint of a text in pieces, such as the pages of a document; 0 where there are no words in it."""
    whole = Fingerprint()
    for text in texts:
        whole.add(text)
    return whole.value


def distance(left: int, right: int) -> int:
    """The number of bits in which two fingerprints differ."""
    return (left ^ right).bit_count()


def groups(fingerprints: Sequence[int], sizes: Sequence[int], near: int = NEAR) -> list[list[int]]:
    """Groups of at least two places in `fingerprints` that are nearly the same as the first of their group.

    `sizes` are the lengths of the texts: one that is over a quarter longer than the other is not the same. Each place
    is in one group at most, and a group does not chain: all are near to its first. The earlier come first. Time grows
    with the square of the number (50,000 take a second or two), memory with the number.
    """
    import numpy as np

    every = np.array(fingerprints, np.uint64)
    places = np.flatnonzero(every)
    values = every[places]
    lengths = np.array(sizes, np.float64)[places]
    found: list[list[int]] = []
    grouped = np.zeros(len(places), bool)
    for first in range(len(places)):
        if grouped[first]:
            continue
        close = np.bitwise_count(values[first + 1 :] ^ values[first]) <= near
        if not close.any():
            continue
        others = first + 1 + np.flatnonzero(close)
        longer = np.maximum(lengths[others], lengths[first])
        alike = np.minimum(lengths[others], lengths[first]) * 1.25 >= longer
        others = others[alike & ~grouped[others]]
        if len(others):
            grouped[others] = True
            found.append([int(places[first]), *(int(place) for place in places[others])])
    return found


@lru_cache(maxsize=100_000)
def _hashed(word: str) -> int:
    # Python's own hash of a text differs from run to run.
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _mixed(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Spread numbers over 64 bits: the finaliser of splitmix64 (Steele, Lea and Flood, 2014)."""
    import numpy as np

    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
