"""A turntable as a film: H.264 in MP4 that loops without a seam, for shops and messages."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from models3d.frames import Image

SECONDS: Final = 6  # of one turn: as a hand turns a ring before the eye
FRAMES_PER_SECOND: Final = 25
FRAMES: Final = SECONDS * FRAMES_PER_SECOND
SIZE_PX: Final = 1080
BT709: Final = 1  # ITU-T H.273 code point of primaries and transfer


def turntable_film(
    draw: Callable[[int], Image],
    frames: int = FRAMES,
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """MP4 of a whole turn.

    Args:
        draw: frame 0..frames - 1 as (h, w, 3) sRGB, h and w even.
        progress: told how many frames are done.
    """
    with TemporaryDirectory() as folder:  # the index goes to the front in a second pass
        path = Path(folder) / "film.mp4"
        _encode(path, draw, frames, progress)
        return path.read_bytes()


def _encode(
    path: Path,
    draw: Callable[[int], Image],
    frames: int,
    progress: Callable[[int], None] | None,
) -> None:
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(
            "libx264", rate=FRAMES_PER_SECOND, options={"crf": "17", "preset": "medium"}
        )
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # the same bytes on any number of cores
        for number in range(frames):
            image = draw(number)
            if number == 0:
                stream.height, stream.width = image.shape[:2]
                context = stream.codec_context
                context.colorspace = int(Colorspace.ITU709)
                context.color_primaries = context.color_trc = BT709
                context.color_range = int(ColorRange.MPEG)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
            if progress is not None:
                progress(number + 1)
        container.mux(stream.encode(None))
