"""Outlook's messages: header, text and attachments, also those in each other, and broken ones."""

from __future__ import annotations

import time
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from desktop.engines import read_outlook, reader
from tests import hostile
from tests.outlook import attached_message, attachment, container, message
from tests.reading import read, read_all, write

HEADER = {0x0037: "Boiler ü", 0x0C1A: "Ms Li", 0x0C1F: "/O=HOUSE/CN=LI", 0x0065: "li@example.org"}
PEOPLE = [(1, "Jürgen Okafor", "okafor@example.org"), (2, "house@example.org", "house@example.org")]


def test_a_message_with_its_header_and_attachments(tmp_path: Path) -> None:
    inner = message({0x0037: "Older", 0x1000: "An older message."}, head=24)
    files = [attachment("plan ä.txt", b"The plan of the boiler."), attached_message(inner)]
    texts = {**HEADER, 0x1000: "The boiler is cold.\r\n\r\nPlease come."}
    path = write(tmp_path, "a.bin", container(message(texts, people=PEOPLE, attached=files)))
    engine = reader.create({})
    pages, members, end = read_all(engine, path)
    assert (end.kind, end.title) == ("msg", "Boiler ü")
    assert pages[0].text == (
        "Subject: Boiler ü\nFrom: Ms Li <li@example.org>\n"
        "To: Jürgen Okafor <okafor@example.org>\nCc: house@example.org\nDate: Wed, 28 Jan 2026 12:00:00 +0000\n\n"
        "The boiler is cold.\n\nPlease come."
    )
    assert [one.name for one in members] == ["plan ä.txt", "Older.eml"]
    texts_inside = [read_all(engine, path, member=(one.name,))[0][0].text for one in members]
    assert texts_inside[0] == "The plan of the boiler."
    assert texts_inside[1].endswith("An older message.")


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ({"__substg1.0_10130102": "<p>Grüße <b>an</b> alle</p>".encode("cp1252")}, {0x3FDE: 1252}),
        ({"__substg1.0_10130102": "<p>Grüße <b>an</b> alle</p>".encode()}, {0x3FDE: 65001}),
        ({"__substg1.0_1000001E": "Grüße an alle".encode("cp437")}, {0x3FFD: 437}),
        ({"__substg1.0_1000001E": "Grüße an alle".encode("cp1252")}, {0x3FFD: 99999}),
    ],
)
def test_web_pages_and_old_code_pages(tmp_path: Path, raw: dict[str, bytes], values: dict[int, int]) -> None:
    path = write(tmp_path, "a.msg", container(message({0x0037: "Hi"}, raw=raw, values=values)))
    assert read(path)[0][0].text.endswith("\n\nGrüße an alle")


def test_a_message_with_nothing_in_it_and_broken_ones(tmp_path: Path) -> None:
    whole = container(message({**HEADER, 0x1000: "The boiler is cold."}, people=PEOPLE))
    for number, content in enumerate((whole[:1500], whole[:600] + hostile.noise(3000), whole[:1024])):
        with pytest.raises(ReadError):
            read(write(tmp_path, f"{number}.msg", content))
    with pytest.raises(ReadError, match="is empty"):
        read(write(tmp_path, "empty.msg", container({"__nameid_version1.0": {}})))


def test_a_locked_attachment_does_not_lock_the_message(tmp_path: Path) -> None:
    files = [attachment("locked.docx", hostile.encrypted_office())]
    path = write(tmp_path, "a.msg", container(message({**HEADER, 0x1000: "See."}, attached=files)))
    engine = reader.create({})
    assert read_all(engine, path)[0][0].text.endswith("See.")
    with pytest.raises(ReadError, match="locked with a password"):
        read_all(engine, path, member=("locked.docx",))


def test_thousands_of_receivers_are_one_field_at_once() -> None:
    everybody = "; ".join(f"Räuber {number}" for number in range(5_000))
    begun = time.monotonic()
    assert str(make_header(decode_header(read_outlook._field(everybody)))) == everybody
    assert time.monotonic() - begun < 1
