"""Opening, upgrading and losing the database: damaged files, a full disk, kill -9, many threads."""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import InternalError, StorageError
from desktop.store import migrations
from desktop.store.catalogue import Catalogue
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "deskside.sqlite3"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make(path: Path, backups: Path, conversations: int = 1) -> list[str]:
    database = Database(path, backups)
    store = ConversationStore(database)
    ids = [store.create().id for _ in range(conversations)]
    database.close()
    return ids


def _child_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def _second_migration(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'")


def _failing_migration(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM conversations")
    raise RuntimeError("a step with a mistake")


# --- opening


def test_a_new_database_has_the_newest_version_and_no_backup(path: Path, backups: Path) -> None:
    Database(path, backups).close()
    assert _version(path) == len(migrations.MIGRATIONS)
    assert not backups.exists()


def test_what_was_written_is_there_after_opening_again(path: Path, backups: Path) -> None:
    (conversation_id,) = _make(path, backups)
    database = Database(path, backups)
    assert ConversationStore(database).get(conversation_id) is not None
    database.close()


def test_connections_are_set_up_for_safe_writing(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    pragmas = {
        name: database.connection().execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


_OPENER = """
import sys, time
from pathlib import Path
from desktop.store.database import Database

print("loaded", flush=True)
moment = float(sys.stdin.readline())
for number in range(5):
    while time.time() < moment + number * 0.2:
        pass
    Database(Path(sys.argv[1]) / f"{number}.sqlite3", Path(sys.argv[1])).close()
"""


def test_programs_that_start_at_the_same_moment_all_open_it(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _OPENER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=_child_environment(),
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "loaded\n"
    moment = f"{time.time() + 0.2}\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write(moment)
        child.stdin.flush()
    assert [child.communicate()[1] for child in children] == [""] * 3
    assert [_version(tmp_path / f"{number}.sqlite3") for number in range(5)] == [
        len(migrations.MIGRATIONS)
    ] * 5


def test_a_newer_version_is_refused_and_left_alone(path: Path, backups: Path) -> None:
    _make(path, backups)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer version of Deskside"):
        Database(path, backups)
    assert path.read_bytes() == before
    assert not backups.exists()


def test_another_programs_database_is_refused_and_left_alone(path: Path, backups: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        Database(path, backups)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["garbage", "truncated", "schema"])
def test_a_damaged_file_is_refused_and_not_overwritten(path: Path, backups: Path, damage: str) -> None:
    _make(path, backups)
    good = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(random.Random(7).randbytes(5000))
    elif damage == "truncated":
        path.write_bytes(good[: len(good) // 2])
    else:
        path.write_bytes(good[:100] + b"\xff" * 4000 + good[4100:])
    before = path.read_bytes()
    with pytest.raises(StorageError, match="damaged") as caught:
        Database(path, backups)
    assert "safe place" in caught.value.todo
    assert path.read_bytes() == before


def test_damage_inside_a_table_is_told_when_it_is_read(path: Path, backups: Path) -> None:
    _make(path, backups, conversations=200)
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'conversations'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    database = Database(path, backups)
    with pytest.raises(StorageError, match="damaged"):
        ConversationStore(database).list()
    with pytest.raises(StorageError, match="damaged"):
        ConversationStore(database).create()
    database.close()


def test_a_folder_in_place_of_the_file_is_told(path: Path, backups: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(path, backups)


def test_a_file_in_place_of_the_folder_is_told(path: Path, backups: Path) -> None:
    path.parent.write_text("not a folder")
    with pytest.raises(StorageError, match="folder for your data"):
        Database(path, backups)


# --- upgrading


def test_an_upgrade_keeps_the_rows_and_makes_a_backup_first(
    path: Path, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (conversation_id,) = _make(path, backups)
    old = len(migrations.MIGRATIONS)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, _second_migration))
    database = Database(path, backups)
    row = database.row("SELECT id, colour FROM conversations")
    database.close()
    assert row is not None
    assert tuple(row) == (conversation_id, "blue")
    assert _version(path) == old + 1
    (backup,) = backups.iterdir()
    assert _version(backup) == old
    monkeypatch.undo()
    restored = Database(backup, backups)
    assert ConversationStore(restored).get(conversation_id) is not None
    restored.close()


def test_a_failed_upgrade_changes_nothing(path: Path, backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (conversation_id,) = _make(path, backups)
    old = len(migrations.MIGRATIONS)
    monkeypatch.setattr(
        migrations, "MIGRATIONS", (*migrations.MIGRATIONS, _second_migration, _failing_migration)
    )
    with pytest.raises(RuntimeError):
        Database(path, backups)
    monkeypatch.undo()
    assert _version(path) == old
    database = Database(path, backups)
    assert ConversationStore(database).get(conversation_id) is not None
    assert "colour" not in [row["name"] for row in database.rows("PRAGMA table_info(conversations)")]
    database.close()


def test_without_a_backup_there_is_no_upgrade(
    path: Path, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(path, backups)
    old = len(migrations.MIGRATIONS)
    backups.write_text("a file where the folder should be")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, _second_migration))
    with pytest.raises(StorageError):
        Database(path, backups)
    assert _version(path) == old


def test_a_file_that_is_damaged_inside_is_not_upgraded(
    path: Path, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(path, backups, conversations=200)
    old = len(migrations.MIGRATIONS)
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, _second_migration))
    with pytest.raises(StorageError, match="damaged, so it was not upgraded"):
        Database(path, backups)
    assert _version(path) == old
    assert not backups.exists()


# --- transactions


def test_a_transaction_that_raises_leaves_nothing(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    store = ConversationStore(database)
    kept = store.create()

    def write_then_fail() -> None:
        with database.transaction():
            store.create()
            store.rename(kept.id, "changed", by_person=True)
            raise ValueError("after the writes")

    with pytest.raises(ValueError, match="after the writes"):
        write_then_fail()
    assert store.list() == [kept]
    store.create()  # the connection can be used again
    assert len(store.list()) == 2
    database.close()


def test_a_full_disk_is_told_and_nothing_is_lost(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    store = ConversationStore(database)
    kept = store.create()
    pages = database.rows("PRAGMA page_count")[0][0]
    database.connection().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="disk is full") as caught:
        store.rename(kept.id, "long " * 50_000, by_person=True)
    assert caught.value.todo
    assert store.list() == [kept]
    database.connection().execute("PRAGMA max_page_count = 1000000")
    store.rename(kept.id, "short", by_person=True)
    assert [found.title for found in store.list()] == ["short"]
    database.close()


def test_a_read_only_place_is_told(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    database.connection().execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="cannot be written"):
        ConversationStore(database).create()
    database.close()


def test_another_program_that_holds_the_file_is_told(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        database.connection().execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StorageError, match="Another program"):
            ConversationStore(database).create()
        other.execute("ROLLBACK")
    database.close()


def test_a_mistake_of_ours_is_not_told_as_a_failure_of_the_disk(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.rows("SELECT * FROM never_made")
    database.close()


# --- threads


def test_two_threads_write_at_once_and_nothing_is_lost(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    store = ConversationStore(database)
    start = threading.Barrier(2)

    def write(name: str) -> None:
        start.wait()
        for number in range(100):
            store.rename(store.create().id, f"{name} {number}", by_person=True)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, name) for name in ("left", "right")]:
            done.result()
    titles = {conversation.title for conversation in store.list()}
    assert titles == {f"{name} {number}" for name in ("left", "right") for number in range(100)}
    database.close()


def test_each_thread_has_its_own_connection_and_it_is_closed_after_the_thread(
    path: Path, backups: Path
) -> None:
    database = Database(path, backups)
    mine = database.connection()
    assert database.connection() is mine
    theirs: list[int] = []

    def look() -> None:
        theirs.append(id(database.connection()))
        assert database.connection() is not mine

    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(look).result()
    gc.collect()
    assert len(theirs) == 20
    assert len(database._open) == 1
    database.close()


def test_close_closes_the_connections_of_all_threads(path: Path, backups: Path) -> None:
    database = Database(path, backups)
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(database.connection).result()
        database.close()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            theirs.execute("SELECT 1")
        with pytest.raises(InternalError):
            pool.submit(database.connection).result()
    assert not path.with_name(path.name + "-wal").exists()


# --- kill -9

_WRITER = """
import sys
from pathlib import Path
from desktop.core.conversations import Message, Role
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database

database = Database(Path(sys.argv[1]), Path(sys.argv[2]))
store = ConversationStore(database)
while True:
    with database.transaction():
        conversation = store.create()
        parent = ""
        for part in ("question", "answer"):
            name = f"{part} {conversation.id}"
            store.save(Message(name, conversation.id, Role.USER, part * 2000, parent_id=parent))
            parent = name
    print(conversation.id, flush=True)
"""


def test_writes_survive_kill_9_at_random_moments(path: Path, backups: Path) -> None:
    moments = random.Random(11)
    told: list[str] = []
    for _ in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), str(backups)],
            stdout=subprocess.PIPE,
            text=True,
            env=_child_environment(),
        )
        assert child.stdout is not None
        told.append(child.stdout.readline().strip())
        time.sleep(moments.uniform(0.0, 0.15))
        child.kill()
        rest, _ = child.communicate()
        told += [line for line in rest.splitlines() if len(line) == 32]
        assert child.returncode != 0

    database = Database(path, backups)
    store = ConversationStore(database)
    assert database.rows("PRAGMA integrity_check")[0][0] == "ok"
    stored = {conversation.id for conversation in store.list(limit=100_000)}
    assert len(told) > 5
    assert set(told) <= stored
    for conversation_id in stored:
        # A conversation is written with both its messages or not at all.
        assert [message.text[:6] for message in store.messages(conversation_id)] == ["questi", "answer"]
    assert {conversation.id for conversation in store.list("answeranswer", limit=100_000)} == stored
    database.close()


def test_a_library_of_the_first_version_keeps_its_documents(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as first:
        first.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        database = Database(path, tmp_path / "backups")
        with database.transaction() as connection:
            connection.execute(
                "INSERT INTO collections (id, name, name_key, created) VALUES ('c', 'C', 'c', 1)"
            )
            connection.execute(
                """INSERT INTO documents (id, collection_id, path, name, name_key, state, size, modified, passages,
                                          added, text_column, id_column, title_column)
                   VALUES ('d', 'c', '/a.pdf', 'a.pdf', 'a.pdf', 'ready', 5, 6.5, 7, 8, '', '', '')"""
            )
        database.close()
    database = Database(path, tmp_path / "backups")
    document = Catalogue(database).document("d")
    assert document is not None
    assert (document.path, document.state, document.modified, document.passages) == (
        "/a.pdf",
        "ready",
        6.5,
        7,
    )
    assert (document.member, document.parent_id) == ((), "")
    Catalogue(database).delete_collection("c")
    assert Catalogue(database).document("d") is None, "rows still go with their collection"
    database.close()


def test_a_line_with_hidden_messages_becomes_a_tree(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Question 1 was answered twice, question 3 was edited into 5; in the other chat all was hidden.
    lines = {
        "c": [("1", "user", 0), ("2", "assistant", 1), ("2b", "assistant", 0), ("3", "user", 1),
              ("4", "assistant", 1), ("4b", "assistant", 1), ("5", "user", 0), ("6", "assistant", 0)],
        "d": [("7", "user", 1), ("8", "assistant", 1)],
        "e": [],
    }  # fmt: skip
    with monkeypatch.context() as first:
        first.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:8])
        database = Database(path, tmp_path / "backups")
        with database.transaction() as connection:
            for chat, line in lines.items():
                connection.execute(
                    """INSERT INTO conversations (id, title, collection_id, created, updated)
                       VALUES (?, ?, '', 1, 2)""",
                    (chat, chat),
                )
                for name, role, hidden in line:
                    connection.execute(
                        """INSERT INTO messages (id, conversation_id, role, text, state, created, prompt, sentences,
                                                 timings, note, hidden)
                           VALUES (?, ?, ?, ?, 'complete', 1, '', '[]', '{}', '', ?)""",
                        (name, chat, role, f"word{name}", hidden),
                    )
        database.close()
    database = Database(path, tmp_path / "backups")
    store = ConversationStore(database)
    assert [message.id for message in store.messages("c")] == ["1", "2b", "5", "6"]
    assert store.branches("c") == {
        "2": ("2", "2b"), "2b": ("2", "2b"), "3": ("3", "5"), "5": ("3", "5"), "4": ("4", "4b"), "4b": ("4", "4b")
    }  # fmt: skip
    assert [message.id for message in store.path_to("4b")] == ["1", "2b", "3", "4b"]
    assert [message.id for message in store.messages("d")] == ["7", "8"]
    assert store.messages("e") == []
    assert [found.message_id for found in store.find("word4")] == ["4b", "4"]
    database.close()
