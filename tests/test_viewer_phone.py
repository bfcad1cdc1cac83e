"""<parure-viewer> under fingers, on a telephone's screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import until, wait
from tests.serving import pixels
from tests.viewing import (
    VIEWER,
    Shop,
    close,
    middle,
    opened,
    pose,
    press,
    stage,
    swipe,
    tap,
    tools,
    visiting,
)

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
COIN_MM = 24.26  # a quarter: the browser's language is American


@pytest.fixture(scope="module")
def viewed(browser: Browser, shop: Shop) -> Iterator[Page]:
    with visiting(browser, "phone", accept_downloads=True) as page:
        yield opened(page, shop.address + "/p/band")


def test_a_finger_turns_it_and_a_swipe_up_scrolls_the_page(page: Page) -> None:
    x, y, box = middle(page)
    before = pose(page)
    swipe(page, (x - 40, y, box["width"] / 4, 0))
    wait(lambda: 1.0 < pose(page)["azimuth"] - before["azimuth"] < 1.8, "a finger turns it")
    assert page.evaluate("scrollY") == 0
    still = pose(page)
    swipe(page, (x, y + 60, 0, -160))
    until(page, "scrollY > 40")
    assert pose(page)["azimuth"] == still["azimuth"]


def test_two_fingers_zoom_and_move_it_and_the_page_stays(page: Page) -> None:
    x, y, _ = middle(page)
    swipe(page, (x, y - 20, -50, 0), (x + 20, y - 20, 50, 0))
    wait(lambda: pose(page)["zoom"] > 1.0, "two fingers zoom")
    near = pose(page)
    swipe(page, (x - 30, y, 60, 0), (x + 30, y, 60, 0))
    wait(lambda: pose(page)["x"] < near["x"] - 1e-4, "two fingers move it")
    assert pose(page)["azimuth"] == near["azimuth"]
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("visualViewport.scale") == 1


def test_two_taps_inspect_a_place_and_two_more_go_back(page: Page) -> None:
    x, y, _ = middle(page)
    tap(page, x + 40, y, times=2)
    wait(lambda: pose(page)["zoom"] > 1, "it is near")
    assert pose(page)["x"] > 0
    assert page.evaluate("visualViewport.scale") == 1
    page.wait_for_timeout(500)  # four taps would be two pairs
    tap(page, x, y, times=2)
    wait(lambda: pose(page)["zoom"] == 0, "it is whole")


def test_what_is_offered_leaves_the_piece_in_view(page: Page) -> None:
    tools(page)
    panel = page.locator(".viewer-tools").bounding_box()
    around = stage(page).bounding_box()
    assert panel is not None
    assert around is not None
    assert panel["y"] >= around["y"] + around["height"] - 1
    assert panel["y"] + panel["height"] <= 844 + 1
    press(page, "Dimensions")
    press(page, "Dimensions")
    assert page.evaluate(f"{VIEWER}.scrollTop") == 0
    assert stage(page).bounding_box() == around
    over = "document.elementFromPoint(195, 700).closest('.viewer-tools') !== null"
    assert page.evaluate(over)
    close(page)


def test_lengths_are_shown_and_a_coin_measures_the_screen(page: Page) -> None:
    press(page, "Dimensions")
    wait(lambda: page.locator(".viewer-lines text").count() == 3, "three lengths")
    for line in page.locator(".viewer-lines text").all():
        box = line.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= 390 - box["width"]
    press(page, "Dimensions")
    press(page, "True size")
    page.get_by_role("radio", name="US quarter").check(force=True)
    page.get_by_label("Size of the frame").fill("6.1")
    frame = page.locator(".viewer-card rect").bounding_box()
    assert frame is not None
    assert frame["width"] == pytest.approx(6.1 * COIN_MM, abs=2)
    page.get_by_role("button", name="It fits").click()
    until(page, f"Math.abs({VIEWER}.pixelsPerMm - 6.1) < 1e-6")
    page.evaluate("localStorage.clear()")
    close(page)


def test_a_ring_is_shown_on_a_hand_as_large_as_it_says(page: Page) -> None:
    press(page, "On a hand")
    note = page.locator("[data-note]")
    wait(lambda: note.inner_text() == "On a hand 181 mm long and 78 mm wide.", "it says so")
    close(page)
    until(page, f"{VIEWER}.still", 60.0)
    worn = pixels(stage(page).screenshot()).astype(int)
    box = middle(page)[2]
    # the back of the hand lies below the ring, darker and warmer than the ground beside the fingers
    hand, ground = worn[int(0.75 * box["height"]), int(0.5 * box["width"])], worn[110, 12]
    assert 6 < ground.mean() - hand.mean() < 40
    assert hand[0] - hand[2] > ground[0] - ground[2] + 4
    scale = page.evaluate(f"{VIEWER}.pixelsPerMm")
    assert box["width"] / scale < 2 * 78.2  # it fills the picture
    press(page, "On a hand")
    until(page, f"{VIEWER}.pose.zoom === 0")
    assert note.inner_text() == ""
    close(page)


def test_a_picture_is_kept_and_the_screen_is_filled(page: Page) -> None:
    tools(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this picture").click()
    picture = pixels(Path(saved.value.path()).read_bytes())
    shape = page.locator("[data-stage] canvas").evaluate("one => [one.height, one.width, 3]")
    assert list(picture.shape) == shape
    page.evaluate(f"{VIEWER}.requestFullscreen = undefined")  # as telephones have it
    page.get_by_role("button", name="Full screen").click()
    until(page, f"{VIEWER}.getBoundingClientRect().height === innerHeight")
    page.get_by_role("button", name="Leave full screen").click()
    until(page, f"{VIEWER}.getBoundingClientRect().height < innerHeight")
    close(page)
