"""Videos in and out, on clips made here."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tryon.errors import UnusableVideo
from tryon.media.video import VideoFormat, VideoFrame, VideoReader, VideoWriter

TICK = Fraction(1, 600)
FRAMES = 36


def make_clip(
    path: Path,
    *,
    size: tuple[int, int] = (160, 120),
    pixel_format: str = "yuv420p",
    sound: str | None = "aac",
    turned: int = 0,
    index_first: bool = False,
) -> list[int]:
    """A clip of uneven frame times with sound; gives the frames' ticks."""
    options = {"movflags": "+faststart"} if index_first else {}
    ticks = list(np.cumsum([0] + [20 if k % 3 else 33 for k in range(FRAMES - 1)]).tolist())
    random = np.random.default_rng(7)
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream("libx264", rate=25, options={"crf": "8"})
        video.width, video.height, video.pix_fmt = *size, pixel_format
        video.time_base = video.codec_context.time_base = TICK
        if turned:
            video.set_display_rotation(turned)
        audio = container.add_stream(sound, rate=48000) if sound else None
        for k, tick in enumerate(ticks):
            image = np.full((size[1], size[0], 3), (60, 110, 170), np.uint8)
            image[:30, :50] = (210, 70, 40)  # tells every turn from the others
            image[60:80, 3 * k : 3 * k + 16] = 240
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = tick, TICK
            container.mux(video.encode(frame))
            if audio:
                noise = (random.standard_normal((1, 2048)) * 0.1).astype(np.float32)
                heard = av.AudioFrame.from_ndarray(noise, format="flt", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = 48000, 2048 * k, Fraction(1, 48000)
                container.mux(audio.encode(heard))
        container.mux(video.encode(None))
        if audio:
            container.mux(audio.encode(None))
    return ticks


def read(path: Path) -> tuple[list[VideoFrame], list[float]]:
    with VideoReader(path) as reader:
        frames = list(reader.frames())
        return frames, [frame.time_ms(reader.time_base) for frame in frames]


def copy(source: Path, target: Path) -> UnusableVideo | None:
    """Rewrite every frame unchanged; gives what was wrong with the source."""
    with VideoReader(source) as reader, VideoWriter(target, sound_from=source) as writer:
        try:
            for frame in reader.frames():
                writer.write(frame.image, frame.ticks, reader.format)
        except UnusableVideo as error:
            return error
    return None


def sound_packets(path: Path) -> list[tuple[bytes, float]]:
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.audio[0])
        return [(bytes(p), float(p.pts * p.time_base)) for p in packets if p.dts is not None]


