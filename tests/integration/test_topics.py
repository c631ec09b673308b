"""Topics from the command line, with the real embedder, a real index and a real child."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

KINDS = {
    "rent": "The tenant of flat {n} pays the rent for the apartment to the landlord every month.",
    "cooking": "Stir the soup with salt and onions, bake the bread for {n} minutes and serve the dinner.",
    "football": "The striker scored in minute {n} and the team won the match in the stadium.",
}


def _run(*arguments: str, code: int = 0) -> tuple[list[str], str]:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout.splitlines(), done.stderr


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {f"{kind}{n}": text.format(n=n) for kind, text in KINDS.items() for n in range(1, 9)}


def _check(found: dict[str, list[dict[str, object]]], ids: dict[str, str]) -> None:
    """Each topic has the texts of one kind."""
    kinds: dict[object, set[str]] = {}
    for one in found["documents"]:
        kinds.setdefault(one["topic"], set()).add(ids[str(one["id"])].rstrip("0123456789"))
    assert sorted(map(sorted, kinds.values())) == [["cooking"], ["football"], ["rent"]]
    assert [topic["size"] for topic in found["topics"]] == [8, 8, 8]
    words = " ".join(str(topic["keywords"]) for topic in found["topics"])
    assert "tenant" in words
    assert "striker" in words


def test_rows_of_a_table_are_grouped_the_same_at_every_run(tmp_path: Path, texts: dict[str, str]) -> None:
    table = tmp_path / "rows.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("key", "words"), *texts.items()])
    ask = ["topics", "--input", str(table), "--text-column", "words", "--id-column", "key", "--number", "3"]
    out = tmp_path / "out.csv"
    (line,), _ = _run(*ask, "--json", "--export", str(out))
    found = json.loads(line)
    _check(found, {key: key for key in texts})
    assert all(0 < one["probability"] <= 1 for one in found["documents"])
    (again,), _ = _run(*ask, "--json")
    assert json.loads(again)["documents"] == found["documents"]
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Id"] for row in rows] == list(texts)
    assert len({row["Name"] for row in rows}) == 3


def test_the_documents_of_a_collection_are_grouped_by_the_vectors_of_the_index(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    _run("import", str(folder), "--collection", "Mixed")
    (line,), _ = _run("topics", "--collection", "Mixed", "--number", "3", "--json")
    listed, _ = _run("search", "the", "--collection", "Mixed", "-k", "100", "--by-document", "--json")
    names = {one["id"]: one["document"].removesuffix(".txt") for one in json.loads(listed[0])["results"]}
    found = json.loads(line)
    assert len(found["documents"]) == 24
    _check(found, names)


def test_what_cannot_be_grouped_is_told_in_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("id,text\n1,\n", "utf-8")
    for arguments in (
        ("--input", str(empty), "--text-column", "text"),
        ("--input", str(empty), "--text-column", "nothing"),
        ("--input", str(tmp_path / "gone.csv"), "--text-column", "text"),
        ("--input", str(empty)),
        ("--collection", "Nothing"),
        (),
    ):
        out, said = _run("topics", *arguments, code=1)
        assert out == []
        assert len(said.strip().splitlines()) == 1, said
