"""<parure-viewer> in a real browser: turned, zoomed, moved, measured, kept; by hand and by keys."""

import re
import subprocess
from collections.abc import Iterator
from math import pi
from pathlib import Path

import brotli
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import until, wait
from tests.serving import ROOT, pixels
from tests.viewing import (
    PATIENCE_S,
    VIEWER,
    Shop,
    close,
    middle,
    opened,
    pose,
    press,
    stage,
    tools,
    turned,
    visiting,
)

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CARD_MM = 85.6
LEAST_TARGET_PX = 44
MOST_ELEMENT_BYTES = 6_000  # brotli, with all that it brings
HINTS = """() => { const hint = document.querySelector('.hint'); globalThis.hints = [];
  new MutationObserver(() => hints.push(hint.textContent))
    .observe(hint, { childList: true, characterData: true, subtree: true }); }"""
NO_WEBGL = """
const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : context.call(this, kind, ...more);
};
OffscreenCanvas.prototype.getContext = () => null;
"""


@pytest.fixture(scope="module")
def viewed(browser: Browser, shop: Shop) -> Iterator[Page]:
    with visiting(browser, "desk", accept_downloads=True) as page:
        yield opened(page, shop.address + "/p/band")


def test_a_drag_turns_the_piece_as_far_as_the_hand_went(page: Page) -> None:
    x, y, box = middle(page)
    before = pose(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + step * box["width"] / 20, y + step * box["height"] / 50)
    page.wait_for_timeout(200)  # no glide: the hand rests before it lets go
    page.mouse.up()
    after = pose(page)
    assert after["azimuth"] - before["azimuth"] == pytest.approx(pi / 2, abs=0.02)
    assert after["elevation"] - before["elevation"] == pytest.approx(0.06 * pi, abs=0.02)


def test_every_movement_has_a_key_and_bounds(page: Page) -> None:
    first = pose(page)
    page.keyboard.press("ArrowRight")
    assert turned(pose(page)["azimuth"] - first["azimuth"]) == pytest.approx(pi / 18)
    page.keyboard.press("PageDown")
    assert turned(pose(page)["azimuth"] - first["azimuth"]) == pytest.approx(pi / 18 - pi / 2)
    for _ in range(30):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("+")
        page.keyboard.press("Shift+ArrowLeft")
    near = pose(page)
    assert 0.0 < near["elevation"] < 0.1  # never from under the ground
    assert 2.0 < near["zoom"] < 4.0
    assert 0.0 < np.hypot(near["x"], near["z"]) < 0.03
    page.keyboard.press("Home")
    assert turned(pose(page)["azimuth"]) == pytest.approx(0.0, abs=1e-9)
    assert pose(page) == {**first, "azimuth": pose(page)["azimuth"]}


def test_the_view_is_said_in_words(page: Page) -> None:
    stage(page).focus()
    page.keyboard.press("PageUp")
    said = page.locator("[data-heard]")
    wait(lambda: said.inner_text() == "Seen from the left, a little above.", "the view is said")
    slider = page.get_by_label("Turn the piece")
    assert slider.get_attribute("aria-valuetext") == "from the left, a little above"
    described = stage(page).get_attribute("aria-describedby")
    assert "from the left" in page.locator(f"#{described}").inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait(lambda: turned(pose(page)["azimuth"] - pi * 100 / 180) == pytest.approx(0), "the slider")


