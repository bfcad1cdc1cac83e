"""Twenty viewers on one page: one context, few pictures a frame, and nothing left when they go."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import until, wait
from tests.viewing import PATIENCE_S, Shop, opened, visiting

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
COUNT = 20
ROUNDS = 100
MOST_A_FRAME = 8  # as scheduler.js has it
COUNT_CONTEXTS = """
const made = new Set();
Object.defineProperty(globalThis, 'contexts', {
  get: () => [...made].filter((one) => !one.isContextLost()).length,
});
for (const kind of [HTMLCanvasElement, OffscreenCanvas]) {
  const context = kind.prototype.getContext;
  kind.prototype.getContext = function (name, ...more) {
    const found = context.call(this, name, ...more);
    if (name.startsWith('webgl') && found) made.add(found);
    return found;
  };
}"""
HANG = """([configuration, count]) => {
  document.querySelector('main').replaceChildren();
  globalThis.viewers = Array.from({ length: count }, () => {
    const viewer = document.createElement('parure-viewer');
    viewer.style.cssText = 'float: left; width: 90px; --viewer-height: 90px';
    document.querySelector('main').append(viewer);
    viewer.show(configuration);
    viewer.dispatchEvent(new Event('pointerenter'));
    return viewer;
  });
  // pictures drawn from frame to frame, of all viewers together
  globalThis.frames = [];
  const all = () => globalThis.viewers.reduce((sum, { drawn }) => sum + drawn, 0);
  let before = all();
  const note = () => {
    globalThis.frames.push(all() - before);
    before = all();
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}"""
# Moves the hand that holds a viewer in every frame; what each viewer has drawn by each of them.
MOVE = """([held, x, y, frames]) => new Promise((done) => {
  const place = viewers[held].querySelector('[data-stage]');
  const drawn = [];
  const move = () => {
    drawn.push(viewers.map((one) => one.drawn));
    if (drawn.length > frames) return done(drawn);
    const at = { clientX: x + 3 * drawn.length, clientY: y };
    place.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, ...at }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""
COME_AND_GO = """async (rounds) => {
  for (const viewer of viewers) viewer.remove();
  const [viewer] = viewers;
  for (let round = 0; round < rounds; round += 1) {
    document.body.append(viewer);
    viewer.dispatchEvent(new Event('pointerenter'));
    if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    viewer.remove();
  }
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, shop: Shop) -> Iterator[Page]:
    with visiting(browser, "desk", COUNT_CONTEXTS, reduced_motion="no-preference") as page:
        opened(page, shop.address + "/p/band")
        about = page.evaluate("JSON.parse(document.querySelector('#configuration').textContent)")
        page.evaluate(HANG, [about, COUNT])
        until(page, "viewers.every((one) => one.hasAttribute('painted'))", PATIENCE_S)
        yield page


def test_all_share_one_context_and_a_frame_has_few_pictures(page: Page) -> None:
    assert page.evaluate("contexts") == 1
    drawn = page.evaluate("frames")
    assert sum(drawn) >= COUNT
    assert 1 <= max(drawn) <= MOST_A_FRAME


def test_the_one_in_hand_goes_before_all_others(page: Page) -> None:
    page.evaluate("for (const one of viewers) one.show({ ...one.configuration })")  # all draw anew
    box = page.locator("parure-viewer [data-stage]").nth(7).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(x + 3 * step, y)
    _, _, before, *_, after = page.evaluate(MOVE, [7, x + 36, y, 24])
    page.mouse.up()
    grown = [b - a for a, b in zip(before, after, strict=True)]
    assert grown[7] >= 20
    assert sum(grown) == grown[7]
    until(page, "viewers.every((one) => one.still)", PATIENCE_S)  # and every one gets its turn


def test_nothing_is_left_of_a_hundred_that_came_and_went(page: Page, shop: Shop) -> None:
    page.evaluate(COME_AND_GO, ROUNDS)
    memory = (
        f"(async () => JSON.stringify((await (await import('{shop.stage}')).openStage()).memory))()"
    )

    def little_is_left() -> bool:
        left: dict[str, int] = json.loads(page.evaluate(memory))
        # no geometry of a piece; the light's textures, and targets of a few sizes
        return left["geometries"] <= 4 and left["textures"] < 24

    wait(little_is_left, "nothing of the pieces is left")
    assert page.evaluate("contexts") == 1
    assert page.locator(".viewer-bar, .viewer-overlay, canvas").count() == 0
