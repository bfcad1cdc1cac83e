"""What is refused, and how it is said: as JSON, or as a page to those who look at one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, jsonify, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api.enquiries import NoWebhook
from api.queueing import HouseFull
from api.rooms import Busy
from api.tryon import validation_sentence
from models3d.errors import ModelError, ParureError
from models3d.files import NotWritable
from tryon.errors import MissingLandmarkModel, TryOnError
from viewer.errors import (
    InvalidOption,
    NoGraphics,
    NotAllowed,
    UnknownConfiguration,
    UnknownDesign,
    UnknownProduct,
    ViewerError,
)
from viewer.language import gettext
from viewer.refusals import translated

STATUS: Mapping[type[ParureError], int] = {
    UnknownProduct: 404,
    UnknownConfiguration: 404,
    UnknownDesign: 404,
    InvalidOption: 422,
    NotAllowed: 403,
    ModelError: 422,
    TryOnError: 422,
    ViewerError: 422,
    Busy: 429,
    HouseFull: 503,
    NoWebhook: 501,
    NoGraphics: 503,
    MissingLandmarkModel: 503,
    NotWritable: 507,
}
KEPT_OF_ERRORS = ("allow", "content-range", "location")


def install(app: Flask) -> None:
    """Answer an application's errors."""
    app.register_error_handler(ParureError, parure_error)
    app.register_error_handler(ValidationError, invalid_document)
    app.register_error_handler(HTTPException, http_error)


def parure_error(error: ParureError) -> Response:
    """A refusal whose message is meant for people."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    response = problem(status, type(error).__name__, translated(str(error)))
    if isinstance(error, HouseFull):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def invalid_document(error: ValidationError) -> Response:
    """A document that is not what the view takes."""
    return problem(422, "InvalidRequest", validation_sentence(error))


def http_error(error: HTTPException) -> Response:
    """What Flask itself refuses."""
    status = error.code or 500
    sentence = translated(error.description or error.name)
    if status == 413:
        limit = (request.max_content_length or 0) // 1_000_000
        sentence = gettext("The upload is too large: at most {limit} MB are taken.", limit=limit)
    response = problem(status, error.name.replace(" ", ""), sentence)
    response.headers.extend(
        (key, value) for key, value in error.get_headers() if key.lower() in KEPT_OF_ERRORS
    )
    return response


def problem(status: int, code: str, sentence: str) -> Response:
    """An error as JSON, or as a page for those who look at one."""
    if _wants_page():
        body = render_template("error.html", status=status, code=code, sentence=sentence)
        response = Response(body, status, mimetype="text/html")
    else:
        response = jsonify({"error": code, "message": sentence})
        response.status_code = status
    if status == 429:
        response.headers["Retry-After"] = "3"
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_page() -> bool:
    kinds = request.accept_mimetypes
    return not request.path.startswith("/api/") and (
        kinds.best_match(["application/json", "text/html"]) == "text/html"
    )
