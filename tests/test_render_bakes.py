"""What was baked of a model is found again, and does not fill the disk."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

from models3d.frames import Anchor, Intrinsics, PixelRegion, RigidTransform
from models3d.rings.solitaire import Solitaire
from viewer.errors import NoGraphics
from viewer.manners import BESIDE_FRAMES
from viewer.render import bakes, live_bake
from viewer.render.bakes import kept_bake
from viewer.render.renderer import Renderer
from viewer.render.types import Shot, Worn

PATIENCE_S = 60.0  # of a machine that is busy


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bakes, "cache_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


def test_the_same_question_is_baked_once_and_any_other_again(own_cache: Path) -> None:
    asked = []

    def bake() -> list[bakes.Baked]:
        asked.append(True)
        return [np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([3, 1])]

    points = np.linspace(0.0, 1.0, 12).reshape(4, 3)
    first = kept_bake(["skin", points], bake)
    again = kept_bake(["skin", points.copy()], bake)
    assert len(asked) == 1
    for one, other in zip(first, again, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    moved = points.copy()
    moved[2, 1] = np.nextafter(moved[2, 1], 2.0)
    for question in (["skin", moved], ["metal", points], ["skin", points.reshape(3, 4)]):
        kept_bake(question, bake)
    assert len(asked) == 4
    assert len(list(own_cache.iterdir())) == 4


@pytest.mark.parametrize("left", [b"", b"no archive", None], ids=["empty", "other", "cut off"])
def test_what_was_damaged_is_baked_again(own_cache: Path, left: bytes | None) -> None:
    asked = []

    def bake() -> list[bakes.Baked]:
        asked.append(True)
        return [np.arange(300.0)]

    kept_bake(["skin"], bake)
    (path,) = own_cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if left is None else left)
    for _ in range(2):
        (found,) = kept_bake(["skin"], bake)
        assert np.array_equal(found, np.arange(300.0))
    assert len(asked) == 2
    assert path.read_bytes() == whole


def test_those_used_longest_ago_give_way(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bakes, "MOST_BYTES", 10_000)
    asked: list[str] = []

    def ask(name: str) -> None:
        def bake() -> list[bakes.Baked]:
            asked.append(name)
            return [np.zeros(1000, np.float32)]

        kept_bake([name], bake)

    ask("old")
    (old,) = own_cache.iterdir()
    ask("used again")
    for path in own_cache.iterdir():
        os.utime(path, ns=(10**9, 10**9) if path == old else (0, 0))
    ask("used again")
    ask("new")  # there is room for two
    ask("used again")
    assert asked == ["old", "used again", "new"]
    assert not old.exists()
    assert sum(path.stat().st_size for path in own_cache.iterdir()) <= 10_000


def test_a_cache_that_cannot_be_written_only_costs_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(bakes, "cache_folder", lambda: tmp_path / "file" / "kept")
    for _ in range(2):
        (found,) = kept_bake(["any"], lambda: [np.ones(3)])
        assert found.sum() == 3.0


def _live_shot(at_once: bool = False) -> Shot:
    model = Solitaire().build()
    assert model.anchor is Anchor.FINGER
    away = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
    return Shot(
        Intrinsics(900.0, 900.0, 60.0, 60.0), PixelRegion(0, 0, 120, 120),
        (Worn(model, away, 1.0, on_skin=True),), shadow_strength=1.0, live=True,
        whole_meshes=True, at_once=at_once,
    )  # fmt: skip


@pytest.mark.gpu
def test_a_piece_whose_bakes_were_kept_is_drawn_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    shot = _live_shot()
    pictures = []
    for _ in range(2):
        with Renderer() as renderer:
            pictures.append(renderer.render(shot).rgba.astype(np.float64))
        monkeypatch.setattr(live_bake, "openness_of", None)  # a second run asks for none
        monkeypatch.setattr(live_bake, "bake_shadow", None)
    assert pictures[0][..., 3].max() == 255.0
    assert np.abs(pictures[0] - pictures[1]).max() <= 2.0


@pytest.mark.gpu
def test_a_stream_shows_a_new_piece_before_it_is_baked_and_then_as_if_it_had_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_bake, look = threading.Event(), live_bake.openness_of

    def later(*asked: Any) -> Any:
        assert may_bake.wait(PATIENCE_S)
        return look(*asked)

    monkeypatch.setattr(live_bake, "openness_of", later)
    shot = _live_shot(at_once=True)
    with Renderer() as renderer:
        first, second = renderer.render(shot).rgba, renderer.render(shot).rgba
        may_bake.set()
        renderer.uploaded(shot.worn[0].model, live=True)  # waits for it
        third = renderer.render(shot).rgba
        assert len(renderer.setting_maps(shot.worn[0].model)) == 1
    with Renderer() as renderer:
        waited = renderer.render(replace(shot, at_once=False)).rgba
    assert np.array_equal(first, second)
    assert np.array_equal(third, waited)
    alone, shaded = (picture[..., 3].astype(np.float64) for picture in (first, waited))
    assert (alone == 255.0).sum() == (shaded == 255.0).sum() > 300  # the ring is there at once
    assert shaded.sum() > 1.05 * alone.sum()  # its shadow comes with the bake


@pytest.mark.gpu
def test_a_stream_takes_what_was_baked_without_waiting_and_eases_it_in() -> None:
    shot = _live_shot(at_once=True)
    (worn,) = shot.worn
    pose = worn.camera_from_model @ RigidTransform.from_axis_angle(
        (1.0, 0.0, 0.0), np.radians(60.0)
    )
    shot = replace(shot, worn=(replace(worn, camera_from_model=pose),))
    with Renderer() as renderer:
        frames = [renderer.render(shot).rgba.astype(np.float64)]
        began = monotonic()
        while renderer.uploaded(worn.model, live=True, at_once=True).unbaked:
            assert monotonic() - began < PATIENCE_S
        for _ in range(12):  # a pair of earrings is one model in two shots
            left, right = renderer.render_all((shot, shot))
            assert np.array_equal(left.rgba, right.rgba)
            frames.append(left.rgba.astype(np.float64))
        waited = renderer.render(replace(shot, at_once=False)).rgba
    assert all(np.array_equal(frame, waited) for frame in frames[8:])
    shadow = np.array([frame[..., 3].sum() for frame in frames])
    metal = np.array([frame[frames[0][..., 3] == 255.0][:, :3] for frame in frames])
    for seen, sign in ((shadow, 1.0), (metal.mean(axis=(1, 2)), -1.0)):
        steps, most = sign * np.diff(seen), sign * (seen[-1] - seen[0])
        assert most > 0.0
        assert (steps[:8] > 0.0).all()
        assert steps.max() < 0.25 * most
    whole = metal[-1] - metal[0]  # every pixel goes one way, and none by a leap
    assert np.abs(whole).max() > 80.0
    steps = np.diff(metal, axis=0) * np.sign(whole)
    assert steps.min() >= -1.0
    assert (steps <= 0.3 * np.abs(whole) + 1.0).all()


@pytest.mark.gpu
def test_a_bake_that_failed_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_context(backend: str | None) -> None:
        raise NoGraphics("no second context")

    shot = _live_shot(at_once=True)
    model = shot.worn[0].model
    with Renderer() as renderer:
        with monkeypatch.context() as refused:
            refused.setattr(live_bake, "create_context", no_context)
            renderer.render(shot)
            with pytest.raises(NoGraphics, match="no second context"):
                renderer.uploaded(model, live=True)
        assert not renderer.uploaded(model, live=True).unbaked


@pytest.mark.gpu
def test_a_renderer_closes_while_a_piece_is_being_baked(monkeypatch: pytest.MonkeyPatch) -> None:
    baking, look, looked = threading.Event(), live_bake.openness_of, []

    def seen(*asked: Any) -> Any:
        baking.set()
        looked.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return look(*asked)

    monkeypatch.setattr(live_bake, "openness_of", seen)
    shot = _live_shot(at_once=True)
    with Renderer() as renderer:
        for _ in range(2):  # from its second frame on
            renderer.render(shot)
        assert baking.wait(PATIENCE_S)
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    # what was begun is ended, on a context and a thread of its own, which lets frames go first
    assert looked == [max(BESIDE_FRAMES, own)]
    assert not any(one.name.startswith("bakes-beside") for one in threading.enumerate())
