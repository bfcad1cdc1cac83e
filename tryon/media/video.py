"""Videos in and out with PyAV: upright RGB frames with their own times, H.264 with the sound kept.

The times of the frames are never made up: a frame goes out at the tick it came in at, so that a
phone's variable frame rate and the sound stay together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import cv2
import numpy as np
from av.video.reformatter import Colorspace

from models3d.frames import Image
from tryon.errors import UnusableVideo

READ_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts"})
CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
WRITE_SUFFIXES = frozenset(CONTAINERS)

# A playlist or a stream description may name other files and hosts: a video never opens them.
CLOSED = {"protocol_whitelist": "file"}
# A cut shorter than this is the rounding of containers, not a lost end.
LOST_END_FRAMES = 2.5
# ITU-T H.273 matrix coefficients; 5 and 6 are the same matrix, 9 and 10 nearly.
MATRICES = {
    1: Colorspace.ITU709,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
HD_ROWS = 720  # from here on an untagged video is taken for BT.709, below for BT.601


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One frame, upright."""

    image: Image  # (h, w, 3) RGB
    ticks: int  # presentation time in the video's time base

    def time_ms(self, time_base: Fraction) -> float:
        """Milliseconds on the video's own clock."""
        return float(self.ticks * time_base * 1000)


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What a written video takes over from the one that was read."""

    time_base: Fraction  # seconds per tick
    rate: Fraction  # frames per second, on average
    pixel_aspect: Fraction = Fraction(1)
    matrix: Colorspace = Colorspace.ITU709
    primaries: int = 1  # ITU-T H.273 code points; 1 is BT.709
    transfer: int = 1


class VideoReader:
    """Reads one video; a context manager.

    Raises:
        UnusableVideo: it cannot be opened, or holds no pictures.
    """

    def __init__(self, path: Path) -> None:
        self._container = _opened(path)
        if not self._container.streams.video:
            self._container.close()
            raise UnusableVideo("The file holds no video.")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self.rate = Fraction(self._stream.average_rate or self._stream.guessed_rate or 30)
        self.time_base = Fraction(self._stream.time_base or 1 / self.rate)
        self._format: VideoFormat | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    @property
    def expected_frames(self) -> int | None:
        """About how many frames will come; None where the file does not say."""
        if self._stream.frames:
            return int(self._stream.frames)
        seconds = self._expected_seconds()
        return round(seconds * self.rate) if seconds else None

    @property
    def format(self) -> VideoFormat:
        """Known once the first frame is there."""
        if self._format is None:
            raise ValueError("read a frame before asking for the format")
        return self._format

    def frames(self) -> Iterator[VideoFrame]:
        """Every frame in order.

        Raises:
            UnusableVideo: after the last good frame of a video that ends in the middle.
        """
        count, last_ticks, size = 0, -1, None
        damaged = False
        for decoded in self._decoded():
            if decoded is None:
                damaged = True
                continue
            image = self._upright(decoded)
            size = size or image.shape[1::-1]
            if image.shape[1::-1] != size:
                image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
            step = max(1, round(1 / (self.rate * self.time_base)))
            ticks = last_ticks + step if decoded.pts is None else int(decoded.pts)
            if count and ticks <= last_ticks:
                continue  # a repeated time: no clock could show both
            count, last_ticks = count + 1, ticks
            yield VideoFrame(image, ticks)
        if count == 0:
            raise UnusableVideo("The video is cut off before its first frame.")
        if self._ends_early(last_ticks):
            raise UnusableVideo(f"The video ends in the middle, after {count} frames.")
        if damaged:
            raise UnusableVideo(f"The video is damaged: {count} frames could be read.")

    def _decoded(self) -> Iterator[Any]:
        """Frames, and None for each packet that is broken."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:  # the file ends inside a packet
                yield None
                return
            try:
                yield from packet.decode()
            except av.FFmpegError:
                yield None

    def _upright(self, decoded: Any) -> Image:
        untagged = Colorspace.ITU709 if decoded.height >= HD_ROWS else Colorspace.ITU601
        matrix = MATRICES.get(int(decoded.colorspace), untagged)
        turns = round(decoded.rotation / 90) % 4
        if self._format is None:
            aspect = Fraction(self._stream.sample_aspect_ratio or 1) or Fraction(1)
            self._format = VideoFormat(
                self.time_base,
                self.rate,
                1 / aspect if turns % 2 else aspect,
                matrix,
                int(decoded.color_primaries),
                int(decoded.color_trc),
            )
        pixels = decoded.to_ndarray(format="rgb24", src_colorspace=matrix)
        return np.ascontiguousarray(np.rot90(pixels, turns))

    def _expected_seconds(self) -> float:
        if self._stream.duration:
            return float(self._stream.duration * self.time_base)
        return float(self._container.duration or 0) / av.time_base

    def _ends_early(self, last_ticks: int) -> bool:
        shown_seconds = float((last_ticks - (self._stream.start_time or 0)) * self.time_base)
        frame_seconds = float(1 / self.rate)
        missing = self._expected_seconds() - shown_seconds - frame_seconds
        return missing > LOST_END_FRAMES * frame_seconds


