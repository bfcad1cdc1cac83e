"""Laws of rigid transforms and of the pinhole camera."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models3d.frames import Intrinsics, PixelRegion, RigidTransform, clip_from_camera

coordinate = st.floats(-2.0, 2.0)
vectors = st.tuples(coordinate, coordinate, coordinate).map(np.array)
axes = vectors.filter(lambda v: float(np.linalg.norm(v)) > 1e-3)
angles = st.floats(-6.0, 6.0)
transforms = st.builds(
    lambda axis, angle, move: (
        RigidTransform.from_translation(move) @ RigidTransform.from_axis_angle(axis, angle)
    ),
    axes,
    angles,
    vectors,
)
intrinsics = st.builds(
    Intrinsics, st.floats(200, 3000), st.floats(200, 3000), st.floats(0, 4000), st.floats(0, 4000)
)


@given(transforms, vectors)
def test_the_inverse_undoes_a_transform(transform: RigidTransform, point: np.ndarray) -> None:
    back = transform.inverse() @ transform
    assert np.allclose(back.apply(point), point, atol=1e-9)


@given(transforms, transforms, vectors)
def test_composition_applies_the_right_hand_side_first(
    a: RigidTransform, b: RigidTransform, point: np.ndarray
) -> None:
    assert np.allclose((a @ b).apply(point), a.apply(b.apply(point)), atol=1e-9)
    assert np.allclose((a @ b).matrix, a.matrix @ b.matrix, atol=1e-9)


@given(transforms)
def test_a_matrix_holds_a_transform_whole(transform: RigidTransform) -> None:
    assert np.allclose(RigidTransform.from_matrix(transform.matrix).matrix, transform.matrix)


@pytest.mark.parametrize(
    ("matrix", "why"),
    [(np.diag([2.0, 2.0, 2.0, 1.0]), "scales"), (np.diag([-1.0, 1.0, 1.0, 1.0]), "mirrors")],
)
def test_a_matrix_that_is_not_rigid_is_refused(matrix: np.ndarray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RigidTransform.from_matrix(matrix)


@given(intrinsics, vectors, st.floats(0.05, 5.0))
def test_unproject_undoes_project(camera: Intrinsics, point: np.ndarray, depth: float) -> None:
    point = np.array([point[0], point[1], depth])
    assert np.allclose(camera.unproject(camera.project(point), depth), point, atol=1e-6)


def test_a_point_behind_the_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="behind the camera"):
        Intrinsics(500, 500, 320, 240).project([0.0, 0.0, -1.0])


@given(intrinsics, vectors, st.floats(0.2, 0.9))
def test_the_clip_matrix_agrees_with_the_projection(
    camera: Intrinsics, point: np.ndarray, depth: float
) -> None:
    """Clip coordinates land on the pixel that `project` gives, measured inside the region."""
    point = np.array([point[0], point[1], depth])
    region = PixelRegion(40, -30, 200, 120)
    clip = clip_from_camera(camera, region, 0.1, 1.0) @ np.append(point, 1.0)
    ndc = clip[:3] / clip[3]
    x = region.x + (ndc[0] + 1) / 2 * region.width
    y = region.y + (1 - ndc[1]) / 2 * region.height
    assert np.allclose([x, y], camera.project(point), rtol=1e-9, atol=1e-6)
    assert -1.0 <= ndc[2] <= 1.0


def test_a_region_is_clipped_to_the_image() -> None:
    assert PixelRegion(-10, 20, 50, 500).clipped(640, 480) == PixelRegion(0, 20, 40, 460)
    assert PixelRegion(700, 0, 50, 50).clipped(640, 480).width == 0
