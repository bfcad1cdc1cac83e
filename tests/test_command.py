"""`parure tryon` as a person types it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli import main as parure
from tryon.errors import NoCamera, TryOnError
from tryon.media import camera as camera_module
from tryon.media.camera import Camera, Mirror, has_screen
from tryon.media.photo import encode_photo, read_photo
from tryon.media.sources import Kind, Source
from tryon.media.video import VideoFormat, VideoReader, VideoWriter
from tryon.pipeline import Pipeline
from tryon.types import Wearable
from tryon.wear import wear_camera
from viewer.configuration import build_model, configure

PHOTOS = Path(__file__).resolve().parents[1] / "node_modules/@vladmandic/face-api/demo"
KEYS = {
    "source", "frame", "time_ms", "image_size", "intrinsics", "placements", "timings_ms",
}  # fmt: skip


def run(*arguments: object) -> Result:
    before = set(threading.enumerate())
    result = CliRunner().invoke(parure, ["tryon", *(str(each) for each in arguments)])
    assert set(threading.enumerate()) <= before
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def hand_photo(scale: float = 0.5) -> np.ndarray:
    image = read_photo(PHOTOS / "sample5.jpg").image
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small)


def hand_clip(path: Path, frames: int = 8) -> None:
    """The photo drifting to the left, with a camera's noise."""
    image = hand_photo(0.4)
    random = np.random.default_rng(0)
    with VideoWriter(path) as writer:
        for k in range(frames):
            moved = np.roll(image, -4 * k, axis=1) + random.normal(0, 3, image.shape)
            moved = np.clip(moved, 0, 255).astype(np.uint8)
            writer.write(moved, 40 * k, VideoFormat(Fraction(1, 1000), Fraction(25)))


@pytest.mark.gpu
def test_a_photo_is_written_with_its_ring_and_a_record(tmp_path: Path) -> None:
    out, records = tmp_path / "worn.png", tmp_path / "worn.jsonl"
    result = run(
        PHOTOS / "sample5.jpg", "--product", "solitaire", "--set", "metal=gold_18k_yellow_3N",
        "-o", out, "--json", records,
    )  # fmt: skip
    assert (result.exit_code, result.output) == (0, "")
    (record,) = lines(records)
    assert set(record) == KEYS
    assert record["source"] == "sample5.jpg"
    before, after = read_photo(PHOTOS / "sample5.jpg").image, read_photo(out).image
    (placement,) = record["placements"]
    assert placement["finger"] == "ring"
    x, y = (round(value) for value in placement["center_px"])
    changed = (before != after).any(axis=2)
    assert changed[y - 30 : y + 30, x - 30 : x + 30].mean() > 0.1
    assert changed.mean() < 0.01


@pytest.mark.gpu
def test_in_a_folder_one_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder, out, records = tmp_path / "in", tmp_path / "out", tmp_path / "out.jsonl"
    folder.mkdir()
    (folder / "a_hand.jpg").write_bytes(encode_photo(hand_photo(), ".jpg"))
    (folder / "b_text.jpg").write_text("no picture")
    (folder / "c_empty.png").touch()
    nobody = encode_photo(np.full((300, 400, 3), 90, np.uint8), ".jpg")
    (folder / "d_nobody.jpg").write_bytes(nobody)
    (folder / "e_tiny.png").write_bytes(encode_photo(np.zeros((1, 1, 3), np.uint8), ".png"))
    result = run(folder, "--product", "band", "-o", out, "--json", records)
    assert result.exit_code == 2
    errors = result.stderr.strip().splitlines()
    assert [error.split(":")[1].strip() for error in errors] == ["b_text.jpg", "c_empty.png"]
    assert sorted(path.name for path in out.iterdir()) == [
        "a_hand.jpg",
        "d_nobody.jpg",
        "e_tiny.png",
    ]
    assert (out / "d_nobody.jpg").read_bytes() == nobody  # nobody in it: as it went in
    found = {record["source"]: record["placements"] for record in lines(records)}
    assert found["a_hand.jpg"]
    assert found["d_nobody.jpg"] == found["e_tiny.png"] == []


