"""Products, configurations, models, pictures and pages over HTTP."""

import gzip
import json
import re
import struct
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept

import api
from api import headers, pages
from api.controls import local_size_system
from models3d.gltf import Profile, write_glb
from tests.serving import application, pixels
from tryon.sizing.references import references
from viewer.angles import VIEWS
from viewer.catalogue import PRODUCTS, catalogue_json
from viewer.configuration import build_model, configure
from viewer.variants import variants

SHELL_BYTES = 5 * 1024

UNKNOWN = "0" * 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with application(folder) as app:
        yield app.test_client()


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
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
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
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("product", "measured"), [("solitaire", True), ("dress-watch", True), ("chain", False)]
)
def test_what_may_lie_beside_a_hand_is_what_the_service_knows(
    client: FlaskClient, product: str, measured: bool
) -> None:
    page = client.get(f"/p/{product}").text
    asked = re.findall(r'<select name="reference".*?</select>', page, re.S)
    assert bool(asked) == measured
    if measured:
        words = re.findall(r'value="([^"]*)"', asked[0])
        assert words[0] == ""
        assert len(words) > 3
        assert set(words[1:]) <= set(references())


def test_a_page_may_be_allowed_more_and_the_error_in_its_place_may_not(tmp_path: Path) -> None:
    with application(tmp_path) as app:

        @app.get("/nets/<int:status>")
        def nets(status: int) -> tuple[str, int]:
            headers.allow(script_src="'wasm-unsafe-eval'")
            return "", status

        client = app.test_client()
        policies = [
            client.get(path).headers["Content-Security-Policy"]
            for path in ("/nets/200", "/nets/500", "/")
        ]
    assert [("script-src 'self' 'wasm-unsafe-eval';" in one) for one in policies] == [
        True, False, False,
    ]  # fmt: skip
    assert policies[1] == policies[2] == policies[0].replace(" 'wasm-unsafe-eval'", "")


