"""The mirror whose own page works on frames, in Chromium: a face before it, then nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright

from kiosk.deciding import ASKED, Decision
from kiosk.kiosk import Kiosk
from kiosk.settings import Settings
from models3d.frames import Image
from tests.chromium import ALLOWED, camera, chromium, wait
from tests.serving import FACE_BOX, PHOTO, application, listening, pixels

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
PORTRAIT = {"width": 1080, "height": 1920}
SLOW_S = 90.0  # of software graphics on a machine that does other things as well
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@contextmanager
def mirror(playwright: Playwright, folder: Path, seen: Image) -> Iterator[tuple[Kiosk, Page]]:
    """A kiosk and the page that is its eye."""
    kiosk = Kiosk(
        lambda: pytest.fail("the service opens no camera"),
        Settings(tray=("solitaire",), decision=Decision(True, ASKED)),
        give_up=lambda why: pytest.fail(why),
    )
    flags = (*ALLOWED, *camera(folder / "seen.mjpeg", seen))
    with (
        application(folder / "store", KIOSK=kiosk) as app,
        listening(app) as host,
        chromium(playwright, *flags) as browser,
    ):
        kiosk.start()
        context = browser.new_context(viewport=PORTRAIT)  # type: ignore[arg-type]
        for drawn in ("**/api/v1/renders/**", "**/api/v1/swatches/**"):
            context.route(
                drawn, lambda route: route.fulfill(body=DOT, content_type="image/svg+xml")
            )
        page = context.new_page()
        page.goto(f"http://{host}/kiosk")
        try:
            yield kiosk, page
        finally:
            kiosk.close()


def test_a_face_wakes_the_mirror_and_before_nobody_it_rests(
    playwright: Playwright, tmp_path: Path
) -> None:
    photo = pixels(PHOTO.read_bytes())
    left, top, right, bottom = FACE_BOX
    face = photo[top:bottom, left:right]
    frame = np.full((720, 1280, 3), 90, np.uint8)
    height, width = min(face.shape[0], 720), min(face.shape[1], 1280)
    frame[:height, 400 : 400 + width] = face[:height, :width]
    with mirror(playwright, tmp_path, frame) as (kiosk, page):
        wait(lambda: not kiosk.is_idle, "a face is somebody", SLOW_S)
        page.context.close()  # nobody is seen any more
        wait(lambda: kiosk.page is not None and kiosk.page.is_blind, "no eye", SLOW_S)
        wait(lambda: not kiosk._watching.present(kiosk._clock()), "nobody", SLOW_S)
