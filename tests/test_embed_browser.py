"""A piece on pages of another origin, in a real browser: examples, the guide's snippets, frames."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import until, wait
from tests.embedding import KEY, SERVICE, STRICT, Shop, merchant, visiting
from tests.serving import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
GUIDE = (ROOT / "docs/embed.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```html\n(.*?)^```", GUIDE, re.S | re.M)
VIEWER = "document.querySelector('parure-viewer')"
INSIDE = f"({VIEWER}.shadowRoot ?? {VIEWER})"
LISTENER = """
window.heard = [];
const kinds = ['ready', 'configuration-changed', 'price', 'add-to-cart', 'try-on', 'ar', 'error'];
for (const viewer of document.querySelectorAll('parure-viewer')) {
  for (const kind of kinds) viewer.addEventListener(kind, (event) => window.heard.push([kind, event.detail]));
}
"""  # noqa: E501


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("embed")
        with merchant(folder, patch) as (address, shop):
            for file in (ROOT / "docs/examples").iterdir():
                shop.pages[f"/{file.name}"] = file.read_text("utf-8").replace(SERVICE, address)
            shop.pages["/listen.js"] = LISTENER
            yield address, shop


def page_of(address: str, body: str) -> str:
    """A page of the shop that listens to all that is said."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
        f'<script type="module" src="{address}/embed.js"></script>'
        f'<script type="module" src="/listen.js"></script></head><body>{body}</body></html>'
    )


def heard(page: Page, kind: str) -> list:
    return [detail for one, detail in page.evaluate("window.heard ?? []") if one == kind]


def painted(page: Page) -> None:
    """Wait until the piece is drawn in three dimensions, which software does for who asks."""
    page.locator("parure-viewer, parure-piece").first.hover()
    until(page, f"{INSIDE}.querySelector('parure-piece')?.hasAttribute('painted') === true", 90)


def choose(page: Page, option: str, value: str) -> None:
    page.locator(f"parure-viewer input[data-option={option}][value={value}]").check(force=True)


