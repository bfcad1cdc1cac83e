"""The light that the page's viewer shows pieces in."""

from __future__ import annotations

import gzip
from functools import cache

import brotli
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api.openapi import Operation, documented
from api.products import coding_taken, unchanging
from viewer.web.environment_file import environment_file

views = Blueprint("environments", __name__)
MEDIA_TYPE = "application/octet-stream"
BROTLI_QUALITY = 10


@views.get("/api/v1/environments/<environment_id>.bin")
@documented(Operation("The viewer's light, prefiltered", {MEDIA_TYPE: None}, problems=(404,)))
def environment(environment_id: str) -> Response:
    """The studio of metals and that of stones, for ever the same under this address."""
    if environment_id != environment_file().id:
        raise NotFound("There is no such light here: models name the one they stand in.")
    coding = coding_taken()
    response = unchanging(packed(coding), MEDIA_TYPE)
    response.vary.add("Accept-Encoding")
    if coding is not None and response.status_code != 304:
        response.headers["Content-Encoding"] = coding
    return response


@cache
def packed(coding: str | None) -> bytes:
    """Packed when it is first asked for, at once: the last fiftieth would take seconds."""
    data = environment_file().data
    if coding == "br":
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))
    return data if coding is None else gzip.compress(data, 6, mtime=0)
