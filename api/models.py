"""Views of brands' own models: send one, get it back normalised with all that was assumed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from pydantic import Field
from werkzeug.exceptions import BadRequest, NotFound

from api.documents import Document
from api.openapi import Operation, documented
from api.products import services, unchanging
from models3d.frames import Anchor
from models3d.gltf import read_model
from models3d.importing.guarded import import_bytes
from models3d.importing.importer import Wishes
from viewer.picture import png_bytes, still
from viewer.render.renderer import Renderer

LARGEST_MODEL_BYTES = 100_000_000
PICTURE_SIZE_PX = 1200
MEDIA_TYPES = {"glb": "model/gltf-binary", "png": "image/png", "json": "application/json"}

views = Blueprint("models", __name__)


class ImportForm(Document):
    """The fields of a multipart import; a raw body takes all but the first in its query."""

    model: str = Field(json_schema_extra={"format": "binary"})
    unit: str | None = Field(None, description="m, mm, cm or in; else it is found.")
    up: str | None = Field(None, description="The direction shown when worn: x, -x, y …")
    anchor: Anchor | None = None


class GuessDocument(Document):
    """What a part was taken for."""

    part: str
    material: str
    slot: str
    because: str
    replaced_by: str | None


class ReportDocument(Document):
    """What was read and what was made of it."""

    name: str
    triangles: int
    parts: int
    unit: str
    metres_per_unit: float
    anchor: str | None
    inner_diameter_mm: float | None
    size_mm: list[float]
    assumed: list[str]
    slots: list[GuessDocument]


class ImportAddresses(Document):
    """Where an imported model is found."""

    model: str
    picture: str
    report: str


class ImportDocument(Document):
    """An imported model."""

    id: str = Field(description="SHA-256 of the normalised model.")
    report: ReportDocument
    urls: ImportAddresses


@views.post("/api/v1/models")
@documented(
    Operation(
        "Import a brand's own glTF model: its unit, axis and parts are found or told",
        {"application/json": ImportDocument},
        takes=("multipart/form-data", ImportForm),
        problems=(400, 413, 422, 429),
    )
)
def take() -> Response:
    """The model as it is kept, and the report."""
    request.max_content_length = LARGEST_MODEL_BYTES
    data, asked = _upload()
    wishes = Wishes(asked.get("unit"), asked.get("up"), _anchor(asked.get("anchor")))
    with services().imports.place():
        imported = import_bytes(data, wishes)
    key = hashlib.sha256(imported.glb).hexdigest()
    store = services().store
    store.keep_import(key, "glb", imported.glb)
    store.keep_import(key, "json", json.dumps(imported.report, sort_keys=True).encode())
    document = ImportDocument(
        id=key,
        report=ReportDocument.model_validate(imported.report),
        urls=ImportAddresses(
            model=url_for("models.imported", import_id=key, extension="glb"),
            picture=url_for("models.imported", import_id=key, extension="png"),
            report=url_for("models.imported", import_id=key, extension="json"),
        ),
    )
    return jsonify(document.model_dump())


@views.get("/api/v1/models/imported/<import_id>.<extension>")
@documented(
    Operation(
        "An imported model, its picture or its report",
        dict.fromkeys(MEDIA_TYPES.values()),
        problems=(404, 503),
    )
)
def imported(import_id: str, extension: str) -> Response:
    """A file of an import; the picture is drawn when it is first asked for."""
    store = services().store
    found = store.imported(import_id, extension) if extension in MEDIA_TYPES else None
    if found is None and extension == "png":
        glb = store.imported(import_id, "glb")
        if glb is not None:
            with services().pictures.place():
                found = _picture(glb)
            store.keep_import(import_id, "png", found)
    if found is None:
        raise NotFound("There is no such import here: send the model again.")
    return unchanging(found, MEDIA_TYPES[extension])


def _upload() -> tuple[bytes, dict[str, Any]]:
    """The file and the wishes, out of a form or a raw body."""
    if request.mimetype == "multipart/form-data":
        upload = request.files.get("model")
        if upload is None:
            raise BadRequest('Send the model as the multipart field "model".')
        data, asked = upload.read(), request.form.to_dict()
    else:
        data, asked = request.get_data(), request.args.to_dict()
    if not data:
        raise BadRequest("Send a .glb or .gltf file as the body of the request.")
    return data, {key: value for key, value in asked.items() if value}


def _anchor(name: str | None) -> Anchor | None:
    if name is None:
        return None
    if name not in list(Anchor):
        raise BadRequest(f"anchor must be one of {', '.join(Anchor)}.")
    return Anchor(name)


def _picture(glb: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.glb"
        path.write_bytes(glb)
        model = read_model(path)

    def draw(renderer: Renderer) -> bytes:
        return png_bytes(still(renderer, model, PICTURE_SIZE_PX, PICTURE_SIZE_PX))

    return services().studio.run(draw).result()
