"""A photo in, the photo with the ring worn out; nothing of it stays."""

import base64
import io
import json
import logging
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image as Pillow
from urllib3 import encode_multipart_formdata

from api.rooms import Room
from tests.serving import MADE, Echo, application, hand_frame, hand_photo, jpeg, pixels

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store")) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The service with a pipeline that finds nobody: quick."""
    with application(tmp_path_factory.mktemp("store"), PIPELINE=Echo) as app:
        yield app.test_client()


def send(client: FlaskClient, photo: bytes | None, accept: str = "application/json", **fields):
    """Post a form as a browser does; the test client would spool large ones to a file itself."""
    parts = [("product", "band"), *fields.items()]
    form = [(key, each) for key, value in dict(parts).items() for each in np.atleast_1d(value)]
    if photo is not None:
        form.append(("photo", ("private-name.jpg", photo)))
    body, content_type = encode_multipart_formdata(form)
    return client.post(
        "/api/v1/tryon", data=body, content_type=content_type, headers={"Accept": accept}
    )


def grey(level: int = 128, size: tuple[int, int] = (64, 48)) -> bytes:
    return jpeg(np.full((size[1], size[0], 3), level, np.uint8))


@pytest.mark.gpu
def test_a_ring_appears_on_the_finger_and_nowhere_else(client: FlaskClient) -> None:
    photo = jpeg(hand_frame(), quality=97)
    answer = send(client, photo, product="solitaire", picture="true")
    assert answer.status_code == 200
    (placement,) = answer.json["placements"]
    worn = pixels(base64.b64decode(answer.json["picture"].partition("base64,")[2])).astype(int)
    change = np.abs(worn - pixels(photo)).max(axis=-1)
    x, y = placement["center_px"]
    rows, columns = np.nonzero(change > 60)
    assert len(rows) > 150
    distance = np.hypot(columns - x, rows - y)
    assert distance.max() < 2.0 * placement["width_px"]
    far = np.hypot(*(np.indices(change.shape)[::-1] - np.array([x, y])[:, None, None])) > 300
    assert change[far].max() < 40  # JPEG noise only


@pytest.mark.gpu
def test_the_placement_is_the_one_of_the_command_line(client: FlaskClient) -> None:
    answer = send(client, hand_photo(), product="solitaire", finger="index", hand="left")
    record = answer.json
    assert list(record) == [
        "source", "frame", "time_ms", "image_size", "intrinsics", "placements", "timings_ms",
    ]  # fmt: skip
    assert record["image_size"] == [1920, 1398]
    (placement,) = record["placements"]
    assert (placement["finger"], placement["hand"], placement["anchor"]) == (
        "index",
        "left",
        "finger",
    )
    matrix = np.array(placement["camera_from_anchor"])
    assert np.allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-6)
    assert np.hypot(*placement["axis_px"]) == pytest.approx(1.0)
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    assert set(placement) == set(schemas["PlacementDocument"]["properties"])
    assert set(record) <= set(schemas["FrameDocument"]["properties"])


def test_without_a_hand_the_picture_comes_back(echo: FlaskClient) -> None:
    photo = grey(100)
    picture = send(echo, photo, accept="image/jpeg")
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert np.abs(pixels(picture.data).astype(int) - pixels(photo)).max() <= 2
    assert send(echo, photo).json["placements"] == []
    assert "picture" not in send(echo, photo).json


def test_anyone_who_takes_anything_gets_the_picture(echo: FlaskClient) -> None:
    assert send(echo, grey(), accept="*/*").mimetype == "image/jpeg"
    assert send(echo, grey(), accept="text/html,*/*;q=0.8").mimetype == "image/jpeg"
    assert send(echo, grey(), accept="application/json, image/jpeg;q=0.5").is_json


def test_options_come_as_fields_as_settings_and_as_json(echo: FlaskClient) -> None:
    worn = []
    for fields in (
        {"width": "6", "metal": "platinum_950"},
        {"set": ["width=6.0", "metal=platinum_950"]},
        {"options": '{"width": 6, "metal": "platinum_950"}'},
        {"width": "6", "set": "metal=platinum_950"},
    ):
        assert send(echo, grey(), **fields).status_code == 200
        worn.append(MADE[-1].wearables[0].model)
    assert len({id(model) for model in worn}) == 1


def test_a_photo_is_reduced_to_the_side_asked_for(echo: FlaskClient) -> None:
    photo = grey(90, (1600, 1200))
    assert send(echo, photo).json["image_size"] == [1600, 1200]
    whole = send(echo, photo).json["intrinsics"]
    small = send(echo, photo, longest_side="800").json
    assert small["image_size"] == [800, 600]
    assert small["intrinsics"]["fx"] == pytest.approx(whole["fx"] / 2)
    assert send(echo, photo, longest_side="9000").json["image_size"] == [1600, 1200]


