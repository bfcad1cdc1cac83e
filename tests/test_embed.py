"""The embed on the server: who may read and frame a piece, and what other sites learn of it."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.serving import application
from viewer.errors import InvalidMerchantFile, NotAllowed
from viewer.merchants import merchants, origin_of, read_merchants

SHOP, OTHER, KEY = "https://www.maison.example", "https://elsewhere.example", "maison-2f7c91"
LIST = f'[[merchant]]\nkey = "{KEY}"\nname = "Maison"\norigins = ["{SHOP}"]\n'
SECOND = f'[[merchant]]\nkey = "second-shop"\nname = "Second"\norigins = ["{OTHER}"]\n'
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


def client_of(folder: Path, patch: pytest.MonkeyPatch, listed: str | None) -> Iterator[FlaskClient]:
    if listed is None:
        patch.delenv("PARURE_MERCHANTS", raising=False)
    else:
        (folder / "merchants.toml").write_text(listed)
        patch.setenv("PARURE_MERCHANTS", str(folder / "merchants.toml"))
    with application(folder / "store") as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with pytest.MonkeyPatch.context() as patch:
        yield from client_of(tmp_path_factory.mktemp("embed"), patch, LIST)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    yield from client_of(tmp_path, monkeypatch, None)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Shop.example:443/a?b", "https://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:81/x", "http://[::1]:81"),
        ("ftp://shop.example", None),
        ("https://", None),
        ("https://shop.example:99999", None),
        ("null", None),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str | None) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LIST.replace(SHOP, SHOP + "/shop"), "is no origin"),
        (LIST.replace(SHOP, "https://*.maison.example"), "one origin"),
        (LIST.replace(SHOP, "http://www.maison.example"), "only https"),
        (LIST.replace(SHOP, "https://a.example; script-src *"), "is no origin|one origin"),
        (LIST.replace(KEY, "short"), "merchant.0.key"),
        (LIST + LIST, "two merchants"),
        (LIST.replace("origins", "origin"), "merchant.0.origin"),
        ("[[merchant", "cannot be read"),
    ],
)
def test_a_wrong_list_of_merchants_is_told_when_the_service_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    path = tmp_path / "merchants.toml"
    path.write_text(text)
    monkeypatch.setenv("PARURE_MERCHANTS", str(path))
    with pytest.raises(InvalidMerchantFile, match=says), application(tmp_path / "store"):
        pass


def test_a_key_covers_its_own_origins_and_no_other_merchant_s(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text(LIST + SECOND)
    known = read_merchants(path)
    assert known.check(KEY, SHOP).name == "Maison"
    assert known.know(OTHER)
    with pytest.raises(NotAllowed, match="does not cover https://elsewhere"):
        known.check(KEY, OTHER)
    with pytest.raises(NotAllowed, match="give the merchant's key"):
        known.check("", SHOP)


def test_without_a_list_nobody_but_the_service_may(alone: FlaskClient) -> None:
    assert merchants().merchant == ()
    asked = alone.post("/api/v1/configurations", json={"product": "band"}, headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert alone.get(f"/api/v1/embed/band?key={KEY}", headers={"Origin": SHOP}).status_code == 403
    assert "frame-ancestors 'self'" in alone.get("/embed/band").headers["Content-Security-Policy"]
    assert alone.get(f"/embed/band?key={KEY}").status_code == 403


def test_merchants_pages_may_read_the_collection_and_others_may_not(client: FlaskClient) -> None:
    told = client.get("/api/v1/embed/band").json["configuration"]
    picture = told["urls"]["picture"]
    paths = [
        "/api/v1/products",
        "/api/v1/products/band/schema",
        "/api/v1/qr/band.svg",
        told["urls"]["model"],
        picture.replace("{view}", "0").replace("{format}", "jpg").replace("{size}", "160"),
    ]
    for path in paths:
        for _ in range(2):  # the second comes out of memory
            mine = client.get(path, headers={"Origin": SHOP})
            assert mine.status_code == 200, path
            assert mine.headers["Access-Control-Allow-Origin"] == SHOP
            other = client.get(path, headers={"Origin": OTHER})
            assert "Access-Control-Allow-Origin" not in other.headers, path
            for answer in (mine, other, client.get(path)):
                assert "Origin" in answer.headers["Vary"], path
        known = client.get(
            path, headers={"Origin": SHOP, "If-None-Match": mine.headers.get("ETag", "-")}
        )
        if known.status_code == 304:
            assert known.headers["Access-Control-Allow-Origin"] == SHOP


def test_a_browser_that_asks_before_it_sends_is_answered(client: FlaskClient) -> None:
    mine = client.options("/api/v1/configurations", headers={"Origin": SHOP, **PREFLIGHT})
    assert mine.status_code == 204
    assert mine.headers["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in mine.headers["Access-Control-Allow-Methods"]
    assert mine.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    other = client.options("/api/v1/configurations", headers={"Origin": OTHER, **PREFLIGHT})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("path", ["/", "/p/band", "/api/v1/tryon", "/api/v1/models", "/healthz"])
def test_what_an_embed_does_not_need_stays_the_service_s_own(
    client: FlaskClient, path: str
) -> None:
    for method in (client.get, client.options):
        answer = method(path, headers={"Origin": SHOP, **PREFLIGHT})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_scripts_may_be_loaded_by_anybody_and_the_name_stays(client: FlaskClient) -> None:
    script = client.get("/embed.js", headers={"Origin": OTHER})
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert script.mimetype == "text/javascript"
    assert "immutable" not in script.headers["Cache-Control"]
    named = re.findall(r'"\./static/([^"]+)"', script.text)
    assert len(named) == len(set(named))
    needed = set()
    for name in named:
        module = client.get(f"/static/{name}", headers={"Origin": OTHER})
        assert module.headers["Access-Control-Allow-Origin"] == "*"
        assert "immutable" in module.headers["Cache-Control"]
        needed |= set(re.findall(r'(?:from|import)"\./([^"]+)"', module.text))
    assert needed <= set(named)  # nothing is asked for later than the rest


def test_a_poster_needs_no_hash_and_is_the_picture_of_the_options(client: FlaskClient) -> None:
    told = client.get("/api/v1/embed/band?metal=platinum_950").json
    assert told is not None
    template = told["configuration"]["urls"]["picture"]
    same = client.get(template.format(view=0, format="webp", size=160))
    poster = client.get("/api/v1/embed/band/poster.webp?w=160&metal=platinum_950")
    assert (poster.status_code, poster.mimetype) == (200, "image/webp")
    assert poster.data == same.data
    assert "immutable" not in poster.headers["Cache-Control"]
    again = client.get(
        "/api/v1/embed/band/poster.webp?w=160&metal=platinum_950",
        headers={"If-None-Match": poster.headers["ETag"]},
    )
    assert again.status_code == 304
    refused = client.get("/api/v1/embed/band/poster.webp?w=161").json
    assert refused is not None
    assert "A poster's w is one of 160, 240" in refused["message"]


def test_a_refused_page_can_read_why(client: FlaskClient) -> None:
    for key, says in (("", "give the merchant's key"), ("nobody-at-all", "No merchant has")):
        answer = client.get(f"/api/v1/embed/band?key={key}", headers={"Origin": SHOP})
        assert answer.status_code == 403
        assert says in answer.json["message"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    wrong = client.get(f"/api/v1/embed/band?key={KEY}", headers={"Origin": OTHER})
    assert wrong.json["error"] == "NotAllowed"
    assert OTHER in wrong.json["message"]


def test_the_embed_s_document_is_the_configuration_in_the_language_and_currency_asked_for(
    client: FlaskClient,
) -> None:
    address = f"/api/v1/embed/band?key={KEY}&metal=platinum_950&lang=fr&currency=USD"
    told = client.get(address, headers={"Origin": SHOP}).json
    assert told["merchant"] == "Maison"
    assert (told["language"], told["direction"]) == ("fr", "ltr")
    assert told["configuration"]["options"]["metal"] == "platinum_950"
    assert told["configuration"]["price"]["currency"] == "USD"
    assert client.get(told["words"]).status_code == 200
    metal = next(one for one in told["options"] if one["id"] == "metal")
    assert metal["value"] == "platinum_950"
    assert re.fullmatch("#[0-9a-f]{6}", metal["choices"][0]["swatch"])
    refused = client.get(f"/api/v1/embed/band?key={KEY}&carats=2", headers={"Origin": SHOP})
    assert refused.status_code == 422
    assert "carats" in refused.json["message"]


def test_only_the_merchant_s_origins_may_frame_a_piece(client: FlaskClient) -> None:
    framed = client.get(f"/embed/band?key={KEY}&metal=platinum_950")
    policy = framed.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SHOP}")
    assert "X-Frame-Options" not in framed.headers
    assert "metal=platinum_950" in unescape(framed.text)
    (partners,) = re.findall(r'id="partners">(.*?)</script>', framed.text)
    assert json.loads(partners) == ["http://localhost", SHOP]
    for path in ("/", "/p/band", "/ar/band", "/embed/nothing", "/embed/band?key=nobody-at-all"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_product_page_tells_search_engines_what_it_shows(client: FlaskClient) -> None:
    page = client.get("/p/solitaire?metal=platinum_950&carat=1.2").text
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(text)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Product")
    told = client.post(
        "/api/v1/configurations",
        json={"product": "solitaire", "options": {"metal": "platinum_950", "carat": 1.2}},
    ).json
    assert data["offers"]["price"] == told["price"]["total"]
    assert data["offers"]["priceCurrency"] == told["price"]["currency"]
    assert "demonstration" in data["offers"]["description"]
    assert data["url"] == "http://localhost" + told["urls"]["page"]
    assert 1.0 < data["weight"]["value"] < 20.0
    model = data["subjectOf"]
    assert model["@type"] == "3DModel"
    kinds = {one["encodingFormat"]: one["contentUrl"] for one in model["encoding"]}
    assert set(kinds) == {"model/gltf-binary", "model/vnd.usdz+zip"}
    assert all(told["hash"] in url for url in kinds.values())
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    assert unescape(canonical) == data["url"]
    (image,) = re.findall(r'<meta property="og:image" content="([^"]+)">', page)
    assert unescape(image) == data["image"][0]
    assert image.startswith("http://localhost/api/v1/renders/")


def test_a_site_that_knows_oembed_is_told_how_to_show_a_page(client: FlaskClient) -> None:
    page = client.get("/p/band?metal=platinum_950").text
    (link,) = re.findall(r'type="application/json\+oembed"[^>]* href="([^"]+)"', page)
    address = urlsplit(unescape(link))
    told = client.get(f"{address.path}?{address.query}&maxwidth=400").json
    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 400)
    (source,) = re.findall(r'src="([^"]+)"', told["html"])
    assert unescape(source) == "http://localhost/embed/band?metal=platinum_950"
    assert told["thumbnail_url"].startswith("http://localhost/api/v1/renders/")
    keyed = quote(f"http://localhost/p/band?key={KEY}&metal=platinum_950", safe="")
    html = unescape(client.get(f"/oembed?url={keyed}").json["html"])
    query = parse_qs(urlsplit(re.findall(r'src="([^"]+)"', html)[0]).query)
    assert query == {"key": [KEY], "metal": ["platinum_950"]}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://elsewhere.example/p/band", 404),
        ("url=http://localhost/openapi.json", 404),
        ("url=http://localhost/p/nothing", 404),
        ("url=http://localhost/p/band?metal=cheese", 422),
        ("url=http://localhost/p/band%26key=nobody-at-all%3Fkey=nobody-at-all", 404),
        ("url=http://localhost/p/band%3Fkey=nobody-at-all", 403),
        ("url=http://localhost/p/band&format=xml", 501),
        ("url=http://localhost/p/band&maxwidth=-3", 400),
        ("", 404),
    ],
)
def test_oembed_says_no_where_it_has_to(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/oembed?{query}")
    assert answer.status_code == status
    assert answer.json["message"]
