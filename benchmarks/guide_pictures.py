"""The pictures of docs/tryon-web.md, taken again: `python -m benchmarks.guide_pictures`.

A telephone's browser before a photograph that a dependency ships: what is asked, what is said while
nobody is there, the piece worn, and two pictures compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.common import ROOT
from models3d.frames import Image
from tests.chromium import ALLOWED, camera, chromium, until
from tests.fitting import DIALOG, Room, visiting
from tests.serving import PHOTO, application, listening

PRODUCT = "drop-earrings"
SCREEN = {"width": 390, "height": 844}
SOMEBODY, NOBODY = (660, 10, 1060, 721), (0, 0, 250, 444)  # of the photo, upright
GAP_PX, PANEL_PX = 12, 300
SECONDS = 180.0
SETTLED = 12  # frames, until what is worn does not fade in any more


def seen(box: tuple[int, int, int, int]) -> Image:
    """A part of the photo as an upright camera sees it, (1280, 720, 3) RGB."""
    with Pillow.open(PHOTO) as picture:
        part = picture.convert("RGB").crop(box)
        return np.asarray(part.resize((720, 1280), Pillow.Resampling.LANCZOS))


def taken(
    playwright: Playwright,
    address: str,
    film: tuple[str, ...],
    steps: Callable[[Room], list[bytes]],
) -> list[bytes]:
    """What a visit shows, step by step."""
    with (
        chromium(playwright, *ALLOWED, *film) as browser,
        visiting(browser, address, real=True, viewport=SCREEN) as room,
    ):
        room.page.set_default_timeout(1e3 * SECONDS)
        room.enter(f"/p/{PRODUCT}")
        return steps(room)


def guided(room: Room) -> list[bytes]:
    """What is asked, then what is said to a camera that sees nobody."""
    page = room.page
    until(page, f"{DIALOG}.dataset.leaf === 'consent'", SECONDS)
    asked = calm(page)
    room.press("Open the camera")
    said = "document.querySelector('.fitting-guide').hasAttribute('data-said')"
    until(page, said, SECONDS)
    return [asked, calm(page)]


def worn(room: Room) -> list[bytes]:
    """The piece in the mirror, then beside the same moment without it."""
    page = room.page
    room.press("Open the camera")
    until(page, f"{DIALOG}.hasAttribute('data-worn')", SECONDS)
    until(page, f"{DIALOG}.dataset.frames > {SETTLED}", SECONDS)
    mirror = calm(page)
    room.press("Compare")
    until(page, f"{DIALOG}.querySelector('.fitting-before canvas')?.width > 1", SECONDS)
    return [mirror, calm(page)]


def calm(page: Page) -> bytes:
    """The screen, when nothing moves on it any more."""
    page.wait_for_timeout(1500)
    return page.screenshot()


def side_by_side(screens: list[bytes], panel_px: int = PANEL_PX) -> Pillow.Image:
    """Screens of one size in one row on white, each so many pixels wide."""
    panels = [Pillow.open(BytesIO(screen)).convert("RGB") for screen in screens]
    height = panel_px * panels[0].height // panels[0].width
    row = Pillow.new("RGB", (len(panels) * (panel_px + GAP_PX) - GAP_PX, height), "white")
    for k, panel in enumerate(panels):
        small = panel.resize((panel_px, height), Pillow.Resampling.LANCZOS)
        row.paste(small, (k * (panel_px + GAP_PX), 0))
    return row


def main() -> None:
    """Take them, and write docs/tryon-web.jpg."""
    with (
        tempfile.TemporaryDirectory() as folder,
        application(Path(folder)) as app,
        listening(app) as where,
        sync_playwright() as playwright,
    ):
        screens: list[bytes] = []
        for name, box, steps in (("nobody", NOBODY, guided), ("somebody", SOMEBODY, worn)):
            film = camera(Path(folder) / f"{name}.mjpeg", seen(box))
            screens += taken(playwright, f"http://{where}", film, steps)
    side_by_side(screens).save(ROOT / "docs/tryon-web.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
