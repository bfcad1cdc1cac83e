"""Turntable films: every frame in its place, colours as drawn, the same bytes."""

import io

import av
import numpy as np

from models3d.frames import Image
from viewer.film import FRAMES_PER_SECOND, turntable_film

COLORS = np.array([[200, 40, 30], [30, 160, 60], [40, 60, 190], [235, 230, 225]], np.uint8)


def frame(number: int) -> Image:
    return np.tile(COLORS[number], (64, 96, 1))


def test_frames_come_back_in_order_with_their_colours_and_times() -> None:
    told: list[int] = []
    data = turntable_film(frame, len(COLORS), told.append)
    assert told == [1, 2, 3, 4]
    with av.open(io.BytesIO(data)) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 96, 64)
        assert stream.average_rate == FRAMES_PER_SECOND
        frames = list(film.decode(video=0))
    assert [round(f.time * FRAMES_PER_SECOND) for f in frames] == [0, 1, 2, 3]
    for shown, color in zip(frames, COLORS, strict=True):
        pixels = shown.to_ndarray(format="rgb24", src_colorspace="ITU709")
        assert np.abs(pixels.reshape(-1, 3).mean(axis=0) - color).max() < 4.0


def test_the_same_frames_give_the_same_bytes_and_can_be_shown_while_they_load() -> None:
    data = turntable_film(frame, 4)
    assert data == turntable_film(frame, 4)
    assert data.index(b"moov") < data.index(b"mdat")
