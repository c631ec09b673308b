"""One window a home folder: a second start hands its files to the first and ends."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ANSWER = b"ok\n"
_MOST_BYTES = 1_000_000


def server_name(home: Path) -> str:
    """The local server's name for a home folder; short, because socket paths are."""
    return "deskside-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]


class SingleInstance(QObject):
    """`asked` comes in the first instance when a second was started, with the files it was given."""

    asked = Signal(list)

    def __init__(self, home: Path, lock: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(home)
        lock.parent.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(lock))
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the first instance; false when another process is. A lock of a dead process is taken over."""
        return self._lock.tryLock(50)

    def listen(self) -> None:
        """Wait for second starts. Only this user's programs may connect."""
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._server.listen(self._name)

    def hand_over(self, paths: Sequence[Path], seconds: float = 5.0) -> bool:
        """Send the files to the first instance; false when it does not answer in time."""
        line = json.dumps([str(path) for path in paths]).encode() + b"\n"
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(200):
                socket.write(line)
                socket.flush()
                left = max(1, round((ends - time.monotonic()) * 1000))
                answered = socket.waitForReadyRead(left)
                socket.disconnectFromServer()
                return answered
            time.sleep(0.05)
        return False

    def release(self) -> None:
        """Let the next start be the first."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _accept(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda chosen=socket: self._read(chosen))
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        try:
            names = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            socket.abort()
            return
        socket.write(_ANSWER)
        socket.flush()
        self.asked.emit([Path(str(name)) for name in names] if isinstance(names, list) else [])
