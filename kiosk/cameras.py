"""Where the frames come from: a camera, or a video that plays over and over in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import numpy as np

from kiosk.errors import CannotStart
from models3d.frames import Image
from tryon.errors import NoCamera
from tryon.media.camera import Camera
from tryon.media.sources import Kind, find_sources
from tryon.media.video import VideoReader

TURNS = (0, 90, 180, 270)  # degrees clockwise


@dataclass(frozen=True, slots=True, eq=False)
class CameraFrame:
    """One frame as it was taken."""

    image: Image  # (h, w, 3) RGB, upright, unmirrored
    captured_s: float  # on the monotonic clock
    decode_ms: float


class FrameSource(Protocol):
    """Gives frames until it is unplugged."""

    def frames(self) -> Iterator[CameraFrame]:
        """Frames as they are taken.

        Raises:
            TryOnError: it gives none, or none any more.
        """


SourceMaker = Callable[[], FrameSource]


class CameraSource:
    """A camera, opened while its frames are taken.

    Args:
        turned: degrees clockwise that the camera was turned when it was mounted.
    """

    def __init__(self, index: int, turned: int = 0) -> None:
        self._index = index
        self._turned = turned

    def frames(self) -> Iterator[CameraFrame]:
        """Frames until the camera is unplugged.

        Raises:
            NoCamera: none answers, or it is gone.
        """
        with Camera(self._index) as camera:
            for image, _, decode_ms in camera.frames():
                taken = monotonic() - 1e-3 * decode_ms
                yield CameraFrame(upright(image, self._turned), taken, decode_ms)
        raise NoCamera(f"The camera at index {self._index} was unplugged.")


class LoopedVideo:
    """A video in place of a camera: played at its own pace, over and over."""

    def __init__(self, path: Path, turned: int = 0) -> None:
        self._path = path
        self._turned = turned

    def frames(self) -> Iterator[CameraFrame]:
        """Frames without end.

        Raises:
            UnusableVideo: it cannot be read.
        """
        while True:
            begun = monotonic()
            with VideoReader(self._path) as reader:
                first_ms: float | None = None
                for frame in reader.frames():
                    at_ms = frame.time_ms(reader.time_base)
                    first_ms = at_ms if first_ms is None else first_ms
                    due = begun + 1e-3 * (at_ms - first_ms)
                    early = due - monotonic()
                    if early > 0.0:
                        sleep(early)
                    elif early < -0.5:  # the machine was busy: the film goes on from here
                        begun -= early
                    yield CameraFrame(upright(frame.image, self._turned), monotonic(), 0.0)
                sleep(float(1 / reader.rate))


def upright(image: Image, turned: int) -> Image:
    """The image as if the camera had not been turned clockwise by so many degrees.

    A camera that is turned clockwise sees the world turned the other way.
    """
    return np.ascontiguousarray(np.rot90(image, -turned // 90)) if turned else image


def source_of(said: str, turned: int = 0) -> SourceMaker:
    """What a person named as the camera: its number, or a video file.

    Raises:
        CannotStart: it is neither, or there is no such file.
    """
    if turned not in TURNS:
        raise CannotStart(f"A camera can be turned by 0, 90, 180 or 270 degrees, not by {turned}.")
    (source,) = find_sources([said], None) if not Path(said).is_dir() else (None,)
    if source is None or source.kind is Kind.PHOTO:
        raise CannotStart(f'"{said}" is no camera: give its number, such as 0, or a video file.')
    if source.path is None:
        index = source.camera
        return lambda: CameraSource(index, turned)
    path = source.path
    if not path.is_file():
        raise CannotStart(f"There is no video {path}.")
    return lambda: LoopedVideo(path, turned)
