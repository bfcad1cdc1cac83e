"""What pages of other origins may read: scripts by anybody, the collection by merchants' pages.

Stands before everything, the answers kept in memory included: what it adds depends on who asks.
Refused is what browsers refuse; programs that are no browser never ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from viewer.merchants import Merchants

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from api.hot import Headers

# Code, fonts and styles are no secret; the embed's own view checks key and origin and says why not.
FOR_ALL: Final = ("/static/", "/embed.js", "/words/", "/api/v1/embed/")
FOR_MERCHANTS: Final = (
    "/api/v1/configurations",
    "/api/v1/cuts/",
    "/api/v1/engravings/",
    "/api/v1/environments/",
    "/api/v1/models/",
    "/api/v1/products",
    "/api/v1/qr/",
    "/api/v1/renders/",
    "/api/v1/swatches/",
)
METHODS: Final = "GET, HEAD, POST"
PREFLIGHT_S: Final = 7200  # the longest that browsers remember
TOLD: Final = "Retry-After"


class CrossOrigin:
    """A WSGI application that tells browsers which pages may read another one's answers."""

    def __init__(self, application: WSGIApplication, merchants: Merchants) -> None:
        self._application = application
        self._merchants = merchants

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"]
        if path.startswith(FOR_ALL):
            return self._answer(environ, start_response, "*")
        if not path.startswith(FOR_MERCHANTS):
            return self._application(environ, start_response)
        origin = environ.get("HTTP_ORIGIN", "")
        return self._answer(
            environ, start_response, origin if self._merchants.know(origin) else None
        )

    def _answer(
        self, environ: WSGIEnvironment, start_response: StartResponse, allowed: str | None
    ) -> Iterable[bytes]:
        asks = "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if environ["REQUEST_METHOD"] == "OPTIONS" and asks and allowed is not None:
            start_response("204 NO CONTENT", [*_guard(allowed), *_PREFLIGHT])
            return ()

        def opened(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            return start_response(status, _opened(headers, allowed), *error)

        return self._application(environ, opened)


_PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", METHODS),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", str(PREFLIGHT_S)),
    ("Content-Length", "0"),
)


def _guard(allowed: str | None) -> Headers:
    """Who may read, and that it depends on who asks."""
    headers = [] if allowed == "*" else [("Vary", "Origin")]
    if allowed is not None:
        headers += [
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Expose-Headers", TOLD),
        ]
    return headers


def _opened(headers: Headers, allowed: str | None) -> Headers:
    """The headers of an answer with the guard's; a new list, since answers are kept."""
    varied = [value for name, value in headers if name.lower() == "vary"]
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    guard = _guard(allowed)
    varied += [value for name, value in guard if name == "Vary"]
    others += [(name, value) for name, value in guard if name != "Vary"]
    return [*others, ("Vary", ", ".join(varied))] if varied else others
