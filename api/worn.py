"""Views of how a piece is worn: what the solver in the page must know of it, and its worn shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from api.openapi import Operation, documented
from api.products import coding_taken, services, unchanging
from api.services import FACTS
from tryon.types import Finger
from tryon.wearables import for_finger
from tryon.worn_facts import facts_edition, worn_facts, worn_model
from viewer.bake import Bakery
from viewer.configuration import Configuration, build_model
from viewer.exports import Studio
from viewer.variants import choices
from viewer.web.model_file import viewer_glb
from viewer.web.skin_file import skin_glb

GLB = "model/gltf-binary"
FINGER = {
    "type": "string",
    "enum": [str(finger) for finger in Finger],
    "default": str(Finger.RING),
    "description": "The finger that wears a ring; a ring in the usual size is made for it.",
}

views = Blueprint("worn", __name__)


@views.get("/api/v1/models/<configuration_hash>/worn.json")
@documented(
    Operation(
        "How a piece is worn, for try-on in the page: its anchor, what swings, its viewer's file",
        {"application/json": None},
        problems=(400, 404, 503),
        query={"finger": FINGER},
    )
)
def facts(configuration_hash: str) -> Response:
    """What the page's solver knows of a piece, for ever the same."""
    configuration = _worn_configuration(configuration_hash)
    told = facts_of(services().bakery, configuration)
    told["file"] = _file_address(configuration, as_shown=told.pop("as_shown"))
    return unchanging(json.dumps(told, separators=(",", ":")).encode(), "application/json")


@views.get("/api/v1/models/<configuration_hash>/worn.glb")
@documented(
    Operation(
        "A piece in the shape that it is worn in, for this service's own viewer",
        {GLB: None},
        problems=(404, 503),
    )
)
def model(configuration_hash: str) -> Response:
    """A strap closed on its wearer's wrist, an earring as it shows on an ear; for ever the same."""
    return _packed(services().store.configuration(configuration_hash), worn_file)


@views.get("/api/v1/models/<configuration_hash>/worn-skin.glb")
@documented(
    Operation(
        "What a piece in the shape that it is worn in has to do with skin: shadow, mirror image",
        {GLB: None},
        problems=(404, 503),
    )
)
def skin(configuration_hash: str) -> Response:
    """What `profile=skin` is to a piece as it is shown; for ever the same."""
    return _packed(services().store.configuration(configuration_hash), skin_file)


def facts_of(bakery: Bakery, configuration: Configuration) -> dict[str, Any]:
    """What the page's solver knows of a piece; `as_shown`: it is worn as its viewer's file is."""

    def write(studio: Studio) -> bytes:
        model = build_model(configuration)
        told = worn_facts(model, configuration.product)
        told["as_shown"] = worn_model(model) is model
        return json.dumps(told, separators=(",", ":"), allow_nan=False).encode()

    name = f"{FACTS}-{facts_edition()}.json"
    told: dict[str, Any] = json.loads(bakery.written(configuration, name, write))
    return told


def worn_file(bakery: Bakery, configuration: Configuration, coding: str | None) -> bytes:
    """GLB of a piece in the shape that it is worn in.

    Args:
        coding: br or gzip; None: as it is.
    """

    def write(studio: Studio) -> bytes:
        worn, others = worn_model(build_model(configuration)), choices(configuration)
        return studio.draw(lambda renderer: viewer_glb(renderer, worn, others))

    return bakery.written(configuration, f"worn-{facts_edition()}.glb", write, coding)


def skin_file(bakery: Bakery, configuration: Configuration, coding: str | None) -> bytes:
    """GLB of what that shape has to do with skin; `coding` as of `worn_file`."""

    def write(studio: Studio) -> bytes:
        worn = worn_model(build_model(configuration))
        return studio.draw(lambda renderer: skin_glb(renderer, worn))

    return bakery.written(configuration, f"worn-skin-{facts_edition()}.glb", write, coding)


def _packed(
    configuration: Configuration, made: Callable[[Bakery, Configuration, str | None], bytes]
) -> Response:
    """A GLB of a configuration in the best coding that the client takes."""
    coding = coding_taken()
    data = made(services().bakery, configuration, coding)
    response = unchanging(data, GLB, in_parts=coding is None)
    response.vary.add("Accept-Encoding")
    if coding is not None and response.status_code != 304:
        response.headers["Content-Encoding"] = coding
    return response


def _worn_configuration(configuration_hash: str) -> Configuration:
    """The configuration that is drawn where this one is asked for, on the finger that is named."""
    finger = request.args.get("finger", Finger.RING)
    if finger not in list(Finger):
        raise BadRequest(f"finger must be one of {', '.join(Finger)}.")
    store = services().store
    configuration = store.configuration(configuration_hash)
    worn = for_finger(configuration, Finger(finger))
    store.remember_like(worn, configuration)
    return worn


def _file_address(configuration: Configuration, *, as_shown: bool) -> str:
    """Where the viewer's file is found that all forms of the piece are drawn from."""
    key = configuration.hash
    if as_shown:
        model = url_for("products.model", configuration_hash=key, extension="glb")
        return f"{model}?profile=viewer"
    return url_for("worn.model", configuration_hash=key, v=facts_edition())