def bomb(width: int, height: int) -> bytes:
    """A PNG header that promises many pixels, and hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


@pytest.mark.parametrize(
    ("photo", "fields", "status", "code"),
    [
        (None, {}, 400, "BadRequest"),
        (b"", {}, 422, "UnusablePhoto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, 415, "UnsupportedMediaType"),
        (b"%PDF-1.7", {}, 415, "UnsupportedMediaType"),
        (hand_photo()[:4000], {}, 422, "UnusablePhoto"),
        (bomb(50_000, 50_000), {}, 422, "UnusablePhoto"),
        (bomb(9_000, 9_000), {}, 422, "UnusablePhoto"),
        (grey(), {"product": ""}, 404, "UnknownProduct"),
        (grey(), {"product": "tiara"}, 404, "UnknownProduct"),
        (grey(), {"width": "99"}, 422, "InvalidOption"),
        (grey(), {"colour": "red"}, 422, "InvalidOption"),
        (grey(), {"set": "width"}, 422, "InvalidOption"),
        (grey(), {"options": "[1]"}, 400, "BadRequest"),
        (grey(), {"options": "{"}, 400, "BadRequest"),
        (grey(), {"finger": "toe"}, 422, "InvalidRequest"),
        (grey(), {"hand": "both"}, 422, "InvalidRequest"),
        (grey(), {"intrinsics": '{"fx": 0, "fy": 1, "cx": 1, "cy": 1}'}, 400, "BadRequest"),
        (grey(), {"intrinsics": "[]"}, 422, "InvalidRequest"),
    ],
)
def test_what_cannot_be_tried_on_is_refused_in_one_sentence(
    echo: FlaskClient, photo: bytes | None, fields: dict[str, str], status: int, code: str
) -> None:
    answer = send(echo, photo, **fields)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert answer.json["message"]


def test_a_megabyte_too_many_is_refused_unread(tmp_path: Path) -> None:
    with application(tmp_path, PIPELINE=Echo, MAX_CONTENT_LENGTH=1_000_000) as app:
        answer = send(app.test_client(), b"\xff\xd8\xff" + bytes(1_100_000))
        assert (answer.status_code, answer.json["error"]) == (413, "RequestEntityTooLarge")
        assert "1 MB" in answer.json["message"]


def test_given_intrinsics_are_those_of_the_answer(echo: FlaskClient) -> None:
    given = {"fx": 70.0, "fy": 71.0, "cx": 30.0, "cy": 20.0}
    seen = []
    original = Echo.process

    def process(self, image, time_ms, intrinsics=None):
        seen.append(intrinsics)
        return original(self, image, time_ms, intrinsics)

    Echo.process = process
    try:
        send(echo, grey(), intrinsics=json.dumps(given))
    finally:
        Echo.process = original
    assert (seen[0].fx, seen[0].fy, seen[0].cx, seen[0].cy) == (70.0, 71.0, 30.0, 20.0)


def test_when_all_places_are_taken_the_next_is_asked_to_come_back(echo: FlaskClient) -> None:
    services = echo.application.extensions["parure"]
    kept, services.photos = services.photos, Room(1, "Come back soon.")
    try:
        with services.photos.place():
            answer = send(echo, grey())
        assert (answer.status_code, answer.json) == (
            429,
            {"error": "Busy", "message": "Come back soon."},
        )
        assert answer.headers["Retry-After"]
        assert send(echo, grey()).status_code == 200
    finally:
        services.photos = kept


written: list[str] = []
watching = False


def _note_writing(event: str, arguments: tuple) -> None:
    if not watching:
        return
    if event == "open" and (arguments[2] or 0) & WRITING and arguments[0] != os.devnull:
        written.append(str(arguments[0]))
    if event in ("tempfile.mkstemp", "tempfile.mkdtemp", "os.mkdir", "os.rename"):
        written.append(event)


sys.addaudithook(_note_writing)


def test_a_photo_touches_neither_the_disk_nor_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    global watching
    noise = np.random.default_rng(3).integers(0, 256, (1200, 1600, 3), np.uint8)
    out = io.BytesIO()
    Pillow.fromarray(noise).save(out, "PNG")
    assert out.tell() > 5_000_000  # well beyond the size at which uploads are spooled by default
    send(client, grey())  # whatever is opened once is open now
    caplog.set_level(logging.DEBUG)
    watching = True
    try:
        assert send(client, out.getvalue()).status_code == 200
        assert send(client, b"%PDF").status_code == 415
    finally:
        watching = False
    assert written == []
    assert "private-name" not in caplog.text
    assert not [record for record in caplog.records if len(record.getMessage()) > 500]