class VideoWriter:
    """Writes one video; a context manager.

    The file appears under its name when the block ends well, and not at all when it raises.

    Raises:
        UnusableVideo: the container is not one that is written here, or the disk refuses.
    """

    def __init__(self, path: Path, sound_from: Path | None = None) -> None:
        container_format = CONTAINERS.get(path.suffix.lower())
        if container_format is None:
            known = ", ".join(sorted(CONTAINERS))
            raise UnusableVideo(
                f'A video cannot be written as "{path.suffix}"; use one of {known}.'
            )
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        options = {} if container_format == "matroska" else {"movflags": "+faststart"}
        try:
            self._container = av.open(
                str(self._partial), "w", format=container_format, options=options
            )
        except OSError as error:
            raise UnusableVideo(f"{path} cannot be written: {error.strerror}.") from error
        self._stream: Any = None
        self._format = VideoFormat(Fraction(1, 1000), Fraction(30))
        self._sound = _Sound(sound_from, self._container) if sound_from else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._stream is not None:
                self._finish()
            else:
                self._container.close()
            if kind is None and self._stream is not None:
                self._partial.replace(self._path)
        finally:
            if self._sound:
                self._sound.close()
            self._partial.unlink(missing_ok=True)

    def write(self, image: Image, ticks: int, video_format: VideoFormat) -> None:
        """Append a frame; `video_format` counts on the first one.

        H.264 halves the colour, so an odd width or height grows by its own last column or row.
        """
        height, width = image.shape[:2]
        if height % 2 or width % 2:
            image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        if self._stream is None:
            self._format = video_format
            self._stream = self._new_stream(image.shape[1], image.shape[0])
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(
            format="yuv420p", dst_colorspace=self._format.matrix
        )
        frame.pts, frame.time_base = ticks, self._format.time_base
        self._container.mux(self._stream.encode(frame))
        if self._sound:
            self._sound.copy(until=float(ticks * self._format.time_base))

    def _finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        if self._sound:
            self._sound.copy(until=float("inf"))
        self._container.close()

    def _new_stream(self, width: int, height: int) -> Any:
        stream = self._container.add_stream(
            "libx264", rate=self._format.rate, options={"crf": "18", "preset": "fast"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.sample_aspect_ratio = self._format.pixel_aspect
        stream.time_base = self._format.time_base
        context = stream.codec_context
        context.time_base = self._format.time_base
        context.colorspace = int(self._format.matrix)
        context.color_primaries = self._format.primaries
        context.color_trc = self._format.transfer
        return stream


class _Sound:
    """The sound of one file, packet by packet into another; encoded anew only if it must be."""

    def __init__(self, path: Path, container: Any) -> None:
        self._source = _opened(path)
        self._container = container
        self._targets = {}
        for stream in self._source.streams.audio:
            name = stream.codec_context.codec.canonical_name
            if name in container.supported_codecs:
                self._targets[stream.index] = container.add_stream_from_template(stream), True
            else:
                rate = stream.codec_context.sample_rate
                self._targets[stream.index] = container.add_stream("aac", rate=rate), False
        self._packets = self._source.demux(*self._source.streams.audio) if self._targets else None
        self._next: Any = None

    def copy(self, until: float) -> None:
        """Move the packets whose time has come, in seconds."""
        while self._packets is not None:
            try:
                packet = self._next or next(self._packets)
            except (StopIteration, av.FFmpegError):  # the end, or the cut of a cut-off file
                self._packets = None
                self._flush()
                return
            self._next = None
            if packet.dts is None:
                continue
            if float(packet.dts * packet.time_base) > until:
                self._next = packet
                return
            target, kept = self._targets[packet.stream.index]
            if kept:
                packet.stream = target
                self._container.mux(packet)
            else:
                for frame in packet.decode():
                    self._container.mux(target.encode(frame))

    def _flush(self) -> None:
        for target, kept in self._targets.values():
            if not kept:
                self._container.mux(target.encode(None))

    def close(self) -> None:
        self._source.close()


def _opened(path: Path) -> Any:
    try:
        if path.stat().st_size == 0:
            raise UnusableVideo("The file is empty.")
    except OSError as error:
        raise UnusableVideo(f"The file cannot be read: {error.strerror}.") from error
    try:
        return av.open(str(path.absolute()), options=CLOSED)
    except (OSError, av.FFmpegError) as error:
        raise UnusableVideo("The video cannot be opened: it is damaged or cut off.") from error
