"""HTTP and WebSocket: the application, its errors, its headers, its server.

Views stand by subject beside this file; what they share in services.py, the documents they exchange
in documents.py.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import IO, Any

from flask import Flask, Request, Response, current_app, jsonify, render_template, request
from gunicorn.app.base import BaseApplication
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api import (
    certificates,
    choosers,
    configure,
    designs,
    discovery,
    embed,
    enquiries,
    environments,
    language,
    models,
    pages,
    products,
    renders,
    sets,
    sizing,
    stream,
    swatches,
    theme,
    tryon,
    ways,
    words,
)
from api.cross_origin import CrossOrigin
from api.documents import Health, Operation, documented, openapi
from api.enquiries import NoWebhook
from api.hot import HotAnswers
from api.queueing import HouseFull
from api.services import WAITING_AT_MOST, Busy, Services, streams_at_once
from api.tryon import validation_sentence
from models3d.errors import ModelError, ParureError
from models3d.files import NotWritable
from tryon.errors import MissingLandmarkModel, TryOnError
from viewer.bake import PACKERS
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
from viewer.merchants import merchants
from viewer.price_file import prices
from viewer.refusals import translated

LARGEST_UPLOAD_BYTES = 32_000_000
LARGEST_FIELDS_BYTES = 100_000
LEAST_COMPRESSED_BYTES = 1000
THREADS = 32  # besides one for each stream and for each request that waits in a line
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
# Threads of Python take turns this often: five times as often as by default, so that an answer out
# of memory waits a millisecond, not five, for whoever builds a model.
TURN_S = 0.001
KEPT_OF_ERRORS = ("allow", "content-range", "location")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), browsing-topics=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk; the default spools large ones to a file."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


class ParureFlask(Flask):
    """Flask with uploads in memory."""

    request_class = InMemoryRequest


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application.

    Args:
        config: overrides of MAX_CONTENT_LENGTH, STORE (folder of configurations and pictures),
            STREAMS_AT_ONCE and PIPELINE (called as `tryon.pipeline.Pipeline` is).
    Raises:
        RuntimeError: the pages have not been built.
        InvalidPriceFile: the merchant's prices cannot be read.
        InvalidMerchantFile: nor can the list of merchants.
    """
    app = ParureFlask("parure", template_folder=str(pages.STATIC / "templates"), static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS_BYTES,
        SOCK_SERVER_OPTIONS={
            "ping_interval": 25,
            "max_message_size": stream.LARGEST_MESSAGE_BYTES,
            "receive_bytes": 65536,
        },
    )
    app.config.update(config or {})
    prices()  # a wrong price file is told now, not to the first client
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # half the bytes in Arabic
    app.json.compact = True  # type: ignore[attr-defined]
    app.jinja_env.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["parure_manifest"] = pages.load_manifest()
    app.extensions["parure"] = Services(app.config)
    for module in (
        products, renders, environments, sizing, certificates, models, tryon, stream, pages,
        words, ways, choosers, configure, discovery, embed, swatches, designs, enquiries, sets,
    ):  # fmt: skip
        app.register_blueprint(module.views)
    language.install(app)
    theme.install(app)
    app.add_url_rule("/healthz", view_func=health)
    app.add_url_rule("/openapi.json", view_func=description)
    app.register_error_handler(ParureError, parure_error)
    app.register_error_handler(ValidationError, invalid_document)
    app.register_error_handler(HTTPException, http_error)
    app.after_request(with_headers)
    app.after_request(compressed)
    hot = HotAnswers(app.wsgi_app)
    app.wsgi_app = CrossOrigin(hot, merchants())  # type: ignore[method-assign]
    return app


@documented(Operation("Whether the service answers", {"application/json": Health}))
def health() -> Response:
    """That the service answers."""
    return jsonify(Health(status="ok").model_dump())


@documented(Operation("This document", {"application/json": None}))
def description() -> Response:
    """The OpenAPI document, made from the views."""
    return jsonify(openapi(current_app, version("parure")))


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
        (key, value)
        for key, value in error.get_headers()
        if key.lower() in ("allow", "content-range", "location")
    )
    return response


def problem(status: int, code: str, sentence: str) -> Response:
    """An error as JSON, or as a page for those who look at one."""
    if _wants_page():
        body = render_template("error.html", status=status, sentence=sentence)
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


def with_headers(response: Response) -> Response:
    """The same guard on every answer."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
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


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one process, since renderers and stores are shared, and many threads."""

    def __init__(self, host: str, port: int) -> None:
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings."""
        settings = {
            "bind": self._address,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS + WAITING_AT_MOST + streams_at_once(),
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _: announce(self._address),
            "post_worker_init": lambda worker: _services(worker).end_when(lambda: not worker.alive),
            "worker_exit": lambda _, worker: _services(worker).close(),
        }
        for key, value in settings.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """The application, made in the process that serves it."""
        sys.setswitchinterval(TURN_S)
        app = create_app()
        services: Services = app.extensions["parure"]
        warming = threading.Thread(target=_warm, args=(app, services), daemon=True)
        services.wait_for(warming)
        warming.start()
        return app


def _warm(app: Flask, services: Services) -> None:
    """Draw ahead; what goes wrong is said again to whoever asks for it."""
    try:
        services.warm()
    except ParureError as error:
        app.logger.warning("%s", error)
    except RuntimeError:  # a renderer that was closed meanwhile
        if not services.closing:
            raise


def _services(worker: Any) -> Services:
    """What stands behind the application that a gunicorn worker serves."""
    services: Services = worker.app.wsgi().extensions["parure"]
    return services


def announce(address: str) -> None:
    """Say where the pages are."""
    print(f"Parure is at http://{address}", flush=True)  # noqa: T201


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    Server(host, port).run()
