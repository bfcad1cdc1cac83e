"""Unchanging answers out of memory: the same as the application's, and only what never changes."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from api.hot import HotAnswers
from tests.serving import application
from viewer.configuration import configure

FOR_EVER = "public, max-age=31536000, immutable"
BAND = configure("band")
BODY = bytes(range(256)) * 40


class Shop:
    """An application that counts its questions; the headers of its answers can be changed."""

    def __init__(self, **headers: str) -> None:
        self.asked = 0
        self.headers = {
            "Cache-Control": FOR_EVER,
            "ETag": '"tag"',
            "Accept-Ranges": "bytes",
            "Content-Type": "image/webp",
            "X-Frame-Options": "DENY",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self.status = "200 OK"
        self.closed = 0

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        self.asked += 1
        body = BODY + environ["QUERY_STRING"].encode()
        headers = {"Content-Length": str(len(body)), **self.headers}
        start_response(self.status, [item for item in headers.items() if item[1]])
        return self._body(body)

    def _body(self, body: bytes) -> Iterable[bytes]:
        try:
            yield body[:100]
            yield body[100:]
        finally:
            self.closed += 1


def test_what_never_changes_is_asked_for_once_and_comes_the_same() -> None:
    shop = Shop()
    client = Client(HotAnswers(shop))
    first, second = client.get("/a"), client.get("/a")
    assert (first.data, first.status, list(first.headers)) == (BODY, "200 OK", list(second.headers))
    assert second.data == BODY
    assert (shop.asked, shop.closed) == (1, 1)
    head = client.head("/a")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(BODY)))
    for known in ('"tag"', 'W/"tag"', '"other", "tag"', "*"):
        answer = client.get("/a", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == '"tag"'
        assert answer.headers["Cache-Control"] == FOR_EVER
        assert "Content-Length" not in answer.headers
    assert client.get("/a", headers={"If-None-Match": '"other"'}).data == BODY
    for asked, part in (("0-1", BODY[:2]), ("5000-", BODY[5000:]), ("-3", BODY[-3:])):
        answer = client.get("/a", headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.data) == (206, part)
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Content-Length"] == str(len(part))
    other = client.get("/a", headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (other.status_code, other.data) == (200, BODY)
    assert shop.asked == 1
    assert client.get("/a?b").data == BODY + b"b"
    assert client.post("/a").data == BODY
    assert client.get("/a", headers={"Range": "bytes=999999-"}).status_code == 200  # the shop's own
    assert shop.asked == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "no-cache"},
        {"Cache_Control": "public, max-age=60"},
        {"ETag": ""},
        {"Set_Cookie": "a=b"},
        {"Vary": "Accept-Encoding, Origin"},
        {"Content_Length": ""},
        {"Content_Length": "9000000"},
    ],
)
def test_what_may_change_or_is_too_large_is_asked_for_again(headers: dict[str, str]) -> None:
    shop = Shop(**headers)
    client = Client(HotAnswers(shop))
    for _ in range(2):
        assert client.get("/a").data == BODY
    assert (shop.asked, shop.closed) == (2, 2)


@pytest.mark.parametrize("status", ["404 NOT FOUND", "206 PARTIAL CONTENT", "503 BUSY"])
def test_only_whole_answers_are_kept(status: str) -> None:
    shop = Shop()
    shop.status = status
    client = Client(HotAnswers(shop))
    for _ in range(2):
        assert client.get("/a").status == status
    assert shop.asked == 2


def test_codings_are_kept_apart() -> None:
    shop = Shop(Vary="Accept-Encoding")
    client = Client(HotAnswers(shop))
    for accepted in ("br, gzip", "gzip, br", "gzip", "identity", "br;q=0, gzip;q=0", "*"):
        client.get("/a", headers={"Accept-Encoding": accepted})
    assert shop.asked == 3  # br, gzip, neither


def test_memory_is_bounded_and_what_was_used_longest_ago_is_forgotten() -> None:
    shop = Shop()
    hot = HotAnswers(shop, most_bytes=3 * len(BODY) + 100)
    client = Client(hot)
    for name in "abc":
        client.get(f"/{name}")
    client.get("/a")  # used again: younger than b
    client.get("/d")
    assert shop.asked == 4
    for name in "acd":
        client.get(f"/{name}")
    assert shop.asked == 4
    client.get("/b")
    assert shop.asked == 5
    assert hot._bytes == sum(len(answer.body) for answer in hot._answers.values()) <= 3 * len(BODY)


def test_many_at_once_get_whole_answers() -> None:
    hot = HotAnswers(Shop(), most_bytes=4 * len(BODY))
    start = threading.Barrier(8)

    def visit(number: int) -> int:
        start.wait(60)
        client = Client(hot)
        return sum(client.get(f"/{n * number % 7}").data == BODY for n in range(60))

    with ThreadPoolExecutor(8) as visitors:
        assert list(visitors.map(visit, range(8))) == [60] * 8
    assert hot._bytes == sum(len(answer.body) for answer in hot._answers.values())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with application(tmp_path) as app:
        store = app.extensions["parure"].store
        store.remember(BAND)
        store.asset(BAND, "model.mp4", lambda: BODY)
        yield app.test_client()


def test_the_services_answers_are_the_same_the_short_way(client: FlaskClient) -> None:
    static = client.application.extensions["parure_manifest"]["style.css"]
    for path in (f"/static/{static}", f"/api/v1/models/{BAND.hash}.mp4"):
        for coding in ("br", "gzip", "identity"):
            asked = {"Accept-Encoding": coding}
            first, second = (client.get(path, headers=asked) for _ in range(2))
            assert first.data == second.data
            assert list(first.headers) == list(second.headers)
            assert second.headers["Content-Security-Policy"].startswith("default-src 'none'")
            known = {**asked, "If-None-Match": first.headers["ETag"]}
            assert client.get(path, headers=known).status_code == 304


def test_the_short_way_enters_no_view(client: FlaskClient) -> None:
    entered = []
    client.application.before_request(lambda: entered.append(1))
    path = f"/api/v1/models/{BAND.hash}.mp4"
    for _ in range(3):
        assert client.get(path).data == BODY
        assert client.get(path, headers={"Range": "bytes=0-1"}).data == BODY[:2]
    assert len(entered) == 1
