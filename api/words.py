"""The words of the pages' scripts, a file for each language."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api.language import script_file
from api.openapi import Operation, documented
from api.products import coding_taken, unchanging
from viewer.bake import PACKERS
from viewer.language import ENGLISH, LANGUAGES

views = Blueprint("words", __name__)


@views.get("/words/<language>-<edition>.json")
@documented(
    Operation("The words of the pages' scripts", {"application/json": None}, problems=(404,))
)
def file(language: str, edition: str) -> Response:
    """What scripts say, by its English text; what counts, by CLDR's names of the plural forms."""
    if language not in LANGUAGES or language == ENGLISH or edition != script_file(language)[1]:
        raise NotFound("There is no such file.")
    data, coding = script_file(language)[0], coding_taken()
    response = unchanging(
        PACKERS[coding](data) if coding else data, "application/json", in_parts=False
    )
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    return response
