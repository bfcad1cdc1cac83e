"""The table under a card or a coin: lengths on it and above it, whatever the camera."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models3d.frames import Array, Intrinsics, RigidTransform
from tryon.sizing.coin import _conic, _fit
from tryon.sizing.plane import view_of_rectangle, views_of_circle

CAMERA = Intrinsics(1300.0, 1300.0, 800.0, 600.0)
CARD = np.array([[0.0, 0.0], [85.6, 0.0], [85.6, 53.98], [0.0, 53.98]])
leans = st.floats(-0.35, 0.35)


def pose(lean_x: float, lean_y: float, turn: float = 0.3, away: float = 340.0) -> RigidTransform:
    """Camera from table; z of the table towards the camera, millimetres."""
    rotation = np.diag([1.0, -1.0, -1.0])
    for axis, angle in (((0, 0, 1), turn), ((1, 0, 0), lean_x), ((0, 1, 0), lean_y)):
        rotation = RigidTransform.from_axis_angle(axis, angle).rotation @ rotation
    return RigidTransform(rotation, np.array([-20.0, 15.0, away]))


def on_table(camera_from_table: RigidTransform, flat: Array, height: float = 0.0) -> Array:
    solid = np.column_stack([flat, np.full(len(flat), height)])
    return CAMERA.project(camera_from_table.apply(solid))


@given(leans, leans, st.floats(-3.0, 3.0), st.floats(0.0, 25.0))
def test_a_length_at_a_height_beside_a_rectangle_is_exact(
    lean_x: float, lean_y: float, turn: float, height: float
) -> None:
    seen = pose(lean_x, lean_y, turn)
    view, misfit = view_of_rectangle(on_table(seen, CARD), 85.6, 53.98, CAMERA)
    assert misfit < 1e-4
    ends = on_table(seen, np.array([[-40.0, 60.0], [-28.0, 44.0]]), height)
    assert view.length_mm(ends, height) == pytest.approx(20.0, rel=2e-3)
    lean = np.arccos(abs(seen.rotation[2, 2]))
    assert view.tilt == pytest.approx(lean, abs=0.01)


@given(leans, leans)
def test_one_of_the_two_tables_under_a_circle_is_the_true_one(lean_x: float, lean_y: float) -> None:
    seen = pose(lean_x, lean_y)
    angle = np.linspace(0.0, 2.0 * np.pi, 200, endpoint=False)
    rim = 0.5 * 23.25 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    fitted = _fit(on_table(seen, rim))
    assert fitted is not None
    views = views_of_circle(_conic(*fitted), 23.25, CAMERA)
    ends = on_table(seen, np.array([[-60.0, 20.0], [-44.0, 8.0]]))
    found = [view.length_mm(ends) for view in views]
    assert min(abs(each / 20.0 - 1.0) for each in found) < 0.004
    across = on_table(seen, np.array([[-11.625, 0.0], [11.625, 0.0]]))
    for view in views:  # both agree about the coin itself
        assert view.length_mm(across) == pytest.approx(23.25, rel=0.02)


def test_what_is_seen_from_straight_above_has_no_slant() -> None:
    seen = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 300.0]))
    view, _ = view_of_rectangle(on_table(seen, CARD), 85.6, 53.98, CAMERA)
    assert view.slant(on_table(seen, np.array([[-10.0, 5.0], [10.0, 5.0]]))) < 1e-3
    aside = view.slant(on_table(seen, np.array([[80.0, 0.0], [100.0, 0.0]])))
    assert aside == pytest.approx(90.0 / 300.0, rel=5e-3)
