"""What the tests of the embed share: a shop of another origin, and browsers that visit it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.house import Listening
from tests.serving import application, listening

KEY = "maison-2f7c91"
SERVICE = "https://parure.example"  # as the guide and its examples write it
# what Chromium says of itself: software OpenGL of its speed, Linux of having no sheet to share by;
# and a busy service asks for patience, which the viewer has
ITS_OWN = ("GL Driver Message", "Unrecognized feature: 'web-share'", "status of 503")
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
# Of a careful shop: nothing inline, nothing from anywhere but itself and the service.
STRICT = (
    "default-src 'none'; script-src 'self' {parure}; connect-src 'self' {parure}; "
    "img-src 'self' {parure}; style-src 'self'; frame-src {parure}; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; report-uri /reports"
)


class Shop(Listening):
    """A merchant's web server: pages by path, and the reports that its policy gave rise to."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.policy = ""
        self.reports: list[str] = []
        self.ordered: list[str] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                body = "" if path == "/favicon.ico" else shop.pages.get(path)
                self.send_response(200 if body is not None else 404)
                suffix = Path(path).suffix or ".html"
                self.send_header(
                    "Content-Type", f"{TYPES.get(suffix, 'text/plain')}; charset=utf-8"
                )
                if shop.policy:
                    self.send_header("Content-Security-Policy", shop.policy)
                data = (body or "").encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                kept = shop.reports if self.path == "/reports" else shop.ordered
                kept.append(self.rfile.read(length).decode())
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = (
            f"http://localhost:{self.server.server_port}"  # another origin than 127.0.0.1
        )


@contextmanager
def merchant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Shop]]:
    """The service's address, and a shop whose origin the merchant's key covers."""
    with Shop() as shop:
        listed = folder / "merchants.toml"
        listed.write_text(
            f'[[merchant]]\nkey = "{KEY}"\nname = "Maison"\norigins = ["{shop.address}"]\n'
        )
        monkeypatch.setenv("PARURE_MERCHANTS", str(listed))
        with application(folder / "store") as app, listening(app) as address:
            shop.policy = STRICT.format(parure=f"http://{address}")
            yield f"http://{address}", shop


class Guest:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: set[str] = set()
        self.problems: list[str] = []
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.problems.append(message.text)
                if message.type in ("error", "warning")
                and not any(words in message.text for words in ITS_OWN)
                else None
            ),
        )

    def _note(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")):
            self.asked.add(urlsplit(url).netloc)


@contextmanager
def visiting(browser: Browser, shop: Shop, address: str, **options) -> Iterator[Guest]:
    """A visit to the shop, which must ask nobody but shop and service, and break no rule."""
    options.setdefault("viewport", {"width": 1000, "height": 900})
    context = browser.new_context(**options)
    try:
        guest = Guest(context.new_page())
        yield guest
        assert guest.problems == []
        assert guest.asked <= {urlsplit(shop.address).netloc, urlsplit(address).netloc}
        assert shop.reports == []
    finally:
        context.close()
