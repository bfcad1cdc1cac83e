"""Unchanging answers out of memory: the short way for posters, models, scripts and styles.

Stands before the application. What it answered once with `Cache-Control: immutable` is answered
again from here, with the very headers it had, and never reaches a view: whole, to a HEAD, not at
all (304), or in part (206).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Response

from viewer.bake import PACKERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES: Final = 96_000_000
LARGEST_BYTES: Final = 8_000_000  # of one answer
MOST_ANSWERS: Final = 20_000
ADDRESS_CHARACTERS: Final = 2000
NOT_OF_A_304: Final = frozenset({"content-length", "content-type", "content-encoding"})

Headers = list[tuple[str, str]]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    body: bytes
    etag: str  # as the header has it
    headers: Headers
    unchanged: Headers  # of a 304
    in_parts: bool


class HotAnswers:
    """A WSGI application that remembers what another one says for ever.

    Args:
        application: answers what is not remembered.
        most_bytes: of bodies that are kept; the least recently used are forgotten beyond it.
    """

    def __init__(self, application: WSGIApplication, most_bytes: int = MOST_BYTES) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._guard = threading.Lock()  # of the two below
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        key = (
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            _coding(environ.get("HTTP_ACCEPT_ENCODING", "")),
        )
        with self._guard:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        if answer is None:
            if method == "HEAD" or "HTTP_RANGE" in environ or "HTTP_IF_NONE_MATCH" in environ:
                return self._application(environ, start_response)
            return self._remembered(key, environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and (known == answer.etag or _names(known, answer.etag)):
            start_response("304 NOT MODIFIED", answer.unchanged)
            return ()
        if "HTTP_RANGE" in environ and answer.in_parts and method == "GET":
            return self._part(answer, environ, start_response)
        start_response("200 OK", answer.headers)
        return () if method == "HEAD" else (answer.body,)

    def _part(
        self, answer: _Answer, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What a Range asks for; the application explains what cannot be had."""
        response = Response(answer.body, headers=answer.headers)
        length = len(answer.body)
        try:
            response.make_conditional(environ, accept_ranges=True, complete_length=length)
        except RequestedRangeNotSatisfiable:
            return self._application(environ, start_response)
        return response(environ, start_response)

    def _remembered(
        self, key: Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The application's own answer, kept if it never changes."""
        told: list[tuple[str, Headers]] = []

        def listening(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return start_response(status, headers, *error)

        body = self._application(environ, listening)
        if not told or not _is_for_ever(*told[0], key):
            return body
        headers = told[0][1]
        try:
            data = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        names = {name.lower(): value for name, value in headers}
        if len(data) == int(names["content-length"]):
            self._keep(
                key,
                _Answer(
                    data,
                    names["etag"],
                    list(headers),
                    [item for item in headers if item[0].lower() not in NOT_OF_A_304],
                    names.get("accept-ranges") == "bytes",
                ),
            )
        return (data,)

    def _keep(self, key: Key, answer: _Answer) -> None:
        with self._guard:
            before = self._answers.pop(key, None)
            self._bytes += len(answer.body) - (len(before.body) if before else 0)
            self._answers[key] = answer
            while self._bytes > self._most_bytes or len(self._answers) > MOST_ANSWERS:
                self._bytes -= len(self._answers.popitem(last=False)[1].body)


def _is_for_ever(status: str, headers: Headers, key: Key) -> bool:
    """Whether an answer may be given again to everybody who takes the same coding."""
    names = {name.lower(): value for name, value in headers}
    return (
        status.startswith(f"{HTTPStatus.OK.value} ")
        and "immutable" in names.get("cache-control", "")
        and "etag" in names
        and "set-cookie" not in names
        and names.get("vary", "accept-encoding").lower() == "accept-encoding"
        and names.get("content-length", "").isdecimal()
        and int(names["content-length"]) <= LARGEST_BYTES
        and len(key[0]) + len(key[1]) <= ADDRESS_CHARACTERS
    )


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    """The coding that the views choose for an Accept-Encoding."""
    taken = parse_accept_header(accepted)
    return next((coding for coding in PACKERS if taken.quality(coding) > 0), "")


def _names(known: str, etag: str) -> bool:
    """Whether an If-None-Match names this tag."""
    return parse_etags(known).contains_weak(etag.removeprefix("W/").strip('"'))
