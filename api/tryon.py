"""Views of try-on: a photo, and a live stream. Pictures stay in memory and are never logged."""

from __future__ import annotations

import base64
import io
import json
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from flask import Blueprint, Response, jsonify, request
from PIL import Image as Pillow
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api.documents import FrameDocument, IntrinsicsDocument, TryOnForm, WornRequest
from api.openapi import Operation, documented
from api.products import services
from models3d.frames import Intrinsics
from tryon.errors import NotWearable, UnusablePhoto
from tryon.media.lens import scaled
from tryon.media.photo import Photo, encode_photo, read_photo
from tryon.pipeline import TryOnOptions
from tryon.report import frame_record
from tryon.sizing.references import reference
from tryon.types import FrameResult, Wearable
from tryon.wearables import MOST_PIECES, Place, wearable
from viewer.configuration import parse_settings
from viewer.refusals import translated

Container = TypeVar("Container", dict[str, Any], list[Any])

LARGEST_PHOTO_PX = 64_000_000
LEAST_LONGEST_SIDE_PX = 320
JSON_NAMES = {dict: "object", list: "array"}
FORM_FIELDS = frozenset(TryOnForm.model_fields)
PICTURE_SIGNATURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\0",  # TIFF, both ways
    b"MM\0*",
    b"\0\0\0\x0cjP  ",  # JPEG 2000
)

views = Blueprint("tryon", __name__)


@views.post("/api/v1/tryon")
@documented(
    Operation(
        "Try a jewel on in a photo: the picture, or where it sits as JSON, by Accept",
        {"image/jpeg": None, "application/json": FrameDocument},
        takes=("multipart/form-data", TryOnForm),
        problems=(400, 404, 413, 415, 422, 429),
    )
)
def photo() -> Response:
    """The photo with the jewels worn; one with nobody in it comes back as it is."""
    upload = request.files.get("photo")
    if upload is None:
        raise BadRequest('Send the photo as the multipart field "photo".')
    worn = wearables_of(_worn_request())
    word = request.form.get("reference")
    options = TryOnOptions(reference=reference(word) if word else None)
    with services().photos.place():
        services().mirror_in_use()
        started = perf_counter()
        taken = uploaded_photo(upload)
        decode_ms = 1e3 * (perf_counter() - started)
        camera = _intrinsics(taken)
        with services().pipeline(worn, streaming=False, options=options) as pipeline:
            result = pipeline.process(taken.image, 0.0, camera)
        record = frame_record(upload.filename or "photo", 0, 0.0, result, decode_ms)
        for fit in (one["fit"] for one in record["placements"] if one["fit"]):
            fit["sentence"] = translated(fit["sentence"])
        return _answer(result, record)


def wearables_of(asked: WornRequest) -> tuple[Wearable, ...]:
    """The jewels and where they are worn.

    Raises:
        UnknownProduct, InvalidOption: there is no such jewel.
        NotWearable: more than can be worn at once.
    """
    if len(asked.also) >= MOST_PIECES:  # before any is built
        raise NotWearable(f"At most {MOST_PIECES} pieces can be worn at once.")
    return tuple(
        wearable(item.product, item.options, Place(item.finger, item.hand, item.ear))
        for item in (asked, *asked.also)
    )


def _worn_request() -> WornRequest:
    """What the form asks for; options come as fields, as KEY=VALUE and as a JSON object."""
    form = request.form
    loose = {key: value for key, value in form.items() if key not in FORM_FIELDS}
    listed = _json_field("options", dict)
    return WornRequest.model_validate(
        {
            "product": form.get("product", ""),
            "options": {**loose, **parse_settings(form.getlist("set")), **listed},
            "finger": form.get("finger") or "ring",
            "hand": _unless(form.get("hand"), "any"),
            "ear": _unless(form.get("ear"), "both"),
            "also": _json_field("also", list),
        }
    )


def _json_field(name: str, kind: type[Container]) -> Container:
    """A field that holds JSON; empty where the form has none."""
    wrong = BadRequest(f'"{name}" must be a JSON {JSON_NAMES[kind]}.')
    try:
        value = json.loads(request.form.get(name) or "null")
    except ValueError as error:
        raise wrong from error
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise wrong
    return value


def _unless(value: str | None, either: str) -> str | None:
    """None where the form leaves the choice."""
    return None if not value or value == either else value


def uploaded_photo(upload: FileStorage) -> Photo:
    """Decode an upload, reduced to the size asked for.

    Raises:
        UnsupportedMediaType: its first bytes are not a picture's.
        UnusablePhoto: it cannot be decoded or is too large.
    """
    data = upload.read()
    if not is_picture(data):
        raise UnsupportedMediaType("This is not a picture: send a JPEG, PNG, WebP, TIFF or AVIF.")
    check_size(data, LARGEST_PHOTO_PX)
    taken = read_photo(data)
    longest = request.form.get("longest_side", type=int)
    if longest is None:
        return taken
    return _reduced(taken, max(longest, LEAST_LONGEST_SIDE_PX))


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture file; an empty file is left to the decoder."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return True
    if data[4:8] == b"ftyp":  # AVIF, and HEIC to be told about
        return True
    return not data or data.startswith(PICTURE_SIGNATURES)


def check_size(data: bytes, largest_px: int) -> None:
    """Look at a picture's header only.

    Raises:
        UnusablePhoto: it would be too large once decoded.
    """
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except (Pillow.DecompressionBombError, OSError, ValueError, SyntaxError):
        return  # the decoder says what is wrong
    if width * height > largest_px:
        raise UnusablePhoto(
            f"{width} x {height} pixels are too large: at most {largest_px // 1_000_000} "
            "megapixels can be taken here."
        )


def _reduced(taken: Photo, longest_px: int) -> Photo:
    """The photo with its longer side at most `longest_px`."""
    height, width = taken.image.shape[:2]
    factor = longest_px / max(height, width)
    if factor >= 1.0:
        return taken
    size = (round(width * factor), round(height * factor))
    small = Pillow.fromarray(taken.image).resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    return Photo(np.asarray(small), scaled(taken.intrinsics, factor), taken.scale * factor)


def _intrinsics(taken: Photo) -> Intrinsics:
    """The camera that the form gives, in pixels of the upright photo at full size, or its own."""
    given = request.form.get("intrinsics")
    if not given:
        return taken.intrinsics
    known = IntrinsicsDocument.model_validate_json(given)
    if min(known.fx, known.fy) <= 0.0:
        raise BadRequest('"intrinsics" needs fx and fy above 0.')
    return scaled(Intrinsics(known.fx, known.fy, known.cx, known.cy), taken.scale)


def _answer(result: FrameResult, record: dict[str, Any]) -> Response:
    kind = request.accept_mimetypes.best_match(["image/jpeg", "application/json"], "image/jpeg")
    if kind == "image/jpeg":
        response = Response(encode_photo(result.image, ".jpg"), mimetype="image/jpeg")
    else:
        if request.form.get("picture", "").lower() in ("1", "true", "on", "yes"):
            encoded = base64.b64encode(encode_photo(result.image, ".jpg")).decode()
            record["picture"] = f"data:image/jpeg;base64,{encoded}"
        response = jsonify(record)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def validation_sentence(error: ValidationError) -> str:
    """What a document lacks, in one sentence."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "The document"
    return f"{where}: {first['msg']}."
