"""A published frame: the picture that was solved, what is known of it, and its JPEG made once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import cv2

from models3d.frames import Image

LIVE_QUALITY, STILL_QUALITY = 88, 95


class Encoding:
    """The JPEG of one picture, made by whoever asks first; the others wait for it."""

    def __init__(self, image: Image) -> None:
        self._image = image
        self._guard = threading.Lock()
        self._jpeg: bytes | None = None

    def jpeg(self) -> bytes:
        """As the mirror shows it."""
        with self._guard:
            if self._jpeg is None:
                self._jpeg = encoded(self._image, LIVE_QUALITY)
            return self._jpeg


@dataclass(frozen=True, slots=True, eq=False)
class MirrorFrame:
    """One frame as it is published; unmirrored."""

    number: int
    image: Image  # (h, w, 3) RGB with the jewels
    captured_s: float  # monotonic clock
    published_s: float
    record: dict[str, Any]  # what the page is told with it
    encoding: Encoding


def encoded(image: Image, quality: int) -> bytes:
    """(h, w, 3) RGB as JPEG, colours at full width and half height."""
    wanted = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x211111]
    good, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), wanted)
    if not good:
        raise ValueError(f"a picture of shape {image.shape} cannot be a JPEG")
    return data.tobytes()