def test_the_wheel_scrolls_the_page_until_the_piece_was_clicked(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.evaluate(HINTS)  # which go again after a while
    x, y, _ = middle(page)
    page.mouse.move(x, y)
    page.mouse.wheel(0, 80)
    until(page, "scrollY > 0")
    assert pose(page)["zoom"] == 0
    until(page, "hints.some((words) => words.includes('hold Ctrl'))")
    page.evaluate("scrollTo(0, 0)")
    page.mouse.click(x, y)
    page.mouse.wheel(0, -200)
    until(page, f"{VIEWER}.pose.zoom > 0.3")
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Escape")
    assert pose(page)["zoom"] == 0


def test_a_double_click_inspects_the_place_and_another_goes_back(page: Page) -> None:
    x, y, box = middle(page)
    page.mouse.dblclick(x + box["width"] / 12, y)
    near = pose(page)
    assert near["zoom"] > 1
    assert near["x"] > 0  # the place to the right of the middle is now in it
    page.wait_for_timeout(500)
    page.mouse.dblclick(x, y)
    assert pose(page)["zoom"] == pose(page)["x"] == 0


def test_lengths_and_coins_are_drawn_to_scale(page: Page) -> None:
    press(page, "Dimensions")
    figures = page.locator(".viewer-lines text")
    wait(lambda: figures.count() == 3, "three lengths")
    assert sorted(figures.all_text_contents()) == ["20.7 mm", "20.8 mm", "4.0 mm"]
    said = page.locator("[data-heard]")
    wait(lambda: "20.7 mm × 20.8 mm × 4.0 mm" in said.inner_text(), "they are said")
    press(page, "Dimensions")
    press(page, "Beside a coin")
    drawn = "Number(document.querySelector('.viewer-coin circle').getAttribute('r'))"
    until(page, f"Math.abs(2 * {drawn} / 24.26 / {VIEWER}.pixelsPerMm - 1) < 0.01")
    shown = page.locator(".viewer-coin circle").first.bounding_box()
    _, _, box = middle(page)
    assert shown is not None
    assert box["x"] <= shown["x"] <= box["x"] + box["width"] - shown["width"]
    press(page, "Beside a coin")
    close(page)


def test_true_size_is_measured_with_a_card_and_kept_only_when_confirmed(page: Page) -> None:
    press(page, "True size")
    page.get_by_role("button", name="Not now").click()
    assert page.evaluate("localStorage.length") == 0
    press(page, "True size")
    slider = page.get_by_label("Size of the frame")
    slider.fill("3.4")
    frame = page.locator(".viewer-card rect").bounding_box()
    assert frame is not None
    assert frame["width"] == pytest.approx(3.4 * CARD_MM, abs=2)
    page.get_by_role("button", name="It fits").click()
    until(page, f"Math.abs({VIEWER}.pixelsPerMm - 3.4) < 1e-6")
    page.evaluate("localStorage.clear()")
    close(page)


def test_what_is_seen_can_be_kept(page: Page) -> None:
    tools(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this picture").click()
    picture = pixels(Path(saved.value.path()).read_bytes()).astype(int)
    assert saved.value.suggested_filename == "band.png"
    shape = page.locator("[data-stage] canvas").evaluate("one => [one.height, one.width, 3]")
    assert list(picture.shape) == shape
    assert (picture[..., 0] - picture[..., 2] > 60).mean() > 0.01  # gold
    film = page.get_by_role("link", name="Save a film of a turn")
    assert re.fullmatch(r"/api/v1/models/\w+\.mp4", film.get_attribute("href") or "")
    close(page)


def test_the_piece_turns_by_itself_only_when_told_where_less_motion_is_asked_for(
    page: Page,
) -> None:
    page.wait_for_timeout(300)
    assert page.evaluate(f"{VIEWER}.turning") is False
    before = pose(page)["azimuth"]
    page.get_by_role("button", name="Let it turn").click()
    until(page, f"{VIEWER}.pose.azimuth > {before} + 0.02")
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate(f"{VIEWER}.turning") is False


def test_the_whole_screen_is_the_piece_s_and_given_back(page: Page) -> None:
    before = stage(page).bounding_box()
    press(page, "Full screen")
    until(page, f"{VIEWER}.matches(':fullscreen')")
    until(page, f"{VIEWER}.getBoundingClientRect().width === innerWidth")
    wait(lambda: stage(page).bounding_box() != before, "it is larger")
    page.get_by_role("button", name="Leave full screen").click()
    until(page, f"!{VIEWER}.matches(':fullscreen')")
    wait(lambda: stage(page).bounding_box() == before, "it is where it was")
    close(page)


def test_the_look_and_the_features_follow_their_attributes(page: Page) -> None:
    note = page.locator("[data-note]")
    page.evaluate(f"{VIEWER}.setAttribute('look', 'show')")
    assert "exaggerated" in note.inner_text()
    page.evaluate(f"{VIEWER}.setAttribute('look', 'true')")
    assert note.inner_text() == ""
    tools(page)
    page.evaluate(f"{VIEWER}.setAttribute('features', 'coin help')")
    offered = page.locator(".viewer-tools [data-do]").evaluate_all(
        "all => all.map(one => one.dataset.do)"
    )
    assert "coin" in offered
    assert {"dimensions", "true-size", "picture"}.isdisjoint(offered)
    page.evaluate(f"{VIEWER}.removeAttribute('features')")
    close(page)


def test_everybody_can_use_it(page: Page) -> None:
    tools(page)
    page.locator(".viewer-tools summary").click()
    for direction in ("ltr", "rtl"):
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run('parure-viewer', { resultTypes: ['violations'] })")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(
            """(least) => [...document.querySelector('parure-viewer')
              .querySelectorAll('a, button, input, summary')]
              .map((one) => [one, one.getBoundingClientRect()])
              .filter(([, box]) => box.width > 0)
              .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
              .map(([one]) => one.outerHTML.slice(0, 90))""",
            LEAST_TARGET_PX,
        )
        assert small == []
    page.evaluate("document.documentElement.dir = ''")
    close(page)


def test_places_follow_the_piece_and_hide_behind_it(browser: Browser, shop: Shop) -> None:
    with visiting(browser, "desk") as page:
        opened(page, shop.address + "/p/solitaire-pendant")
        press(page, "Details")
        spot = page.get_by_role("button", name="Look closer: The stone")
        wait(spot.is_visible, "the stone is pointed out")
        close(page)
        stage(page).focus()
        before = spot.bounding_box()
        page.keyboard.press("ArrowUp")
        wait(lambda: spot.bounding_box() != before, "it follows")
        for _ in range(2):
            page.keyboard.press("PageUp")
        wait(spot.is_hidden, "it hides behind the piece")
        page.keyboard.press("0")
        wait(spot.is_visible, "it comes back")
        spot.click()
        until(page, f"{VIEWER}.pose.zoom > 1")


def test_another_metal_needs_no_other_file_and_keeps_the_view(browser: Browser, shop: Shop) -> None:
    with visiting(browser, "desk") as page:
        files: list[str] = []
        page.on("request", lambda sent: files.append(sent.url) if ".glb" in sent.url else None)
        opened(page, shop.address + "/p/band")
        stage(page).focus()
        page.keyboard.press("ArrowRight")
        view, drawn = pose(page), page.evaluate(f"{VIEWER}.drawn")
        gold = pixels(stage(page).screenshot()).astype(int)
        page.evaluate(
            f"globalThis.changed = null; {VIEWER}.addEventListener('variantchange', "
            "(event) => (globalThis.changed = event.detail))"
        )
        page.locator("input[value=platinum_950]").evaluate("input => input.click()")
        until(page, f"globalThis.changed !== null && {VIEWER}.drawn > {drawn}")
        assert page.evaluate("globalThis.changed.options.metal") == "platinum_950"
        assert pose(page) == view
        assert len(files) == 1
        wait(
            lambda: (
                (lambda now: (now[..., 0] - now[..., 2] > 60).mean())(
                    pixels(stage(page).screenshot()).astype(int)
                )
                < 0.1 * (gold[..., 0] - gold[..., 2] > 60).mean()
            ),
            "platinum is grey",
        )


def test_a_lost_context_keeps_the_picture_and_comes_back(browser: Browser, shop: Shop) -> None:
    with visiting(browser, "desk") as page:
        opened(page, shop.address + "/p/band")
        until(page, f"{VIEWER}.still", PATIENCE_S)
        before = pixels(stage(page).screenshot()).astype(int)
        page.evaluate(
            f"""async () => {{
              const stage = await (await import('{shop.stage}')).openStage();
              globalThis.loss = stage.renderer.getContext().getExtension('WEBGL_lose_context');
              const lost = new Promise((done) => stage.addEventListener('lost', done));
              globalThis.loss.loseContext();
              await lost;
            }}"""
        )
        page.wait_for_timeout(300)
        lost = pixels(stage(page).screenshot()).astype(int)
        assert np.abs(lost - before).mean() < 3.0
        drawn = page.evaluate(f"{VIEWER}.drawn")
        page.evaluate("globalThis.loss.restoreContext()")
        until(page, f"{VIEWER}.drawn > {drawn} && {VIEWER}.still", PATIENCE_S)
        assert np.abs(pixels(stage(page).screenshot()).astype(int) - before).mean() < 3.0


def test_without_webgl_the_pictures_of_a_turn_serve(browser: Browser, shop: Shop) -> None:
    with visiting(browser, "phone", NO_WEBGL) as page:
        opened(page, shop.address + "/p/band")
        stage(page).focus()
        page.keyboard.press("ArrowRight")
        until(page, "document.querySelector('canvas[data-flat]').dataset.shown === '1'", PATIENCE_S)
        page.keyboard.press("PageUp")
        until(
            page, "document.querySelector('canvas[data-flat]').dataset.shown === '10'", PATIENCE_S
        )
        tools(page)
        assert page.get_by_role("button", name="Dimensions").count() == 0


def test_the_element_itself_is_light() -> None:
    command = ["node_modules/.bin/esbuild", "static/js/parure-viewer.js", "--bundle", "--minify"]
    options = ["--format=esm", "--external:./viewer/*"]
    made = subprocess.run([*command, *options], cwd=ROOT, check=True, capture_output=True)
    assert len(brotli.compress(made.stdout, quality=11)) <= MOST_ELEMENT_BYTES
