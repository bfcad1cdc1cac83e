"""The fitting room in a browser: consent, mirror, photo, guidance, refusals, pictures."""

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from playwright.sync_api import Browser, Playwright

from tests.chromium import ALLOWED, camera, chromium, until, wait
from tests.fitting import DIALOG, visiting
from tests.serving import ROOT, application, listening, pixels

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
CANVAS = f"{DIALOG}.querySelector('.fitting-picture')"
SMALL = """() => [...document.querySelectorAll('dialog.fitting *')]
  .filter((one) => one.matches('a, button, input, select, summary'))
  .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([one]) => one.outerHTML.slice(0, 90))"""
COUNTED = """() => { const count = document.querySelector('dialog.fitting .fitting-count');
  window.counted = [];
  new MutationObserver(() => count.textContent && window.counted.push(count.textContent))
    .observe(count, { childList: true, characterData: true, subtree: true }); }"""
STILL = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with application(tmp_path_factory.mktemp("store")) as app, listening(app) as where:
        yield f"http://{where}"


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Before its camera: grey on the left, white on the right."""
    frame = np.full((720, 1280, 3), 60, np.uint8)
    frame[:, 640:] = 235
    film = camera(tmp_path_factory.mktemp("camera") / "halves.mjpeg", frame)
    with chromium(playwright, *ALLOWED, *film) as browser:
        yield browser


def taken(page) -> np.ndarray:
    """The mirror's picture as it is, not as it is shown."""
    data = page.evaluate(f"{CANVAS}.toDataURL('image/png')").partition(",")[2]
    return pixels(b64decode(data)).astype(int)


def test_no_camera_opens_and_nothing_is_kept_before_it_was_agreed_to(
    browser: Browser, address: str
) -> None:
    kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"
    with visiting(browser, address) as room:
        page = room.enter("/p/band?lang=fr")
        leaf = page.locator(".fitting-leaf")
        assert "Aucune image n’est envoyée, enregistrée ni conservée" in leaf.inner_text()
        assert leaf.get_by_role("link").first.get_attribute("href") == "/privacy/try-on?lang=fr"
        box = leaf.get_by_role("checkbox")
        assert not box.is_checked()
        assert page.evaluate("cameras.length") == 0
        room.press("Ouvrir la caméra")
        room.worn()
        assert page.evaluate("cameras.length") == 1
        assert page.get_by_role("link", name="Les images restent sur cet appareil").is_visible()
        assert page.evaluate(kept) == '[{},{},""]'
        page.keyboard.press("Escape")
        until(page, f"{DIALOG} === null")
        assert page.evaluate("cameras[0].readyState") == "ended"

        room.enter("/p/band")
        page.locator(".fitting-leaf").get_by_role("checkbox").check()
        room.press("Open the camera")
        room.worn()
        page.locator(".fitting-change").click()
        page.locator("label", has_text="Index").click()
        until(page, "'finger' in JSON.parse(localStorage['parure.fitting'])")
        known = json.loads(page.evaluate("localStorage['parure.fitting']"))
        assert {*known} == {"agreed", "finger"}
        room.enter("/p/band")  # the device remembers: the camera opens at once, for that finger
        room.worn()
        assert [one["finger"] for one in room.asked()] == ["index"]
        page.locator(".fitting-change").click()
        page.locator(".fitting-room summary").click()
        page.locator(".fitting-room").get_by_role("checkbox").uncheck()
        assert page.evaluate(kept) == '[{},{},""]'


