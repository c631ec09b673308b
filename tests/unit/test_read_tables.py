"""Tables: rows as documents, or as paragraphs that name their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.documents import TableColumns
from desktop.core.errors import ReadError
from tests import hostile
from tests.reading import read, text_of, write

CSV = 'id,title,body\n7,Roof,"The roof leaks,\nagain."\n8,Empty,\n9,Boiler,"It says ""E4""."\n'
COLUMNS = TableColumns("body", "id", "title")


def rows(path: Path, columns: TableColumns = COLUMNS) -> list[tuple[int, str, str, str]]:
    pages, _ = read(path, columns)
    return [(page.number, page.record_id, page.title, page.text) for page in pages]


def test_rows_as_documents(tmp_path: Path) -> None:
    assert rows(write(tmp_path, "a.csv", CSV)) == [
        (1, "7", "Roof", "The roof leaks,\nagain."),
        (2, "8", "", "Empty"),  # a title alone is the text
        (3, "9", "Boiler", 'It says "E4".'),
    ]


def test_json_lines_as_documents(tmp_path: Path) -> None:
    content = hostile.jsonl(
        [{"id": 7, "title": "Roof", "body": "It leaks."}, {"body": None}, {"body": ["a", 1]}]
    )
    assert rows(write(tmp_path, "a.jsonl", content)) == [
        (1, "7", "Roof", "It leaks."),
        (3, "", "", '["a", 1]'),
    ]


def test_columns_are_found_in_any_case_and_behind_a_mark(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", CSV.encode("utf-8-sig"))
    assert rows(path, TableColumns(" Body ", "ID"))[0] == (1, "7", "", "The roof leaks,\nagain.")


def test_a_wrong_column_names_those_there_are(tmp_path: Path) -> None:
    for columns in (TableColumns("text"), TableColumns("body", "number")):
        with pytest.raises(ReadError, match="has no column") as caught:
            read(write(tmp_path, "a.csv", CSV), columns)
        assert caught.value.todo == "Its columns are “id”, “title”, “body”."
        assert caught.value.reason == "unsupported"


def test_a_table_without_columns_is_text_with_its_header(tmp_path: Path) -> None:
    text = text_of(write(tmp_path, "a.csv", CSV))
    assert text == (
        "id: 7; title: Roof; body: The roof leaks, again.\n\nid: 8; title: Empty\n\n"
        'id: 9; title: Boiler; body: It says "E4".'
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    content = "\n".join(
        delimiter.join(row) for row in (["Who", "Price"], ["Ann", "1.50 €"], ["Bob", "2.75 €"])
    )
    assert text_of(write(tmp_path, "a.csv", content)).startswith("Who: Ann; Price: 1.50 €")


def test_the_delimiter_may_be_named(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.csv", "sep=;\nWho;Said\nAnn;a, b, c\n")) == "Who: Ann; Said: a, b, c"


def test_tabs_part_a_tsv(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.tsv", "Who\tSaid\nAnn\ta, b\n")) == "Who: Ann; Said: a, b"


def test_a_first_row_of_numbers_is_no_header(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.csv", "Ann,3\nBob,4\n")) == "Ann; 3\n\nBob; 4"


def test_no_row_of_a_long_table_is_lost(tmp_path: Path) -> None:
    content = "id,body\n" + "".join(f"{number},words\n" for number in range(100))
    found = rows(write(tmp_path, "a.csv", content), TableColumns("body", "id"))
    assert [row[1] for row in found] == [str(number) for number in range(100)]


def test_captions_above_a_header(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "Letters of May,,\n\nid,title,body\n7,Roof,It leaks.\n")
    assert text_of(path) == "Letters of May\n\nid: 7; title: Roof; body: It leaks."
    assert rows(path) == [(1, "7", "Roof", "It leaks.")]


def test_years_may_be_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "Country,2019,2020\nChad,5,6\n")
    assert text_of(path) == "Country: Chad; 2019: 5; 2020: 6"


def test_a_long_row_is_named_in_each_of_its_passages(tmp_path: Path) -> None:
    long = "Words. " * 200
    page = read(write(tmp_path, "a.csv", f"id,title,body\n7,Roof,{long}\n8,Boiler,Short.\n"))[0][0]
    assert [heading.text for heading in page.headings] == ["id: 7; title: Roof", ""]
    assert page.text[page.headings[1].start :] == "id: 8; title: Boiler; body: Short."


def test_rows_may_be_longer_than_the_header(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, "a.csv", "Who,Said\nAnn,yes,really\n")) == "Who: Ann; Said: yes; really"


def test_a_shift_jis_table(tmp_path: Path) -> None:
    content = "名前,年齢,住所\n佐藤太郎,30,東京\n三木英子,25,大阪\n髙橋淳,35,名古屋\n".encode("cp932")
    assert text_of(write(tmp_path, "a.csv", content)).startswith("名前: 佐藤太郎; 年齢: 30; 住所: 東京")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "empty"),
        ("a.jsonl", b"{}\n", "empty"),
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "damaged"),
        ("a.jsonl", b"[" * 100_000, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, name, content))
    assert caught.value.reason == reason


def test_all_rows_empty(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is empty"):
        read(write(tmp_path, "a.csv", "id,body\n1,\n2, \n"), TableColumns("body"))
