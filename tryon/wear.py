"""Whole runs: a photo, a video or a camera is read, worn and written.

Files appear whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter
from typing import Any

from models3d.files import write_whole
from models3d.frames import Intrinsics
from tryon.errors import UnusableVideo
from tryon.media.camera import Camera, Mirror
from tryon.media.lens import scaled
from tryon.media.photo import encode_photo, read_photo
from tryon.media.sources import Source
from tryon.media.video import VideoFormat, VideoFrame, VideoReader, VideoWriter
from tryon.pipeline import Pipeline
from tryon.report import frame_record
from tryon.stream import StreamPipeline, StreamResult

Report = Callable[[dict[str, Any]], None]  # takes each frame's record, in order


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of a frame before it is solved."""

    number: int  # in its source
    ticks: int
    time_ms: float
    decode_ms: float


CAMERA_FORMAT = VideoFormat(time_base=Fraction(1, 1000), rate=Fraction(30))


def intrinsics_of(source: Source, known: Mapping[str, Intrinsics]) -> Intrinsics | None:
    """The calibrated camera of a source, by its label or its bare file name."""
    name = source.path.name if source.path else source.label
    return known.get(source.label, known.get(name))


def wear_photo(
    source: Source, pipeline: Pipeline, report: Report, intrinsics: Intrinsics | None = None
) -> None:
    """Try on one photo and write it; without a hand the file is copied as it is.

    Args:
        intrinsics: in pixels of the upright photo at its full size; its own without.
    Raises:
        UnusablePhoto: it cannot be read or written.
    """
    if source.path is None:
        raise ValueError(f"expected a file, got {source.label}")
    started = perf_counter()
    photo = read_photo(source.path)
    decode_ms = 1e3 * (perf_counter() - started)
    camera = scaled(intrinsics, photo.scale) if intrinsics else photo.intrinsics
    result = pipeline.process(photo.image, 0.0, camera)
    del photo  # a hundred megapixels are held once, not twice, while the result is encoded
    if source.output:
        same_format = source.path.suffix.lower() == source.output.suffix.lower()
        _make_folder(source)
        if result.placements or not same_format:
            write_whole(source.output, encode_photo(result.image, source.output.suffix))
        else:
            write_whole(source.output, source.path.read_bytes())
    report(frame_record(source.label, 0, 0.0, result, decode_ms))


def wear_video(
    source: Source,
    pipeline: Pipeline,
    report: Report,
    progress: Callable[[int | None], Callable[[], object]],
    intrinsics: Intrinsics | None = None,
) -> None:
    """Try on every frame of a video and write it with its sound.

    Of a video that ends in the middle the good frames are written, then the error is raised.

    Args:
        progress: told the number of frames expected; gives what to call after each one.
    Raises:
        UnusableVideo: it cannot be read to its end, or not be written.
    """
    if source.path is None:
        raise ValueError(f"expected a file, got {source.label}")
    with ExitStack() as opened:
        reader = opened.enter_context(VideoReader(source.path))
        _make_folder(source)
        writer = None
        if source.output:
            writer = opened.enter_context(VideoWriter(source.output, sound_from=source.path))
        step = progress(reader.expected_frames)

        def feed(stream: StreamPipeline[Taken]) -> None:
            for number, (frame, decode_ms) in enumerate(_timed(reader.frames())):
                taken = Taken(number, frame.ticks, frame.time_ms(reader.time_base), decode_ms)
                if not stream.submit(frame.image, taken.time_ms, taken, intrinsics):
                    return

        with StreamPipeline[Taken](pipeline, every_frame=True) as stream, _fed(stream, feed) as fed:
            for result in stream.results():
                if writer:
                    writer.write(result.frame.image, result.tag.ticks, reader.format)
                report(_record(source, result.tag.number, result))
                step()
        cut_off = fed.exception()
        if cut_off is not None and not isinstance(cut_off, UnusableVideo):
            raise cut_off
    if cut_off is not None:
        raise cut_off


def wear_camera(
    source: Source,
    pipeline: Pipeline,
    report: Report,
    *,
    window: bool,
    intrinsics: Intrinsics | None,
) -> None:
    """Try on what a camera sees, newest frame first, until q or Ctrl-C or the camera's end.

    What is shown is mirrored; what is written is not.

    Args:
        window: show it; otherwise only write and report.
    Raises:
        NoCamera: none answers.
        TryOnError: there is no screen.
    """
    with ExitStack() as opened:
        camera = opened.enter_context(Camera(source.camera))
        mirror = opened.enter_context(Mirror()) if window else None
        _make_folder(source)
        writer = opened.enter_context(VideoWriter(source.output)) if source.output else None

        def feed(stream: StreamPipeline[Taken]) -> None:
            for number, (image, time_ms, decode_ms) in enumerate(camera.frames()):
                taken = Taken(number, round(time_ms), time_ms, decode_ms)
                if not stream.submit(image, time_ms, taken, intrinsics):
                    return

        with (
            StreamPipeline[Taken](pipeline) as stream,
            _fed(stream, feed) as fed,
            suppress(KeyboardInterrupt),  # how a person ends it without a window
        ):
            for shown, result in enumerate(stream.results()):
                if writer:
                    writer.write(result.frame.image, result.tag.ticks, CAMERA_FORMAT)
                report(_record(source, shown, result))
                if mirror and not mirror.show(result.frame.image):
                    break
        fed.result()


@contextmanager
def _fed(
    stream: StreamPipeline[Taken], feed: Callable[[StreamPipeline[Taken]], None]
) -> Iterator[Future[None]]:
    """A thread that feeds the stream, finishes it, and ends with the block at the latest."""

    def run() -> None:
        try:
            feed(stream)
        finally:
            stream.finish()

    with ThreadPoolExecutor(1, thread_name_prefix="tryon-feed") as thread:
        try:
            yield thread.submit(run)
        finally:
            stream.close()  # a feeder that waits for room is told that none will come


def _timed(frames: Iterable[VideoFrame]) -> Iterator[tuple[VideoFrame, float]]:
    """Each frame with the milliseconds that reading it took."""
    iterator = iter(frames)
    while True:
        started = perf_counter()
        try:
            frame = next(iterator)
        except StopIteration:
            return
        yield frame, 1e3 * (perf_counter() - started)


def _record(source: Source, number: int, result: StreamResult[Taken]) -> dict[str, Any]:
    taken = result.tag
    return frame_record(source.label, number, taken.time_ms, result.frame, taken.decode_ms)


def _make_folder(source: Source) -> None:
    if source.output:
        source.output.parent.mkdir(parents=True, exist_ok=True)
