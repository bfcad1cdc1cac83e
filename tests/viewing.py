"""What the tests of <parure-viewer> share: a shop, pages of which nothing may go wrong, hands."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import pi
from pathlib import Path
from time import time
from typing import Any

import numpy as np
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from models3d.frames import Array
from tests.chromium import until
from tests.serving import application, listening

SIZES = {"phone": (390, 844), "desk": (1000, 420)}
VIEWER = "document.querySelector('parure-viewer')"
PATIENCE_S = 90.0  # a software rasteriser on a busy machine
# a busy service asks for patience, and the viewer has it
HARMLESS = re.compile(
    r"favicon|GPU stall due to ReadPixels|CONTEXT_LOST|context lost|status of 503", re.IGNORECASE
)
STEPS = 8  # of a finger's way
# at its top, for so many frames that no finger's throw goes on
AT_REST = """async () => { for (let rested = 0; rested < 12;) {
  rested = scrollY === 0 ? rested + 1 : 0;
  scrollTo({ top: 0, behavior: 'instant' });
  await new Promise((done) => requestAnimationFrame(done));
} }"""


class Shop:
    """The service, and the address of its pages."""

    def __init__(self, app: Any, host: str) -> None:
        self.app = app
        self.address = f"http://{host}"

    @property
    def stage(self) -> str:
        """Address of the script of the page's one stage."""
        return f"/static/{self.app.extensions['parure_manifest']['stage.js']}"


@contextmanager
def selling(folder: Path) -> Iterator[Shop]:
    """A shop with a store of its own, for all tests of a module."""
    with application(folder) as app, listening(app) as host:
        yield Shop(app, host)


@contextmanager
def drawing(
    browser: Browser, folder: Path, harmless: re.Pattern[str]
) -> Iterator[tuple[Page, Flask, str]]:
    """A page for scripts of a service of its own, of which nothing else may go wrong; its host."""
    with application(folder) as app, listening(app) as host:
        page = browser.new_page()
        problems = problems_of(page)
        yield page, app, host
        page.close()
        assert [one for one in problems if not harmless.search(one)] == []


def problems_of(page: Page) -> list[str]:
    """What a page complains of from now on."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda said: problems.append(said.text) if said.type in ("error", "warning") else None,
    )
    return problems


def psnr_db(a: Array, b: Array, where: Array) -> float:
    """Peak signal to noise over the pixels of a mask."""
    error = np.mean((a[where].astype(float) - b[where]) ** 2)
    return float(10.0 * np.log10(255.0**2 / max(error, 1e-9)))


@contextmanager
def visiting(browser: Browser, size: str, script: str = "", **options: Any) -> Iterator[Page]:
    """A page of which nothing may go wrong."""
    width, height = SIZES[size]
    options = {"reduced_motion": "reduce", "has_touch": size == "phone", **options}
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    try:
        page = context.new_page()
        problems = problems_of(page)
        if script:
            page.add_init_script(script)
        yield page
        problems = [one for one in problems if not HARMLESS.search(one)]
        assert not problems, problems
    finally:
        context.close()


def opened(page: Page, address: str) -> Page:
    """The page once its piece is drawn."""
    page.goto(address, timeout=PATIENCE_S * 1e3)
    page.locator("[data-stage]").hover()
    until(page, f"{VIEWER}.hasAttribute('painted')", PATIENCE_S)
    return page


def first_view(page: Page) -> Page:
    """The piece from its best side."""
    page.evaluate(AT_REST)
    size = page.viewport_size
    assert size is not None
    page.mouse.move(size["width"] - 4, size["height"] - 4)  # beside the piece
    stage(page).focus()
    page.keyboard.press("0")
    until(page, f"{VIEWER}.pose.zoom === 0 && Math.abs({VIEWER}.pose.x) === 0")
    return page


def stage(page: Page) -> Locator:
    return page.locator("[data-stage]")


def pose(page: Page) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(f"{VIEWER}.pose")
    return found


def turned(azimuth: float) -> float:
    """An angle of -pi..pi."""
    return (azimuth + pi) % (2 * pi) - pi


def middle(page: Page) -> tuple[float, float, dict[str, float]]:
    box = stage(page).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, dict(box)


def tools(page: Page) -> None:
    if page.locator(".viewer-tools").is_hidden():
        page.get_by_role("button", name="Look closer", exact=True).click()


def press(page: Page, name: str) -> None:
    tools(page)
    page.get_by_role("button", name=name).first.click()


def close(page: Page) -> None:
    page.get_by_role("button", name="Close", exact=True).click()


Way = tuple[float, float, float, float]  # x and y of its beginning, how far right and down


def swipe(page: Page, *ways: Way, lift: bool = True) -> None:
    """Fingers that touch the screen together and go their ways."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, points: Sequence[dict[str, float]]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for step in range(STEPS + 1):
        share = step / STEPS
        points = [
            {"x": x + share * right, "y": y + share * down, "id": k}
            for k, (x, y, right, down) in enumerate(ways)
        ]
        touch("touchMove" if step else "touchStart", points)
    if lift:
        touch("touchEnd", [])
    session.detach()


def tap(page: Page, x: float, y: float, times: int = 1) -> None:
    """A finger that touches a place and leaves it, quickly however slow the machine is."""
    session = page.context.new_cdp_session(page)
    now = time()
    for number in range(times):
        for kind, points, after_s in (
            ("touchStart", [{"x": x, "y": y}], 0.0),
            ("touchEnd", [], 0.05),
        ):
            session.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": points, "timestamp": now + 0.15 * number + after_s},
            )
    session.detach()
