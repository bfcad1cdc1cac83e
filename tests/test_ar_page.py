"""Augmented reality from the pages: the way of each device, the code for a phone, the true size."""

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from pxr import Usd, UsdGeom

from tests.chromium import until, wait
from tests.embedding import KEY, Shop, merchant, visiting
from tests.serving import ROOT, application
from viewer.configuration import build_model, configure

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile"
# A Safari that opens Quick Look: the page may ask, and what it opens is written down.
QUICK_LOOK = """
  const supports = DOMTokenList.prototype.supports;
  DOMTokenList.prototype.supports = function (word) { return word === 'ar' || supports.call(this, word); };
"""  # noqa: E501
OPENED = """
  window.opened = [];
  HTMLAnchorElement.prototype.click = function () {
    const inside = [...this.children].map((one) => one.localName);
    window.opened.push({ rel: this.rel, href: this.href, inside });
  };
"""
WISH = "metal=platinum_950"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("ar")) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    with (
        pytest.MonkeyPatch.context() as patch,
        merchant(tmp_path_factory.mktemp("shop"), patch) as (address, shop),
    ):
        yield address, shop


def press(page: Page) -> None:
    button = page.locator("parure-ar .button.ar")
    wait(button.is_visible, "the button")
    button.click()


@pytest.mark.browser
def test_safari_opens_quick_look_with_the_chosen_piece_at_its_true_size(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    with visiting(browser, shop, address, user_agent=IPHONE) as guest:
        page = guest.page
        page.add_init_script(QUICK_LOOK + OPENED)
        page.goto(f"{address}/ar/band?{WISH}")
        press(page)
        until(page, "window.opened.length > 0")
        (link,) = page.evaluate("window.opened")
        assert (link["rel"], link["inside"]) == ("ar", ["img"])
        file, _, wishes = link["href"].partition("#")
        hash_ = configure("band", {"metal": "platinum_950"}).hash
        assert file == f"{address}/api/v1/models/{hash_}.usdz"
        assert parse_qs(wishes) == {
            "allowsContentScaling": ["0"],
            "canonicalWebPageURL": [f"{address}/p/band?{WISH}"],
        }


@pytest.mark.browser
def test_android_opens_scene_viewer_and_falls_back_to_the_piece(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    with visiting(browser, shop, address, user_agent=ANDROID) as guest:
        page = guest.page
        page.add_init_script(OPENED)
        page.goto(f"{address}/ar/band?{WISH}")
        press(page)
        until(page, "window.opened.length > 0")
        (link,) = page.evaluate("window.opened")
        intent, _, rest = link["href"].partition("#Intent;")
        wishes = parse_qs(urlsplit(intent).query)
        hash_ = configure("band", {"metal": "platinum_950"}).hash
        assert wishes["file"] == [f"{address}/api/v1/models/{hash_}.glb?profile=ar"]
        assert wishes["resizable"] == ["false"]
        assert wishes["title"] == ["Wedding band"]
        fallback = re.findall("S.browser_fallback_url=([^;]+);", rest)
        assert unquote(fallback[0]) == f"{address}/p/band?{WISH}"


@pytest.mark.browser
def test_a_desk_shows_a_code_that_opens_the_very_piece_on_a_phone(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    shop.pages["/"] = (
        '<!doctype html><html lang="en"><head><title>Shop</title>'
        f'<script type="module" src="{address}/embed.js"></script></head><body>'
        f'<parure-viewer key="{KEY}" product="band" options="{WISH}" features="ar">'
        "</parure-viewer></body></html>"
    )
    for start in (f"{address}/ar/band?{WISH}", shop.address):
        with visiting(browser, shop, address) as guest:
            page = guest.page
            page.goto(start)
            press(page)
            picture = page.locator("dialog.hand-over img")
            wait(picture.is_visible, "the code")
            source = picture.get_attribute("src") or ""
            assert source == f"{address}/api/v1/qr/band.svg?{WISH}"
            wait(lambda picture=picture: picture.evaluate("one => one.naturalWidth > 0"), "drawn")
            assert "Wedding band" in (picture.get_attribute("alt") or "")
            page.keyboard.press("Escape")
            wait(lambda picture=picture: not picture.is_visible(), "closed")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_page_that_a_code_opens(
    browser: Browser, service: tuple[str, Shop], scheme: str
) -> None:
    address, shop = service
    size = {"width": 390, "height": 844}
    with visiting(browser, shop, address, viewport=size, color_scheme=scheme) as guest:
        page = guest.page
        page.goto(f"{address}/ar/band")
        until(page, "document.querySelector('parure-ar button') !== null")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
        parts = "{ include: [['header'], ['main']] }"
        found = page.evaluate(f"axe.run({parts}, {{ resultTypes: ['violations'] }})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_code_leads_to_the_service_s_own_pages_alone(client: FlaskClient) -> None:
    code = client.get(f"/api/v1/qr/band.svg?{WISH}")
    assert code.mimetype == "image/svg+xml"
    assert b"<script" not in code.data
    other = client.get(f"/api/v1/qr/band.svg?{WISH}&to=page")
    assert code.data != other.data
    assert code.data == client.get(f"/api/v1/qr/band.svg?{WISH}&url=https://elsewhere.example").data
    assert client.get("/api/v1/qr/band.svg?to=elsewhere").status_code == 400
    assert client.get("/api/v1/qr/nothing.svg").status_code == 404
    assert client.get("/api/v1/qr/band.svg?metal=cheese").status_code == 422


@pytest.mark.gpu
def test_phones_get_the_piece_in_metres_at_the_size_that_is_made(
    client: FlaskClient, tmp_path: Path
) -> None:
    configuration = configure("band", {"size": "EU 60", "width": "5"})
    told = client.post(
        "/api/v1/configurations",
        json={"product": "band", "options": dict(configuration.options)},
    ).json
    low, high = build_model(configuration).bounds()
    want = np.sort(high - low)
    inner = 60.0 / np.pi * 1e-3
    assert want[2] > inner  # metres: a ring of EU 60 is 19.1 mm inside
    usdz = tmp_path / "band.usdz"
    usdz.write_bytes(client.get(told["urls"]["model"].replace(".glb", ".usdz")).data)
    stage = Usd.Stage.Open(str(usdz))
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
    size = box.ComputeWorldBound(stage.GetPseudoRoot()).ComputeAlignedRange().GetSize()
    np.testing.assert_allclose(np.sort(size), want, atol=2e-5)
    glb = client.get(f"{told['urls']['model']}?profile=ar").data
    length = struct.unpack("<I", glb[12:16])[0]
    document = json.loads(glb[20 : 20 + length])
    assert all(
        "scale" not in one and one.get("matrix") is None for one in document["nodes"]
    )  # as it is, in glTF's own unit: metres
    ends = [
        document["accessors"][primitive["attributes"]["POSITION"]]
        for mesh in document["meshes"]
        for primitive in mesh["primitives"]
    ]
    low = np.min([one["min"] for one in ends], axis=0)
    high = np.max([one["max"] for one in ends], axis=0)
    np.testing.assert_allclose(np.sort(high - low), want, atol=2e-5)
