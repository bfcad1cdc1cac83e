"""What the service gives try-on in the page: facts of pieces, nets, runtime, what keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from api.tracking import KEEPER
from models3d.errors import ParureError
from tests.serving import application
from tryon.model_files import FACE_LANDMARKER, REQUIRED_MODELS, models_folder
from tryon.types import Finger

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store")) as app:
        yield app.test_client()


def _facts(client: FlaskClient, product: str, **query: str) -> str:
    made = client.post("/api/v1/configurations", json={"product": product}).get_json()["hash"]
    said = "&".join(f"{key}={value}" for key, value in query.items())
    return f"/api/v1/models/{made}/worn.json?{said}"


def test_facts_never_change_and_are_not_sent_twice(client):
    first = client.get(_facts(client, "bangle"))
    assert first.headers["Cache-Control"] == FOR_EVER
    again = client.get(_facts(client, "bangle"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_ring_is_drawn_in_the_size_of_its_finger_and_its_file_is_known(client):
    told = {each: client.get(_facts(client, "band", finger=each)).get_json() for each in Finger}
    files = {each: facts["file"] for each, facts in told.items()}
    assert len(set(files.values())) > 1
    assert told[Finger.THUMB]["inner_diameter"] > told[Finger.RING]["inner_diameter"]
    assert told[Finger.RING]["inner_diameter"] > told[Finger.LITTLE]["inner_diameter"]
    chosen = files[Finger.THUMB].removesuffix(".glb?profile=viewer")
    assert client.get(f"{chosen}/worn.json").status_code == 200


def test_what_cannot_be_worn_is_refused_with_what_to_do(client):
    wrong = client.get(_facts(client, "band", finger="toe"))
    assert (wrong.status_code, wrong.get_json()["error"]) == (400, "BadRequest")
    assert "thumb" in wrong.get_json()["message"]
    unknown = client.get(f"/api/v1/models/{'0' * 64}/worn.json")
    assert (unknown.status_code, unknown.get_json()["error"]) == (404, "UnknownConfiguration")


def test_every_file_of_tracking_is_what_its_checksum_says_in_either_coding(client):
    needs = client.get("/api/v1/tracking.json").get_json()
    for name in ("runtime", "hands", "faces", "person", "bodies"):
        asset = needs[name]
        answer = client.get(asset["file"])
        assert len(answer.data) == asset["bytes"]
        assert hashlib.sha256(answer.data).hexdigest() == asset["sha256"]
        assert answer.headers["Cache-Control"] == FOR_EVER
        packed = client.get(asset["file"], headers={"Accept-Encoding": "br"})
        assert packed.headers["Content-Encoding"] == "br"
        assert len(packed.data) < 0.94 * asset["bytes"]
    assert client.get(f"/api/v1/nets/{'0' * 64}.task").status_code == 404
    assert client.get(needs["person"]["file"].replace(".tflite", ".task")).status_code == 404


def test_a_house_can_have_browsers_forget(client, monkeypatch, tmp_path):
    assert client.get("/static/keeper.js").status_code == 200
    monkeypatch.setenv(KEEPER, "off")
    assert client.get("/api/v1/tracking.json").get_json()["keeper"] is None
    assert client.get("/static/keeper.js").status_code == 404
    monkeypatch.setenv(KEEPER, "perhaps")
    with pytest.raises(ParureError, match="on"), application(tmp_path):
        pass


def test_outlines_and_bodies_are_done_without_where_setup_did_not_obtain_them(
    client, monkeypatch, tmp_path
):
    for model in REQUIRED_MODELS:
        (tmp_path / model.name).symlink_to(models_folder() / model.name)
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    needs = client.get("/api/v1/tracking.json").get_json()
    assert (needs["person"], needs["bodies"]) == (None, None)
    assert needs["faces"]["sha256"] == FACE_LANDMARKER.sha256


def test_a_missing_net_is_told_with_where_to_put_it(client, monkeypatch, tmp_path):
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    answer = client.get("/api/v1/tracking.json")
    assert answer.status_code == 503
    assert "make setup" in answer.get_json()["message"]
