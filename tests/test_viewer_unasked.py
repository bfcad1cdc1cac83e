"""When <parure-viewer> begins unasked: somebody is there, and a graphics processor draws."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import until
from tests.serving import application, listening

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
WAITED_MS = 1800  # longer than the viewer leaves the page to itself
OPENED = "performance.getEntriesByType('resource').some((one) => one.name.includes('/viewer-'))"
QUICK = """
const found = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  return name === 0x9246 ? 'A processor for graphics' : found.call(this, name);
};"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with application(tmp_path_factory.mktemp("store")) as app, listening(app) as where:
        yield f"http://{where}/p/band"


def visited(browser: Browser, address: str, script: str) -> Page:
    """The page of a ring, and nobody there yet."""
    page = browser.new_context(viewport={"width": 1000, "height": 420}).new_page()
    page.add_init_script(script)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(WAITED_MS)
    assert not page.evaluate(OPENED)
    return page


def test_software_draws_nothing_until_somebody_means_to_look(
    browser: Browser, address: str
) -> None:
    page = visited(browser, address, "")
    page.mouse.move(990, 410)
    page.mouse.move(992, 412)
    page.wait_for_timeout(WAITED_MS)
    assert not page.evaluate(OPENED)
    page.locator("[data-stage]").hover()
    until(page, OPENED)


def test_a_graphics_processor_draws_as_soon_as_somebody_is_there(
    browser: Browser, address: str
) -> None:
    page = visited(browser, address, QUICK)
    page.mouse.move(990, 410)
    page.mouse.move(992, 412)
    until(page, OPENED)
