"""The `--json` lines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models3d.frames import Anchor, Intrinsics, RigidTransform
from tryon.errors import TryOnError
from tryon.report import RecordFile, frame_record, json_line
from tryon.types import Finger, FrameResult, Hand, Placement, Side

TIMINGS = {"track": 9.0, "solve": 2.0, "render": 7.0, "composite": 0.5, "total": 18.5}


def result(*placements: Placement) -> FrameResult:
    image = np.zeros((720, 1280, 3), np.uint8)
    return FrameResult(image, placements, Intrinsics(1000.0, 1001.0, 640.0, 360.0), TIMINGS)


def placed(**changes: object) -> Placement:
    values: dict[str, object] = {
        "product": "solitaire",
        "anchor": Anchor.FINGER,
        "finger": Finger.RING,
        "hand": Hand.LEFT,
        "side": Side.DORSAL,
        "confidence": np.float64(0.97),
        "camera_from_anchor": RigidTransform.from_translation((0.01, 0.02, 0.4)),
        "center_px": np.array([640.5, 360.25]),
        "axis_px": np.array([0.6, -0.8]),
        "width_px": np.float32(61.2),
    }
    return Placement(**(values | changes))  # type: ignore[arg-type]


def test_a_line_says_exactly_what_the_contract_says() -> None:
    line = json_line(frame_record("photo.jpg", 3, 100.0, result(placed()), 1.5))
    assert line.endswith("}\n")
    assert line.count("\n") == 1
    record = json.loads(line)
    assert list(record) == [
        "source", "frame", "time_ms", "image_size", "intrinsics", "placements", "timings_ms",
    ]  # fmt: skip
    assert record["source"] == "photo.jpg"
    assert (record["frame"], record["time_ms"]) == (3, 100.0)
    assert record["image_size"] == [1280, 720]
    assert record["intrinsics"] == {"fx": 1000.0, "fy": 1001.0, "cx": 640.0, "cy": 360.0}
    assert record["timings_ms"] == {
        "decode": 1.5, "track": 9.0, "solve": 2.0, "render": 7.0, "composite": 0.5, "total": 20.0,
    }  # fmt: skip
    (placement,) = record["placements"]
    assert set(placement) == {
        "product", "anchor", "finger", "hand", "side", "ear", "confidence",
        "camera_from_anchor", "center_px", "axis_px", "width_px", "scale", "fit",
    }  # fmt: skip
    assert placement["camera_from_anchor"] == [
        [1.0, 0.0, 0.0, 0.01], [0.0, 1.0, 0.0, 0.02], [0.0, 0.0, 1.0, 0.4], [0.0, 0.0, 0.0, 1.0],
    ]  # fmt: skip
    assert (placement["finger"], placement["hand"], placement["side"]) == ("ring", "left", "dorsal")
    assert (placement["ear"], placement["anchor"]) == (None, "finger")
    assert placement["width_px"] == pytest.approx(61.2)


def test_an_empty_frame_has_empty_placements() -> None:
    assert json.loads(json_line(frame_record("a.jpg", 0, 0.0, result(), 0.0)))["placements"] == []


def test_names_in_any_script_stay_readable() -> None:
    assert "Fotoğraf 手.jpg" in json_line(frame_record("Fotoğraf 手.jpg", 0, 0.0, result(), 0.0))


def test_what_json_cannot_say_is_a_bug() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_line(frame_record("a", 0, 0.0, result(placed(width_px=float("nan"))), 0.0))


def test_the_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with RecordFile(path) as records:
        records.write({"a": 1})
        assert not path.exists()
        records.write({"a": 2})
    assert path.read_text() == '{"a": 1}\n{"a": 2}\n'

    def fail() -> None:
        with RecordFile(path) as records:
            records.write({"a": 3})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == '{"a": 1}\n{"a": 2}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with RecordFile(Path("-")) as records:
        records.write({"a": 1})
    assert capsys.readouterr().out == '{"a": 1}\n'


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TryOnError, match="cannot be written"):
        RecordFile(tmp_path / "none" / "out.jsonl")
