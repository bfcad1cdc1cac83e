"""Products, configurations, models and pictures over HTTP."""

import gzip
import json
import re
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from models3d.gltf import Profile, write_glb
from tests.serving import application, pixels
from viewer.angles import VIEWS
from viewer.catalogue import catalogue_json
from viewer.configuration import build_model, configure
from viewer.variants import variants

UNKNOWN = "0" * 64


def configured(client: FlaskClient, product: str = "solitaire", **options: object) -> dict:
    answer = client.post("/api/v1/configurations", json={"product": product, "options": options})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_service_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_catalogue_is_the_one_of_the_command_line(client: FlaskClient) -> None:
    assert client.get("/api/v1/products").json == json.loads(json.dumps(catalogue_json()))


def test_every_route_and_method_is_in_the_openapi_document(client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    rules = client.application.url_map.iter_rules()
    routes = {
        (re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in document["paths"].items() for method in item}
    assert described == routes
    for _path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"]
            assert operation["responses"]
    assert document["openapi"].startswith("3.1")


def test_every_reference_in_the_openapi_document_leads_somewhere(client: FlaskClient) -> None:
    text = client.get("/openapi.json").text
    schemas = json.loads(text)["components"]["schemas"]
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert referred <= set(schemas)
    assert {"Problem", "ConfigurationDocument", "FrameDocument", "ProductDocument"} <= referred


def test_the_answers_are_what_the_openapi_document_says(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    assert set(configured(client)) == set(schemas["ConfigurationDocument"]["properties"])
    product_fields = set(schemas["ProductDocument"]["properties"])
    for product in client.get("/api/v1/products").json:
        assert set(product) == product_fields
        for option in product["options"]:
            assert set(option) <= set(schemas["OptionDocument"]["properties"])


def test_one_configuration_has_one_hash_however_it_is_written(client: FlaskClient) -> None:
    plain = configured(client, carat=1.5, size="US 7")
    spelled = configured(client, size="us 7", carat="1,50 ct", metal="platinum_950")
    assert plain["hash"] == spelled["hash"] == configure("solitaire", plain["options"]).hash
    assert plain["canonical"] == spelled["canonical"]
    assert plain["urls"] == spelled["urls"]


def test_a_configuration_has_an_exact_price_in_the_currency_asked_for(client: FlaskClient) -> None:
    def price(currency: str | None) -> dict[str, Any]:
        asked = {"product": "solitaire", "options": {"carat": 0.5}, "currency": currency}
        answer = client.post("/api/v1/configurations", json=asked)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json["price"]
        return found

    euros, yen = price(None), price("JPY")
    for found in (euros, yen):
        amounts = [Decimal(line["amount"]) for line in [*found["lines"], found["tax"]]]
        assert sum(amounts) == Decimal(found["total"])
    assert euros["words"].startswith("€")
    assert float(yen["total"]) == pytest.approx(165 * float(euros["total"]), rel=1e-3)
    refused = client.post(
        "/api/v1/configurations", json={"product": "band", "options": {}, "currency": "XYZ"}
    )
    assert refused.status_code == 422
    assert "EUR" in refused.json["message"]


REPORT: dict[str, Any] = {
    "report_number": "2141438171", "laboratory": "GIA", "shape": "round_brilliant",
    "measurements_mm": [6.43, 6.46, 3.98], "carat": 1.02, "colour": "H", "clarity": "VS2",
    "table_pct": 58, "depth_pct": 61.8, "crown_angle_deg": 35.0, "pavilion_angle_deg": 40.8,
    "girdle_pct": 3.5,
}  # fmt: skip


def test_a_grading_report_becomes_a_ring_with_that_stone(client: FlaskClient) -> None:
    answer = client.post("/api/v1/certificates", json={"certificate": REPORT})
    assert answer.status_code == 200
    options = answer.json["options"]
    assert (options["carat"], options["table_pct"], options["proportions"]) == (
        "1.02", "58", "report",
    )  # fmt: skip
    facts = {fact["label"]: fact["value"] for fact in answer.json["facts"]}
    assert facts["Stone"] == "Natural diamond, 1.02 ct, H VS2"
    assert facts["Report"] == "GIA 2141438171"
    for wrong, sentence in (
        ({"carat": 1.4}, "weighs 1.0"),
        ({"colour": "Q9"}, "no colour is graded"),
        ({"report_number": None}, "report_number"),
    ):
        refused = client.post("/api/v1/certificates", json={"certificate": REPORT | wrong})
        assert refused.status_code == 422
        assert sentence in refused.json["message"]


def test_a_product_has_a_schema_of_its_options(client: FlaskClient) -> None:
    answer = client.get("/api/v1/products/solitaire/schema")
    assert answer.mimetype == "application/schema+json"
    assert answer.json["properties"]["carat"]["maximum"] == 3.0
    assert client.get("/api/v1/products/nothing/schema").status_code == 404


def test_the_addresses_of_a_configuration_answer(client: FlaskClient) -> None:
    document = configured(client, "band", metal="platinum_950")
    assert document["urls"]["page"] == "/p/band?metal=platinum_950"
    assert client.get(document["urls"]["page"]).status_code == 200
    assert client.get(document["urls"]["model"]).status_code == 200


def test_a_model_is_the_glb_that_the_builder_writes_and_never_changes(client: FlaskClient) -> None:
    document = configured(client, carat=0.7)
    answer = client.get(document["urls"]["model"], headers={"Accept-Encoding": "identity"})
    configuration = configure("solitaire", {"carat": 0.7})
    looks = variants(configuration)
    assert answer.data == write_glb(build_model(configuration), Profile.WEB, looks)
    assert struct.unpack("<4sII", answer.data[:12]) == (b"glTF", 2, len(answer.data))
    assert answer.mimetype == "model/gltf-binary"
    assert "immutable" in answer.headers["Cache-Control"]
    tag, weak = answer.get_etag()
    assert tag
    assert not weak
    again = client.get(document["urls"]["model"], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code in (200, 304)


def test_a_model_comes_compressed_to_those_who_take_it_under_another_tag(
    client: FlaskClient,
) -> None:
    address = configured(client)["urls"]["model"]
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    small = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < 0.7 * len(plain.data)
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in small.headers["Vary"]
    for answer in (plain, small):
        headers = {
            "If-None-Match": answer.headers["ETag"],
            "Accept-Encoding": answer.headers.get("Content-Encoding", "identity"),
        }
        assert client.get(address, headers=headers).status_code == 304


def test_brotli_goes_before_gzip(client: FlaskClient) -> None:
    address = configured(client, "band")["urls"]["model"]
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    small = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.data) == plain.data


@pytest.mark.parametrize(
    ("file", "media_type", "start"),
    [
        ("glb?profile=ar", "model/gltf-binary", b"glTF"),
        ("usdz", "model/vnd.usdz+zip", b"PK"),
        ("stl", "model/stl", b"Parure"),
        ("3mf", "model/3mf", b"PK"),
    ],
)
def test_a_configuration_comes_as_every_kind_of_file(
    client: FlaskClient, file: str, media_type: str, start: bytes
) -> None:
    address = configured(client, "band")["urls"]["model"].removesuffix("glb") + file
    answer = client.get(address, headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data.startswith(start)
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code in (
        200,
        304,
    )


def test_files_that_cannot_be_are_refused(client: FlaskClient) -> None:
    address = configured(client, "band")["urls"]["model"].removesuffix("glb")
    assert client.get(address + "exe").status_code == 404
    assert client.get(address + "glb?profile=cinema").status_code == 404


def test_a_model_is_found_after_a_restart(client: FlaskClient, folder: Path) -> None:
    address = configured(client, carat=2.2)["urls"]["model"]
    with application(folder) as restarted:
        assert restarted.test_client().get(address).status_code == 200


@pytest.mark.gpu
def test_a_picture_is_drawn_at_its_size_and_then_found(client: FlaskClient) -> None:
    address = configured(client, "band")["urls"]["picture"]
    for picture_format, media_type in (("webp", "image/webp"), ("jpg", "image/jpeg")):
        where = address.format(view=0, format=picture_format, size=480)
        first = client.get(where)
        assert first.mimetype == media_type
        assert "immutable" in first.headers["Cache-Control"]
        image = pixels(first.data)
        assert image.shape == (480, 480, 3)
        assert image.std() > 10.0  # a ring on a ground, not an empty plate
        assert client.get(where).data == first.data
        headers = {"If-None-Match": first.headers["ETag"]}
        assert client.get(where, headers=headers).status_code == 304


@pytest.mark.gpu
def test_another_view_is_another_picture(client: FlaskClient) -> None:
    address = configured(client, "band")["urls"]["picture"]
    front, side = (
        pixels(client.get(address.format(view=view, format="webp", size=480)).data).astype(float)
        for view in (0, VIEWS // 4)
    )
    assert abs(front - side).mean() > 5.0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/api/v1/models/{UNKNOWN}.glb", 404, "UnknownConfiguration"),
        ("/api/v1/models/..%2f..%2fetc.glb", 404, "NotFound"),
        (f"/api/v1/renders/{UNKNOWN}/0.webp", 404, "UnknownConfiguration"),
        (f"/api/v1/renders/{UNKNOWN}/36.webp", 404, "NotFound"),
        (f"/api/v1/renders/{UNKNOWN}/0.gif", 404, "NotFound"),
        (f"/api/v1/renders/{UNKNOWN}/0.webp?size=5000", 422, "InvalidOption"),
        ("/api/v1/nothing", 404, "NotFound"),
        ("/api/v1/configurations", 405, "MethodNotAllowed"),
        ("/static/manifest.json", 404, "NotFound"),
        ("/static/../cli.py", 404, "NotFound"),
        ("/p/tiara", 404, "UnknownProduct"),
        ("/p/solitaire?carat=900", 422, "InvalidOption"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_sentence(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert set(answer.json) == {"error", "message"}
    assert answer.json["message"].endswith(".")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"product": "tiara"}, 404, "UnknownProduct"),
        ({"product": "solitaire", "options": {"carat": 99}}, 422, "InvalidOption"),
        ({"product": "solitaire", "options": {"colour": "red"}}, 422, "InvalidOption"),
        ({"product": "solitaire", "options": {"carat": [1]}}, 422, "InvalidRequest"),
        ({"options": {}}, 422, "InvalidRequest"),
        ({"product": "solitaire", "extra": 1}, 422, "InvalidRequest"),
        ([], 422, "InvalidRequest"),
    ],
)
def test_a_bad_configuration_is_refused_in_one_sentence(
    client: FlaskClient, body: object, status: int, code: str
) -> None:
    answer = client.post("/api/v1/configurations", json=body)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert answer.json["message"]


def test_a_body_that_is_no_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/configurations", data="{").status_code == 415
    broken = client.post("/api/v1/configurations", data="{", content_type="application/json")
    assert (broken.status_code, broken.json["error"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    "path", ["/", "/p/solitaire", "/p/tiara", "/healthz", "/api/v1/products", "/nothing"]
)
def test_every_answer_carries_the_guard(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "xr-spatial-tracking=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
