"""Image files: what they are, how they are turned and drawn, and what OCR reads in them."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.core.cancel import CancelToken
from desktop.core.documents import unpack_boxes
from desktop.core.errors import ReadError
from desktop.core.reading_requests import FileRead, PagesRead, ReadFile
from desktop.engines import reader
from desktop.engines.read_pdf_scan import is_garbled
from tests.pictures import encoded, scanned_pdf, text_picture
from tests.reading import read, render, write

LINE = "The heating is checked in October"
LEFT = [
    "The deposit is kept apart",
    "from the money of the house",
    "and is paid back at the end",
    "of the tenancy with interest",
]
RIGHT = [
    "Every tenant may keep a bicycle",
    "in the room beside the cellar",
    "as long as the way to the door",
    "of the boiler room stays free",
]


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    ("name", "format"),
    [("png", "PNG"), ("jpg", "JPEG"), ("gif", "GIF"), ("tif", "TIFF"), ("webp", "WEBP"), ("bmp", "BMP")],
)
def test_text_is_read_in_every_format_without_the_network(
    tmp_path: Path, offline: None, name: str, format: str
) -> None:
    path = write(tmp_path, "no suffix", encoded(text_picture([[LINE]], size=(500, 100)), format))
    (page,), end = read(path)
    assert end == FileRead(name, "", 1, scanned=1)
    assert page.text == LINE


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_are_marked_where_they_stand_however_the_page_lies(tmp_path: Path, turn: int) -> None:
    path = write(tmp_path, "a.png", encoded(text_picture([LEFT]).rotate(turn, expand=True), "PNG"))
    (page,), _ = read(path)
    assert page.text.split() == " ".join(LEFT).split()
    picture = render(path, width=900)
    ink = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3).min(axis=2) < 120
    inside = np.zeros_like(ink)
    for word in unpack_boxes(page.boxes):
        rows = slice(round(word.box.y0 * picture.height), round(word.box.y1 * picture.height) + 1)
        columns = slice(round(word.box.x0 * picture.width), round(word.box.x1 * picture.width) + 1)
        assert ink[rows, columns].any()
        inside[rows, columns] = True
    assert (ink & inside).sum() / ink.sum() > 0.9  # a box on a wrongly turned page holds less than half


def test_columns_are_read_one_after_the_other_but_rows_of_a_table_across(tmp_path: Path) -> None:
    (page,), _ = read(write(tmp_path, "a.png", encoded(text_picture([LEFT, RIGHT]), "PNG")))
    assert page.text.split() == " ".join([*LEFT, *RIGHT]).split()
    cells = [["Rent", "Heating", "Water", "Lift", "Waste"], ["900", "120", "35", "12", "18"]]
    (page,), _ = read(write(tmp_path, "b.png", encoded(text_picture(cells), "PNG")))
    assert page.text.split() == [word for row in zip(*cells, strict=True) for word in row]


def test_a_camera_that_was_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = text_picture([[LINE]], size=(500, 100)).rotate(90, expand=True)
    path = write(tmp_path, "a.jpg", encoded(sideways, "JPEG", exif=exif))
    picture = render(path, width=400)
    assert (picture.width, picture.height) == (400, 80)
    assert read(path)[0][0].text == LINE


def test_the_pages_of_a_tiff_and_only_one_picture_of_an_animation(tmp_path: Path) -> None:
    frames = [text_picture([[f"Page {number}"]], size=(300, 100)) for number in ("one", "two")]
    more = {"save_all": True, "append_images": frames[1:]}
    path = write(tmp_path, "a.tif", encoded(frames[0], "TIFF", **more))
    pages, end = read(path)
    assert [page.text for page in pages] == ["Page one", "Page two"]
    assert (end.pages, end.scanned, render(path, 2).pages) == (2, 2, 2)
    animation = write(tmp_path, "a.gif", encoded(frames[0], "GIF", **more))
    assert [page.text for page in read(animation)[0]] == ["Page one"]
    with pytest.raises(ReadError, match="has no page 3"):
        render(path, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_colour_is_drawn_dark_on_light(tmp_path: Path, mode: str) -> None:
    grey = text_picture([[LINE]], size=(500, 100)).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 200)
    elif mode == "RGBA":  # the letters alone, on nothing
        picture = Image.new("RGBA", grey.size, (0, 0, 0, 0))
        picture.putalpha(grey.point(lambda value: 255 - value))
    else:
        picture = grey.convert("RGB").convert(mode) if mode != "LA" else grey.convert("LA")
    path = write(tmp_path, "a", encoded(picture, "TIFF" if mode == "CMYK" else "PNG"))
    drawn = render(path, width=500)
    pixels = np.frombuffer(drawn.pixels, np.uint8).reshape(drawn.height, drawn.width, 3)
    assert pixels[0, 0].min() > 240
    assert 0.005 < (pixels.max(axis=2) < 100).mean() < 0.2


def test_a_picture_without_text_is_read_and_empty(tmp_path: Path) -> None:
    (page,), end = read(write(tmp_path, "a.png", encoded(Image.new("RGB", (300, 200), "navy"), "PNG")))
    assert (page.text, page.boxes, end.scanned, end.unread) == ("", b"", 1, 0)


def test_broken_and_enormous_pictures_say_so(tmp_path: Path) -> None:
    whole = encoded(text_picture([LEFT]), "PNG")
    huge = encoded(Image.new("1", (15_000, 14_000)), "PNG")
    for content, reason in (
        (whole[: len(whole) // 2], "damaged"),
        (whole[:40], "damaged"),
        (huge, "too large"),
    ):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, "a.png", content))
        assert caught.value.reason == reason


def test_without_ocr_pages_are_only_counted(tmp_path: Path) -> None:
    picture = text_picture([[LINE]])
    files = {
        "a.png": (encoded(picture, "PNG"), 1),
        "a.pdf": (scanned_pdf(["A page of text that is long enough.", picture, picture]), 2),
    }
    for name, (content, unread) in files.items():
        request = ReadFile(str(write(tmp_path, name, content)), ocr=False)
        engine = reader.create({})
        *_, end = engine.handle(request, CancelToken())
        assert isinstance(end, FileRead)
        assert (end.scanned, end.unread) == (0, unread)


def test_scanned_pages_of_a_mixed_pdf_are_told_one_by_one(tmp_path: Path) -> None:
    text = "A page of text that is long enough."
    content = scanned_pdf([text, text, text_picture([LEFT]), text_picture([[LINE]]), text])
    request = ReadFile(str(write(tmp_path, "a.pdf", content)))
    *batches, end = reader.create({}).handle(request, CancelToken())
    assert isinstance(end, FileRead)
    assert (end.pages, end.scanned, end.unread) == (5, 2, 0)
    sent = [[page.number for page in batch.pages] for batch in batches if isinstance(batch, PagesRead)]
    assert sent == [[1], [2, 3], [4], [5]]
    texts = [page.text for batch in batches if isinstance(batch, PagesRead) for page in batch.pages]
    assert texts[0] == texts[1] == texts[4] == text
    assert texts[2].split() == " ".join(LEFT).split()
    assert texts[3] == LINE


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        (
            "The deposit is three months' rent and is kept apart from the landlord's own money, as the law asks.",
            False,
        ),
        (
            "Strč prst skrz krk. Příliš žluťoučký kůň úpěl ďábelské ódy, a nikdo mu v tom nebránil ani na okamžik.",
            False,
        ),
        (
            "Договор заключён на неопределённый срок и может быть расторгнут любой из сторон за три месяца.",
            False,
        ),
        (
            "7KH GHSRVLW LV WKUHH PRQWKV UHQW DQG LV NHSW DSDUW IURP WKH ODQGORUGV RZQ PRQHB DV WKH ODZ DVNV",
            True,
        ),
        ("\ue001\ue002\ue003 \ue004\ue005" * 20, True),
    ],
)
def test_a_text_layer_that_says_nothing_is_told(text: str, garbled: bool) -> None:
    assert is_garbled(text) is garbled