@pytest.mark.gpu
def test_known_intrinsics_are_used_by_file_name(tmp_path: Path) -> None:
    photo = tmp_path / "hand.png"
    photo.write_bytes(encode_photo(hand_photo(0.4), ".png"))
    cameras = tmp_path / "cameras.json"
    cameras.write_text('{"hand.png": {"fx": 900, "fy": 905.5, "cx": 380, "cy": 275}}')
    result = run(photo, "--product", "band", "--intrinsics", cameras, "--json", "-")
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["intrinsics"] == {"fx": 900.0, "fy": 905.5, "cx": 380.0, "cy": 275.0}
    (placement,) = record["placements"]
    x, y, z = (row[3] for row in placement["camera_from_anchor"][:3])
    projected = (900 * x / z + 380, 905.5 * y / z + 275)
    assert projected == pytest.approx(placement["center_px"], abs=0.01)


@pytest.mark.gpu
def test_a_video_is_worn_frame_by_frame_with_its_times_kept(tmp_path: Path) -> None:
    clip, out, records = tmp_path / "clip.mp4", tmp_path / "worn.mp4", tmp_path / "worn.jsonl"
    hand_clip(clip)
    result = run(clip, "--product", "band", "-o", out, "--json", records)
    assert (result.exit_code, result.output) == (0, "")
    written = lines(records)
    assert [record["frame"] for record in written] == list(range(8))
    assert [record["time_ms"] for record in written] == pytest.approx([40.0 * k for k in range(8)])
    assert all(record["placements"] for record in written[2:])
    with VideoReader(out) as reader:
        times = [frame.time_ms(reader.time_base) for frame in reader.frames()]
    assert times == pytest.approx([40.0 * k for k in range(8)])


