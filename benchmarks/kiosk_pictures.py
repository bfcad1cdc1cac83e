"""The pictures of docs/kiosk.md, taken again: `python -m benchmarks.kiosk_pictures [FOLDER]`.

A service with the drawn hand before its camera, and Chromium before the service: the collection
while nobody is there, the tray, the mirror by itself, a design for the phone; the tablet and the
staff's page. Takes some minutes, for everything is drawn. In FOLDER the screens are left as they
are, and those of a mirror that lies.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from api.kiosk_tray import films_of
from benchmarks.common import ROOT
from benchmarks.guide_pictures import side_by_side
from kiosk.cameras import CameraFrame
from kiosk.kiosk import Kiosk
from kiosk.probe import ProbeCamera
from kiosk.settings import Settings
from models3d.frames import Image
from tests.chromium import chromium, until, wait
from tests.serving import application, listening

TRAY = ("solitaire", "halo", "three-stone", "eternity", "signet")
PIN = "482910"
SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
TABLET = (1024, 900)
PANEL_PX = {"portrait": 300, "tablet": 606}
QUALITY = 82
PATIENCE_S = 240.0
SETTLES_S = 2.5  # what dissolves and moves
UPRIGHT = slice(592, 997)  # columns of the drawn hand
TOUCHING = "setInterval(() => document.dispatchEvent(new KeyboardEvent('keydown')), 1000)"
PAINTED = """[...document.images].filter((one) => {
    const { right, left, bottom, top } = one.getBoundingClientRect();
    const within = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    return within && one.checkVisibility({ opacityProperty: true }) && one.src;
}).every((one) => one.complete && one.naturalWidth > 0)"""


class Standing(ProbeCamera):
    """The drawn hand as a camera of this size sees it, once somebody is there.

    Args:
        size: width and height, pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.there = threading.Event()
        self.held_s: float | None = None  # the mirror's time stands still: nobody leaves it
        self._size = size

    def clock(self) -> float:
        """Seconds, as the mirror has them."""
        return monotonic() if self.held_s is None else self.held_s

    def frames(self) -> Iterator[CameraFrame]:
        """(h, w, 3) RGB, without end."""
        for frame in super().frames():
            yield replace(frame, image=self._seen(frame.image))

    def _seen(self, image: Image) -> Image:
        width, height = self._size
        if not self.there.is_set():
            return np.ascontiguousarray(np.broadcast_to(image[:1, :1], (height, width, 3)))
        part = image[:, UPRIGHT] if height > width else image
        return np.asarray(cv2.resize(part, self._size, interpolation=cv2.INTER_CUBIC), np.uint8)


def main() -> None:
    """Take them, and write docs/kiosk.jpg and docs/kiosk-desk.jpg."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with (
        tempfile.TemporaryDirectory() as store,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        screens = _screens(browser, Path(store), "portrait")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            lying = _screens(browser, Path(store), "landscape")
            lying = {f"landscape-{name}": screen for name, screen in lying.items()}
            for name, screen in {**screens, **lying}.items():
                (folder / f"{name}.png").write_bytes(screen)
    for place, names, width in (
        ("docs/kiosk.jpg", ("nobody", "tray", "mirror", "design"), PANEL_PX["portrait"]),
        ("docs/kiosk-desk.jpg", ("tablet", "staff"), PANEL_PX["tablet"]),
    ):
        row = side_by_side([screens[name] for name in names], width)
        row.save(ROOT / place, quality=QUALITY, optimize=True)


def _screens(browser: Browser, store: Path, stands: str) -> dict[str, bytes]:
    """What each page shows, as PNG."""
    camera = Standing((720, 1280) if stands == "portrait" else (1280, 720))
    settings = Settings(tray=TRAY, pin=PIN, orientation=stands)
    kiosk = Kiosk(lambda: camera, settings, lambda why: sys.exit(why), clock=camera.clock)
    with application(store, KIOSK=kiosk) as app, listening(app) as host:
        with app.app_context():
            app.config["KIOSK_FILMS"] = films_of(kiosk)
        kiosk.start()
        try:
            return _taken(browser, kiosk, camera, f"http://{host}", SIZES[stands])
        finally:
            kiosk.close()


def _taken(
    browser: Browser, kiosk: Kiosk, camera: Standing, address: str, size: tuple[int, int]
) -> dict[str, bytes]:
    screens = {}
    mirror = _page(browser, f"{address}/kiosk", size)
    _until(mirror, "document.querySelector('[data-plate][data-shown]') !== null")
    screens["nobody"] = _calm(mirror)

    camera.there.set()
    _until(mirror, "document.body.dataset.state === 'active'")
    camera.held_s = camera.clock()
    _until(mirror, "document.querySelector('[data-tray] button') !== null")
    mirror.click("[data-tray] button[value=solitaire]")
    wait(lambda: len(kiosk.mirror.worn) == 1, "the ring", PATIENCE_S)
    touching = mirror.evaluate(TOUCHING)
    screens["tray"] = _calm(mirror)
    mirror.evaluate(f"clearInterval({touching})")
    _until(mirror, "document.body.dataset.calm !== undefined")
    screens["mirror"] = _calm(mirror)

    tablet = _page(browser, f"{address}/kiosk/remote", TABLET)
    tablet.fill("#code", kiosk.pairing.offer().code)
    tablet.click("form button")
    _until(tablet, "/\\d/.test(document.querySelector('[data-prices]')?.textContent ?? '')")
    _until(tablet, "document.querySelector('details[data-option=metal]') !== null")
    screens["tablet"] = _calm(tablet)

    mirror.click("[data-tray] button[value=solitaire]")
    mirror.click("[data-actions] [value=capture]")
    _until(mirror, "!document.querySelector('[data-taken]').hidden")
    mirror.click("[data-ways] [value=design]")
    _until(mirror, "document.querySelector('[data-code]').naturalWidth > 0")
    screens["design"] = _calm(mirror)

    staff = _page(browser, f"{address}/kiosk/staff", TABLET)
    staff.fill("#pin", PIN)
    staff.click("form button")
    _until(staff, "document.querySelectorAll('[data-health] div').length > 5")
    staff.click("[data-check]")
    _until(staff, "document.querySelectorAll('[data-findings] div').length > 4")
    screens["staff"] = _calm(staff)
    return screens


def _page(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(address)
    return page


def _until(page: Page, holds: str) -> None:
    until(page, holds, PATIENCE_S)


def _calm(page: Page) -> bytes:
    """The screen, when its pictures are there and nothing dissolves any more."""
    _until(page, PAINTED)
    sleep(SETTLES_S)
    return page.screenshot(timeout=1e3 * PATIENCE_S)


if __name__ == "__main__":
    main()
