"""The guard of every answer: what a page may load, and from where; and its packing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, g, request

from viewer.bake import PACKERS

LEAST_COMPRESSED_BYTES = 1000
POLICY: Final = "Content-Security-Policy"
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
)


def policy(**more: str) -> str:
    """The policy of a page that needs more than the rest.

    Args:
        more: by directive, its hyphen an underscore: what it allows besides, or instead of nothing.
    """
    wanted = dict(SOURCES)
    for name, sources in more.items():
        directive = name.replace("_", "-")
        before = wanted.get(directive, "'none'")
        wanted[directive] = sources if before == "'none'" else f"{before} {sources}"
    return "; ".join(f"{directive} {sources}" for directive, sources in wanted.items())


HEADERS = {
    POLICY: policy(),
    "Permissions-Policy": (
        "camera=(self), xr-spatial-tracking=(self), microphone=(), geolocation=(), "
        "browsing-topics=()"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def install(app: Flask) -> None:
    """Guard and pack every answer of an application."""
    app.after_request(with_headers)
    app.after_request(compressed)


def allow(**more: str) -> None:
    """Let the page that is being answered do more than the rest; an error in its place does not.

    Args:
        more: as `policy` takes it.
    """
    g.allowed = g.get("allowed", {}) | more


def with_headers(response: Response) -> Response:
    """The guard on an answer: the same on every one, but for what its page was allowed."""
    allowed = g.get("allowed", {}) if response.status_code in (200, 304) else {}
    if allowed:
        response.headers[POLICY] = policy(**allowed)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame_ancestors" in allowed:
        response.headers.pop("X-Frame-Options")  # knows no list; the policy stands in for it
    return response


def compressed(response: Response) -> Response:
    """Pages and documents in the best coding that is taken; pictures are compressed already."""
    if (
        response.mimetype in ("text/html", "application/json")
        and "Content-Encoding" not in response.headers
        and "websocket" not in request.headers.get("Upgrade", "").lower()
        and not response.direct_passthrough
    ):
        response.vary.add("Accept-Encoding")
        data = response.get_data()
        coding = next((c for c in PACKERS if request.accept_encodings.quality(c) > 0), None)
        if len(data) > LEAST_COMPRESSED_BYTES and coding is not None:
            response.set_data(_packed(data, coding))
            response.headers["Content-Encoding"] = coding
    return response


@lru_cache(maxsize=64)
def _packed(data: bytes, coding: str) -> bytes:
    """A page packed as small as it goes, once for all who ask for the same."""
    return PACKERS[coding](data)
