"""Before the camera with what really tracks and draws: somebody with a hand, nobody, another.

One film goes round and round; a mark in its corner says what it shows. Each solved frame and each
picture is noted in the page as it comes (`people.js`), so nothing that passes by is missed.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from playwright.sync_api import Browser, Playwright

from models3d.frames import Image
from tests.chromium import ALLOWED, PATTERN, chromium, until
from tests.fitting import DIALOG, visiting
from tests.hands import demo_photo
from tests.serving import ROOT, application, jpeg, listening, person_frame, pixels
from tests.wearing import asked

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
NOTES = (ROOT / "tests/people.js").read_text("utf-8")
SIZES = ((390, 844), (1440, 900), (1080, 1920))  # a phone, a desktop, a mirror
OTHER_BOX = (960, 96, 1384, 573)  # a woman of sample3 with her hair tied
MARK_PX = 24
MARKS = {"somebody": (230, 20, 20), "nobody": (20, 200, 20), "another": (20, 20, 230)}
PART_FRAMES = 72  # 2.4 seconds
LEAST = 2  # settled frames of each part, at each size
PATIENCE_S = 90.0  # for them, on a machine that does other things as well
# Middles of what is worn: left, right, top, bottom, shares of the picture.
LOBES = {"somebody": (0.10, 0.40, 0.15, 0.45), "another": (0.60, 0.97, 0.45, 0.85)}
RING = (0.45, 0.80, 0.20, 0.80)
WHERE = "Hold one hand before the camera"  # is said while nobody is there
CHANGED = 70  # grey levels, by which a jewel's pixels differ from the film's

Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def frames() -> dict[str, Image]:
    """What the film shows: (720, 1280, 3) RGB each."""
    somebody = person_frame(1280)
    nobody = np.full_like(somebody, 120)
    another = nobody.copy()
    left, top, right, bottom = OTHER_BOX
    portrait = Pillow.fromarray(demo_photo("sample3")[top:bottom, left:right])
    another[:, 640:] = np.asarray(portrait.resize((640, 720)))
    parts = {"somebody": somebody, "nobody": nobody, "another": another}
    for name, mark in MARKS.items():
        parts[name][:MARK_PX, :MARK_PX] = mark
    return parts


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, frames: dict[str, Image]
) -> Iterator[Browser]:
    """Whose camera sees somebody, in the next moment somebody else, then nobody."""
    film = tmp_path_factory.mktemp("camera") / "people.mjpeg"
    parts = (jpeg(frames[name]) for name in ("somebody", "another", "nobody"))
    film.write_bytes(b"".join(part * PART_FRAMES for part in parts))
    flags = (*PATTERN, f"--use-file-for-fake-video-capture={film}")
    with chromium(playwright, *ALLOWED, *flags) as browser:
        yield browser


def test_jewels_are_worn_by_whoever_stands_there_and_by_nobody_else(
    browser: Browser, frames: dict[str, Image], tmp_path: Path
) -> None:
    with (
        application(tmp_path / "store") as app,
        listening(app) as host,
        visiting(browser, f"http://{host}", NOTES, real=True) as room,
    ):
        for drawn in ("**/api/v1/renders/**", "**/api/v1/swatches/**"):
            room.page.context.route(drawn, lambda route: route.fulfill(status=204))
        pieces = asked(app, "solitaire", "drop-earrings")
        page = room.go("/together?" + "&".join(f"piece={one['hash']}" for one in pieces))
        room.press("Try them on together")
        until(page, f"{DIALOG} !== null")
        page.evaluate("watchRoom()")
        room.press("Open the camera")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            until(page, f"enough({width}, {LEAST}, '{WHERE}')", PATIENCE_S)
        notes, shown = json.loads(page.evaluate("JSON.stringify([seen, shown])"))
    for width, _ in SIZES:
        for note in notes:
            if note["settled"] and note["width"] == width:
                judge(note)
        for part, frame in frames.items():
            picture = pixels(b64decode(shown[f"{part} {width}"].partition(",")[2]))
            Pillow.fromarray(picture).save(tmp_path / f"{part}-{width}.png")
            compare(part, picture, frame)


def judge(note: dict[str, Any]) -> None:
    """A settled frame: who is there wears it, in their own place."""
    part = note["part"]
    worn = [each for each in note["worn"] if each["opacity"] > 0.0]
    if part == "nobody":
        assert worn == []
        assert "nobody" in note["lacks"]
        return
    lobes = [each for each in worn if each["product"] == "drop-earrings"]
    rings = [each for each in worn if each["product"] == "solitaire"]
    assert lobes
    assert len(rings) == (part == "somebody")
    for each, box in [*((one, LOBES[part]) for one in lobes), *((one, RING) for one in rings)]:
        left, right, top, bottom = box
        assert left < each["x"] < right, each
        assert top < each["y"] < bottom, each


def compare(part: str, picture: Image, frame: Image) -> None:
    """A picture as it is shown differs from the camera's by the jewels alone."""
    height, width = picture.shape[:2]
    plain = np.asarray(Pillow.fromarray(frame).resize((width, height), Pillow.Resampling.BOX))
    rows, columns = np.nonzero(np.abs(picture.astype(int) - plain).max(axis=2) > CHANGED)
    share = len(rows) / (width * height)
    if part == "nobody":
        assert share < 1e-5
        return
    assert 1e-4 < share < 0.02
    x, y = columns / width, rows / height
    inside = np.zeros(len(rows), np.bool_)
    for left, right, top, bottom in (LOBES[part], RING)[: 1 + (part == "somebody")]:
        inside |= (left - 0.02 < x) & (x < right + 0.02) & (top < y) & (y < bottom + 0.15)
    assert inside.mean() > 0.98
