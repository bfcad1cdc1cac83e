"""A piece in the room by WebXR, on an emulated device: where it stands, how large, how it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from models3d.frames import Array
from tests.chromium import until, wait
from tests.emulated import EYE, FIELD_RAD, TABLE, emulate
from tests.serving import ROOT, pixels
from tests.viewing import PATIENCE_S, SIZES, VIEWER, Shop, opened, visiting
from viewer.configuration import build_model, configure
from viewer.display import view_of

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
WISH = {"size": "EU 60", "width": "6"}
SIDE = 1200  # pixels of the picture whose pose a page shows first
NEAR = 0.14  # metres from the eye to the piece
DOWN = 0.7  # radians
GREEN = "#00c800"  # of the table, so that whatever is not green is the piece
PIXEL_TOLERANCE = 1.5  # of about 110: an antialiased edge
TURN_PER_PIXEL = 0.009
EYE_ABOVE = (EYE[0], TABLE + NEAR * np.sin(DOWN), EYE[2])
STEP = "document.querySelector('.in-room')?.dataset.step"
BROKEN = """
globalThis.broken = [];
addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective));
"""


@contextmanager
def asked_by(page: Page) -> Iterator[set[str]]:
    """Hosts that the page asks for anything."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    yield asked


def points(turn: float) -> Array:
    """(n, 3) vertices of the ring in the emulated room, metres."""
    model = build_model(configure("band", WISH))
    best = view_of(model, SIDE, SIDE, 0.0, None, sweep=True).shown[0].world_from_model
    upright = best.apply(model.parts[0].world_mesh().positions)
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = upright @ np.array([[cosine, 0.0, -sine], [0.0, 1.0, 0.0], [sine, 0.0, cosine]])
    place = np.array([0.0, TABLE - upright[:, 1].min(), -NEAR * np.cos(DOWN)])
    return turned + place


def box(seen: Array, eye: tuple[float, float, float], size: tuple[int, int]) -> Array:
    """Left, top, right, bottom of points as the device sees them, pixels."""
    width, height = size
    focal = height / 2.0 / np.tan(FIELD_RAD / 2.0)
    x, y, z = (seen - np.array(eye)).T
    depth = -z * np.cos(DOWN) - y * np.sin(DOWN)
    across = width / 2.0 + focal * x / depth
    down = height / 2.0 - focal * (y * np.cos(DOWN) - z * np.sin(DOWN)) / depth
    return np.array([across.min(), down.min(), across.max(), down.max()])


def drawn(page: Page) -> Array:
    """Left, top, right, bottom of what is seen of the piece between the words; NaN: nothing."""
    picture = pixels(page.screenshot(animations="disabled")).astype(float)
    gold = picture[..., 0] > 0.5 * picture[..., 1]
    gold[:90] = gold[int(0.72 * len(gold)) :] = False  # the button above, the words below
    rows, columns = np.flatnonzero(gold.any(axis=1)), np.flatnonzero(gold.any(axis=0))
    if len(rows) == 0:
        return np.full(4, np.nan)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], float)


def comes_to_stand(page: Page, turn: float, eye: tuple[float, float, float]) -> None:
    """The ring is drawn where it stands, before long, and stays there."""
    want = box(points(turn), eye, SIZES["phone"])

    def there() -> bool:
        return np.allclose(drawn(page), want, rtol=0.0, atol=PIXEL_TOLERANCE)

    wait(there, f"a ring at {want}")
    page.wait_for_timeout(300)
    np.testing.assert_allclose(drawn(page), want, atol=PIXEL_TOLERANCE)


def press(page: Page, selector: str) -> None:
    """A press, however seldom the page has time to draw."""
    page.evaluate("(selector) => document.querySelector(selector).click()", selector)


def enter(page: Page) -> None:
    until(page, "document.querySelector('parure-ar .button.ar')?.hidden === false", PATIENCE_S)
    until(page, "document.querySelector('parure-ar').way === 'web-xr'")
    press(page, "parure-ar .button.ar")


