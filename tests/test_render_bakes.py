"""What was baked of a model is found again, and does not fill the disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models3d.frames import Anchor, Intrinsics, PixelRegion, RigidTransform
from models3d.rings.solitaire import Solitaire
from viewer.render import bakes, upload
from viewer.render.bakes import kept_bake
from viewer.render.renderer import Renderer
from viewer.render.types import Shot, Worn


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


@pytest.mark.gpu
def test_a_piece_whose_bakes_were_kept_is_drawn_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Solitaire().build()
    away = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
    shot = Shot(
        Intrinsics(900.0, 900.0, 60.0, 60.0), PixelRegion(0, 0, 120, 120),
        (Worn(model, away, 1.0, on_skin=True),), shadow_strength=1.0, live=True,
        whole_meshes=True,
    )  # fmt: skip
    pictures = []
    for _ in range(2):
        with Renderer() as renderer:
            pictures.append(renderer.render(shot).rgba.astype(np.float64))
        monkeypatch.setattr(upload, "openness_of", None)  # a second run asks for none
        monkeypatch.setattr(upload, "bake_shadow", None)
    assert model.anchor is Anchor.FINGER
    assert pictures[0][..., 3].max() == 255.0
    assert np.abs(pictures[0] - pictures[1]).max() <= 2.0
