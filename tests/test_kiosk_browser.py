"""The mirror's page in Chromium draws what is published, mirrored, and forgets with the kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, sync_playwright

from kiosk.kiosk import Kiosk, Settings
from kiosk.mirror import Mirror
from kiosk.session import RESET_S
from tests.chromium import chromium, until
from tests.mirrors import BLUE, BLUE_EACH, Workshop, within
from tests.serving import application, listening

pytestmark = pytest.mark.browser
MIDDLE = """() => {
    const canvas = document.querySelector('kiosk-glass canvas');
    const { width, height } = canvas;
    if (width < 2) return null;
    return [...canvas.getContext('2d').getImageData(width / 2, height / 2, 1, 1).data];
}"""


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    workshop, late = Workshop(), [0.0]
    made = Kiosk(
        workshop.camera,
        Settings(tray=("solitaire", "band")),
        give_up=lambda why: pytest.fail(why),
        clock=lambda: monotonic() + late[0],
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    made.late = late  # type: ignore[attr-defined]
    made.start()
    yield made
    workshop.release()
    made.close()


def blue(page: Page) -> int | None:
    found = page.evaluate(MIDDLE)
    return None if found is None else found[2]


def test_the_page_draws_what_is_worn_and_nothing_after_the_reset(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    with (
        application(tmp_path, KIOSK=kiosk) as app,
        listening(app) as host,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        page = browser.new_page(viewport={"width": 1080, "height": 1920})
        asked: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else 0)
        page.goto(f"http://{host}/kiosk")
        page.click("[data-tray] button[value=band]")
        until(page, "document.body.dataset.state === 'active'")
        within(10.0, lambda: abs((blue(page) or 0) - BLUE - BLUE_EACH) < 10)
        style = "getComputedStyle(document.querySelector('kiosk-glass canvas')).transform"
        assert page.evaluate(style) == "matrix(-1, 0, 0, 1, 0, 0)"
        pressed = "document.querySelector('button[value=band]').getAttribute('aria-pressed')"
        assert page.evaluate(pressed) == "true"
        kiosk.late[0] += RESET_S + 1.0  # type: ignore[attr-defined]
        until(page, "document.body.dataset.state === 'attract'")
        assert page.evaluate(pressed) == "false"
        visible = "getComputedStyle(document.querySelector('kiosk-glass')).visibility"
        assert page.evaluate(visible) == "hidden"
        assert all(url.startswith((f"http://{host}/", f"ws://{host}/")) for url in asked)
        assert problems == []
