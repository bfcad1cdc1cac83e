"""A diver's watch in the page: in the dark, its bezel and crown in a hand, on a wrist."""

from collections.abc import Iterator
from math import cos, pi, sin

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from models3d.frames import Image
from tests.chromium import until, wait
from tests.serving import pixels
from tests.viewing import (
    VIEWER,
    Shop,
    close,
    opened,
    pose,
    press,
    stage,
    swipe,
    tools,
    visiting,
)

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
BEZEL_MM = 18.3  # from the middle of the dial to the middle of the bezel
CLICK = 2 * pi / 120
# Its hands stand: two pictures differ by nothing but what a test changes.
NOON = "const noon = new Date(2026, 5, 1, 12).getTime(); Date.now = () => noon;"


@pytest.fixture(scope="module")
def viewed(browser: Browser, shop: Shop) -> Iterator[Page]:
    with visiting(browser, "phone", NOON) as page:
        yield opened(page, shop.address + "/p/dive-watch")


def heard(page: Page) -> str:
    return page.locator("[data-heard]").inner_text()


def minute_said(page: Page) -> float | None:
    """Where the bezel's mark is, as it was said last."""
    last = heard(page).rpartition(" ")[2].rstrip(".")
    return float(last) if last.replace(".", "", 1).isdigit() else None


def seen(page: Page) -> Image:
    page.evaluate("scrollTo(0, 0)")
    return pixels(stage(page).screenshot())


def dial(page: Page) -> tuple[float, float]:
    """Where the middle of the dial is seen, pixels of the unscrolled page: it is pointed out."""
    press(page, "Details")
    spot = page.get_by_role("button", name="Look closer: The dial")
    wait(spot.is_visible, "the dial is pointed out")
    box, around = spot.bounding_box(), stage(page).bounding_box()
    assert box is not None
    assert around is not None
    press(page, "Details")
    close(page)
    page.evaluate("scrollTo(0, 0)")
    return box["x"] + box["width"] / 2, box["y"] - around["y"] + box["height"] / 2


def test_in_the_dark_only_the_paint_shines(page: Page) -> None:
    light = seen(page)
    press(page, "In the dark")
    wait(lambda: heard(page) == "The lights are out; the luminous paint glows.", "it is said")
    wait(lambda: bool(seen(page).mean() < 0.15 * light.mean()), "it is dark")
    dark = seen(page).astype(int)
    assert ((dark[..., 1] - dark[..., 0]) > 60).mean() > 0.001  # green
    close(page)
    word = page.get_by_role("button", name="Look closer", exact=True)
    assert word.evaluate("one => getComputedStyle(one).color") == "rgb(232, 227, 218)"
    press(page, "In the dark")
    wait(lambda: bool(seen(page).mean() > 0.9 * light.mean()), "the lights are on")
    close(page)


def test_the_bezel_clicks_one_way_under_a_finger(page: Page) -> None:
    x, y = dial(page)
    press(page, "Turn the bezel")
    assert "one way" in page.locator(".hint").inner_text()
    close(page)
    page.evaluate("scrollTo(0, 0)")
    radius = BEZEL_MM * page.evaluate(f"{VIEWER}.pixelsPerMm")

    def pull(begin: float, end: float) -> None:
        """Along the bezel, angles anticlockwise from the right."""
        middle = (begin + end) / 2
        for a, b in ((begin, middle), (middle, end)):
            here = x + radius * cos(a), y - radius * sin(a)
            there = x + radius * cos(b), y - radius * sin(b)
            swipe(page, (*here, there[0] - here[0], there[1] - here[1]))

    before = pose(page)
    first = seen(page).astype(int)
    pull(pi / 2, pi / 2 + 20 * CLICK)
    wait(lambda: minute_said(page) == pytest.approx(50, abs=1.5), "the minute is said")
    minute = minute_said(page)
    assert pose(page) == before  # the watch itself was not turned
    assert page.evaluate("scrollY") == 0  # nor the page scrolled, though the finger went down
    wait(
        lambda: bool((np.abs(seen(page).astype(int) - first).max(axis=-1) > 40).any()), "it is seen"
    )
    pull(pi / 2 + 20 * CLICK, pi / 2)
    assert minute_said(page) == minute  # it does not go back
    tools(page)
    page.get_by_role("button", name="One click").click()
    wait(lambda: minute_said(page) == minute - 0.5, "one click")
    page.get_by_role("button", name="Back to twelve").click()
    wait(lambda: heard(page) == "The bezel’s mark is at minute 0.", "back to twelve")
    press(page, "Turn the bezel")
    close(page)
    swipe(page, (x - 40, y, 80, 0))
    wait(lambda: pose(page)["azimuth"] != before["azimuth"], "fingers turn the watch again")


def test_the_crown_turns_by_a_word(page: Page) -> None:
    x, y = dial(page)
    scale = page.evaluate(f"{VIEWER}.pixelsPerMm")
    press(page, "Turn the crown")
    close(page)
    crown = np.s_[
        int(y - 5 * scale) : int(y + 5 * scale), int(x + 20 * scale) : int(x + 27 * scale)
    ]
    before = seen(page)[crown].astype(int)
    press(page, "A little further")
    wait(lambda: heard(page) == "The crown was turned.", "it is said")
    close(page)
    wait(lambda: bool((np.abs(seen(page)[crown].astype(int) - before) > 24).any()), "it turned")
    press(page, "Turn the crown")
    close(page)


def test_a_watch_is_shown_on_a_wrist_of_its_own_girth(page: Page) -> None:
    press(page, "On a hand")
    note = page.locator("[data-note]")
    wait(lambda: note.inner_text() == "On a wrist that measures 171 mm round.", "it says so")
    close(page)
    until(page, f"{VIEWER}.still", 60.0)
    rows = seen(page)[70:380, 24].astype(float).mean(axis=-1)  # across the forearm
    edges = np.abs(np.diff(rows))
    middle = len(edges) // 2
    breadth = middle + edges[middle:].argmax() - edges[:middle].argmax()
    assert 58 < breadth / page.evaluate(f"{VIEWER}.pixelsPerMm") < 75
    press(page, "On a hand")
    close(page)
