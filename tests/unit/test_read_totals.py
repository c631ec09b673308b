"""Archives in each other: a limit on what all of them together come to."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from desktop.engines import read_totals, reader
from tests import hostile, hostile_bombs
from tests.reading import read_all, write


def test_archives_that_are_harmless_alone_are_stopped_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_totals, "MAX_RATIO", 1)
    monkeypatch.setattr(read_totals, "MAX_UNPACKED_BYTES", 5 * 2**20)
    path = write(tmp_path, "tree.zip", hostile_bombs.tree_of_zips(6, 1))
    engine = reader.create({})
    _, members, _ = read_all(engine, path)
    for again in range(2):  # an archive that is listed again is not counted twice
        for number in range(4):
            assert len(read_all(engine, path, member=(members[number].name,))[1]) == 1, again
    with pytest.raises(ReadError) as caught:
        read_all(engine, path, member=(members[4].name,))
    assert caught.value.reason == "too large"
    assert "tree.zip would unpack to more than 5 MB on all its levels" in caught.value.what
    read_all(engine, path)  # it begins anew with the file
    assert len(read_all(engine, path, member=(members[5].name,))[1]) == 1


def test_too_many_files_on_all_levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_totals, "MAX_FILES_IN_ALL", 6)
    inner = hostile.zipped({f"{number}.txt": b"words" for number in range(4)})
    path = write(tmp_path, "all.zip", hostile.zipped({"a.zip": inner, "b.zip": inner + b"", "c.txt": b"c"}))
    engine = reader.create({})
    read_all(engine, path)
    with pytest.raises(ReadError, match="holds more than 6 files on all its levels"):
        read_all(engine, path, member=("a.zip",))


@pytest.mark.parametrize("name", sorted(hostile_bombs.entities()))
def test_no_entity_is_expanded(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, hostile_bombs.entities()[name])
    text = ""
    with contextlib.suppress(ReadError):
        text = "".join(page.text for page in read_all(reader.create({}), path)[0])
    assert len(text) < 100
    assert "lol" not in text


def test_files_that_lie_in_each_other(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="its parts lie in each other"):
        read_all(reader.create({}), write(tmp_path, "a.zip", hostile_bombs.overlapping_zip(100)))
