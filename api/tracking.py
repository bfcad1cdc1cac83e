"""Views of what the page's own tracking takes: scripts, runtime and nets, with their checksums."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import brotli
from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import Field
from werkzeug.exceptions import NotFound

from api.documents import Document
from api.openapi import Operation, documented
from api.pages import STATIC, built
from api.products import coding_taken, services, unchanging
from models3d.errors import ParureError
from tryon.model_files import (
    FACE_LANDMARKER,
    HAND_LANDMARKER,
    POSE_LITE,
    SELFIE_SEGMENTATION,
    ModelFile,
    model_path,
    models_folder,
)
from tryon.worn_facts import facts_edition
from viewer.bake import PACKERS, edition

NETS: Mapping[str, ModelFile] = MappingProxyType(
    {net.sha256: net for net in (HAND_LANDMARKER, FACE_LANDMARKER, SELFIE_SEGMENTATION, POSE_LITE)}
)
NET_TYPE = "application/octet-stream"
KEEPER = "PARURE_SERVICE_WORKER"  # "off": browsers drop what they kept, and keep nothing more
ON, OFF = "on", "off"
BROTLI_QUALITY = 5  # half a second; the best would be 3 % smaller, in minutes

views = Blueprint("tracking", __name__)


class AssetDocument(Document):
    """A file that never changes, and how it is known."""

    file: str
    bytes: int
    sha256: str


class NeedsDocument(Document):
    """What tracking in the page takes."""

    worker: str
    keeper: str | None = Field(description="The service worker; null: nothing is to be kept.")
    runtime: AssetDocument
    hands: AssetDocument
    faces: AssetDocument
    person: AssetDocument | None = Field(description="People's outlines; null: not obtained.")
    bodies: AssetDocument | None = Field(description="Shoulders, forearms; null: not obtained.")
    facts: str = Field(description="Address of a piece's facts, with {hash} and {finger}.")


@views.get("/api/v1/tracking.json")
@documented(
    Operation(
        "What try-on in the page takes: worker, runtime and nets with their checksums",
        {"application/json": NeedsDocument},
        problems=(503,),
    )
)
def needs() -> Response:
    """Asked for at each visit, in few bytes; all that it names is kept for ever."""
    facts = url_for("worn.facts", configuration_hash="HASH", finger="FINGER")
    facts = facts.replace("HASH", "{hash}").replace("FINGER", "{finger}")
    document = NeedsDocument(
        worker=built("tracking-worker.js"),
        keeper=url_for("tracking.keeper") if keeps() else None,
        runtime=_runtime(),
        hands=_net(HAND_LANDMARKER),
        faces=_net(FACE_LANDMARKER),
        person=_optional_net(SELFIE_SEGMENTATION),
        bodies=_optional_net(POSE_LITE),
        facts=f"{facts}&v={edition()[:8]}{facts_edition()}",
    )
    response = jsonify(document.model_dump())
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@views.get("/api/v1/nets/<sha256>.<any(task, tflite):kind>")
@documented(Operation("A net, named by its checksum", {NET_TYPE: None}, problems=(404, 503)))
def net(sha256: str, kind: str) -> Response:
    """One of MediaPipe's nets or bundles as set-up obtained it, for ever the same."""
    if sha256 not in NETS or not NETS[sha256].name.endswith(f".{kind}"):
        raise NotFound("There is no such net here.")
    path, coding = _genuine(NETS[sha256]), coding_taken()
    response = unchanging(_packed(path, sha256, coding), NET_TYPE, in_parts=coding is None)
    response.vary.add("Accept-Encoding")
    if coding is not None and response.status_code != 304:
        response.headers["Content-Encoding"] = coding
    return response


@views.get("/static/keeper.js")
@documented(Operation("The service worker of try-on", {"text/javascript": None}, problems=(404,)))
def keeper() -> Response:
    """What keeps the files of try-on in the browser; its scope is the folder of built files."""
    if not keeps():
        raise NotFound("This house wants nothing kept.")  # and the browser lets it go
    name = current_app.extensions["parure_manifest"]["keeper.js"]
    response = Response((STATIC / "dist" / name).read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def keeps() -> bool:
    """Whether browsers may keep what try-on takes, as `PARURE_SERVICE_WORKER` says: on, or off.

    Raises:
        ParureError: the setting is neither.
    """
    said = os.environ.get(KEEPER, ON)
    if said not in (ON, OFF):
        raise ParureError(f'{KEEPER} must be "{ON}" or "{OFF}", got "{said}".')
    return said == ON


@views.record_once
def _checked(_: BlueprintSetupState) -> None:
    keeps()  # a wrong setting is told now, not to the first visitor


def _runtime() -> AssetDocument:
    manifest: dict[str, Any] = current_app.extensions["parure_manifest"]
    size = (STATIC / "dist" / manifest["vision.wasm"]).stat().st_size
    return AssetDocument(
        file=built("vision.wasm"), bytes=size, sha256=manifest["vision.wasm.sha256"]
    )


def _optional_net(model: ModelFile) -> AssetDocument | None:
    return _net(model) if (models_folder() / model.name).is_file() else None


def _net(model: ModelFile) -> AssetDocument:
    kind = Path(model.name).suffix[1:]
    return AssetDocument(
        file=url_for("tracking.net", sha256=model.sha256, kind=kind),
        bytes=_genuine(model).stat().st_size,
        sha256=model.sha256,
    )


def _genuine(model: ModelFile) -> Path:
    """The verified file; it is read again only when it was written again."""
    path = models_folder() / model.name
    return _verified(model, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _verified(model: ModelFile, written_ns: int) -> Path:
    return model_path(model)


def _packed(path: Path, sha256: str, coding: str | None) -> bytes:
    """A net in a content coding, packed once."""
    if coding is None:
        return path.read_bytes()
    store = services().store
    return store.asset(None, f"net-{sha256[:16]}.{coding}", lambda: _pack(path, coding))


def _pack(path: Path, coding: str) -> bytes:
    data = path.read_bytes()
    if coding == "br":
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))
    return PACKERS[coding](data)