def test_a_ring_stands_on_the_table_at_its_true_size_and_stays_there(
    browser: Browser, shop: Shop
) -> None:
    with visiting(browser, "phone", BROKEN) as page, asked_by(page) as asked:
        emulate(page, seen=False, paper=GREEN, line=GREEN, eye=EYE_ABOVE, down=DOWN)
        page.goto(f"{shop.address}/ar/band?size=EU+60&width=6", timeout=PATIENCE_S * 1e3)
        enter(page)
        until(page, f"{STEP} === 'seeking'", PATIENCE_S)
        said = page.locator(".in-room [role=status]")
        assert said.inner_text() == "Move the phone slowly over a table."
        assert page.evaluate("emulated.device.asked.requiredFeatures") == ["hit-test"]
        page.evaluate("emulated.table.seen = true")
        until(page, f"{STEP} === 'aiming'")
        press(page, ".in-room-bar button:nth-child(2)")
        until(page, f"{STEP} === 'placed'")
        assert "true size" in said.inner_text()
        comes_to_stand(page, 0.0, EYE_ABOVE)
        # a finger turns it, and it is as large as before
        touch = page.context.new_cdp_session(page)
        for kind, x in (("touchStart", 100), ("touchMove", 140), ("touchMove", 180)):
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 250}]}
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        turn = 80 * TURN_PER_PIXEL
        comes_to_stand(page, turn, EYE_ABOVE)
        # whoever walks aside sees it from there
        aside = (0.03, EYE_ABOVE[1] + 0.02, 0.05)
        page.evaluate("(eye) => emulated.device.position.set(...eye)", aside)
        comes_to_stand(page, turn, aside)
        page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
        found = page.evaluate("axe.run('.in-room', { resultTypes: ['violations'] })")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.keyboard.press("Escape")
        until(page, "document.querySelector('.in-room') === null")
        assert page.evaluate("document.activeElement.className") == "button ar"
        assert asked == {shop.address.removeprefix("http://")}
        assert page.evaluate("broken") == []


def test_a_session_that_the_device_ends_leaves_the_page_as_it_was(
    browser: Browser, shop: Shop
) -> None:
    with visiting(browser, "phone", BROKEN) as page, asked_by(page) as asked:
        emulate(page, stereo=True, paper=GREEN, line=GREEN)
        opened(page, f"{shop.address}/p/band")
        enter(page)
        until(page, f"{STEP} === 'aiming'", PATIENCE_S)

        def seen_by_both() -> bool:
            picture = pixels(page.screenshot()).astype(float)[90:600]
            gold = picture[..., 0] > np.maximum(1.3 * picture[..., 2], 0.5 * picture[..., 1])
            half = picture.shape[1] // 2
            left, right = (
                np.flatnonzero(part.any(axis=0)) for part in (gold[:, :half], gold[:, half:])
            )
            # what is near lies farther right for the left eye
            return len(left) > 0 < len(right) and bool(left.mean() > right.mean())

        wait(seen_by_both, "each eye sees the ring from its place")
        before = page.evaluate(f"{VIEWER}.drawn")
        page.evaluate("emulated.device.activeSession.end()")
        until(page, "document.querySelector('.in-room') === null")
        until(page, "document.querySelector('parure-ar').room === undefined")
        page.locator("[data-stage]").focus()
        page.keyboard.press("ArrowRight")
        until(page, f"{VIEWER}.drawn > {before}", PATIENCE_S)
        assert asked == {shop.address.removeprefix("http://")}
        assert page.evaluate("broken") == []


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ({"refused": "NotAllowedError"}, "Your room cannot be shown without the camera."),
        ({"features": ["viewer", "local"]}, "Your room cannot be shown in this browser."),
        ({"modes": ["inline", "immersive-vr"]}, None),
    ],
)
def test_where_there_is_no_session_the_piece_is_handed_to_a_phone(
    browser: Browser, shop: Shop, device: dict[str, object], said: str | None
) -> None:
    with visiting(browser, "phone") as page:
        emulate(page, **device)
        page.goto(f"{shop.address}/ar/band", timeout=PATIENCE_S * 1e3)
        if said is None:
            button = page.locator("parure-ar .button.ar")
            wait(button.is_visible, "the button")
        else:
            enter(page)
            status = page.locator("parure-ar > [role=status]")
            wait(lambda: said in status.inner_text(), said)
            assert page.locator(".in-room").count() == 0
        press(page, "parure-ar .button.ar")
        wait(page.locator("dialog.hand-over img").is_visible, "the code")