def test_every_frame_comes_with_its_own_time(tmp_path: Path) -> None:
    ticks = make_clip(tmp_path / "clip.mp4")
    frames, times = read(tmp_path / "clip.mp4")
    assert times == pytest.approx([1000 * float(tick * TICK) for tick in ticks], abs=1e-6)
    assert frames[0].image.shape == (120, 160, 3)
    assert np.abs(frames[0].image[100, 100].astype(int) - (60, 110, 170)).max() <= 4


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_rewritten_video_keeps_times_colours_and_sound(tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / "clip.mp4", tmp_path / f"out{suffix}"
    make_clip(source)
    assert copy(source, target) is None
    (before, times), (after, kept) = read(source), read(target)
    heard, copied = sound_packets(source), sound_packets(target)
    # Matroska counts whole milliseconds from 0: sound that starts before 0 moves all of it alike
    moved = 1e3 * (copied[0][1] - heard[0][1])
    assert kept == pytest.approx([t + moved for t in times], abs=1.1)
    if suffix != ".mkv":
        assert kept == pytest.approx(times, abs=1e-6)
    for one, other in zip(before, after, strict=True):
        assert np.abs(one.image.astype(int) - other.image).mean() < 2.5
    assert [data for data, _ in heard] == [data for data, _ in copied]
    assert [t for _, t in copied] == pytest.approx([t + moved / 1e3 for _, t in heard], abs=2e-3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", f"out{suffix}"]


def test_sound_that_the_container_cannot_hold_is_encoded_anew(tmp_path: Path) -> None:
    source, target = tmp_path / "clip.mkv", tmp_path / "out.mp4"
    make_clip(source, sound="pcm_u8")
    assert copy(source, target) is None
    with av.open(str(target)) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        seconds = sum(frame.samples for frame in container.decode(audio=0)) / 48000
    assert seconds == pytest.approx(FRAMES * 2048 / 48000, abs=0.1)


@pytest.mark.parametrize("turned", [90, 180, -90])
def test_a_turned_phone_video_comes_upright(tmp_path: Path, turned: int) -> None:
    make_clip(tmp_path / "clip.mp4", turned=turned, sound=None)
    upright = read(tmp_path / "clip.mp4")[0][0].image
    capture = cv2.VideoCapture(str(tmp_path / "clip.mp4"))  # an independent reader
    _, expected = capture.read()
    capture.release()
    assert upright.shape == expected.shape
    assert np.abs(upright.astype(int) - expected[..., ::-1]).mean() < 3
    assert copy(tmp_path / "clip.mp4", tmp_path / "out.mp4") is None
    assert read(tmp_path / "out.mp4")[0][0].image.shape == upright.shape


def test_odd_sizes_grow_by_their_own_last_row_and_column(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mkv", size=(161, 121), pixel_format="yuv444p", sound=None)
    assert copy(tmp_path / "clip.mkv", tmp_path / "out.mp4") is None
    before, after = read(tmp_path / "clip.mkv")[0][0].image, read(tmp_path / "out.mp4")[0][0].image
    assert before.shape == (121, 161, 3)
    assert after.shape == (122, 162, 3)
    assert np.abs(after[:121, :161].astype(int) - before).mean() < 3


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_of_a_truncated_video_the_good_frames_are_kept(tmp_path: Path, name: str) -> None:
    whole, cut, target = tmp_path / name, tmp_path / f"cut_{name}", tmp_path / "out.mp4"
    make_clip(whole, index_first=True)
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 6 // 10])
    error = copy(cut, target)
    frames, _ = read(target)  # finished and playable to its own end
    assert 5 < len(frames) < FRAMES - 3
    assert str(error) == f"The video ends in the middle, after {len(frames)} frames."


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "empty"), (b"no video at all" * 50, "cannot be opened")],
)
def test_what_is_no_video_gives_one_sentence(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "bad.mp4").write_bytes(data)
    with pytest.raises(UnusableVideo, match=message):
        VideoReader(tmp_path / "bad.mp4")


def test_a_video_that_lost_its_index_and_one_that_is_missing_are_refused(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4", sound=None)
    data = (tmp_path / "clip.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnusableVideo, match="cannot be opened"):
        VideoReader(tmp_path / "cut.mp4")
    with pytest.raises(UnusableVideo, match="No such file"):
        VideoReader(tmp_path / "none.mp4")


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "sound.mkv"), "w") as container:
        audio = container.add_stream("aac", rate=48000)
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 4096), np.float32), format="flt", layout="mono"
        )
        silence.sample_rate, silence.pts, silence.time_base = 48000, 0, Fraction(1, 48000)
        container.mux(audio.encode(silence))
        container.mux(audio.encode(None))
    with pytest.raises(UnusableVideo, match="no video"):
        VideoReader(tmp_path / "sound.mkv")


def test_a_playlist_cannot_make_the_reader_open_other_files(tmp_path: Path) -> None:
    make_clip(tmp_path / "secret.mp4", sound=None)
    (tmp_path / "list.mp4").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n"
    )
    with pytest.raises(UnusableVideo):
        read(tmp_path / "list.mp4")


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(b"what was there")

    def fail_midway() -> None:
        with VideoWriter(target) as writer:
            writer.write(np.zeros((32, 32, 3), np.uint8), 0, VideoFormat(TICK, Fraction(30)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    assert target.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [target]


def test_an_unknown_container_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableVideo, match=r"\.gif"):
        VideoWriter(tmp_path / "out.gif")
