"""The shape of the database, as numbered steps: step n brings a file of version n-1 to version n."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from desktop.core.errors import StorageError
from desktop.store import chat_tree, models_shape, probes_shape, sent_turns
from desktop.store.batch_tables import BATCH_TABLES
from desktop.store.feedback_shape import FEEDBACK_TABLES


def migration_1(connection: sqlite3.Connection) -> None:
    """The first shape: conversations, messages and their full text; collections and documents.

    `seq` is the order of adding. The `_fts` tables hold the text as `fulltext.searchable` writes it, under
    the `seq` of the row that it comes from. `deleted` is when a conversation was deleted, 0 while it is not.
    """
    for statement in (
        """CREATE TABLE conversations (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            collection_id TEXT NOT NULL,
            created REAL NOT NULL,
            updated REAL NOT NULL,
            deleted REAL NOT NULL DEFAULT 0,
            named_by_person INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX conversations_newest ON conversations (updated, seq) WHERE deleted = 0",
        """CREATE TABLE messages (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            role TEXT NOT NULL,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            created REAL NOT NULL,
            prompt TEXT NOT NULL,
            grounding TEXT,
            sentences TEXT NOT NULL,
            timings TEXT NOT NULL,
            note TEXT NOT NULL,
            hidden INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX messages_in_order ON messages (conversation_id, seq)",
        "CREATE INDEX messages_interrupted ON messages (state) WHERE state = 'writing'",
        _full_text("titles_fts"),
        _full_text("messages_fts"),
        """CREATE TABLE collections (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            embedder TEXT NOT NULL DEFAULT '',
            created REAL NOT NULL
        )""",
        """CREATE TABLE documents (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            kind TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'waiting',
            reason TEXT NOT NULL DEFAULT '',
            reason_kind TEXT NOT NULL DEFAULT '',
            size INTEGER NOT NULL,
            modified REAL NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '',
            pages INTEGER NOT NULL DEFAULT 0,
            passages INTEGER NOT NULL DEFAULT 0,
            added REAL NOT NULL,
            seconds REAL NOT NULL DEFAULT 0,
            text_column TEXT NOT NULL,
            id_column TEXT NOT NULL,
            title_column TEXT NOT NULL,
            UNIQUE (collection_id, path, text_column, id_column, title_column)
        )""",
        # One index for each order in which the table of files can be shown, read forwards or backwards.
        "CREATE INDEX documents_by_name ON documents (collection_id, name_key, seq)",
        "CREATE INDEX documents_by_state ON documents (collection_id, state, name_key, seq)",
        "CREATE INDEX documents_by_pages ON documents (collection_id, pages, name_key, seq)",
        "CREATE INDEX documents_by_passages ON documents (collection_id, passages, name_key, seq)",
        "CREATE INDEX documents_by_added ON documents (collection_id, seq)",
        "CREATE INDEX documents_by_content ON documents (collection_id, sha256)",
        "CREATE INDEX documents_pending ON documents (seq)"
        " WHERE state IN ('waiting', 'reading', 'embedding')",
    ):
        connection.execute(statement)


def migration_2(connection: sqlite3.Connection) -> None:
    """Files inside files, linked folders, and what the check-up of a collection tells.

    The table of documents is made anew, because what must be unique in it changes: a file inside another one has the
    path of that one and its `member`, a JSON list of names.
    """
    for index in ("name", "state", "pages", "passages", "added", "content"):
        connection.execute(f"DROP INDEX documents_by_{index}")
    connection.execute("DROP INDEX documents_pending")
    connection.execute("ALTER TABLE documents RENAME TO documents_before")
    connection.execute(
        """CREATE TABLE documents (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            member TEXT NOT NULL DEFAULT '[]',
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            parent_id TEXT NOT NULL DEFAULT '',
            folder_id TEXT NOT NULL DEFAULT '',
            kind TEXT NOT NULL DEFAULT '',
            title TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'waiting',
            reason TEXT NOT NULL DEFAULT '',
            reason_kind TEXT NOT NULL DEFAULT '',
            size INTEGER NOT NULL,
            modified REAL NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '',
            fingerprint INTEGER NOT NULL DEFAULT 0,
            pages INTEGER NOT NULL DEFAULT 0,
            scanned INTEGER NOT NULL DEFAULT 0,
            unread INTEGER NOT NULL DEFAULT 0,
            passages INTEGER NOT NULL DEFAULT 0,
            characters INTEGER NOT NULL DEFAULT 0,
            added REAL NOT NULL,
            seconds REAL NOT NULL DEFAULT 0,
            text_column TEXT NOT NULL,
            id_column TEXT NOT NULL,
            title_column TEXT NOT NULL,
            UNIQUE (collection_id, path, member, text_column, id_column, title_column)
        )"""
    )
    kept = """seq, id, collection_id, path, name, name_key, kind, state, reason, reason_kind, size, modified, sha256,
              pages, passages, added, seconds, text_column, id_column, title_column"""
    connection.execute(f"INSERT INTO documents ({kept}) SELECT {kept} FROM documents_before")
    connection.execute("DROP TABLE documents_before")
    for statement in (
        "CREATE INDEX documents_by_name ON documents (collection_id, name_key, seq)",
        "CREATE INDEX documents_by_state ON documents (collection_id, state, name_key, seq)",
        "CREATE INDEX documents_by_pages ON documents (collection_id, pages, name_key, seq)",
        "CREATE INDEX documents_by_passages ON documents (collection_id, passages, name_key, seq)",
        "CREATE INDEX documents_by_added ON documents (collection_id, seq)",
        "CREATE INDEX documents_by_content ON documents (collection_id, sha256)",
        "CREATE INDEX documents_by_reason ON documents (collection_id, reason_kind) WHERE reason_kind != ''",
        "CREATE INDEX documents_by_parent ON documents (parent_id) WHERE parent_id != ''",
        "CREATE INDEX documents_by_folder ON documents (folder_id) WHERE folder_id != ''",
        "CREATE INDEX documents_pending ON documents (seq)"
        " WHERE state IN ('waiting', 'reading', 'embedding')",
        """CREATE TABLE folders (
            id TEXT PRIMARY KEY,
            collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            ignore TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT '',
            scanned_at REAL NOT NULL DEFAULT 0,
            added REAL NOT NULL,
            UNIQUE (collection_id, path)
        )""",
    ):
        connection.execute(statement)


def migration_3(connection: sqlite3.Connection) -> None:
    """What tells a linked folder from another one in its place."""
    connection.execute("ALTER TABLE folders ADD COLUMN identity TEXT NOT NULL DEFAULT ''")


def migration_4(connection: sqlite3.Connection) -> None:
    """A question may ask some files alone: `document_ids` is a list of names as `codec.encode_names` writes it."""
    connection.execute("ALTER TABLE messages ADD COLUMN document_ids TEXT NOT NULL DEFAULT '[]'")


def migration_5(connection: sqlite3.Connection) -> None:
    """Questions written from a collection's own passages, and what asking them found; all columns as in `probes`."""
    for statement in probes_shape.STATEMENTS:
        connection.execute(statement)


def migration_6(connection: sqlite3.Connection) -> None:
    """Finds what needs attention at once, however many documents are all right; conditions as in `attention`."""
    for statement in (
        "CREATE INDEX documents_failed ON documents (collection_id, reason_kind, name_key, seq)"
        " WHERE state = 'failed'",
        "CREATE INDEX documents_unread ON documents (collection_id, name_key, seq)"
        " WHERE state = 'ready' AND unread > 0 AND scanned = 0 AND reason_kind = ''",
    ):
        connection.execute(statement)


def migration_7(connection: sqlite3.Connection) -> None:
    """Addresses of models elsewhere, and the ledger of everything that the program has connected to."""
    for statement in (
        """CREATE TABLE endpoints (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            model TEXT NOT NULL,
            context_size INTEGER NOT NULL,
            enabled INTEGER NOT NULL DEFAULT 0,
            added REAL NOT NULL
        )""",
        """CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            address TEXT NOT NULL,
            purpose TEXT NOT NULL,
            sent INTEGER NOT NULL DEFAULT 0
        )""",
    ):
        connection.execute(statement)


def migration_8(connection: sqlite3.Connection) -> None:
    """Knows models and downloads; see `models_shape`."""
    for statement in models_shape.STATEMENTS:
        connection.execute(statement)


def migration_9(connection: sqlite3.Connection) -> None:
    """Conversations become trees, with pins and folders; see `chat_tree`."""
    chat_tree.migrate(connection)


def _full_text(table: str) -> str:
    """An FTS5 table that also finds symbols such as emoji (So) and takes letters without their accents."""
    tokens = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
    return f'CREATE VIRTUAL TABLE {table} USING fts5 (text, tokenize = "{tokens}")'


def migration_10(connection: sqlite3.Connection) -> None:
    """An address answers, or embeds."""
    connection.execute("ALTER TABLE endpoints ADD COLUMN purpose TEXT NOT NULL DEFAULT 'chat'")


def migration_11(connection: sqlite3.Connection) -> None:
    """A conversation has adapters of the model switched on."""
    connection.execute("ALTER TABLE conversations ADD COLUMN adapters TEXT NOT NULL DEFAULT '[]'")


def migration_12(connection: sqlite3.Connection) -> None:
    """Batch runs."""
    for statement in BATCH_TABLES:
        connection.execute(statement)


def migration_13(connection: sqlite3.Connection) -> None:
    """A collection may be kept at another place."""
    connection.execute("ALTER TABLE collections ADD COLUMN place TEXT NOT NULL DEFAULT ''")


def migration_14(connection: sqlite3.Connection) -> None:
    """What a person says of answers, and which of two is the better one, each with what the model saw."""
    for statement in FEEDBACK_TABLES:
        connection.execute(statement)


def migration_15(connection: sqlite3.Connection) -> None:
    """An answer keeps how it was asked: instructions, examples and form."""
    connection.execute("ALTER TABLE messages ADD COLUMN manner TEXT")


def migration_16(connection: sqlite3.Connection) -> None:
    """A batch run that was taken away can be brought back."""
    connection.execute("ALTER TABLE batches ADD COLUMN deleted REAL NOT NULL DEFAULT 0")


def migration_17(connection: sqlite3.Connection) -> None:
    """A chat keeps what was begun in it and not sent."""
    connection.execute("ALTER TABLE conversations ADD COLUMN draft TEXT NOT NULL DEFAULT ''")


def migration_18(connection: sqlite3.Connection) -> None:
    """A question may ask the chat's collection together with what is attached to it."""
    connection.execute("ALTER TABLE messages ADD COLUMN with_collection INTEGER NOT NULL DEFAULT 0")


def migration_19(connection: sqlite3.Connection) -> None:
    """An answer keeps the turns that its model was sent."""
    connection.execute(sent_turns.TABLE)


def migration_20(connection: sqlite3.Connection) -> None:
    """What the model wrote is kept where the answer shows something else."""
    connection.execute(sent_turns.WROTE)


Migration = Callable[[sqlite3.Connection], None]

# Only ever append: a step that has been released is never changed.
MIGRATIONS: tuple[Migration, ...] = (
    migration_1,
    migration_2,
    migration_3,
    migration_4,
    migration_5,
    migration_6,
    migration_7,
    migration_8,
    migration_9,
    migration_10,
    migration_11,
    migration_12,
    migration_13,
    migration_14,
    migration_15,
    migration_16,
    migration_17,
    migration_18,
    migration_19,
    migration_20,
)


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the file, 0 for a new one. Reads only.

    Raises StorageError for a file of a newer version, or one that another program made.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StorageError(
            "Your data was last used by a newer version of Deskside.",
            "Install the newest version to open it; nothing was changed.",
            f"{path}: version {version}, this program knows {len(MIGRATIONS)}",
        )
    if version < 0 or (version == 0 and tables):
        raise StorageError(
            "The file where your data should be belongs to another program.",
            "Move it away, or choose another folder; nothing was changed.",
            f"{path}: version {version} with {tables} tables",
        )
    return version


def upgrade(connection: sqlite3.Connection, path: Path, back_up: Callable[[int], None]) -> None:
    """Bring the file to the newest version in one transaction, after `back_up(version)` if it was older.

    Raises StorageError, OSError or sqlite3.Error; the file then still has the version that it had.
    """
    if check_version(connection, path) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another program may have upgraded the file in the meantime.
        version = check_version(connection, path)
        if 0 < version < len(MIGRATIONS):
            _check_sound(connection)
            back_up(version)
        for migration in MIGRATIONS[version:]:
            migration(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """Undo the open transaction, if there is one: after some failures SQLite has done it by itself."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _check_sound(connection: sqlite3.Connection) -> None:
    """Raise StorageError if the file is damaged inside: an upgrade would only spread it."""
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise StorageError(
            "The file with your conversations and library is damaged, so it was not upgraded.",
            "Nothing was changed. Copy it to a safe place, then put one from the backups folder there.",
            found,
        )
