"""Archives as folders: their files listed, unpacked one by one within limits, and read as any other."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import stat
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import RenderPage
from desktop.engines import read_members, read_tar, read_zip, reader
from desktop.engines.read_names import dos_names, file_name, plain_name, unique
from tests import containers, hostile
from tests.reading import read, read_all, write


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


def left_behind(tmp_path: Path) -> list[str]:
    """The files that lie in the temporary folder."""
    return sorted(path.name for path in (tmp_path / "temporary").rglob("*") if path.is_file())


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    files = {"docs/a.txt": b"First words.", "b.pdf": hostile.pdf([["Second words."]]), "docs/": b""}
    path = write(tmp_path, "all.zip", hostile.zipped(files))
    engine = reader.create({})
    pages, members, end = read_all(engine, path)
    assert (pages, end.kind, end.pages) == ([], "zip", 0)
    assert [(one.name, one.size, one.sha256) for one in members] == [
        (name, len(files[name]), hashlib.sha256(files[name]).hexdigest()) for name in ("docs/a.txt", "b.pdf")
    ]
    assert all(one.modified > 1e9 for one in members)
    texts = [read_all(engine, path, member=(one.name,))[0][0].text for one in members]
    assert texts == ["First words.", "Second words."]


def test_a_folder_named_word_makes_no_word_document(tmp_path: Path) -> None:
    path = write(tmp_path, "all.zip", hostile.zipped({"word/a.txt": b"words"}))
    assert read(path)[1].kind == "zip"


def test_a_page_of_a_pdf_in_a_zip_is_drawn(tmp_path: Path) -> None:
    path = write(tmp_path, "all.zip", hostile.zipped({"b.pdf": hostile.pdf([["words"]])}))
    (picture,) = reader.create({}).handle(RenderPage(str(path), 1, 100, member=("b.pdf",)), CancelToken())
    assert picture.width == 100


def test_a_mail_in_a_zip_with_a_pdf_attached(tmp_path: Path) -> None:
    pdf = hostile.pdf([["The contract."]])
    mail = containers.mail(attached={"contract.pdf": pdf}).as_bytes()
    path = write(tmp_path, "all.zip", hostile.zipped({"post/mail.eml": mail}))
    engine = reader.create({})
    pages, members, end = read_all(engine, path, member=("post/mail.eml",))
    assert (end.kind, pages[0].title, [one.name for one in members]) == ("eml", "Rent", ["contract.pdf"])
    pages, _, end = read_all(engine, path, member=("post/mail.eml", "contract.pdf"))
    assert (end.kind, pages[0].text) == ("pdf", "The contract.")


def test_the_sentences_name_the_member(tmp_path: Path) -> None:
    path = write(
        tmp_path, "all.zip", hostile.zipped({"a/broken.pdf": b"%PDF-1.7 nothing", "b.txt": b"words"})
    )
    with pytest.raises(ReadError, match=r"^broken\.pdf is damaged"):
        read(path, member=("a/broken.pdf",))
    with pytest.raises(ReadError, match=r"^c\.txt is no longer in all\.zip") as caught:
        read(path, member=("c.txt",))
    assert caught.value.reason == "missing"
    with pytest.raises(ReadError, match=r"is no longer in b\.txt"):
        read(path, member=("b.txt", "c.txt"))
    assert read(path, member=("b.txt",))[0][0].text == "words"


def test_what_was_unpacked_is_kept_for_its_neighbours_only(tmp_path: Path) -> None:
    inner = hostile.zipped({"a.txt": b"a", "b.txt": b"b"})
    path = write(tmp_path, "all.zip", hostile.zipped({"inner.zip": inner, "c.txt": b"c"}))
    engine = reader.create({})
    assert read_all(engine, path, member=("inner.zip", "a.txt"))[0][0].text == "a"
    assert left_behind(tmp_path) == ["a.txt", "inner.zip"]
    assert read_all(engine, path, member=("inner.zip", "b.txt"))[0][0].text == "b"
    assert left_behind(tmp_path) == ["b.txt", "inner.zip"]
    assert read_all(engine, path, member=("c.txt",))[0][0].text == "c"
    assert left_behind(tmp_path) == ["c.txt"]
    write(tmp_path, "all.zip", hostile.zipped({"c.txt": b"changed"}))
    assert read_all(engine, path, member=("c.txt",))[0][0].text == "changed"
    del engine
    assert left_behind(tmp_path) == []


def test_the_persons_file_does_not_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "all.zip", hostile.zipped({"a.txt": b"a", "b.txt": b"b"}))
    engine = reader.create({})
    read_all(engine, path, member=("a.txt",))
    sources = [level.source for level in engine._unpacked._levels if level.source]
    assert [source._file for source in sources] == [None]
    assert read_all(engine, path, member=("b.txt",))[0][0].text == "b"


def test_folders_of_readers_that_were_killed_are_removed(tmp_path: Path) -> None:
    dead = tmp_path / "temporary" / "deskside-reader-999999999-x"
    alive = tmp_path / "temporary" / f"deskside-reader-{os.getpid()}-x"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "left.txt").write_text("left")
    read(write(tmp_path, "all.zip", hostile.zipped({"a.txt": b"a"})), member=("a.txt",))
    assert (dead.exists(), alive.exists()) == (False, True)


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plain", "file"),
    [
        ("a/b.txt", "a/b.txt", "b.txt"),
        ("../../etc/passwd", "etc/passwd", "passwd"),
        ("/etc/passwd", "etc/passwd", "passwd"),
        ("C:\\docs\\..\\a.txt", "docs/a.txt", "a.txt"),
        ("a\nb\r\n.txt", "a b .txt", "a b .txt"),
        ("\u202efdp.exe\u2066", "fdp.exe", "fdp.exe"),
        ("a\0b.txt", "ab.txt", "ab.txt"),
        ("con.txt", "con.txt", "_con.txt"),
        ("a:b?.txt", "a:b?.txt", "a_b_.txt"),
        ("..", "file", "file"),
        ("a/. .", "a/. .", "file"),
        ("\udcff.txt", "\ufffd.txt", "\ufffd.txt"),
    ],
)
def test_names_are_harmless(name: str, plain: str, file: str) -> None:
    assert (plain_name(name), file_name(plain_name(name))) == (plain, file)


def test_long_names_keep_their_suffix() -> None:
    name = file_name(plain_name("ü" * 5000 + ".pdf"))
    assert name.endswith("ü.pdf")
    assert len(name.encode()) <= 120


def test_names_are_unique() -> None:
    assert unique(["a/b.txt", "a/b.txt", "a/2/b.txt", "c", "a/b.txt", "c"]) == [
        "a/b.txt", "a/2/b.txt", "a/2/2/b.txt", "c", "a/3/b.txt", "2/c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["Verträge/Kündigung März.txt", "Größe.txt"], "utf-8"),
        (["Verträge/Kündigung März.txt", "plain.txt"], "cp437"),
        (["Договор аренды.txt", "Протокол собрания жильцов.txt", "Счета за отопление.txt"], "cp866"),
        (["賃貸契約書と敷金について.txt", "管理組合の議事録.txt", "家賃の支払い.txt"], "cp932"),
    ],
)
def test_names_without_a_word_on_their_encoding(names: list[str], encoding: str) -> None:
    assert dos_names([name.encode(encoding) for name in names]) == names


def test_odd_names_in_an_archive_are_all_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    names = [
        "../../up.txt",
        "/top.txt",
        "a\nb.txt",
        "\u202etxt.exe",
        "same.txt",
        "same.txt",
        "x" * 300 + ".txt",
        "ä.txt",
    ]
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the two of the same name
        for index, name in enumerate(names):
            archive.writestr(name, f"text {index}")
    path = write(tmp_path, "odd.zip", out.getvalue())
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert len({one.name for one in members}) == len(names)
    assert not any(".." in one.name or one.name.startswith("/") or "\n" in one.name for one in members)
    texts = [read_all(engine, path, member=(one.name,))[0][0].text for one in members]
    assert texts == [f"text {index}" for index in range(len(names))]
    outside = [one for one in tmp_path.rglob("*.txt") if tmp_path / "temporary" not in one.parents]
    assert outside == []


def test_litter_links_and_folders_are_left_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        for name in (
            "__MACOSX/._a.txt",
            ".DS_Store",
            "docs/.hidden/b.txt",
            "Thumbs.db",
            "~$a.docx",
            "a.txt",
            "d/",
        ):
            archive.writestr(name, "words")
    _, members, _ = read_all(reader.create({}), write(tmp_path, "all.zip", out.getvalue()))
    assert [one.name for one in members] == ["a.txt"]


# --- passwords --------------------------------------------------------------------------------------------------


def test_a_locked_archive_wants_its_password(tmp_path: Path) -> None:
    content = containers.locked_zip({"a.txt": b"First secret.", "b.txt": b"Second secret."})
    path = write(tmp_path, "locked.zip", content)
    for password in ("", "wrong"):
        with pytest.raises(ReadError, match=r"locked\.zip is locked with a password") as caught:
            read(path, password=password)
        assert caught.value.reason == "encrypted"
    _, members, _ = read_all(reader.create({}), path, password="pass")
    assert [one.name for one in members] == ["a.txt", "b.txt"]
    assert len({one.sha256 for one in members}) == 2
    assert read(path, password="pass", member=("b.txt",))[0][0].text == "Second secret."


def test_one_locked_file_among_others(tmp_path: Path) -> None:
    content = containers.locked_zip({"a.txt": b"The secret."}, clear={"b.txt": b"No secret."})
    path = write(tmp_path, "half.zip", content)
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert [one.name for one in members] == ["a.txt", "b.txt"]
    with pytest.raises(ReadError, match=r"a\.txt is locked") as caught:
        read_all(engine, path, member=("a.txt",))
    assert caught.value.reason == "encrypted"
    assert read_all(engine, path, password="pass", member=("a.txt",))[0][0].text == "The secret."
    assert read_all(engine, path, member=("b.txt",))[0][0].text == "No secret."


# --- broken and hostile archives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\5\6" + b"\0" * 18, "empty"),
        (hostile.zipped({"d/": b""}), "empty"),
        (hostile.zipped({"a.txt": b"words" * 100})[:-30], "damaged"),
        (b"PK\3\4" + hostile.noise(3000), "damaged"),
        (hostile.zipped({"a.txt": b"w"}).replace(b"PK\1\2", b"PK\7\7"), "damaged"),
        (containers.zeros_zip({f"{n}.txt": 19 for n in range(20)}), "too large"),
        (b"\x1f\x8b" + hostile.noise(300), "damaged"),
        (gzip.compress(b"words" * 1000)[:-10], "damaged"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"\0" * 60 * 2**20), "too large"),
        (b"BZh9" + hostile.noise(300), "damaged"),
        (b"\xfd7zXZ\0" + hostile.noise(300), "damaged"),
        (containers.tar({"a.txt": b"words"})[:700], "damaged"),
        (containers.tar({".hidden": b""}), "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "archive",  # the bytes hold the time of day
)
def test_a_broken_archive_is_one_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.zip", content))
    assert (caught.value.reason, "a.zip" in caught.value.what) == (reason, True)


def test_a_bad_member_does_not_cost_the_good_ones(tmp_path: Path) -> None:
    content = bytearray(hostile.zipped({"bad.txt": b"some words " * 50, "good.txt": b"Good words."}))
    content[50] ^= 0xFF
    path = write(tmp_path, "a.zip", bytes(content))
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert [one.name for one in members] == ["bad.txt", "good.txt"]
    with pytest.raises(ReadError, match=r"bad\.txt is damaged"):
        read_all(engine, path, member=("bad.txt",))
    assert read_all(engine, path, member=("good.txt",))[0][0].text == "Good words."
    assert left_behind(tmp_path) == ["good.txt"]


def test_a_bomb_beside_a_good_file(tmp_path: Path) -> None:
    bomb = containers.zeros_zip({"bomb.txt": 40})
    path = write(tmp_path, "a.zip", bomb)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("good.txt", "Good words.")
    engine = reader.create({})
    assert len(read_all(engine, path)[1]) == 2
    with pytest.raises(ReadError, match=r"^bomb\.txt would unpack to more") as caught:
        read_all(engine, path, member=("bomb.txt",))
    assert caught.value.reason == "too large"
    assert read_all(engine, path, member=("good.txt",))[0][0].text == "Good words."


def test_files_that_lie_in_each_other(tmp_path: Path) -> None:
    honest = hostile.zipped({f"{n}.txt": hostile.noise(2000) for n in range(4)})
    end = honest.rindex(b"PK\1\2")
    listing = honest[honest.index(b"PK\1\2") :]
    entry = listing[: listing.index(b"PK\1\2", 4)]
    body = honest[: honest.index(b"PK\1\2")][: 30 + 5 + 2010]
    entries = b"".join(entry.replace(b"0.txt", b"%d.txt" % n) for n in range(9))
    tail = (
        b"PK\5\6\0\0\0\0\x09\0\x09\0" + len(entries).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    )
    assert end > 0
    with pytest.raises(ReadError, match="lie in each other"):
        read(write(tmp_path, "a.zip", body + entries + tail + b"\0\0"))


def test_more_files_than_we_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_zip, "MAX_FILES", 10)
    monkeypatch.setattr(read_tar, "MAX_FILES", 10)
    files = {f"{n}.txt": b"words" for n in range(11)}
    for content in (hostile.zipped(files), containers.tar(files)):
        with pytest.raises(ReadError, match="holds more than 10 files"):
            read(write(tmp_path, "a.zip", content))


def test_a_member_larger_than_we_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.zip", hostile.zipped({"a.txt": hostile.noise(5000).hex().encode()}))
    monkeypatch.setattr(read_zip, "MAX_MEMBER_BYTES", 5000)
    with pytest.raises(ReadError, match=r"^a\.txt is larger than"):
        read(path, member=("a.txt",))
    assert left_behind(tmp_path) == []


def test_no_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.zip", hostile.zipped({"a.txt": b"words"}))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100))
    with pytest.raises(ReadError, match=r"not enough room on the disk to unpack a\.txt"):
        read(path, member=("a.txt",))
    assert left_behind(tmp_path) == []


def test_archives_in_archives_end_by_depth(tmp_path: Path) -> None:
    content, member = containers.nested_zip(read_members.MAX_DEPTH)
    path = write(tmp_path, "deep.zip", content)
    engine = reader.create({})
    assert read_all(engine, path, member=member)[0][0].text == "words"
    content, member = containers.nested_zip(read_members.MAX_DEPTH + 1)
    write(tmp_path, "deep.zip", content)
    with pytest.raises(ReadError, match="lies too deep"):
        read_all(engine, path, member=member[:-1])
    with pytest.raises(ReadError, match="lies too deep"):
        read_all(engine, path, member=member)


def test_programs_and_other_packages_are_named(tmp_path: Path) -> None:
    for name, label in (("META-INF/MANIFEST.MF", "programs"), ("Index/Document.iwa", "Apple Pages")):
        with pytest.raises(ReadError, match=f"cannot read {label}"):
            read(write(tmp_path, "a.zip", hostile.zipped({name: b"x"})))


# --- TAR and packed files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_packed_or_not(tmp_path: Path, mode: str) -> None:
    files = {"docs/a.txt": b"First words.", "../b.txt": b"Second words.", ".hidden": b"x"}
    path = write(tmp_path, "all.tgz", containers.tar(files, mode))
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    assert [(one.name, one.sha256) for one in members] == [
        ("docs/a.txt", hashlib.sha256(b"First words.").hexdigest()),
        ("b.txt", hashlib.sha256(b"Second words.").hexdigest()),
    ]
    assert [read_all(engine, path, member=(one.name,))[0][0].text for one in members] == [
        "First words.",
        "Second words.",
    ]


def test_one_packed_file(tmp_path: Path) -> None:
    path = write(tmp_path, "notes.md.gz", gzip.compress(b"# Words"))
    engine = reader.create({})
    _, members, end = read_all(engine, path)
    assert ([one.name for one in members], end.kind) == (["notes.md"], "gz")
    pages, _, end = read_all(engine, path, member=("notes.md",))
    assert (pages[0].text, end.kind) == ("Words", "md")
