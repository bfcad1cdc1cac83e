"""The pictures of docs/kiosk.md: mirror, tray, a picture taken, tablet and staff page, as they are.

    python -m benchmarks.kiosk_pictures [FOLDER]

A service with the drawn hand before its camera, and Chromium before the service; takes some minutes
where nothing is drawn yet. WebP, `WIDE` pixels wide.
"""

from __future__ import annotations

import io
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep

import cv2
import numpy as np
from PIL import Image as Pillow
from playwright.sync_api import Browser, Error, Page, sync_playwright

from api.kiosk_tray import films_of
from kiosk.cameras import CameraFrame
from kiosk.kiosk import Kiosk
from kiosk.probe import ProbeCamera
from kiosk.settings import Settings
from tests.chromium import chromium, wait
from tests.serving import application, listening

DOCS = Path(__file__).parent.parent / "docs"
TRAY = ("solitaire", "halo", "three-stone", "eternity", "signet")
PIN = "482910"
PORTRAIT, TABLET = (1080, 1920), (1024, 768)
WIDE, QUALITY = {"portrait": 540, "tablet": 800}, 82
PATIENCE_S = 240.0
HAND_PX = slice(592, 997)  # columns of the drawn hand
TOUCHING = "setInterval(() => document.dispatchEvent(new KeyboardEvent('keydown')), 1000)"
PAINTED = """[...document.images].filter((one) => one.checkVisibility() && one.src)
    .every((one) => one.complete && one.naturalWidth > 0)"""


class StandingCamera(ProbeCamera):
    """The drawn hand as a camera sees it that was turned on its side, as the guide has it."""

    def frames(self) -> Iterator[CameraFrame]:
        """720 × 1280."""
        for frame in super().frames():
            upright = cv2.resize(
                frame.image[:, HAND_PX], (720, 1280), interpolation=cv2.INTER_CUBIC
            )
            yield replace(frame, image=np.asarray(upright, np.uint8))


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    kiosk = Kiosk(StandingCamera, Settings(tray=TRAY, pin=PIN), lambda why: sys.exit(why))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with (
        tempfile.TemporaryDirectory() as store,
        application(Path(store), KIOSK=kiosk) as app,
        listening(app) as host,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        with app.app_context():
            app.config["KIOSK_FILMS"] = films_of(kiosk)
        kiosk.start()
        try:
            _take(browser, kiosk, f"http://{host}", folder)
        finally:
            kiosk.close()


def _take(browser: Browser, kiosk: Kiosk, address: str, folder: Path) -> None:
    mirror = _page(browser, f"{address}/kiosk", PORTRAIT)
    _until(mirror, "document.querySelector('[data-tray] button') !== null")
    _until(mirror, "document.body.dataset.state === 'active'")
    mirror.click("[data-tray] button[value=solitaire]")
    wait(lambda: len(kiosk.mirror.worn) == 1, "the ring", PATIENCE_S)
    touching = mirror.evaluate(TOUCHING)
    _until(mirror, PAINTED)
    sleep(2.0)
    _keep(mirror, folder / "kiosk-tray.webp", "portrait")
    mirror.evaluate(f"clearInterval({touching})")
    _until(mirror, "document.body.dataset.calm !== undefined")
    sleep(2.0)
    _keep(mirror, folder / "kiosk-mirror.webp", "portrait")

    tablet = _page(browser, f"{address}/kiosk/remote", TABLET)
    tablet.fill("#code", kiosk.pairing.offer().code)
    tablet.click("form button")
    _until(tablet, "/\\d/.test(document.querySelector('[data-prices]')?.textContent ?? '')")
    _until(tablet, PAINTED)
    sleep(2.0)
    _keep(tablet, folder / "kiosk-tablet.webp", "tablet")

    mirror.click("[data-tray] button[value=solitaire]")
    mirror.click("[data-actions] [value=capture]")
    _until(mirror, "!document.querySelector('[data-taken]').hidden")
    mirror.click("[data-ways] [value=design]")
    _until(mirror, "document.querySelector('[data-code]').naturalWidth > 0")
    sleep(1.0)
    _keep(mirror, folder / "kiosk-design.webp", "portrait")

    staff = _page(browser, f"{address}/kiosk/staff", TABLET)
    staff.fill("#pin", PIN)
    staff.click("form button")
    _until(staff, "document.querySelectorAll('[data-health] div').length > 5")
    staff.click("[data-check]")
    _until(staff, "document.querySelectorAll('[data-findings] div').length > 4")
    staff.set_viewport_size({"width": 1024, "height": 1200})
    _keep(staff, folder / "kiosk-staff.webp", "tablet")


def _page(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(address)
    return page


def _until(page: Page, holds: str) -> None:
    wait(_held(page, holds), holds, PATIENCE_S)


def _held(page: Page, holds: str) -> Callable[[], bool]:
    def held() -> bool:
        try:
            return bool(page.evaluate(holds))
        except Error:  # the page is begun anew
            return False

    return held


def _keep(page: Page, path: Path, shape: str) -> None:
    picture = Pillow.open(io.BytesIO(page.screenshot(timeout=1000 * PATIENCE_S))).convert("RGB")
    height = round(picture.height * WIDE[shape] / picture.width)
    small = picture.resize((WIDE[shape], height), Pillow.Resampling.LANCZOS)
    small.save(path, "WEBP", quality=QUALITY, method=6)
    print(f"{path.name}: {path.stat().st_size // 1000} KB", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
