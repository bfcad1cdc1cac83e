"""Importing over HTTP: the model, its report and picture come back; broken ones get a reason."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from gltf_samples import glb, read
from PIL import Image
from scipy.spatial.transform import Rotation
from test_importing import foreign_ring

from api.app import create_app
from models3d.frames import Anchor
from models3d.gltf import write_glb

RING = write_glb(foreign_ring(1e-3, Rotation.identity(), (0.0, 0.0, 0.0)))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app({"STORE": tmp_path_factory.mktemp("store")})
    yield app.test_client()
    app.extensions["parure"].close()


@pytest.mark.gpu
def test_a_model_comes_back_normalised_with_report_and_picture(
    client: FlaskClient, tmp_path: Path
) -> None:
    answer = client.post("/api/v1/models", data=RING, content_type="model/gltf-binary")
    assert answer.status_code == 200, answer.data
    document = answer.get_json()
    assert (document["report"]["unit"], document["report"]["anchor"]) == ("mm", "finger")
    assert document["report"]["inner_diameter_mm"] == pytest.approx(17.2, abs=0.03)
    model = read(tmp_path, client.get(document["urls"]["model"]).data)
    assert model.anchor is Anchor.FINGER
    assert model.inner_diameter == pytest.approx(0.0172, abs=3e-5)
    assert json.loads(client.get(document["urls"]["report"]).data) == document["report"]
    picture = client.get(document["urls"]["picture"])
    assert picture.mimetype == "image/png"
    (tmp_path / "picture.png").write_bytes(picture.data)
    assert np.ptp(np.asarray(Image.open(tmp_path / "picture.png").convert("L"), float)) > 100


def test_wishes_come_with_a_form(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "ring.glb").write_bytes(RING)
    with (tmp_path / "ring.glb").open("rb") as file:
        form = {"model": (file, "ring.glb"), "unit": "cm", "anchor": "wrist"}
        answer = client.post("/api/v1/models", data=form)
    report = answer.get_json()["report"]
    assert (report["unit"], report["anchor"]) == ("cm", "wrist")


@pytest.mark.parametrize(
    ("data", "query", "status"),
    [
        (b"", "", 400),
        (b"\xff\xd8\xff\xe0", "", 422),
        (RING[:-1], "", 422),
        (glb(b'{"asset":{"version":"2.0"}}'), "", 422),
        (RING, "?anchor=elbow", 400),
        (RING, "?unit=furlong", 422),
        (RING, "?up=sideways", 422),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(
    client: FlaskClient, data: bytes, query: str, status: int
) -> None:
    answer = client.post(f"/api/v1/models{query}", data=data, content_type="model/gltf-binary")
    assert answer.status_code == status
    assert len(answer.get_json()["message"]) > 15


def test_an_upload_beyond_the_limit_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.models.LARGEST_MODEL_BYTES", 1000)
    answer = client.post("/api/v1/models", data=RING, content_type="model/gltf-binary")
    assert answer.status_code == 413
    assert "at most 32 MB" not in answer.get_json()["message"]


def test_nothing_else_lies_where_imports_lie(client: FlaskClient) -> None:
    for address in ("..%2f..%2fetc%2fpasswd.glb", "0" * 64 + ".glb", "0" * 64 + ".exe"):
        assert client.get(f"/api/v1/models/imported/{address}").status_code == 404
