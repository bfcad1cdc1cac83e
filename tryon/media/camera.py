"""The live camera and the window that mirrors it. The only file that opens either."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic
from typing import Self

import cv2
import numpy as np

from models3d.frames import Image
from tryon.errors import NoCamera, TryOnError

WIDTH_PX, HEIGHT_PX = 1280, 720  # asked for; the camera gives what it can
TITLE = "Parure"
QUIT_KEYS = (ord("q"), ord("Q"), 27)  # 27: escape


class Camera:
    """One camera; a context manager.

    Args:
        index: as the system counts its cameras, from 0.
    Raises:
        NoCamera: none answers at this index.
    """

    def __init__(self, index: int) -> None:
        level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            self._capture = cv2.VideoCapture(index)
        finally:
            cv2.utils.logging.setLogLevel(level)
        self._index = index
        if not self._capture.isOpened():
            raise NoCamera(f"No camera answers at index {index}.")
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH_PX)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT_PX)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, not the oldest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.release()

    def frames(self) -> Iterator[tuple[Image, float, float]]:
        """RGB frames, unmirrored, with the time they came and what taking them took, in ms.

        It ends when the camera is unplugged.

        Raises:
            NoCamera: it never gave a frame.
        """
        started = monotonic()
        seen = False
        while True:
            if not self._capture.grab():
                break
            grabbed = monotonic()  # waiting for the shutter is no decoding
            got, image = self._capture.retrieve()
            if not got:
                break
            seen = True
            rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
            yield rgb, 1e3 * (grabbed - started), 1e3 * (monotonic() - grabbed)
        if not seen:
            raise NoCamera(f"The camera at index {self._index} gives no picture.")


@functools.cache
def has_screen() -> bool:
    """Whether a window can be opened.

    On Linux the window library ends the whole process when it cannot, so a child tries first.
    """
    if not sys.platform.startswith("linux"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    attempt = "import cv2; cv2.namedWindow('Parure'); cv2.destroyAllWindows()"
    tried = subprocess.run([sys.executable, "-c", attempt], capture_output=True, check=False)
    return tried.returncode == 0


class Mirror:
    """A window that shows frames mirrored, as a looking glass does; a context manager.

    Raises:
        TryOnError: there is no screen to open it on.
    """

    def __init__(self) -> None:
        if not has_screen():
            raise TryOnError(
                "There is no screen to open a window on: name a file with -o or --json instead."
            )
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        cv2.destroyAllWindows()

    def show(self, image: Image) -> bool:
        """Show an RGB frame mirrored.

        Returns:
            Whether to go on: False once q or escape is pressed or the window is closed.
        """
        cv2.imshow(TITLE, cv2.flip(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), 1))
        if cv2.waitKey(1) & 0xFF in QUIT_KEYS:
            return False
        return bool(cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1)
