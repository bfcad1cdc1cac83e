"""Debian's Chromium for the tests, with a photograph of a hand as its camera."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import av
import numpy as np
from playwright.sync_api import Browser, Error, Page, Playwright

from models3d.frames import Image
from tests.serving import hand_frame

# The first is the program itself; the second, a wrapper, adds flags of its own.
PROGRAMS = ("/usr/lib/chromium/chromium", "/usr/bin/chromium")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-gpu-compositing",
)
ALLOWED = ("--use-fake-ui-for-media-stream",)
FORBIDDEN = ("--deny-permission-prompts",)
PATTERN = ("--use-fake-device-for-media-stream",)
PATIENCE_S = 90.0  # of a software rasteriser on a slow machine that does other things as well
LOOK_EVERY_S = 0.05


def program() -> str:
    """Where Chromium is.

    Raises:
        RuntimeError: it is not installed.
    """
    for candidate in PROGRAMS:
        if Path(candidate).exists():
            return candidate
    raise RuntimeError("Chromium is missing: run `apt-get install -y chromium`.")


@contextmanager
def chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """A browser of one's own, whose pages are as patient as the tests."""
    browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS, *flags])
    browser.on("context", lambda context: context.set_default_timeout(1e3 * PATIENCE_S))
    try:
        yield browser
    finally:
        browser.close()


def camera(path: Path, frame: Image | None = None) -> tuple[str, ...]:
    """Flags of a camera before which somebody trembles a little; the film is written to `path`.

    Args:
        frame: (h, w, 3) RGB, both even; one hand, (720, 1280, 3), without it.
    """
    frame = hand_frame(1280) if frame is None else frame
    with av.open(str(path), "w", format="mjpeg") as film:
        stream = film.add_stream("mjpeg", rate=30)
        stream.height, stream.width = frame.shape[:2]
        stream.pix_fmt = "yuvj420p"
        for index in range(10):
            moved = np.roll(frame, index % 3, axis=1)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        film.mux(stream.encode())
    return (*PATTERN, f"--use-file-for-fake-video-capture={path}")


def until(page: Page, holds: str, seconds: float = PATIENCE_S) -> None:
    """Wait for a JavaScript expression; polled, since the page's policy forbids injected waiting.

    What the expression asks may not be there yet, and the page may be going to another.

    Raises:
        AssertionError: it did not hold in time.
    """
    went_wrong = ""

    def held() -> bool:
        nonlocal went_wrong
        try:
            return bool(page.evaluate(holds))
        except Error as error:
            if page.is_closed():
                raise
            went_wrong = f"; {error.message}"
            return False

    _wait(held, lambda: holds + went_wrong, seconds)


def wait(holds: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: it did not in time.
    """
    _wait(holds, lambda: what, seconds)


def _wait(holds: Callable[[], bool], what: Callable[[], str], seconds: float) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, f"not in {seconds} s: {what()}"
        sleep(LOOK_EVERY_S)
