"""The catalogue: unique names, documents added once, paging of 50,000 rows through an index, states."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from desktop.core.documents import Collection, Document, DocumentState, SearchFilter, TableColumns
from desktop.core.errors import InternalError, StorageError, UserError
from desktop.store.catalogue import Catalogue, NewDocument, Order
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "deskside.sqlite3", tmp_path / "backups")
    yield database
    database.close()


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


@pytest.fixture
def reports(catalogue: Catalogue) -> Collection:
    return catalogue.create_collection("Reports")


def _add(catalogue: Catalogue, collection: Collection, *names: str) -> list[Document]:
    return catalogue.add_documents(collection.id, [NewDocument(f"/files/{name}", name) for name in names])


def _names(documents: list[Document]) -> list[str]:
    return [document.name for document in documents]


# --- collections


def test_a_new_collection_is_empty_and_found_by_id_and_name(catalogue: Catalogue) -> None:
    made = catalogue.create_collection("  Reports ")
    assert (made.name, made.documents, made.passages) == ("Reports", 0, 0)
    assert catalogue.collection(made.id) == made
    assert catalogue.collection_named(" reports") == made
    assert catalogue.collections() == [made]
    assert catalogue.collection("unknown") is None
    assert catalogue.collection_named("unknown") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("Reports", "rEPORTS"), ("Ärzte", "äRZTE"), ("Straße", "STRASSE"), ("é", "e\u0301"), ("a", " a ")],
)
def test_names_are_unique_whatever_their_case(catalogue: Catalogue, first: str, second: str) -> None:
    catalogue.create_collection(first)
    with pytest.raises(UserError, match="already a collection") as caught:
        catalogue.create_collection(second)
    assert first in caught.value.what
    assert len(catalogue.collections()) == 1


@pytest.mark.parametrize("name", ["", "  \n"])
def test_a_collection_needs_a_name(catalogue: Catalogue, reports: Collection, name: str) -> None:
    with pytest.raises(UserError, match="needs a name"):
        catalogue.create_collection(name)
    with pytest.raises(UserError, match="needs a name"):
        catalogue.rename_collection(reports.id, name)


def test_a_name_that_two_threads_want_is_given_once(catalogue: Catalogue) -> None:
    start = threading.Barrier(2)

    def create(name: str) -> bool:
        start.wait()
        try:
            catalogue.create_collection(name)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            done = [pool.submit(create, name) for name in (f"name {number}", f"NAME {number}")]
            assert sorted(result.result() for result in done) == [False, True]
    assert len(catalogue.collections()) == 20


def test_renaming_keeps_names_unique(catalogue: Catalogue, reports: Collection) -> None:
    catalogue.create_collection("Mails")
    with pytest.raises(UserError, match="Mails"):
        catalogue.rename_collection(reports.id, "MAILS")
    catalogue.rename_collection(reports.id, "REPORTS")
    assert [collection.name for collection in catalogue.collections()] == ["Mails", "REPORTS"]
    with pytest.raises(InternalError):
        catalogue.rename_collection("unknown", "Other")


def test_a_collection_counts_all_its_rows_and_their_passages(
    catalogue: Catalogue, reports: Collection
) -> None:
    mails = catalogue.create_collection("Mails")
    ready, failed, _waiting = _add(catalogue, reports, "a", "b", "c")
    catalogue.update(ready.id, state=DocumentState.READY, passages=7)
    catalogue.update(failed.id, state=DocumentState.FAILED)
    (mail,) = _add(catalogue, mails, "a")
    catalogue.update(mail.id, passages=5)
    catalogue.set_keeping(reports.id, "MiniLM", "s3://bucket/x")
    assert catalogue.kept_elsewhere() == {reports.id: (reports.name, "MiniLM", "s3://bucket/x")}
    counted = {
        found.name: (found.documents, found.passages, found.embedder) for found in catalogue.collections()
    }
    assert counted == {"Reports": (3, 7, "MiniLM"), "Mails": (1, 5, "")}
    assert catalogue.collection(reports.id) in catalogue.collections()


def test_deleting_a_collection_takes_its_rows_and_frees_its_name(
    database: Database, catalogue: Catalogue, reports: Collection
) -> None:
    mails = catalogue.create_collection("Mails")
    (gone,) = _add(catalogue, reports, "a")
    (kept,) = _add(catalogue, mails, "a")
    store = ConversationStore(database)
    asks_gone, asks_kept = store.create(reports.id), store.create(mails.id)
    catalogue.delete_collection(reports.id)
    assert catalogue.document(gone.id) is None
    assert catalogue.document(kept.id) == kept
    found = {conversation.id: conversation.collection_id for conversation in store.list()}
    assert found == {asks_gone.id: "", asks_kept.id: mails.id}
    catalogue.create_collection("reports")
    catalogue.delete_collection(reports.id)  # a second time changes nothing
    assert len(catalogue.collections()) == 2


# --- documents


def test_a_document_waits_and_comes_back_as_it_was_added(catalogue: Catalogue, reports: Collection) -> None:
    columns = TableColumns("body", "key", "subject")
    document = catalogue.add_document(
        reports.id, "/files/Mail.csv", "Mail.csv", columns, size=12, modified=3.5
    )
    assert document.state is DocumentState.WAITING
    assert document.added > 1.7e9
    assert (document.columns, document.size, document.modified) == (columns, 12, 3.5)
    assert catalogue.document(document.id) == document
    assert catalogue.document("unknown") is None


def test_adding_a_known_file_gives_the_row_that_is_there(catalogue: Catalogue, reports: Collection) -> None:
    first = catalogue.add_document(reports.id, "/files/a.csv", "a.csv", size=1)
    ready = catalogue.update(first.id, state=DocumentState.READY, passages=3)
    assert catalogue.add_document(reports.id, "/files/a.csv", "another name", size=2) == ready
    other_columns = catalogue.add_document(reports.id, "/files/a.csv", "a.csv", TableColumns(text="body"))
    other_collection = catalogue.add_document(
        catalogue.create_collection("Mails").id, "/files/a.csv", "a.csv"
    )
    assert len({ready.id, other_columns.id, other_collection.id}) == 3
    assert catalogue.count(reports.id) == 2


def test_adding_many_keeps_the_order_and_adds_each_once(catalogue: Catalogue, reports: Collection) -> None:
    (known,) = _add(catalogue, reports, "b")
    documents = _add(catalogue, reports, "c", "b", "a", "c")
    assert _names(documents) == ["c", "b", "a", "c"]
    assert documents[1] == known
    assert documents[0] == documents[3]
    assert _names(catalogue.documents(reports.id, order="added")) == ["b", "c", "a"]
    assert catalogue.add_documents(reports.id, []) == []


def test_two_threads_that_add_the_same_files_add_each_once(catalogue: Catalogue, reports: Collection) -> None:
    start = threading.Barrier(2)

    def add() -> list[str]:
        start.wait()
        return [_add(catalogue, reports, f"{number}")[0].id for number in range(100)]

    with ThreadPoolExecutor(2) as pool:
        left, right = [done.result() for done in [pool.submit(add), pool.submit(add)]]
    assert left == right
    assert catalogue.count(reports.id) == 100


def test_many_are_added_together_or_not_at_all(
    database: Database, catalogue: Catalogue, reports: Collection
) -> None:
    pages = database.rows("PRAGMA page_count")[0][0]
    database.connection().execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(StorageError, match="disk is full"):
        _add(catalogue, reports, *(f"{number} {'long ' * 20}" for number in range(5000)))
    assert catalogue.count(reports.id) == 0
    assert len(_add(catalogue, reports, "short")) == 1


def test_adding_to_a_collection_that_is_gone_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InternalError, match="collection is not there"):
        catalogue.add_document("unknown", "/files/a", "a")


def test_update_changes_only_the_named_fields(catalogue: Catalogue, reports: Collection) -> None:
    (document,) = _add(catalogue, reports, "a.pdf")
    changed = catalogue.update(
        document.id,
        kind="pdf",
        state=DocumentState.FAILED,
        reason="It is encrypted.",
        reason_kind="encrypted",
        sha256="00ff",
        pages=4,
        seconds=1.5,
    )
    assert changed == Document(
        id=document.id,
        collection_id=reports.id,
        path="/files/a.pdf",
        name="a.pdf",
        kind="pdf",
        state=DocumentState.FAILED,
        reason="It is encrypted.",
        reason_kind="encrypted",
        sha256="00ff",
        pages=4,
        seconds=1.5,
        added=document.added,
    )
    assert catalogue.document(document.id) == changed
    assert catalogue.update(document.id) == changed
    assert catalogue.update(document.id, columns=TableColumns(id="key")).columns == TableColumns(id="key")


def test_a_renamed_document_is_sorted_and_found_by_its_new_name(
    catalogue: Catalogue, reports: Collection
) -> None:
    first, _second = _add(catalogue, reports, "a", "b")
    catalogue.update(first.id, name="Zebra")
    assert _names(catalogue.documents(reports.id)) == ["b", "Zebra"]
    assert _names(catalogue.documents(reports.id, "zeb")) == ["Zebra"]


def test_wrong_updates_are_our_mistake(catalogue: Catalogue, reports: Collection) -> None:
    (document,) = _add(catalogue, reports, "a")
    with pytest.raises(InternalError, match="not in the library"):
        catalogue.update("unknown", pages=1)
    with pytest.raises(InternalError):
        catalogue.update(document.id, collection_id="other")  # type: ignore[call-arg]
    with pytest.raises(InternalError):
        catalogue.update(document.id, pages=None)  # type: ignore[arg-type]
    assert catalogue.document(document.id) == document


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("caf\udce9 \ud83d.txt", "caf\ufffd \ufffd.txt"),
        ("two\nlines\r.txt", "two\ufffdlines\ufffd.txt"),
        ("invoice\u202efdp.exe", "invoice\ufffdfdp.exe"),
        ("\u200fשלום.txt", "שלום.txt"),
        ("\x1b[2J.txt", "\ufffd[2J.txt"),
    ],
)
def test_paths_come_back_exactly_and_names_as_they_may_be_seen(
    catalogue: Catalogue, reports: Collection, name: str, seen: str
) -> None:
    document = catalogue.add_document(reports.id, f"/files/{name}", name)
    assert (document.path, document.name) == (f"/files/{name}", seen)
    assert catalogue.add_document(reports.id, f"/files/{name}", name) == document
    assert catalogue.update(document.id, reason=f"{name} is empty.").reason == f"{seen} is empty."
    assert catalogue.update(document.id, name=name, title=name).title == seen
    assert catalogue.documents(reports.id, seen[:3])[0].name == seen


def test_removing_takes_only_the_named_rows(catalogue: Catalogue, reports: Collection) -> None:
    documents = _add(catalogue, reports, "a", "b", "c")
    catalogue.remove([documents[0].id, "unknown", documents[2].id])
    assert _names(catalogue.documents(reports.id)) == ["b"]


# --- the table of files


@pytest.fixture
def many(catalogue: Catalogue, reports: Collection) -> Collection:
    """50,000 rows, added in an order that is no other order of theirs."""
    numbers = [number * 7919 % 20_000 for number in range(20_000)]
    _add(catalogue, reports, *(f"Report {number:05}.pdf" for number in numbers))
    return reports


def test_20_000_rows_are_paged_in_order_through_an_index(
    database: Database, catalogue: Catalogue, many: Collection
) -> None:
    _add(catalogue, catalogue.create_collection("Other"), *(f"other {number}" for number in range(300)))
    asked: list[str] = []
    database.connection().set_trace_callback(asked.append)
    pages = [catalogue.documents(many.id, offset=offset, limit=200) for offset in range(0, 50_200, 200)]
    database.connection().set_trace_callback(None)
    names = [name for page in pages for name in _names(page)]
    assert names == [f"Report {number:05}.pdf" for number in range(20_000)]
    assert pages[-1] == []
    assert _plan(database, asked[0]) == ["SEARCH documents USING INDEX documents_by_name (collection_id=?)"]


@pytest.mark.parametrize("order", get_args(Order))
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_is_read_from_an_index(
    database: Database, catalogue: Catalogue, reports: Collection, order: Order, descending: bool
) -> None:
    _add(catalogue, reports, *(f"{number}" for number in range(50)))
    asked: list[str] = []
    database.connection().set_trace_callback(asked.append)
    catalogue.documents(reports.id, order=order, descending=descending)
    database.connection().set_trace_callback(None)
    (step,) = _plan(database, asked[0])
    assert step.startswith("SEARCH documents USING INDEX documents_")


def _plan(database: Database, sql: str) -> list[str]:
    return [str(row["detail"]) for row in database.rows(f"EXPLAIN QUERY PLAN {sql}")]


def test_orders_sort_by_their_field_and_then_by_name(catalogue: Catalogue, reports: Collection) -> None:
    facts = [("d", "ready", 3, 1), ("B", "failed", 1, 9), ("a", "ready", 3, 9), ("c", "failed", 2, 1)]
    for document, (_, state, pages, passages) in zip(
        _add(catalogue, reports, *(fact[0] for fact in facts)), facts, strict=True
    ):
        catalogue.update(document.id, state=DocumentState(state), pages=pages, passages=passages)

    expected: dict[Order, str] = {
        "name": "aBcd",
        "state": "Bcad",
        "pages": "Bcad",
        "passages": "cdaB",
        "added": "dBac",
    }
    for order, names in expected.items():
        assert "".join(_names(catalogue.documents(reports.id, order=order))) == names
        assert "".join(_names(catalogue.documents(reports.id, order=order, descending=True))) == names[::-1]
    with pytest.raises(InternalError):
        catalogue.documents(reports.id, order="name; DROP TABLE documents")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 4),
        ("REPORT", 2),
        ("2024 report", 1),
        ("port 2", 2),
        ("ÄRZ", 1),
        ("100%", 1),
        ("%", 1),
        ("_", 0),
        ("'", 0),
        ("  ", 4),
        ("missing", 0),
        ("\ud800", 0),
    ],
)
def test_text_filters_names_and_the_count_agrees(
    catalogue: Catalogue, reports: Collection, text: str, found: int
) -> None:
    _add(catalogue, reports, "Report 2023.pdf", "report 2024.pdf", "Ärzte.csv", "100% sure.txt")
    assert len(catalogue.documents(reports.id, text)) == found
    assert catalogue.count(reports.id, text) == found


def test_states_are_counted_and_the_empty_ones_are_there(catalogue: Catalogue, reports: Collection) -> None:
    first, second, _third = _add(catalogue, reports, "a", "b", "c")
    catalogue.update(first.id, state=DocumentState.READY)
    catalogue.update(second.id, state=DocumentState.READY)
    counts = catalogue.counts_by_state(reports.id)
    assert counts == {**dict.fromkeys(DocumentState, 0), DocumentState.READY: 2, DocumentState.WAITING: 1}


def test_pending_is_what_does_not_rest_in_the_order_of_adding(
    catalogue: Catalogue, reports: Collection
) -> None:
    mails = catalogue.create_collection("Mails")
    names = ["z", "y", "x", "w", "v", "u"]
    documents = _add(catalogue, reports, *names)
    for document, state in zip(documents, reversed(DocumentState), strict=True):
        catalogue.update(document.id, state=state)
    _add(catalogue, mails, "a")
    assert _names(catalogue.pending(reports.id)) == ["w", "v", "u"]
    assert _names(catalogue.pending()) == ["w", "v", "u", "a"]
    assert catalogue.pending("unknown") == []


def test_the_same_content_is_found_among_ready_documents_of_the_collection(
    catalogue: Catalogue, reports: Collection
) -> None:
    mails = catalogue.create_collection("Mails")
    copy, original, failed = _add(catalogue, reports, "copy", "original", "failed")
    (elsewhere,) = _add(catalogue, mails, "elsewhere")
    for document in (copy, failed):
        catalogue.update(document.id, sha256="ab")
    catalogue.update(failed.id, state=DocumentState.FAILED)
    catalogue.update(elsewhere.id, sha256="ab", state=DocumentState.READY)
    assert catalogue.same_content(reports.id, "ab", copy.id) is None
    ready = catalogue.update(original.id, sha256="ab", state=DocumentState.READY)
    assert catalogue.same_content(reports.id, "ab", copy.id) == ready
    assert catalogue.same_content(reports.id, "ab", original.id) is None
    catalogue.update(original.id, sha256="")
    assert catalogue.same_content(reports.id, "", copy.id) is None


def test_files_inside_files_are_rows_of_their_own(catalogue: Catalogue, reports: Collection) -> None:
    archive = catalogue.add_document(reports.id, "/files/a.zip", "a.zip")
    inside = [
        NewDocument("/files/a.zip", "x.pdf", member=(name,), parent_id=archive.id)
        for name in ("1/x.pdf", "2/x.pdf", "half \ud800.pdf")
    ]
    rows = catalogue.add_documents(reports.id, inside)
    assert [row.member for row in rows] == [("1/x.pdf",), ("2/x.pdf",), ("half \ud800.pdf",)]
    assert catalogue.add_documents(reports.id, inside) == rows
    mail = NewDocument("/files/a.zip", "y.pdf", member=("m.eml", "y.pdf"), parent_id=rows[0].id)
    deep = catalogue.add_documents(reports.id, [mail])[0]
    assert catalogue.children(archive.id) == rows
    assert catalogue.with_members([archive.id]) == [archive.id, *(row.id for row in rows), deep.id]
    catalogue.remove([archive.id])
    assert catalogue.count(reports.id) == 0


def test_a_filter_lets_ready_documents_through(catalogue: Catalogue, reports: Collection) -> None:
    new, old, other, waiting = _add(
        catalogue, reports, "in/new.pdf", "in/old.pdf", "in-b/other.txt", "in/w.pdf"
    )
    for document, kind, modified in ((new, "pdf", 30.0), (old, "pdf", 10.0), (other, "txt", 20.0)):
        catalogue.update(document.id, state=DocumentState.READY, kind=kind, modified=modified)
    for limits, names in (
        (SearchFilter(), {new, old, other}),
        (SearchFilter(kinds=("pdf",)), {new, old}),
        (SearchFilter(after=20.0), {new, other}),
        (SearchFilter(before=20.0), {old}),
        (SearchFilter(folder="/files/in"), {new, old}),
        (SearchFilter(folder="/files/in", kinds=("txt", "pdf"), after=20.0), {new}),
    ):
        assert set(catalogue.document_ids(reports.id, limits)) == {document.id for document in names}
    assert waiting.id not in catalogue.document_ids(reports.id, SearchFilter())


def test_a_fingerprint_keeps_all_its_bits(catalogue: Catalogue, reports: Collection) -> None:
    (document,) = _add(catalogue, reports, "a.txt")
    for value in (0, 1, 2**63, 2**64 - 1):
        assert catalogue.update(document.id, fingerprint=value).fingerprint == value
