"""The one SQLite file: opened safely, a connection for each thread, failures of the disk told in words."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from desktop.core.errors import DiskFull, InternalError, StorageError
from desktop.store import migrations

# How long a thread or a second program waits for another one's write before it gives up.
WAIT_SECONDS = 10.0

Value = str | bytes | int | float | None


class _Connection(sqlite3.Connection):
    """Closes itself when its thread has ended and nothing refers to it any more."""

    def __del__(self) -> None:
        try:
            self.close()
        except sqlite3.ProgrammingError:
            pass  # it could not even be opened


class Database:
    """Opens `path`, creates it where it is missing, and upgrades it after a copy was put into `backups`.

    Safe from any thread. Raises StorageError if the file is damaged, not ours, of a newer version of the
    program, or cannot be written; the file is then left exactly as it was.
    """

    def __init__(self, path: Path, backups: Path) -> None:
        self._path = path
        self._backups = backups
        self._threads = threading.local()
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _errors_in_words(path):
                # The first look changes nothing, so a file that is not ours stays as it is.
                migrations.check_version(self.connection(), path)
                _enter_wal(self.connection())
                migrations.upgrade(self.connection(), path, self._back_up)
        except OSError as error:
            self.close()
            raise StorageError(
                "The folder for your data cannot be used.",
                "Check that it exists, that you may write to it and that the disk is not full.",
                str(error),
            ) from error
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def connection(self) -> sqlite3.Connection:
        """This thread's own connection (autocommit; use `transaction` to write). Do not close it."""
        held: _Connection | None = getattr(self._threads, "connection", None)
        if self._closed:
            raise InternalError("The database is used after it was closed.", details=str(self._path))
        if held is None:
            with _errors_in_words(self._path):
                held = _connect(self._path)
            with self._lock:
                self._open.add(held)
            self._threads.connection = held
        return held

    @contextmanager
    def transaction(self, flushed: bool = True) -> Iterator[sqlite3.Connection]:
        """Everything inside is written together when the block ends, or not at all if it raises.

        Unless `flushed`, a power failure may undo it again, whole and together with all that came after.

        One inside another on the same thread belongs to the outer one. Raises StorageError when the disk is
        full, read-only or damaged, or another program holds the file for more than `WAIT_SECONDS`.
        """
        connection = self.connection()
        if connection.in_transaction:
            yield connection
            return
        with _errors_in_words(self._path):
            connection.execute(f"PRAGMA synchronous = {'FULL' if flushed else 'NORMAL'}")
            # IMMEDIATE takes the right to write at once: a later upgrade from reading could fail half-way.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                migrations.roll_back(connection)
                raise

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows of a query, read at once so that no reader stays open. Raises StorageError."""
        connection = self.connection()
        with _errors_in_words(self._path):
            return connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Value] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None. Raises StorageError."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def close(self) -> None:
        """Close the connections of all threads; nothing can be read or written afterwards."""
        self._closed = True
        with self._lock:
            for connection in list(self._open):
                connection.close()
            self._open.clear()

    def _back_up(self, version: int) -> None:
        """Copy the whole database beside, then rename: a backup with its final name is always complete."""
        self._backups.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d-%H%M%S")
        final = self._backups / f"{self._path.stem}-v{version}-{stamp}{self._path.suffix}"
        beside = final.with_name(final.name + ".part")
        try:
            # A connection of its own: SQLite does not copy from the one that holds the write lock.
            with closing(_connect(self._path)) as source, closing(sqlite3.connect(beside)) as copy:
                source.backup(copy)
            os.replace(beside, final)
        finally:
            beside.unlink(missing_ok=True)


def _connect(path: Path) -> _Connection:
    connection = sqlite3.connect(
        path,
        timeout=WAIT_SECONDS,
        isolation_level=None,  # transactions are begun and ended by us alone
        check_same_thread=False,  # each thread uses only its own, but `close` closes all
        factory=_Connection,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, so that reading never waits for writing; the file remembers it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # Unlike a transaction, this switch does not wait for a second program that starts now.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


_WORDS = {
    sqlite3.SQLITE_FULL: (
        "The disk is full, so this could not be saved.",
        "Free some space and try again; everything saved before is unharmed.",
    ),
    sqlite3.SQLITE_READONLY: (
        "Your data is in a place that cannot be written to.",
        "Check the permissions of the folder; everything saved before is unharmed.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The file with your conversations and library is damaged.",
        "It was left as it is. Copy it to a safe place, then put one from the backups folder there.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The file with your conversations and library cannot be opened.",
        "Check that its folder exists and that you may write to it.",
    ),
    sqlite3.SQLITE_BUSY: (
        "Another program is using your data.",
        "Wait until it is done, or close it, then try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk did not accept or return your data.",
        "Check that it is connected and not full, then try again.",
    ),
}
_WORDS[sqlite3.SQLITE_NOTADB] = _WORDS[sqlite3.SQLITE_CORRUPT]
_WORDS[sqlite3.SQLITE_PERM] = _WORDS[sqlite3.SQLITE_READONLY]
_WORDS[sqlite3.SQLITE_LOCKED] = _WORDS[sqlite3.SQLITE_BUSY]


@contextmanager
def _errors_in_words(path: Path) -> Iterator[None]:
    """Turn what the disk did into a StorageError; any other SQLite error is our bug and passes unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) not in _WORDS:
            raise
        what, todo = _WORDS[_code(error)]
        kind = DiskFull if _code(error) == sqlite3.SQLITE_FULL else StorageError
        raise kind(what, todo, f"{path}: {error}") from error


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; errors that Python's own module raises have none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