@pytest.mark.gpu
def test_a_truncated_video_keeps_its_good_frames_and_fails(tmp_path: Path) -> None:
    clip, cut, out = tmp_path / "clip.mp4", tmp_path / "cut.mp4", tmp_path / "worn.mp4"
    hand_clip(clip, frames=30)
    data = clip.read_bytes()
    cut.write_bytes(data[: len(data) * 7 // 10])
    result = run(cut, "--product", "band", "-o", out)
    assert result.exit_code == 2
    assert "cut.mp4: The video ends in the middle, after" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    with av.open(str(out)) as container:
        count = sum(1 for _ in container.decode(video=0))
    assert f"after {count} frames" in result.stderr


@pytest.fixture
def camera_of_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A video file answers where the camera at index 0 would."""
    hand_clip(tmp_path / "camera.mp4", frames=12)
    opened = cv2.VideoCapture

    def capture(index: int) -> cv2.VideoCapture:
        return opened(str(tmp_path / "camera.mp4") if index == 0 else str(tmp_path / "none"))

    monkeypatch.setattr(camera_module.cv2, "VideoCapture", capture)
    monkeypatch.delenv("DISPLAY", raising=False)
    has_screen.cache_clear()


@pytest.mark.gpu
@pytest.mark.usefixtures("camera_of_clip")
def test_a_camera_is_worn_newest_frame_first_and_recorded(tmp_path: Path) -> None:
    out, records = tmp_path / "worn.mp4", tmp_path / "worn.jsonl"
    result = run("0", "--product", "band", "-o", out, "--json", records)
    assert (result.exit_code, result.output) == (0, "")
    written = lines(records)
    assert 1 <= len(written) <= 12
    times = [record["time_ms"] for record in written]
    assert times == sorted(times)
    assert {record["source"] for record in written} == {"camera 0"}
    with VideoReader(out) as reader:
        assert len(list(reader.frames())) >= 1


@pytest.mark.gpu
@pytest.mark.usefixtures("camera_of_clip")
def test_ctrl_c_ends_a_camera_well_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    source = Source(Kind.CAMERA, "camera 0", None, 0, tmp_path / "worn.mp4")
    wearable = Wearable("band", build_model(configure("band", {})))
    records: list[dict[str, object]] = []

    def report(record: dict[str, object]) -> None:
        records.append(record)
        raise KeyboardInterrupt

    before = set(threading.enumerate())
    with Pipeline([wearable], streaming=True) as pipeline:
        wear_camera(source, pipeline, report, window=False, intrinsics=None)
    assert set(threading.enumerate()) <= before
    assert len(records) == 1
    with VideoReader(tmp_path / "worn.mp4") as reader:
        assert len(list(reader.frames())) == 1


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[np.ndarray]]:
    """A screen that keeps what is shown; the person presses q at the third frame."""
    shown: list[np.ndarray] = []
    monkeypatch.setattr(camera_module, "has_screen", lambda: True)
    monkeypatch.setattr(camera_module.cv2, "namedWindow", lambda *_: None)
    monkeypatch.setattr(camera_module.cv2, "destroyAllWindows", lambda: shown.append(None))
    monkeypatch.setattr(camera_module.cv2, "imshow", lambda _, image: shown.append(image))
    monkeypatch.setattr(camera_module.cv2, "waitKey", lambda _: ord("q") if len(shown) > 2 else -1)
    monkeypatch.setattr(camera_module.cv2, "getWindowProperty", lambda *_: 1.0)
    return shown


def test_the_mirror_shows_left_on_the_left_until_q_is_pressed(window: list[np.ndarray]) -> None:
    image = np.zeros((20, 30, 3), np.uint8)
    image[:, :10] = (255, 0, 0)  # red, RGB, on the camera's left
    with Mirror() as mirror:
        assert mirror.show(image)
        assert mirror.show(image)
        assert not mirror.show(image)
    assert tuple(window[0][5, 25]) == (0, 0, 255)  # BGR, on the right of the glass
    assert tuple(window[0][5, 5]) == (0, 0, 0)
    assert window[-1] is None  # the window is gone


@pytest.mark.usefixtures("camera_of_clip")
def test_without_a_camera_or_a_screen_there_is_one_clear_sentence() -> None:
    with pytest.raises(NoCamera, match="index 7"):
        Camera(7)
    with pytest.raises(TryOnError, match="no screen"):
        Mirror()


def test_a_display_that_does_not_answer_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":997")
    has_screen.cache_clear()
    assert not has_screen()
    has_screen.cache_clear()


@pytest.mark.gpu
def test_a_camera_that_does_not_answer_ends_with_status_2(capfd: pytest.CaptureFixture) -> None:
    result = run("93", "--product", "band", "--json", "-")
    assert result.exit_code == 2
    assert result.stderr == "Error: camera 93: No camera answers at index 93.\n"
    captured = capfd.readouterr()
    assert captured.err == ""  # nothing from the libraries below


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{photo}", "--product", "tiara", "--json", "-"], "tiara"),
        (["{photo}", "--product", "band", "--set", "width", "--json", "-"], "KEY=VALUE"),
        (["{photo}", "--product", "band", "--set", "width=99", "--json", "-"], "width"),
        (["{photo}", "--product", "band"], "-o"),
        (["{photo}", "--product", "band", "-o", "{photo}"], "would replace"),
        (["{photo}", "--product", "band", "-o", "{folder}/x.txt"], "x.txt"),
        (["{photo}", "--product", "band", "--json", "{folder}/no/x.jsonl"], "cannot be written"),
        (
            ["{photo}", "--product", "band", "--json", "-", "--intrinsics", "{none}"],
            "cannot be read",
        ),
        (["{photo}", "--product", "band", "--json", "-", "--intrinsics", "{photo}"], "not a JSON"),
        (["{photo}", "--product", "band", "--json", "-", "--intrinsics", "{bad}"], "fx, fy, cx"),
        (["{photo}", "--product", "band", "--json", "-", "--finger", "toe"], "toe"),
        (["{photo}", "--json", "-"], "--product"),
        (["--product", "band"], "SOURCE"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong_with_status_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    photo, bad = tmp_path / "hand.png", tmp_path / "bad.json"
    photo.write_bytes(encode_photo(np.zeros((8, 8, 3), np.uint8), ".png"))
    bad.write_text('{"hand.png": {"fx": 900, "fy": "wide"}}')
    names = {"photo": photo, "folder": tmp_path, "none": tmp_path / "none.json", "bad": bad}
    result = run(*(argument.format(**names) for argument in arguments))
    assert result.exit_code == 2
    assert message in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.json", "hand.png"]
