"""<parure-viewer> at a desk: its name as it is read aloud, Escape, a film that is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.chromium import PATIENCE_S, wait
from tests.viewing import VIEWER, Shop, close, opened, stage, tools, visiting

pytestmark = [pytest.mark.browser, pytest.mark.gpu]


@pytest.fixture(scope="module")
def viewed(browser: Browser, shop: Shop) -> Iterator[Page]:
    with visiting(browser, "desk", accept_downloads=True) as page:
        yield opened(page, shop.address + "/p/band")


def test_escape_closes_what_is_offered_and_leads_back_to_its_word(page: Page) -> None:
    tools(page)
    page.get_by_role("button", name="Dimensions").focus()
    page.keyboard.press("Escape")
    assert page.locator(".viewer-tools").is_hidden()
    held = page.evaluate("document.activeElement.textContent")
    assert held == "Look closer"


def test_the_piece_is_named_as_it_is_now(page: Page) -> None:
    place = stage(page)
    name = place.get_attribute("aria-label") or ""
    assert name.startswith("Wedding band: ")
    description = page.evaluate(f"{VIEWER}.configuration.description")
    assert name == f"Wedding band: {description}"
    page.evaluate(
        f"""() => {{ window.said = []; const line = {VIEWER}.querySelector('[data-heard]');
          const note = new MutationObserver(() => said.push(line.textContent));
          note.observe(line, {{ childList: true }});
          {VIEWER}.show({{ ...{VIEWER}.configuration, description: 'Platinum' }}); }}"""
    )
    wait(lambda: place.get_attribute("aria-label") == "Wedding band: Platinum", "another name")
    assert place.locator("img").get_attribute("alt") == "Wedding band: Platinum"
    wait(lambda: "Platinum" in page.evaluate("said"), "it is said")
    page.evaluate(f"{VIEWER}.show({{ ...{VIEWER}.configuration, description: '{description}' }})")


def test_a_film_is_kept_as_soon_as_it_is_drawn(page: Page) -> None:
    """Asked for again where the service is busy, and saved without leaving the page."""
    answers = [
        {"status": 503, "headers": {"Retry-After": "1"}, "body": "{}"},
        {"status": 200, "body": b"a film", "content_type": "video/mp4"},
    ]
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(**answers.pop(0))

    page.route("**/*.mp4", answer)
    page.evaluate(
        f"""() => {{ window.said = []; const line = {VIEWER}.querySelector('[data-status]');
          new MutationObserver(() => said.push(line.textContent)).observe(line, {{ childList: true }}); }}"""  # noqa: E501
    )
    here = page.url
    tools(page)
    with page.expect_download(timeout=1e3 * PATIENCE_S) as saved:
        page.get_by_role("link", name="Save a film of a turn").click()
    assert saved.value.suggested_filename == "band.mp4"
    assert Path(saved.value.path()).read_bytes() == b"a film"
    assert len(asked) == 2
    assert page.url == here
    heard = page.locator("[data-heard]")
    wait(lambda: heard.inner_text() == "The film is saved on this device.", "it is said")
    assert any("is being made" in words for words in page.evaluate("said"))
    assert page.evaluate("said").pop() == ""
    page.unroute("**/*.mp4")
    close(page)
