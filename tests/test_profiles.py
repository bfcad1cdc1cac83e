"""Cross-sections: convex, filleted, exactly as wide and thick as asked."""

import numpy as np
import pytest

from models3d.frames import Array
from models3d.profiles import Outline, Profile, ellipse_outline, outline

SECTIONS_MM = [(1.6, 1.5), (2.0, 1.7), (3.0, 1.9), (2.0, 2.5), (4.0, 1.8), (8.0, 1.3), (8.0, 2.5)]


def sections() -> tuple[Array, Array]:
    width, thickness = np.array(SECTIONS_MM).T * 1e-3
    return width, thickness


def turning(shape: Outline) -> Array:
    """(n, k) cross products of successive edges, over the square of the outline's size."""
    edge = np.roll(shape.points, -1, axis=1) - shape.points
    following = np.roll(edge, -1, axis=1)
    size = np.ptp(shape.points[..., 0], axis=1)[:, None]
    return (edge[..., 0] * following[..., 1] - edge[..., 1] * following[..., 0]) / size**2


@pytest.mark.parametrize("profile", Profile)
def test_a_section_is_as_wide_and_thick_as_asked_and_touches_the_finger_in_its_middle(
    profile: Profile,
) -> None:
    width, thickness = sections()
    points = outline(profile, width, thickness).points
    assert np.ptp(points[..., 0], axis=1) == pytest.approx(width, abs=1e-12)
    assert np.ptp(points[..., 1], axis=1) == pytest.approx(thickness, abs=1e-12)
    lowest = points[..., 1].argmin(axis=1)
    assert points[..., 1].min(axis=1) == pytest.approx(0.0, abs=1e-15)
    if profile is Profile.COURT:
        assert points[np.arange(len(points)), lowest, 0] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("profile", Profile)
def test_a_section_is_convex_counter_clockwise_and_mirror_symmetric(profile: Profile) -> None:
    shape = outline(profile, *sections())
    assert np.all(turning(shape) > -1e-12)
    for points in shape.points:
        mirrored = points * (-1.0, 1.0)
        distance = np.linalg.norm(points[:, None] - mirrored[None], axis=2).min(axis=1)
        assert distance.max() < 1e-12


@pytest.mark.parametrize("profile", Profile)
def test_every_edge_is_filleted(profile: Profile) -> None:
    shape = outline(profile, *sections())
    normals = shape.normals
    assert np.linalg.norm(normals, axis=-1) == pytest.approx(1.0, abs=1e-12)
    between = np.einsum("nkc,nkc->nk", normals, np.roll(normals, -1, axis=1))
    assert np.degrees(np.arccos(between.clip(-1, 1))).max() < 31.0  # no corner
    edge = np.roll(shape.points, -1, axis=1) - shape.points
    edge /= np.linalg.norm(edge, axis=-1, keepdims=True)
    mean = normals + np.roll(normals, -1, axis=1)
    mean /= np.linalg.norm(mean, axis=-1, keepdims=True)
    assert np.abs(np.einsum("nkc,nkc->nk", edge, mean)).max() < 1e-6  # arcs and lines, exactly


def test_a_flat_ring_has_edges_broken_by_a_tenth_to_two_tenths_of_a_millimetre() -> None:
    for width, thickness in SECTIONS_MM:
        shape = outline(Profile.FLAT, np.array([width * 1e-3]), np.array([thickness * 1e-3]))
        flat = shape.points[0, shape.normals[0, :, 1] > 1.0 - 1e-12, 0]
        broken_mm = (width * 1e-3 - np.ptp(flat)) / 2.0 * 1e3
        assert 0.1 <= broken_mm <= 0.2


def test_only_the_court_profile_is_domed_inside() -> None:
    for profile in Profile:
        shape = outline(profile, np.array([4e-3]), np.array([1.8e-3]))
        inside = shape.points[0, shape.normals[0, :, 1] < -0.9, 1]
        assert (np.ptp(inside) > 5e-5) == (profile is Profile.COURT)


def test_the_normals_of_an_ellipse_are_its_gradient() -> None:
    shape = ellipse_outline(np.array([2.0]), np.array([1.0]), 16)
    gradient = shape.points / np.array([4.0, 1.0])
    gradient /= np.linalg.norm(gradient, axis=-1, keepdims=True)
    assert shape.normals == pytest.approx(gradient, abs=1e-12)
