"""A real server of S3's interface, moto's, in a process of its own; nothing but this computer reaches it."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support import wait_until


@dataclass(frozen=True)
class ObjectStore:
    """The server; `stop` lets it be away."""

    process: subprocess.Popen[bytes]
    address: str

    def make_bucket(self, name: str) -> None:
        self._ask(f"/{name}", "PUT")

    def ask_for_keys(self) -> None:
        """From now on requests with a key that nobody was given are refused."""
        self._ask("/moto-api/reset-auth", "POST", b"0")

    def forget_keys(self) -> None:
        """Take any key again."""
        self._ask("/moto-api/reset-auth", "POST", b"1000000")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _ask(self, path: str, method: str, data: bytes | None = None) -> None:
        kind = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(self.address + path, data, kind, method=method)
        urllib.request.urlopen(request, timeout=10).close()


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """The server while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = ObjectStore(process, f"http://127.0.0.1:{port}")

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        assert wait_until(answers, 60), "the server did not start"
        yield made
    finally:
        made.stop()
