"""Every kind of page in a browser: legible at twice its size, in both directions, by everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.chromium import until
from tests.serving import ROOT, application, listening
from viewer.bake import PAGE_SIZES_PX

pytestmark = pytest.mark.browser
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
# A phone; a desk of 1280 px at twice its size, and at four times, as WCAG 1.4.10 asks.
NARROW = {"phone": (390, 844), "twice": (640, 512), "four times": (320, 256), "side": (844, 390)}
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desk": (1440, 900)}
SIDE = (844, 390)  # a phone on its side
POSTERS = """[...document.querySelectorAll('.plate img')]
  .filter((one) => one.currentSrc)
  .map((one) => ({
    shown: one.getBoundingClientRect().width * devicePixelRatio,
    taken: Number(new URL(one.currentSrc).searchParams.get('w')),
  }))"""
BOXES = """['parure-viewer', '[data-stage] img', '.atelier-work'].map((one) => {
  const { left, top, right, bottom } = document.querySelector(one).getBoundingClientRect();
  return { left, top, right, bottom };
})"""
PAGES = {
    "showroom": "/",
    "piece": "/p/solitaire",
    "Arabic piece": "/p/dress-watch?lang=ar",
    "configurator": "/configure/solitaire",
    "Arabic configurator": "/configure/signet?engraving=AB&lang=ar",
    "German configurator": "/configure/chandelier-earrings?lang=de",
    "two designs": "/compare?piece={0}&piece={1}",
    "worn together": "/together?piece={0}&piece={1}",
    "framed": "/embed/solitaire",
    "in the room": "/ar/solitaire",
    "languages": "/languages?page=/p/band",
    "nothing": "/p/tiara",
}
DRAWN = ("**/api/v1/renders/**", "**/api/v1/swatches/**", "**/api/v1/models/**")
STILL = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important; }');
  document.adoptedStyleSheets = [sheet]; }"""
DOT = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc"
    b"\xf8\xff\xff?\0\5\xfe\2\xfe\xdc\xccY\xe7\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The service's address, and two designs that it knows."""
    with application(tmp_path_factory.mktemp("store")) as app:
        client = app.test_client()
        wanted = [
            {"product": "solitaire"},
            {"product": "solitaire", "options": {"cut": "oval", "metal": "gold_18k_rose_5N"}},
        ]
        hashes = [client.post("/api/v1/configurations", json=one).json["hash"] for one in wanted]
        with listening(app) as where:
            yield f"http://{where}", hashes


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One visitor who sees no pictures: what is tested here is everything about them."""

    def dot(route: Route) -> None:
        route.fulfill(body=DOT, content_type="image/png")

    page = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
    for address in DRAWN:
        page.route(address, dot)
    yield page
    page.context.close()


def opened(page: Page, shop: tuple[str, list[str]], path: str) -> None:
    address, hashes = shop
    page.goto(address + path.format(*hashes), wait_until="load")
    live = path.startswith(("/p/", "/configure/")) and "tiara" not in path
    if live:
        until(page, "document.documentElement.classList.contains('live')")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_is_cut_off_at_twice_its_size_and_everybody_can_use_it(
    page: Page, shop: tuple[str, list[str]], path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, shop, path)
    wide = {}
    for name, (width, height) in NARROW.items():
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide[name] = page.evaluate(
                """(width) => [...document.querySelectorAll('main *')]
                  .filter((one) => one.getBoundingClientRect().right > width + 1)
                  .map((one) => one.outerHTML.slice(0, 90)).slice(0, 5)""",
                width,
            )
    assert wide == {}
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(
        """() => { for (const one of document.querySelectorAll('form details')) {
          one.removeAttribute('name'); one.open = true; } }"""
    )
    page.evaluate(STILL)  # colours are judged, not the way from one to the next
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("scrollTo(0, 0)")
        found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        assert [(scheme, one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("path", ["/p/solitaire", "/configure/solitaire?lang=ar"])
def test_on_its_side_a_phone_shows_the_piece_beside_what_is_chosen(
    page: Page, shop: tuple[str, list[str]], path: str
) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIDE, strict=True)))
    opened(page, shop, path)
    for scrolled in (0, 700):
        page.evaluate("(y) => scrollTo(0, y)", scrolled)
        viewer, poster, work = page.evaluate(BOXES)
        first, second = (work, viewer) if "ar" in path.split("=") else (viewer, work)
        assert first["right"] <= second["left"] + 0.5
        assert (viewer["top"], viewer["bottom"]) == (0.0, float(SIDE[1]))
        assert viewer["top"] <= poster["top"] < poster["bottom"] <= viewer["bottom"]
        assert poster["bottom"] - poster["top"] > 0.75 * SIDE[1]
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(STILL)
    page.evaluate(AXE)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("path", ["/", "/p/solitaire", "/configure/solitaire", "/ar/solitaire"])
def test_a_poster_is_taken_as_large_as_it_is_shown(
    page: Page, shop: tuple[str, list[str]], path: str
) -> None:
    for width, height in (SIZES["phone"], SIDE, SIZES["tablet"], SIZES["desk"]):
        page.set_viewport_size({"width": width, "height": height})
        opened(page, shop, path)
        for poster in page.evaluate(POSTERS):
            enough = [size for size in PAGE_SIZES_PX if size >= poster["shown"] - 1.0]
            assert poster["taken"] == min(enough), (width, height, poster)


@pytest.mark.parametrize("size", SIZES)
def test_the_way_from_a_piece_to_its_configurator_moves_nothing(
    page: Page, shop: tuple[str, list[str]], size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    places = []
    for path in ("/p/solitaire", "/configure/solitaire"):
        opened(page, shop, path)
        page.evaluate("document.fonts.ready.then(() => 1)")
        places.append([page.locator(one).bounding_box() for one in ("parure-viewer", "h1")])
    assert places[0] == places[1]
    opened(page, shop, "/p/solitaire?metal=gold_18k_rose_5N")
    page.get_by_role("link", name="Change every detail").click()
    until(page, "location.pathname === '/configure/solitaire'")
    assert page.evaluate("location.search") == "?metal=gold_18k_rose_5N"


def test_from_right_to_left_the_piece_stands_on_the_right_and_words_follow(
    page: Page, shop: tuple[str, list[str]]
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, shop, "/configure/solitaire?lang=ar")
    view, work, label, chosen, price, deeds = (
        page.locator(one).first.bounding_box()
        for one in (
            ".atelier-view", ".atelier-work", "summary .label", "summary .chosen",
            ".atelier-bar .price", ".deeds",
        )
    )  # fmt: skip
    assert work["x"] + work["width"] <= view["x"] + 1
    assert chosen["x"] < label["x"]
    assert deeds["x"] < price["x"]
    page.locator("[data-option=cut] > summary").click()
    tiles = page.locator("[data-option=cut] .choice")
    first, second = (tiles.nth(at).bounding_box() for at in (0, 1))
    assert second["x"] < first["x"]
    range_ = page.locator("[name=carat]")
    page.locator("[data-option=carat] > summary").click()
    before = float(range_.input_value())
    range_.focus()
    page.keyboard.press("ArrowLeft")
    assert float(range_.input_value()) > before  # greater on the left
