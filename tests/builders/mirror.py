"""A small data set, and a web server that has it and can be made to misbehave."""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets import idx
from engine.datasets.catalogue import Spec
from engine.datasets.mirrors import Source

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@dataclass(frozen=True, eq=False)
class Toy:
    """Twenty training and ten test images in MNIST's form."""

    raw: dict[str, bytes]
    archives: dict[str, bytes]
    spec: Spec

    @classmethod
    def make(cls, *, digests: bool = True, seed: int = 1, name: str = "mnist", folder: str = "MNIST") -> Toy:
        random = np.random.default_rng(seed)
        arrays = [
            random.integers(0, 256, (20, 28, 28), dtype=np.uint8),
            random.integers(0, 10, 20, dtype=np.uint8),
            random.integers(0, 256, (10, 28, 28), dtype=np.uint8),
            random.integers(0, 10, 10, dtype=np.uint8),
        ]
        raw = dict(zip(FILES, map(idx.encode, arrays), strict=True))
        known = tuple(hashlib.sha256(content).hexdigest() if digests else "" for content in raw.values())
        return cls(
            raw=raw,
            archives={f"{name}.gz": gzip.compress(content, mtime=0) for name, content in raw.items()},
            spec=Spec(name, name.upper(), folder, tuple("0123456789"), 0.5, 0.25, known, 20, 10),
        )

    def source(self, *mirrors: str) -> Source:
        """Where it comes from, with the right checksums."""
        return Source(mirrors, {name: hashlib.md5(packed).hexdigest() for name, packed in self.archives.items()})

    def put(self, data: Path) -> Path:
        """Write the unpacked files below a data folder; the folder they are in."""
        folder = data / self.spec.folder / "raw"
        folder.mkdir(parents=True)
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)
        return folder


@dataclass
class Answer:
    """How one request is answered, where that is not as it should be."""

    status: int = 0
    body: bytes | None = None
    send: int | None = None  # bytes, after which the connection is closed
    hang: bool = False  # instead of closing it
    headers: dict[str, str] = field(default_factory=dict)
    announce: bool = True
    ranges: bool = True


class Mirror:
    """Serves `files` by path; `answers` are used up, one a request, before it behaves.

    `requests` are those it got, by path and range, and `headers` all that came with them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {f"/{path}": content for path, content in files.items()}
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, str | None]] = []
        self.headers: list[Message] = []
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"mirror": self}))
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __enter__(self) -> Mirror:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Handler(BaseHTTPRequestHandler):
    mirror: Mirror

    def do_GET(self) -> None:
        wanted = self.headers["Range"]
        self.mirror.requests.append((self.path, wanted))
        self.mirror.headers.append(self.headers)
        answer = self.mirror.answers.pop(0) if self.mirror.answers else Answer()
        content = self.mirror.files.get(self.path) if answer.body is None else answer.body
        if content is None or answer.status >= 400:
            self.send_error(answer.status or 404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and answer.ranges else 0
        if start >= len(content) > 0:
            self.send_error(416)
            return
        self.send_response(answer.status or (206 if start else 200))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if answer.announce:
            self.send_header("Content-Length", str(len(content) - start))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[start:][: answer.send])
        self.wfile.flush()
        if answer.hang:
            self.mirror.released.wait(30)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""
