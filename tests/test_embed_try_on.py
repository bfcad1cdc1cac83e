"""A piece tried on over a merchant's page, in a real browser: the service's mirror in a dialog."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Playwright

from tests.chromium import ALLOWED, PATTERN, chromium, until, wait
from tests.embedding import KEY, SERVICE, STRICT, Shop, merchant, visiting
from tests.fitting import stand_in
from tests.serving import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
VIEWER = "document.querySelector('parure-viewer')"
INSIDE = f"({VIEWER}.shadowRoot ?? document)"
LISTEN = f"""() => {{
  if (!window.said) {VIEWER}.addEventListener('try-on', ({{ detail }}) => said.push(detail.state));
  window.said = [];
}}"""
ENGLISH, FRENCH = "Try it on", "L’essayer"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright, *ALLOWED, *PATTERN) as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    folder = tmp_path_factory.mktemp("embed")
    with pytest.MonkeyPatch.context() as patch, merchant(folder, patch) as (address, shop):
        for file in (ROOT / "docs/examples").iterdir():
            shop.pages[f"/{file.name}"] = file.read_text("utf-8").replace(SERVICE, address)
        yield address, shop


def press(page: Page) -> None:
    page.evaluate(LISTEN)
    words = re.compile(f"^({ENGLISH}|{FRENCH})$")
    page.locator("parure-viewer .actions").get_by_text(words).click()


def mirror(page: Page) -> FrameLocator:
    """The frame, once the mirror in it is open."""
    until(page, "said.includes('opened')", 60)
    return page.frame_locator("parure-viewer dialog.try-on iframe")


@pytest.mark.parametrize(
    ("name", "size", "way"),
    [("plain", PHONE, "Esc"), ("woocommerce", DESK, "back"), ("shopify", PHONE, "button")],
)
def test_a_piece_is_tried_on_over_a_shop_s_page_and_what_is_chosen_there_stays(
    browser: Browser, service: tuple[str, Shop], name: str, size: dict[str, int], way: str
) -> None:
    address, shop = service
    with visiting(browser, shop, address, viewport=size) as guest:
        page = guest.page
        stand_in(page.context)
        page.goto(f"{shop.address}/{name}.html", wait_until="domcontentloaded")
        until(page, f"Boolean({INSIDE}.querySelector('.actions .plain'))", 60)
        address_before = page.url
        press(page)
        scrolled = page.evaluate("scrollY")
        frame = mirror(page)
        box = page.locator("dialog.try-on").bounding_box()
        assert box is not None
        if size is PHONE:
            assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
        else:
            assert 0.6 < box["width"] * box["height"] / (1440 * 900) < 0.95
        assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
        assert page.evaluate(f"{INSIDE}.activeElement.localName") == "iframe"

        frame.locator(".fitting-ways .button").first.click()
        frame.locator("dialog.fitting[data-worn]").wait_for()
        if size is PHONE:
            frame.locator(".fitting-change").click()
        frame.locator("[data-option=metal][value=gold_18k_white_rhodium]").check(force=True)
        until(page, f"{VIEWER}.configuration.options.metal === 'gold_18k_white_rhodium'")
        frame.locator(".fitting-shutter").click()
        until(page, "said.includes('captured')")
        page.evaluate(f"{VIEWER}.setOptions({{ metal: 'platinum_950' }})")
        frame.locator("[data-option=metal][value=platinum_950]:checked").wait_for(state="attached")

        if way == "back":
            page.evaluate("history.back()")
        elif way == "Esc":
            page.keyboard.press("Escape")
        else:
            frame.locator(".fitting-bar button").first.click()
        until(page, f"{INSIDE}.querySelector('dialog.try-on') === null")
        until(page, "said.length === 4")
        assert page.evaluate("said") == ["asked", "opened", "captured", "closed"]
        wait(lambda: page.evaluate("scrollY") == scrolled, "the page where it was")
        held = FRENCH if name == "shopify" else ENGLISH
        until(page, f"{INSIDE}.activeElement?.textContent === '{held}'")
        until(page, "getComputedStyle(document.documentElement).overflow !== 'hidden'")
        assert page.url == address_before
        assert page.evaluate(f"{VIEWER}.configuration.options.metal") == "platinum_950"


def test_where_a_page_forbids_frames_a_window_opens(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    strict = shop.policy
    shop.policy = STRICT.format(parure=address).replace(f"frame-src {address};", "")
    try:
        with visiting(browser, shop, address, viewport=PHONE) as guest:
            page, context = guest.page, guest.page.context
            stand_in(context)
            page.goto(f"{shop.address}/plain.html", wait_until="domcontentloaded")
            until(page, f"Boolean({INSIDE}.querySelector('.actions .plain'))", 60)
            for count in (1, 2):
                with context.expect_page() as opened:
                    press(page)
                until(opened.value, "document.querySelector('dialog.fitting') !== null", 60)
                assert urlsplit(opened.value.url).path == "/p/solitaire"
                assert opened.value.evaluate("opener") is None
                until(page, f"{INSIDE}.querySelector('dialog.try-on') === null")
                assert page.evaluate("said") == ["asked"]
                wait(lambda: bool(shop.reports), "the browser's report")
                assert len(shop.reports) == 1, count  # the page is not asked twice
                opened.value.close()
            guest.problems = [one for one in guest.problems if "frame" not in one]
            shop.reports.clear()
    finally:
        shop.policy = strict


def test_the_mirror_alone_is_offered_the_options_that_a_shop_offers(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, _ = service
    context: BrowserContext = browser.new_context(viewport=PHONE, locale="ar")
    stand_in(context)
    page = context.new_page()
    page.goto(f"{address}/embed/band?key={KEY}&features=options&choose=metal+width#try-on")
    until(page, "document.querySelector('dialog.fitting .offered form') !== null", 60)
    assert page.evaluate("document.querySelector('main').hidden")
    offered = """[...document.querySelectorAll('.fitting [data-control]')]
      .map((one) => one.dataset.control.split(':')[0])"""
    assert page.evaluate(offered) == ["width", "metal"]
    assert page.locator(".fitting-leaf h2").inner_text() == "قبل أن تُفتح الكاميرا"
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).fontFamily").startswith(
        '"Cormorant Garamond", Amiri'
    )
    page.keyboard.press("Escape")
    until(page, "document.querySelector('dialog.fitting') === null")
    assert page.locator("parure-viewer").is_visible()  # and the options are where they were
    assert page.locator("parure-viewer .offered form").is_visible()
    context.close()
