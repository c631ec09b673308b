"""A hub of models in a process of its own, for tests: it speaks the protocol, and misbehaves when it is told to.

`python hub_server.py FOLDER` serves FOLDER/owner/name/file and prints its port. `/control?KEY=VALUE` sets how it
behaves, `/log` tells what it was asked. Behaviour, each for the bytes of files: `break=N` closes the connection after N
bytes of each answer, `stall=N` goes silent there, `wrong=1` flips a byte, `norange=1` ignores Range, `length=N` adds N
to the Content-Length, `more=N` sends N bytes too many without a length, `fail=N` answers the next N requests with 503,
`gone=1` and `gated=1` refuse, `lookup=N` answers what a repository holds with N, `status=N`
files, `listed=N` adds N to the listed sizes, `etag=1` links to another file, `away=1` sends on
to an address without encryption elsewhere, `slow=N` sleeps N milliseconds before each 64 KB.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
PIECE = 65_536
behaviour: dict[str, int] = {}
log: list[dict[str, str]] = []


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root = Path()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path).removeprefix("/mirror/of/a/hub")
        if path == "/control":
            behaviour.clear()
            behaviour.update({key: int(value) for key, value in parse_qsl(parts.query)})
            self._json({})
        elif path == "/log":
            self._json(log)
        else:
            log.append({"path": path, "range": self.headers.get("Range", "")})
            self._serve(path)

    def _serve(self, path: str) -> None:
        if behaviour.get("fail", 0) > 0:
            behaviour["fail"] -= 1
            self._json({"error": "busy"}, 503)
        elif path.startswith("/api/models/"):
            self._listing(path.removeprefix("/api/models/"))
        elif "/resolve/" in path:
            repo, _, rest = path.removeprefix("/").partition("/resolve/")
            revision, _, name = rest.partition("/")
            self._resolve(repo, revision, name)
        elif path.startswith("/cdn/") and behaviour.get("status"):
            self._json({"error": "refused"}, behaviour["status"])
        elif path.startswith("/cdn/"):
            self._bytes(self.root / path.removeprefix("/cdn/"))
        else:
            self._json({"error": "not found"}, 404)

    def _listing(self, repo: str) -> None:
        repo = repo.partition("/revision/")[0]
        folder = self.root / repo
        if behaviour.get("lookup"):
            self._json({"error": "refused"}, behaviour["lookup"])
            return
        if behaviour.get("gated"):
            self._json({"error": "gated"}, 401, {"X-Error-Code": "GatedRepo"})
            return
        if not folder.is_dir():
            self._json({"error": "not found"}, 404, {"X-Error-Code": "RepoNotFound"})
            return
        siblings = []
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            data = path.read_bytes()
            size = len(data) + behaviour.get("listed", 0)
            sibling: dict[str, object] = {
                "rfilename": path.relative_to(folder).as_posix(), "size": size, "blobId": git_sha1(data),
            }  # fmt: skip
            if _is_large(path):
                sibling["lfs"] = {
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "size": size,
                    "pointerSize": 134,
                }
            siblings.append(sibling)
        self._json({"id": repo, "modelId": repo, "sha": REVISION, "siblings": siblings, "tags": []})

    def _resolve(self, repo: str, revision: str, name: str) -> None:
        path = self.root / repo / name
        if behaviour.get("gone") or revision != REVISION or not path.is_file():
            self._json({"error": "not found"}, 404, {"X-Error-Code": "EntryNotFound"})
            return
        if not _is_large(path):
            self._bytes(path)
            return
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if behaviour.get("etag"):
            digest = "f" * 64
        target = f"/cdn/{repo}/{name}?signature=secret"
        if behaviour.get("away"):
            target = "http://models.example.org/file"
        self.send_response(302)
        self.send_header("Location", target)
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("X-Linked-Etag", f'"{digest}"')
        self.send_header("X-Linked-Size", str(path.stat().st_size))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _bytes(self, path: Path) -> None:
        data = bytearray(path.read_bytes())
        if behaviour.get("wrong"):
            data[len(data) // 2] ^= 255
        begin, asked = 0, self.headers.get("Range", "")
        if asked and not behaviour.get("norange"):
            begin = int(asked.removeprefix("bytes=").partition("-")[0])
        if begin >= len(data):
            self._json({}, 416)
            return
        body = bytes(data[begin:]) + bytes(behaviour.get("more", 0))
        self.send_response(206 if begin else 200)
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", '"x"')
        self.send_header("Accept-Ranges", "bytes")
        if begin:
            self.send_header(
                "Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data) + behaviour.get('length', 0)}"
            )
        if behaviour.get("more"):
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(body) + behaviour.get("length", 0)))
        self.end_headers()
        self._send(body)

    def _send(self, body: bytes) -> None:
        end = behaviour.get("break") or behaviour.get("stall") or len(body)
        for begin in range(0, min(end, len(body)), PIECE):
            if behaviour.get("slow"):
                time.sleep(behaviour["slow"] / 1000)
            self.wfile.write(body[begin : min(begin + PIECE, end)])
        if behaviour.get("stall") and end < len(body):
            time.sleep(20)
        if end < len(body) or behaviour.get("more"):
            self.close_connection = True

    def _json(self, value: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _is_large(path: Path) -> bool:
    return path.suffix in (".gguf", ".safetensors")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what the tests do."""


if __name__ == "__main__":
    Handler.root = Path(sys.argv[1])
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