def test_the_mirror_is_turned_about_and_what_is_taken_is_not(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with visiting(browser, address) as room:
        page = room.live("/p/band")
        shown = pixels(page.locator(".fitting-picture").screenshot()).astype(int)
        middle = shown[shown.shape[0] // 2]
        assert middle[20].mean() > 200 > 100 > middle[-20].mean()  # as in a mirror
        before = room.quiet()
        frames = int(page.evaluate(f"{DIALOG}.dataset.frames"))
        until(page, f"{DIALOG}.dataset.frames > {frames + 10}")
        assert room.requests[before:] == []  # nothing is asked of anybody while it runs
        page.evaluate(COUNTED)
        room.press("In 3 s Take the picture")
        room.state("held")
        assert page.evaluate("counted") == ["3", "2", "1"]
        until(page, f"{CANVAS}.width === 1280")  # a picture is worth all that the camera gives
        picture = taken(page)
        assert picture[40, 40].mean() < 100
        assert picture[40, -40].mean() > 200
        with page.expect_download() as saved:
            room.press("Save")
        file = Path(saved.value.path()).read_bytes()
        assert saved.value.suggested_filename == "band.jpg"
        assert np.abs(pixels(file).astype(int) - picture).mean() < 3.0
        assert not Pillow.open(io.BytesIO(file)).getexif()
        assert {url.partition(":")[0] for url in room.requests[before:]} <= {"blob"}
        room.press("Back to the mirror")
        room.state("live")
        until(page, f"{DIALOG}.dataset.frames > {frames + 14}")


def test_what_is_worn_changes_without_closing_the_camera_and_designs_are_compared(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address, viewport={"width": 1440, "height": 900}) as room:
        page = room.live("/configure/band")
        (first,) = room.asked()
        page.locator(".fitting-desk [data-option=metal] > summary").click()
        page.locator(".fitting-desk label", has_text="Platinum 950").first.click()
        wait(lambda: room.asked()[0]["hash"] != first["hash"], "another configuration is worn")
        assert page.evaluate("cameras.length") == 1
        about = page.locator(".fitting-about")
        wait(lambda: about.inner_text() == "Platinum 950", "what is worn is said")
        room.press("Compare")
        room.state("held")
        until(page, f"{DIALOG}.querySelector('.fitting-before canvas')?.width === 1280")
        bare = page.evaluate("document.querySelector('.fitting-before canvas').toDataURL()")
        line = page.get_by_role("slider", name="Where one picture ends")
        line.focus()
        page.keyboard.press("Home")
        drawn = "getComputedStyle(document.querySelector('.fitting-before')).clipPath"
        assert page.evaluate(drawn).startswith("inset(0px calc(")
        page.get_by_label("Compared with").select_option(index=1)  # the design that was worn before
        until(page, f"document.querySelector('.fitting-before canvas').toDataURL() !== '{bare}'")
        wait(lambda: room.asked()[0]["hash"] == first["hash"], "the first is worn")
        room.press("Side by side")
        boxes = [page.locator(f".fitting-{side}").bounding_box() for side in ("before", "after")]
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
        room.press("Back to the mirror")
        room.worn()
        wait(
            lambda: room.asked()[0]["hash"] != first["hash"],
            "it is worn again",
        )
        room.press("Close")
        until(page, f"{DIALOG} === null")
        assert page.locator(".atelier-work > #options").count() == 1  # given back


def test_a_hidden_page_lets_the_camera_go_and_nothing_stays_on_the_glass(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address) as room:
        page = room.live("/p/band")
        page.evaluate(
            """() => {
              Object.defineProperty(document, 'hidden', { value: true, configurable: true });
              document.dispatchEvent(new Event('visibilitychange')); }"""
        )
        room.state("away")
        assert page.evaluate("cameras.map((one) => one.readyState).join()") == "ended"
        until(page, f"{CANVAS}.width === 1")
        page.wait_for_timeout(300)  # what was still being drawn
        assert page.evaluate(f"{CANVAS}.width") == 1
        page.evaluate("delete document.hidden")
        room.press("Open the camera")
        room.state("live")
        page.evaluate("cameras.at(-1).dispatchEvent(new Event('ended'))")
        room.state("refused")
        assert "taken away" in page.locator(".fitting-leaf h2").inner_text()


@pytest.mark.parametrize(
    ("before", "reason", "words"),
    [
        ("refusal = 'NotAllowedError'", "denied", "press the sign"),
        ("refusal = 'NotFoundError'", "no-camera", "no camera"),
        ("refusal = 'NotReadableError'", "in-use", "Another program"),
        (
            "Object.defineProperty(globalThis, 'isSecureContext', { value: false })",
            "insecure",
            "https",
        ),
        ("document.featurePolicy.allowsFeature = () => false", "framed", "window of its own"),
        ("delete globalThis.WebGL2RenderingContext", "unsupported", "WebGL 2"),
        ("failing = 'damaged'", "damaged", "not used"),
        ("failing = 'offline'", "offline", "connection is down"),
        ("failing = 'unknown-piece'", "unknown-piece", "Choose it again"),
    ],
)  # fmt: skip
def test_every_refusal_says_why_and_leaves_another_way(
    browser: Browser, address: str, before: str, reason: str, words: str
) -> None:
    with visiting(browser, address, before) as room:
        page = room.enter("/p/band")
        if reason not in ("unsupported", "damaged", "offline", "unknown-piece"):
            room.press("Open the camera")
        until(page, f"{DIALOG}.dataset.reason === '{reason}'")
        until(page, "document.activeElement.id === 'fitting-title'")
        leaf = page.locator(".fitting-leaf")
        for fold in leaf.locator("summary").all():
            fold.click()
        text = leaf.inner_text()
        assert words in text
        ways = leaf.locator("button, label").all_inner_texts()
        photo = reason not in ("unsupported", "unknown-piece")
        assert ("Use a photo" in ways) == photo
        assert ("Let our server do it" in ways) == (reason not in ("offline", "unknown-piece"))
        assert "Not now" in ways


def test_a_photo_is_turned_as_its_camera_says_and_never_sent(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    lying = Pillow.new("RGB", (2400, 1600), (30, 30, 30))
    lying.paste((250, 250, 250), (0, 0, 2400, 100))  # on the right once it is turned
    exif = Pillow.Exif()
    exif[0x0112] = 6
    photo = tmp_path / "lying.jpg"
    lying.save(photo, exif=exif)
    letter = tmp_path / "letter.jpg"
    letter.write_bytes(b"Dear jeweller")
    with visiting(browser, address) as room:
        page = room.enter("/p/band")
        page.locator(".fitting-leaf input[type=file]").set_input_files(letter)
        until(page, f"{DIALOG}.dataset.reason === 'not-a-picture'")
        before = room.quiet()
        page.locator(".fitting-leaf input[type=file]").set_input_files(photo)
        room.worn()
        picture = taken(page)
        assert picture.shape == (1600, 1067, 3)
        assert picture[100, -10].mean() > 200 > 60 > picture[100, 10].mean()
        assert not page.locator(".fitting-glass").get_attribute("data-mirrored")
        assert page.evaluate("cameras.length") == 0
        assert {url.partition(":")[0] for url in room.requests[before:]} <= {"blob"}


def test_the_server_helps_only_after_that_was_agreed_to(browser: Browser, address: str) -> None:
    with visiting(browser, address, "failing = 'broken'") as room:
        page = room.enter("/p/band")
        room.press("Let our server do it")
        leaf = page.locator(".fitting-leaf")
        assert "is sent to Parure’s server, used once in memory, and not kept" in leaf.inner_text()
        assert page.locator("try-on-photo").count() == 0
        room.press("I agree, go on")
        until(page, "document.querySelector('try-on-photo')?.getAttribute('state') === 'empty'")
        assert page.locator("try-on-mirror").get_attribute("state") == "closed"
        assert not [url for url in room.requests if "/tryon" in url]


def test_what_lacks_is_said_in_a_sentence_beside_a_drawing(browser: Browser, address: str) -> None:
    with visiting(browser, address) as room:
        page = room.live("/p/chain")
        guide = page.locator(".fitting-guide")
        assert guide.locator("p[role=status]").inner_text() == ""
        for lack, words in (("nobody", "Sit so that face and shoulders"), ("dark", "too dark")):
            page.evaluate(f"lacks = ['{lack}', 'far']")  # the worst is said first, and alone
            wait(lambda words=words: words in guide.locator("p").inner_text(), lack)
            assert guide.locator(".fitting-drawing[aria-hidden=true]").count() == 1
        page.evaluate("lacks = []")
        wait(lambda: guide.locator("p").inner_text() == "", "silence")


def test_pieces_of_a_set_are_worn_together_and_one_can_be_laid_aside(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address) as room:
        page = room.go("/p/band")
        hashes = page.evaluate(
            """() => Promise.all(['band', 'drop-earrings'].map(async (product) => {
              const headers = { 'Content-Type': 'application/json' };
              const asked = { method: 'POST', headers, body: JSON.stringify({ product }) };
              return (await (await fetch('/api/v1/configurations', asked)).json()).hash; }))"""
        )
        room.go(f"/together?piece={hashes[0]}&piece={hashes[1]}")
        room.press("Try them on together")
        room.press("Open the camera")
        room.worn()
        assert [one["hash"] for one in room.asked()] == hashes
        page.locator(".fitting-change").click()
        page.locator(".fitting-places input[type=checkbox]").first.uncheck()
        wait(lambda: [one["hash"] for one in room.asked()] == hashes[1:], "one is laid aside")


def test_like_pieces_have_places_of_their_own(browser: Browser, address: str) -> None:
    wishes = [("band", "3"), ("band", "4.5"), ("drop-earrings", ""), ("hoop-earrings", "")]
    with visiting(browser, address) as room:
        page = room.go("/p/band")
        hashes = page.evaluate(
            """(wishes) => Promise.all(wishes.map(async ([product, width]) => {
              const headers = { 'Content-Type': 'application/json' };
              const body = JSON.stringify({ product, options: width ? { width } : {} });
              const asked = { method: 'POST', headers, body };
              return (await (await fetch('/api/v1/configurations', asked)).json()).hash; }))""",
            wishes,
        )
        assert len(set(hashes)) == 4
        room.go("/together?" + "&".join(f"piece={one}" for one in hashes))
        room.press("Try them on together")
        room.press("Open the camera")
        room.worn()
        assert [(one.get("finger"), one.get("ear")) for one in room.asked()] == [
            ("ring", None), ("ring", None), (None, "left"), (None, "right"),
        ]  # fmt: skip
        page.locator(".fitting-change").click()
        places = page.locator(".fitting-places fieldset", has_text="Finger")
        assert len(set(places.locator("legend").all_inner_texts())) == 2
        places.nth(1).locator("label", has_text="Index").click()
        wait(
            lambda: [one.get("finger") for one in room.asked()][:2] == ["ring", "index"],
            "one is moved, the other stays",
        )


def test_a_framed_piece_is_tried_on_in_its_frame(browser: Browser, address: str) -> None:
    with visiting(browser, address) as room:
        page = room.go("/embed/band")
        page.get_by_role("button", name="Try it on").click()
        until(page, f"{DIALOG} !== null")
        room.press("Open the camera")
        room.worn()
        assert len(page.context.pages) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everybody_can_use_the_room_at_every_size(
    browser: Browser, address: str, language: str
) -> None:
    with visiting(browser, address, reduced_motion="reduce") as room:
        page = room.enter(f"/p/solitaire?lang={language}")

        def judged(where: str) -> None:
            for width, height in ((390, 844), (844, 390), (320, 256), (1440, 900)):
                page.set_viewport_size({"width": width, "height": height})
                until(page, f"innerWidth === {width}")
                assert page.evaluate(f"{DIALOG}.scrollWidth") <= width, (where, width)
            page.set_viewport_size({"width": 390, "height": 844})
            assert page.evaluate(SMALL) == [], where
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found = page.evaluate(f"axe.run({DIALOG}, {{ resultTypes: ['violations'] }})")
                broken = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
                assert broken == [], (where, scheme)

        page.evaluate(AXE)
        page.evaluate(STILL)
        judged("consent")
        page.locator(".fitting-leaf .button").first.click()
        room.worn()
        page.evaluate("lacks = ['far']")
        until(page, "document.querySelector('.fitting-guide').hasAttribute('data-said')")
        page.locator(".fitting-change").click()
        judged("live")
        page.locator(".fitting-room summary").click()
        left = page.locator(".fitting-room label").first
        right = page.locator(".fitting-shutter").bounding_box()
        left.click()
        moved = page.locator(".fitting-shutter").bounding_box()
        assert right["x"] - moved["x"] > 200  # the other thumb reaches it, in every script
        page.set_viewport_size({"width": 844, "height": 390})
        until(page, "innerWidth === 844")
        assert page.locator(".fitting-shutter").bounding_box()["x"] < 100
        page.set_viewport_size({"width": 390, "height": 844})
        until(page, "innerWidth === 390")
        page.locator(".fitting-change").click()
        page.locator(".fitting-words [aria-pressed]").click()
        until(page, "!document.querySelector('.fitting-before').hidden")
        judged("compare")
