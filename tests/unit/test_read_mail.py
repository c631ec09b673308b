"""Mails, mailboxes and books."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from desktop.engines import reader
from tests import containers, hostile
from tests.reading import read, read_all, write

HEADER = (
    "From: Ms Li <li@example.org>\nTo: house@example.org\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
    "Message-ID: <1@example.org>\nMIME-Version: 1.0\n"
)
SHOWN = "From: Ms Li <li@example.org>\nTo: house@example.org\nDate: Mon, 23 Nov 2026 10:00:00 +0000"


def test_a_mail_with_its_header_and_quoted_reply(tmp_path: Path) -> None:
    path = write(tmp_path, "a.eml", containers.mail(body="Paid.\n\n> Please pay.\n").as_bytes())
    (page,), end = read(path)
    assert page.text == f"Subject: Rent\n{SHOWN}\n\nPaid.\n\n> Please pay."
    assert (end.kind, end.title, page.title) == ("eml", "Rent", "Rent")


def test_attachments_are_members_and_logos_are_not(tmp_path: Path) -> None:
    message = containers.mail(attached={"a.txt": b"first", "../b.txt": b"second"})
    message.add_attachment(b"x" * 5000, "image", "png", filename="logo.png", disposition="inline", cid="<l>")
    message.add_attachment(
        b"x" * 50_000, "image", "png", filename="page.png", disposition="inline", cid="<p>"
    )
    path = write(tmp_path, "a.eml", message.as_bytes())
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert [(one.name, one.size) for one in members] == [("a.txt", 5), ("b.txt", 6), ("page.png", 50_000)]
    assert [read_all(engine, path, member=(one.name,))[0][0].text for one in members[:2]] == [
        "first",
        "second",
    ]


def test_two_attachments_of_one_name_and_a_forwarded_mail(tmp_path: Path) -> None:
    message = containers.mail(attached={"a.txt": b"first"})
    message.add_attachment(b"second", "application", "octet-stream", filename="a.txt")
    message.add_attachment(containers.mail("Old", "Inner words.", attached={"c.txt": b"third"}))
    path = write(tmp_path, "a.eml", message.as_bytes())
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert [one.name for one in members] == ["a.txt", "2/a.txt", "Old.eml"]
    assert read_all(engine, path, member=("2/a.txt",))[0][0].text == "second"
    pages, inner, _ = read_all(engine, path, member=("Old.eml",))
    assert pages[0].text.endswith("Inner words.")
    assert read_all(engine, path, member=("Old.eml", inner[0].name))[0][0].text == "third"


def test_the_better_of_two_forms(tmp_path: Path) -> None:
    page = "<p>" + "Long words of the page. " * 40 + "</p><script>bad()</script>"
    text = read(write(tmp_path, "a.eml", containers.mail(body="See the page.", html=page).as_bytes()))[0][
        0
    ].text
    assert "Long words" in text
    assert "bad" not in text
    text = read(write(tmp_path, "a.eml", containers.mail(body="Said. " * 50, html=page).as_bytes()))[0][
        0
    ].text
    assert "Long words" not in text


@pytest.mark.parametrize(
    ("header", "body", "subject", "text"),
    [
        ("Subject: =?utf-8?B?TWlldGUgZsO8ciBNw6Ryeg==?=", b"words", "Miete für März", "words"),
        ("Subject: =?utf-8?Q?Miete_f=C3?= =?utf-8?Q?=BCr?=", b"words", "Miete für", "words"),
        ("Subject: =?nonsense?B?!!!?=", b"words", "=?nonsense?B?!!!?=", "words"),
        (
            "Subject: x\nContent-Type: text/plain; charset=iso-8859-1",
            "15 €, schön".encode("cp1252"),
            "x",
            "15 €, schön",
        ),
        ("Subject: x\nContent-Type: text/plain; charset=nobody-knows", "schön".encode(), "x", "schön"),
        (
            "Subject: x\nContent-Transfer-Encoding: quoted-printable",
            b"sch=C3=B6n =\ngut =ZZ",
            "x",
            "schön gut =ZZ",
        ),
        ("Subject: x\nContent-Type: text/plain; format=flowed", b"one \ntwo\nthree", "x", "one two\nthree"),
        ("Subject: x\nContent-Type: multipart/mixed", b"no parts", "x", "no parts"),
        (
            "Subject: x\nContent-Type: multipart/mixed; boundary=b",
            b"--b\n\nfirst\n--b\n\nsecond",
            "x",
            "first\n\nsecond",
        ),
    ],
)
def test_odd_headers_and_bodies(tmp_path: Path, header: str, body: bytes, subject: str, text: str) -> None:
    (page,), end = read(write(tmp_path, "a.eml", f"{HEADER}{header}\n\n".encode() + body))
    assert end.title == subject
    assert page.text == f"Subject: {subject}\n{SHOWN}\n\n{text}"


def test_a_digest_has_a_record_for_each_letter(tmp_path: Path) -> None:
    letters = "".join(
        f"--b\nContent-Type: message/rfc822\n\nSubject: No {n}\nMessage-ID: <{n}@x>\n\nWords {n}.\n\n"
        for n in (1, 2)
    )
    source = f"{HEADER}Subject: All\nContent-Type: multipart/digest; boundary=b\n\n{letters}--b--\n"
    pages, end = read(write(tmp_path, "a.eml", source))
    assert [(page.record_id, page.title) for page in pages] == [("", "All"), ("1@x", "No 1"), ("2@x", "No 2")]
    assert end.pages == 3


def test_an_encrypted_mail_is_named(tmp_path: Path) -> None:
    source = f"{HEADER}Subject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"
    with pytest.raises(ReadError, match=r"a\.eml is encrypted for its receiver"):
        read(write(tmp_path, "a.eml", source))


def test_hostile_mails_end(tmp_path: Path) -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    for source in (nested, "Content-Type: message/rfc822\n\n" * 3000, "\n", "X: y\n" * 5000):
        path = write(tmp_path, "a.eml", f"{HEADER}Subject: x\n{source}deep")
        try:
            pages, _ = read(path)
        except ReadError as error:
            assert "a.eml" in error.what  # noqa: PT017 - either end is right
        else:
            assert pages[0].text.startswith("Subject: x")


def test_a_mailbox_has_a_record_for_each_mail(tmp_path: Path) -> None:
    one = containers.mail(
        "One", "First.\n\nFrom here on it is fine at 10:00.\n", attached={"a.txt": b"words"}, number=1
    )
    two = b"X-Mozilla-Status: 0009\n" + containers.mail("Gone", "Deleted.", number=2).as_bytes()
    three = containers.mail("Three", "Third.", attached={"a.txt": b"more"}, number=3)
    path = write(tmp_path, "Inbox", containers.mailbox([one.as_bytes(), two, three.as_bytes()]))
    engine = reader.create({})
    pages, members, end = read_all(engine, path)
    assert [(page.number, page.record_id, page.title) for page in pages] == [
        (1, "1@example.org", "One"),
        (2, "3@example.org", "Three"),
    ]
    assert pages[0].text.endswith("First.\n\nFrom here on it is fine at 10:00.")
    assert [one.name for one in members] == ["1/a.txt", "3/a.txt"]
    assert end.kind == "mbox"
    assert [read_all(engine, path, member=(one.name,))[0][0].text for one in members] == ["words", "more"]


def test_a_web_page_saved_as_one_file(tmp_path: Path) -> None:
    source = (
        "From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        "--b\nContent-Type: text/html\n\n<title>House</title><p>Words of the page.</p>\n--b--\n"
    )
    (page,), end = read(write(tmp_path, "a.mhtml", source))
    assert (page.text, end.kind, end.title) == ("Words of the page.", "mhtml", "House")


# --- books ------------------------------------------------------------------------------------------------------


def test_a_book_in_the_order_of_its_spine(tmp_path: Path) -> None:
    contents = (
        '<ol><li><a href="text/b.xhtml">One</a></li><li><a href="text/a.xhtml#x">Two, late</a></li></ol>'
    )
    book = containers.epub(
        {"b.xhtml": "<p>First.</p>", "a.xhtml": "<h1>Two</h1><p>Early.</p><p id='x'>Late.</p>"},
        contents=contents,
    )
    pages, end = read(write(tmp_path, "a.epub", book))
    assert [page.text for page in pages] == ["First.", "Two\n\nEarly.\n\nLate."]
    assert [[heading.text for heading in page.headings] for page in pages] == [["One"], ["Two", "Two, late"]]
    assert (end.kind, end.title, end.pages) == ("epub", "The house", 2)


def test_a_locked_book_is_named_and_garbled_fonts_lock_nothing(tmp_path: Path) -> None:
    def listing(method: str, name: str) -> bytes:
        return (
            f'<e xmlns="x"><EncryptedData><EncryptionMethod Algorithm="{method}"/><CipherData>'
            f'<CipherReference URI="{name}"/></CipherData></EncryptedData></e>'
        ).encode()

    chapters = {"a.xhtml": "<p>Words.</p>"}
    locked = {"META-INF/encryption.xml": listing("aes", "OPS/text/a.xhtml"), "META-INF/rights.xml": b"<r/>"}
    with pytest.raises(ReadError, match=r"locked by copy protection \(Adobe ADEPT\)") as caught:
        read(write(tmp_path, "a.epub", containers.epub(chapters, parts=locked)))
    assert caught.value.reason == "unsupported"
    fonts = {"META-INF/encryption.xml": listing("http://www.idpf.org/2008/embedding", "OPS/f.otf")}
    assert read(write(tmp_path, "a.epub", containers.epub(chapters, parts=fonts)))[0][0].text == "Words."


@pytest.mark.parametrize(
    "content", [{"mimetype": b"application/epub+zip"}, {"META-INF/container.xml": b"<a"}]
)
def test_a_broken_book_is_one_sentence(tmp_path: Path, content: dict[str, bytes]) -> None:
    with pytest.raises(ReadError, match=r"a\.epub is damaged: it has no chapters"):
        read(write(tmp_path, "a.epub", hostile.zipped(content)))
