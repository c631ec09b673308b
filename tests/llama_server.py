"""A real server of OpenAI's interface: llama-cpp-python's own, with the starter model, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.core.paths import Paths
from tests.support import wait_until


@contextmanager
def llama_server(*more: str) -> Iterator[str]:
    """The address, while it serves; the model is named "smol" there. `more` are options of the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(Paths.default().starter_chat_model)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--model_alias", "smol", *more]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        assert wait_until(answers, 60), "the server did not start"
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(10)
