"""Image files: each picture in them is a page, upright as a person sees it, and its text is read by OCR."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page, pack_places
from desktop.core.errors import ReadError
from desktop.engines.read_files import damaged, too_large
from desktop.engines.read_types import Reading, Scans

if TYPE_CHECKING:
    from PIL import Image

    from desktop.engines.read_ocr import Ocr

# The kinds of `read_kinds`, and the decoders of Pillow that may have a file of each: no other is ever tried.
DECODERS: dict[str, tuple[str, ...]] = {
    "png": ("PNG",),
    "jpg": ("JPEG", "MPO"),
    "gif": ("GIF",),
    "tif": ("TIFF",),
    "webp": ("WEBP",),
    "bmp": ("BMP",),
    "heic": ("HEIF",),
    "avif": ("AVIF",),
}
MAX_PIXELS = 200_000_000
"""Of one picture: a sheet of A0 at 300 dots an inch has 140 million."""
OCR_SIDE = 4_000
"""The longest side in pixels of the picture that is read; larger ones are made smaller."""
_LIGHT = 160


def read_image(path: str, file: BinaryIO, kind: str, ocr: Ocr | None, cancel: CancelToken) -> Reading:
    """Read an image file. Without `ocr` its pages are empty and counted as unread. Raises ReadError."""
    pictures = Pictures(path, file, kind)
    scans = Scans()
    return Reading(kind, "", pictures.count, _pages(pictures, ocr, scans, cancel), scans)


def _pages(pictures: Pictures, ocr: Ocr | None, scans: Scans, cancel: CancelToken) -> Iterator[Page]:
    if ocr is None:
        scans.unread = pictures.count
        yield from (Page(number, "") for number in range(1, pictures.count + 1))
        return
    from desktop.engines.read_pdf_layout import PageText

    text = PageText()
    for index in range(pictures.count):
        cancel.check()
        picture = np.asarray(pictures.draw(index, OCR_SIDE, OCR_SIDE))
        words, places = ocr.read(picture, text, cancel)
        scans.scanned += 1
        yield Page(index + 1, words, pack_places(places))


class Pictures:
    """The pictures of an open image file. `count` is more than one for the pages of a TIFF only: the frames of an
    animation show one picture."""

    def __init__(self, path: str, file: BinaryIO, kind: str) -> None:
        """Read the file's header. Raises ReadError if it is none that Pillow can decode."""
        from PIL import Image

        if kind == "heic":
            import pi_heif

            pi_heif.register_heif_opener(thumbnails=False)
        self._path = path
        file.seek(0)
        with self._decoding():
            self._image = Image.open(file, formats=DECODERS[kind])
            self._check_size()
            self.count = max(int(getattr(self._image, "n_frames", 1)), 1) if kind == "tif" else 1

    @property
    def width(self) -> int:
        """In pixels, of the first picture."""
        return int(self._image.width)

    @property
    def height(self) -> int:
        """In pixels, of the first picture."""
        return int(self._image.height)

    def draw(self, index: int, width: int, height: int) -> Image.Image:
        """A picture as RGB, made smaller where it is wider or higher than asked, turned as its camera was held.

        Raises ReadError; its reason is "missing" if there is no such picture.
        """
        from PIL import Image, ImageOps

        if not 0 <= index < self.count:
            raise ReadError(f"{Path(self._path).name} has no page {index + 1}.", "", "", "missing")
        with self._decoding():
            if self.count > 1:
                self._image.seek(index)
                self._check_size()
            longest = max(width, height)
            self._image.draft(
                None, (longest, longest)
            )  # JPEG is decoded at half or a quarter where that is enough
            image = ImageOps.exif_transpose(_plain(self._image))
            scale = min(width / image.width, height / image.height, 1.0)
            if scale < 1.0:
                size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
                image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
            return _opaque(image)

    def _check_size(self) -> None:
        if self._image.width * self._image.height > MAX_PIXELS:
            raise too_large(
                self._path, f"has a picture of more than {MAX_PIXELS // 1_000_000} million pixels"
            )

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """Turn what Pillow raises about a broken file into a ReadError."""
        from PIL import Image

        try:
            with warnings.catch_warnings():
                # About odd metadata, and about large pictures, which have our own limit.
                warnings.simplefilter("ignore")
                yield
        except Image.DecompressionBombError as error:
            raise too_large(self._path, "has a picture that is too large") from error
        except (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError) as error:
            # Pillow's decoders raise any of these where a file breaks its format's rules.
            raise damaged(self._path, "its picture cannot be decoded", repr(error)) from error


def _plain(image: Image.Image) -> Image.Image:
    """The picture with 8 bits a colour, in a mode that can be made smaller well."""
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    has_alpha = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("L" if image.mode == "1" else "RGBA" if has_alpha else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Values of 16 or 32 bits brought to 0 to 255, from the darkest to the lightest that there are."""
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, np.float32))
    low, high = float(values.min()), float(values.max())
    plain = Image.fromarray(((values - low) * (255 / max(high - low, 1e-6))).astype(np.uint8), "L")
    plain.info = dict(image.info)
    return plain


def _opaque(image: Image.Image) -> Image.Image:
    """As RGB. What shows through is white, or black behind a drawing that is light itself."""
    from PIL import Image

    if image.mode != "RGBA":
        return image.convert("RGB")
    seen = np.asarray(image.convert("LA"))
    drawn = seen[..., 0][seen[..., 1] > 128]
    light = drawn.size > 0 and float(drawn.mean()) > _LIGHT and float((seen[..., 1] < 128).mean()) > 0.3
    ground = Image.new("RGBA", image.size, "black" if light else "white")
    return Image.alpha_composite(ground, image).convert("RGB")