def test_the_plain_page_turns_chooses_and_fills_its_bag(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    with visiting(browser, shop, address) as guest:
        page = guest.page
        page.goto(f"{shop.address}/plain.html", wait_until="domcontentloaded")
        painted(page)
        viewer = page.locator("parure-viewer")
        assert "1.2 ct" in viewer.locator(".about").inner_text()
        before = viewer.locator(".price").inner_text()
        choose(page, "metal", "platinum_950")
        wait(lambda: "Platinum 950" in viewer.locator(".about").inner_text(), "the new metal")
        wait(lambda: viewer.locator(".price").inner_text() != before, "another price")
        viewer.get_by_role("button", name="Add to bag").click()
        until(page, "document.querySelector('#bag').innerText.includes('Platinum 950')")
        bag = page.locator("#bag").inner_text()
        assert "Solitaire, Platinum 950 · 1.2 ct natural diamond" in bag
        assert viewer.locator(".price").inner_text() in bag
        small = page.evaluate(
            f"""() => [...{INSIDE}.querySelectorAll('button, select, .desk input')]
              .map((one) => [one.outerHTML.slice(0, 80), (one.closest('label') ?? one).getBoundingClientRect()])
              .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
              .map(([html, box]) => `${{html}} ${{box.width}}x${{box.height}}`)"""  # noqa: E501
        )
        assert small == []


def test_a_shop_that_keeps_its_own_form_sells_the_very_configuration(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    """Without a shadow, in a theme that styles every fieldset and button."""
    address, shop = service
    shop.ordered.clear()
    with visiting(browser, shop, address) as guest:
        page = guest.page
        page.goto(f"{shop.address}/woocommerce.html", wait_until="domcontentloaded")
        until(page, "!document.querySelector('.single_add_to_cart_button').disabled")
        assert page.evaluate(f"{VIEWER}.shadowRoot") is None
        assert "€" in page.locator(".price .amount").inner_text()
        choose(page, "metal", "platinum_950")
        until(page, f"{VIEWER}.configuration.options.metal === 'platinum_950'")
        border = page.locator("parure-viewer fieldset").first.evaluate(
            "one => getComputedStyle(one).borderStyle"
        )
        assert "double" not in border  # the theme's stays its own
        outside = "getComputedStyle(document.querySelector('.cart button')).backgroundColor"
        assert page.evaluate(outside) == "rgb(51, 51, 51)"  # and so does the piece's
        page.get_by_role("button", name="Add to basket").click()
        wait(lambda: len(shop.ordered) == 1, "the order arrives")
        order = parse_qs(shop.ordered[0])
        assert order["parure_configuration"] == [page.evaluate(f"{VIEWER}.configuration.hash")]
        assert json.loads(order["parure_options"][0])["metal"] == "platinum_950"
        painted(page)


def test_a_shop_with_a_cart_of_its_own_takes_the_configuration_along_in_french(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    shop.ordered.clear()
    with visiting(browser, shop, address, locale="fr-FR") as guest:
        page = guest.page
        page.goto(f"{shop.address}/shopify.html", wait_until="domcontentloaded")
        painted(page)
        viewer = page.locator("parure-viewer")
        assert "Platine 950" in viewer.locator(".about").inner_text()
        assert viewer.locator("legend").first.inner_text().startswith("Pierre")
        choose(page, "gem", "ruby")
        until(page, f"{VIEWER}.configuration.options.gem === 'ruby'")
        viewer.locator(".actions .button").first.click()
        wait(lambda: len(shop.ordered) == 1, "the order arrives")
        (line,) = json.loads(shop.ordered[0])["items"]
        assert line["properties"]["gem"] == "ruby"
        assert line["properties"]["_parure"] == page.evaluate(f"{VIEWER}.configuration.hash")
        assert line["properties"]["_picture"].startswith(address)
        assert "rubis" in viewer.locator(".about").inner_text().lower()
        swatch = viewer.locator(".swatch").first.bounding_box()
        assert swatch is not None
        assert swatch["height"] >= 43.5  # although the theme's rem is 10 px


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_a_snippet_of_the_guide_works_as_it_stands(
    browser: Browser, service: tuple[str, Shop], number: int
) -> None:
    address, shop = service
    snippet = SNIPPETS[number].replace(SERVICE, address)
    inline = re.findall(r"<script type=\"module\">(.*?)</script>", snippet, re.S)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    policy = STRICT.format(parure=address)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    # the host's own script and styles stand in the page; the service's need no leave
    policy = policy.replace("script-src", f"script-src {allowed}")
    policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    shop.pages["/snippet.html"] = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title></head>'
        f"<body>{snippet}</body></html>"
    )
    strict, shop.policy = shop.policy, policy
    try:
        with visiting(browser, shop, address) as guest:
            page = guest.page
            page.goto(f"{shop.address}/snippet.html", wait_until="domcontentloaded")
            if "<iframe" in snippet:
                inner = page.frame_locator("iframe").locator("parure-viewer .price")
                wait(lambda: "€" in inner.inner_text(), "the framed piece", 60)
            else:
                until(page, f"{VIEWER}.configuration?.price.words.includes('€')", 60)
            if "In platinum" in snippet:
                page.get_by_role("button", name="In platinum").click()
                wait(lambda: page.locator("#platinum").inner_text() == "Platinum 950", "platinum")
            elif "connect(" in snippet:
                wait(lambda: page.locator("#bag").inner_text() == "Platinum 950", "a message")
            elif "#bag" in snippet:
                page.locator("parure-viewer").get_by_role("button", name="Add to bag").click()
                bag = page.locator("#bag")
                sold = "Wedding band, Platinum 950: €"
                wait(lambda: bag.inner_text().startswith(sold), sold)
            if 'id="worn"' in snippet:
                page.locator("parure-viewer").get_by_role("button", name="Try it on").click()
                wait(lambda: page.locator("#worn").inner_text().startswith("opened: "), "a mirror")
            if "--parure-accent" in snippet:
                button = page.locator("parure-viewer .button").first
                assert button.evaluate("one => getComputedStyle(one).borderRadius") == "4px"
    finally:
        shop.policy = strict


def test_the_events_come_in_order_and_say_the_configuration(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    shop.pages["/"] = page_of(
        address, f'<parure-viewer key="{KEY}" product="band" features="try-on"></parure-viewer>'
    )
    with visiting(browser, shop, address) as guest:
        page = guest.page
        page.goto(shop.address, wait_until="domcontentloaded")
        until(page, "window.heard?.length >= 3")
        kinds = [kind for kind, _ in page.evaluate("window.heard")]
        assert kinds == ["ready", "configuration-changed", "price"]
        (ready,) = heard(page, "ready")
        told = "product name options hash description facts page picture price"
        assert set(ready) == set(told.split())
        assert ready["page"] == f"{address}/p/band"
        page.evaluate(f"{VIEWER}.setAttribute('options', '{{\"metal\": \"platinum_950\"}}')")
        wait(lambda: len(heard(page, "configuration-changed")) == 2, "another configuration")
        assert heard(page, "configuration-changed")[1]["options"]["metal"] == "platinum_950"
        wait(lambda: len(heard(page, "price")) == 2, "another price")
        page.evaluate(f"{VIEWER}.addEventListener('try-on', (event) => event.preventDefault())")
        page.locator("parure-viewer").get_by_role("button", name="Try it on").click()
        wait(lambda: bool(heard(page, "try-on")), "a wish to try it on")
        (worn,) = heard(page, "try-on")
        assert worn["url"] == f"{address}/p/band?metal=platinum_950#try-on"
        assert len(page.context.pages) == 1
        said = page.evaluate(
            f"{VIEWER}.setOptions({{ width: 30 }}).then(() => 'taken', (error) => error.message)"
        )
        assert "Width" in said
        assert page.evaluate(f"{VIEWER}.configuration.options.width") == "4"
        guest.problems = [one for one in guest.problems if "422" not in one]


def test_what_may_not_be_is_said_to_the_page_and_to_its_visitor(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    cases = {
        f'key="{KEY}" product="nothing"': ("UnknownProduct", "404"),
        'product="band"': ("NotAllowed", "403"),
        'key="nobody-at-all" product="band"': ("NotAllowed", "403"),
        f'key="{KEY}"': ("NoProduct", ""),
        f'key="{KEY}" product="band" options="metal=cheese"': ("InvalidOption", "422"),
    }
    for attributes, (code, status) in cases.items():
        shop.pages["/"] = page_of(address, f"<parure-viewer {attributes}></parure-viewer>")
        with visiting(browser, shop, address) as guest:
            page = guest.page
            page.goto(shop.address, wait_until="domcontentloaded")
            wait(
                lambda page=page: page.locator("parure-viewer [role=status]").inner_text() != "",
                code,
            )
            told = page.locator("parure-viewer [role=status]").inner_text()
            assert len(told) > 20, code
            guest.problems = [one for one in guest.problems if not status or status not in one]
            if heard(page, "error"):
                assert heard(page, "error")[0] == {"code": code, "message": told}


def test_a_page_of_no_merchant_sees_why_and_may_not_frame(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, _ = service
    with Shop() as stranger:
        stranger.pages["/listen.js"] = LISTENER
        stranger.pages["/"] = page_of(
            address, f'<parure-viewer key="{KEY}" product="band"></parure-viewer>'
        )
        stranger.pages["/frame"] = page_of(
            address, f'<iframe title="Band" src="{address}/embed/band?key={KEY}"></iframe>'
        )
        context = browser.new_context()
        page = context.new_page()
        page.goto(stranger.address, wait_until="domcontentloaded")
        status = page.locator("parure-viewer .word")
        wait(lambda: "does not cover" in status.inner_text(), "the reason")
        assert stranger.address in status.inner_text()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        page.goto(f"{stranger.address}/frame", wait_until="domcontentloaded")

        def refused() -> bool:
            page.evaluate("0")  # lets the messages in
            return any("frame-ancestors" in one for one in errors)

        wait(refused, "a refused frame")
        read = page.evaluate(
            f"fetch('{address}/api/v1/products').then(() => 'read', () => 'refused')"
        )
        assert read == "refused"
        context.close()


def test_a_frame_and_its_page_talk_and_nobody_else_is_heard(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    shop.pages["/talk.js"] = f"""
      import {{ connect }} from '{address}/embed.js';
      const frame = document.querySelector('iframe');
      window.piece = connect(frame);
      window.heard = [];
      for (const kind of ['ready', 'configuration-changed', 'price', 'add-to-cart', 'try-on', 'error', 'resized']) {{
        window.piece.addEventListener(kind, ({{ detail }}) => window.heard.push([kind, detail]));
      }}
    """  # noqa: E501
    shop.pages["/"] = (
        '<!doctype html><html lang="en"><head><title>Shop</title>'
        '<meta name="referrer" content="no-referrer"></head><body>'
        f'<iframe title="Band" width="500" height="900" src="{address}/embed/band?key={KEY}">'
        "</iframe>"
        '<script type="module" src="/talk.js"></script></body></html>'
    )
    with visiting(browser, shop, address) as guest:
        page = guest.page
        page.goto(shop.address, wait_until="domcontentloaded")
        wait(lambda: bool(heard(page, "ready")), "the frame is ready", 60)
        assert heard(page, "ready")[0]["product"] == "band"
        done = page.evaluate("piece.send('set-options', { options: { metal: 'platinum_950' } })")
        assert done["options"]["metal"] == "platinum_950"
        wait(lambda: len(heard(page, "configuration-changed")) >= 1, "it changed")
        done = page.evaluate(
            "piece.send('configure', { product: 'solitaire', options: { carat: 1.5 } })"
        )
        assert (done["product"], done["options"]["carat"]) == ("solitaire", "1.5")
        amount = done["price"]["amount"]
        wait(lambda: heard(page, "price")[-1]["amount"] == amount, "its price")
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Add to bag").click()
        wait(lambda: bool(heard(page, "add-to-cart")), "the bag")
        assert heard(page, "add-to-cart")[0]["hash"] == done["hash"]
        wait(lambda: heard(page, "resized")[-1]["height"] > 500, "its height")
        refused = page.evaluate(
            "piece.send('set-options', { options: { carat: 99 } }).catch((error) => error.message)"
        )
        assert "Carat" in refused
        unknown = page.evaluate("piece.send('explode').catch((error) => error.message)")
        assert "no command" in unknown
        page.evaluate("piece.send('open')")
        page.evaluate("piece.send('close')")
        later = page.evaluate(
            """(origin) => new Promise((resolve) => {
              addEventListener('message', ({ data }) => data.id === 'x' && resolve(data), { once: false });
              document.querySelector('iframe').contentWindow.postMessage({ parure: 2, type: 'open', id: 'x' }, origin);
            })""",  # noqa: E501
            address,
        )
        assert (later["type"], later["detail"]["code"]) == ("error", "version")
        # what the page's own window says is not the frame's word
        count = len(page.evaluate("window.heard"))
        page.evaluate(
            "postMessage({ parure: 1, type: 'add-to-cart', detail: {} }, location.origin)"
        )
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))")
        assert len(page.evaluate("window.heard")) == count
        # and the frame does not obey windows that are not its parent
        inner = next(one for one in page.frames if "/embed/" in one.url)
        inner.evaluate(
            "postMessage({ parure: 1, type: 'configure', detail: { product: 'halo' } }, '*')"
        )
        inner.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
        assert inner.evaluate(f"{VIEWER}.configuration.product") == "solitaire"
        guest.problems = [one for one in guest.problems if "422" not in one]


def test_everybody_can_use_an_embedded_piece(browser: Browser, service: tuple[str, Shop]) -> None:
    address, shop = service
    for direction, language, theme in (("ltr", "en", "light"), ("rtl", "ar", "dark")):
        shop.pages["/"] = page_of(
            address,
            f'<main dir="{direction}"><h1>Shop</h1><parure-viewer key="{KEY}" product="band" '
            f'language="{language}" theme="{theme}" choose="profile metal width size" '
            'features="price options cart try-on ar"></parure-viewer></main>',
        ).replace("<body>", f'<body bgcolor="{"#181614" if theme == "dark" else "#ffffff"}">')
        with visiting(browser, shop, address, bypass_csp=True) as guest:
            page = guest.page
            page.goto(shop.address, wait_until="domcontentloaded")
            painted(page)
            page.evaluate(AXE.read_text())
            run = "axe.run('parure-viewer', { resultTypes: ['violations'] })"
            found = page.evaluate(run)["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
            assert page.evaluate(f"{INSIDE}.querySelector('.parure').dir") == direction


def test_a_piece_leaves_nothing_behind_when_it_goes_and_comes_back(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    shop.pages["/"] = page_of(
        address, f'<div><parure-viewer key="{KEY}" product="band"></parure-viewer></div>'
    )
    with visiting(browser, shop, address) as guest:
        page = guest.page
        page.goto(shop.address, wait_until="domcontentloaded")
        painted(page)
        page.evaluate(f"window.kept = {VIEWER}; window.place = kept.parentNode")
        for _ in range(5):
            page.evaluate("kept.remove()")
            page.evaluate("place.append(kept)")
        painted(page)
        until(page, f"{INSIDE}.querySelectorAll('parure-piece, canvas').length === 2")
        until(page, f"{INSIDE}.adoptedStyleSheets.length === 3")


def test_the_picture_stays_where_it_is_when_what_turns_the_piece_comes(
    browser: Browser, service: tuple[str, Shop]
) -> None:
    address, shop = service
    with visiting(browser, shop, address, viewport={"width": 390, "height": 844}) as guest:
        page, held = guest.page, []
        page.route(re.compile(r"/static/turning-\w+\.js$"), lambda route: held.append(route))
        page.goto(f"{shop.address}/plain.html", wait_until="domcontentloaded")
        until(page, f"{VIEWER}.configuration !== null", 60)
        wait(lambda: page.evaluate("0") == 0 and bool(held), "what turns it is asked for")
        picture = page.locator("parure-viewer .plate img").first
        until(page, "document.fonts.status === 'loaded'")
        before = picture.bounding_box()
        for route in held:
            route.continue_()
        until(page, "customElements.get('parure-piece') !== undefined")
        until(page, f"{INSIDE}.adoptedStyleSheets.length > 4")
        assert picture.bounding_box() == before
