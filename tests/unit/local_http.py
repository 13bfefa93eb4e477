"""A real HTTP server on this machine that answers whatever a test wants, also what no decent server would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from gospub.access import Access, Limits, Token

SECRET = "vk1.a.S3cr3t-t0ken_of_a_test"


@dataclass
class Answer:
    """What the server answers.

    ``cut``: bytes promised and kept back; ``repeat``: how often the body is sent; ``wait``: seconds before the answer,
    ``drip``: before each repetition.
    """

    body: bytes = b'{"response": 1}'
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    repeat: int = 1
    wait: float = 0.0
    drip: float = 0.0


@dataclass
class Asked:
    """What a request said."""

    path: str
    headers: Mapping[str, str]
    form: dict[str, list[str]]


class LocalServer:
    """``answer`` is what it answers next, or how to make it of what was asked; ``asked`` what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer | Callable[[Asked], Answer] = Answer()
        self.asked: list[Asked] = []
        self.is_over = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def access(self, timeout_seconds: float = 5.0) -> Access:
        """How to ask this server."""
        return Access("vk", self.url, (Token(SECRET),), Limits(0, {}, timeout_seconds=timeout_seconds))


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """Serve until the block ends."""
    server = LocalServer()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_over.set()
        server.http.shutdown()
        server.http.server_close()


def _handler(server: LocalServer) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply("")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def reply(self, form: str) -> None:
            asked = Asked(self.path, dict(self.headers), parse_qs(form))
            server.asked.append(asked)
            answer = server.answer if isinstance(server.answer, Answer) else server.answer(asked)
            server.is_over.wait(answer.wait)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) * answer.repeat + answer.cut))
            self.end_headers()
            try:
                for _ in range(answer.repeat):
                    server.is_over.wait(answer.drip)
                    self.wfile.write(answer.body)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    return Handler