@pytest.mark.parametrize("path", ["/", *(f"/p/{product}" for product in PRODUCTS)])
def test_a_page_needs_nothing_that_its_policy_forbids(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert 'src="/static/' in script or re.search(r'type="application/(ld\+)?json"', script)
    told = re.sub(r'<link rel="(?:alternate|canonical)"[^>]*>', "", page)  # never fetched
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', told)
    assert addresses
    assert not [address for address in addresses if not re.match(r"[/#](?!/)", address)]


@pytest.mark.parametrize("path", ["/", "/p/solitaire"])
def test_pictures_have_their_place_before_they_come(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    pictures = re.findall(r"<picture>.*?</picture>", page, re.S)
    assert pictures
    for picture in pictures:
        avif, webp = re.search(r"<source[^>]*>.*?(<img [^>]*>)", picture, re.S).group(0, 1)
        assert 'width="960" height="960"' in webp
        assert "alt=" in webp
        for tag, extension in ((avif, "avif"), (webp, "webp")):
            hints = re.findall(rf"/0\.{extension}\?w=(\d+)[^ ]* (\d+)w", tag)
            assert [hint[0] for hint in hints] == ["480", "720", "960", "1440"]
            assert all(width == hint for width, hint in hints)
    assert len(pictures) == len(re.findall(r'<img src="/api', page))


def test_what_a_page_names_exists_and_comes_compressed_for_ever(client: FlaskClient) -> None:
    page = client.get("/p/solitaire").text
    names = set(re.findall(r'"(/static/[^"]+)"', page))
    assert {name.rsplit(".", 1)[1] for name in names} == {"js", "css", "woff2", "svg"}
    for name in names:
        answer = client.get(name, headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert (answer.headers.get("Content-Encoding") == "br") != name.endswith("woff2")


def test_the_shell_of_the_showroom_is_small(client: FlaskClient) -> None:
    plain = client.get("/").data
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) <= SHELL_BYTES
    assert brotli.decompress(packed.data) == plain
    older = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(older.data) == plain


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_shells_of_a_product_are_small_in_either_coding(
    client: FlaskClient, product: str
) -> None:
    for path in (f"/p/{product}", f"/configure/{product}"):
        for coding in ("br", "gzip"):
            packed = client.get(path, headers={"Accept-Encoding": coding})
            assert packed.headers["Content-Encoding"] == coding
            assert len(packed.data) <= SHELL_BYTES, (path, coding)


@pytest.mark.parametrize("product", ["solitaire", "dress-watch", "chain"])
def test_what_can_be_chosen_is_a_file_for_ever_that_both_pages_name(
    client: FlaskClient, product: str
) -> None:
    addresses = set()
    for path in (f"/p/{product}", f"/configure/{product}"):
        page = client.get(path, headers={"Accept-Language": "en-US"}).text
        addresses.add(re.search(r'data-choosers="([^"]*)"', page)[1].replace("&amp;", "&"))
    (address,) = addresses
    answer = client.get(address, headers={"Accept-Language": "ja", "Accept-Encoding": "br"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert set(answer.headers["Vary"].split(", ")) == {"Accept-Encoding"}
    text = brotli.decompress(answer.data).decode()
    for option in PRODUCTS[product].options:
        assert f'name="{option.id}"' in text
        for choice in option.choices if option.notation is None else ():
            assert f'value="{choice.id}"' in text
    assert ("US 7" in text) == (product == "solitaire")  # the visitor's sizes, not the reader's
    assert client.get(address.replace("choosers-", "choosers-0")).status_code == 404
    assert client.get(f"{address}0").status_code == 404  # no such system of sizes


def test_one_panel_is_open_and_the_rest_lead_to_theirs_without_scripts(
    client: FlaskClient,
) -> None:
    page = client.get("/p/solitaire?carat=1.5&lang=fr").text
    ways = re.findall(r'href="(/configure/solitaire\?[^"]*open-option=(\w+))#options"', page)
    assert {option for _, option in ways} == {"gem", "carat", "size"}
    for way, option in ways:
        opened = client.get(way.replace("&amp;", "&")).text
        form = re.search(r"<form id=.options.*?</form>", opened, re.S)[0]
        assert re.findall(r'data-option="(\w+)"[^>]* open', form) == [option]
        assert re.search(rf'<(?:input|select)[^>]* name="{option}"', form)
        assert ('<input type="hidden" name="carat" value="1.5">' in form) == (option != "carat")
        assert '<input type="hidden" name="lang" value="fr">' in form


def test_a_product_page_shows_the_configuration_of_its_address(client: FlaskClient) -> None:
    page = client.get("/p/solitaire?carat=1.5&gem=ruby&utm_source=letter").text
    shown = json.loads(re.search(r'id="configuration">(.*?)</script>', page)[1])
    assert shown["options"]["carat"] == "1.5"
    assert shown["hash"] == configure("solitaire", {"carat": 1.5, "gem": "ruby"}).hash
    assert re.search(r'data-value="gem">Ruby<', page)
    assert "utm_source" not in page


def test_a_configuration_in_a_page_cannot_end_its_script(client: FlaskClient) -> None:
    answer = client.get("/p/solitaire?size=</script><b>", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "<b>" not in answer.text


def test_who_looks_at_a_page_gets_a_page_for_an_error(client: FlaskClient) -> None:
    answer = client.get("/p/tiara", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "may have left the collection" in answer.text
    assert "pave-solitaire" not in answer.text  # a list for machines
    assert "pave-solitaire" in client.get("/p/tiara").json["message"]
    api_answer = client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert api_answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("language", "system", "first"),
    [("en-US", "US", "US"), ("en-GB", "UK", "UK"), ("ja", "JP", "JP"), ("fr-FR", "EU", "EU")],
)
def test_ring_sizes_are_offered_in_the_local_system_first(
    client: FlaskClient, language: str, system: str, first: str
) -> None:
    assert local_size_system(LanguageAccept([(language, 1.0)])) == system
    page = client.get("/p/band?open-option=size", headers={"Accept-Language": language}).text
    sizes = re.search(r'<select id="option-size".*?</select>', page, re.S)[0]
    words = re.findall(r"<option[^>]*>([^<]*)<", sizes)
    assert len(words) > 15
    assert all(word.startswith(first) for word in words)
    assert len(set(words)) == len(words)
    assert sizes.count("selected") == 1
    assert 'value="EU 54" selected' in sizes


def test_every_size_on_offer_can_be_had(client: FlaskClient) -> None:
    for language in ("en-US", "en-GB", "ja", "de"):
        page = client.get("/p/band?open-option=size", headers={"Accept-Language": language}).text
        sizes = re.search(r'<select id="option-size".*?</select>', page, re.S)[0]
        for value in re.findall(r'value="([^"]*)"', sizes):
            assert configure("band", {"size": value}).options["size"] == value


def test_without_built_pages_the_message_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    with pytest.raises(RuntimeError, match="make setup"):
        api.create_app()
