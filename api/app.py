"""HTTP and WebSocket: the application.

Views stand by subject beside this file; what they share in services.py, the documents they exchange
in documents.py, what is refused in problems.py, the guard of every answer in headers.py.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.metadata import version
from typing import IO, Any

from flask import Flask, Request, Response, current_app, jsonify

from api import (
    certificates,
    choosers,
    configure,
    designs,
    discovery,
    embed,
    enquiries,
    environments,
    fitting,
    headers,
    kiosk,
    kiosk_care,
    kiosk_eye,
    kiosk_measure,
    kiosk_socket,
    kiosk_tray,
    language,
    models,
    pages,
    problems,
    products,
    renders,
    sets,
    sizing,
    stream,
    swatches,
    theme,
    tracking,
    tryon,
    ways,
    words,
    worn,
)
from api.cross_origin import CrossOrigin
from api.documents import Health
from api.hot import HotAnswers
from api.openapi import Operation, documented, openapi
from api.services import Services
from viewer.merchants import merchants
from viewer.price_file import prices

LARGEST_UPLOAD_BYTES = 32_000_000
LARGEST_FIELDS_BYTES = 100_000


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
            STREAMS_AT_ONCE, PIPELINE (called as `tryon.pipeline.Pipeline` is), KIOSK (the mirror
            that this service runs) and KIOSK_ADDRESS (where phones reach it).
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
        fitting, kiosk, kiosk_care, kiosk_eye, kiosk_measure,
        kiosk_socket, kiosk_tray, worn, tracking,
    ):  # fmt: skip
        app.register_blueprint(module.views)
    language.install(app)
    theme.install(app)
    app.add_url_rule("/healthz", view_func=health)
    app.add_url_rule("/openapi.json", view_func=description)
    problems.install(app)
    headers.install(app)
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
