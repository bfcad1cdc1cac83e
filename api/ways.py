"""The page on which the language and the currency are chosen."""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response, render_template, request

from api.language import currency_ways, language_ways
from api.openapi import Operation, documented

OURS = re.compile(r"/(?![/\\])[!-~]*")  # a path of this service, not another host
views = Blueprint("ways", __name__)


@views.get("/languages")
@documented(
    Operation(
        "Choose the language and the currency",
        {"text/html": None},
        query={"page": {"type": "string", "description": "The path to come back to."}},
    )
)
def choose() -> Response:
    """Links back to the page one came from, in every language and currency."""
    asked = request.args.get("page", "/")
    page = asked if OURS.fullmatch(asked) else "/"
    body = render_template(
        "ways.html", languages=language_ways(page), currencies=currency_ways(page)
    )
    response = make_response(body)
    response.headers["Cache-Control"] = "no-cache"
    return response
