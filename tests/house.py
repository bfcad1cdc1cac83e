"""A merchant's house for the tests: it takes what is handed over by the webhook."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self

from api.webhook import SIGNATURE

KEY = b"a secret that is long enough"


class Listening:
    """A server that answers on a thread of its own, as long as it is entered."""

    server: HTTPServer

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class House(Listening):
    """A receiver that refuses the first message once."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        house = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                house.received.append((self.headers[SIGNATURE], body))
                self.send_response(503 if len(house.received) == 1 else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Receiver)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/parure?shop=1"
