"""Coarser meshes: they keep their shape, take every corner along, and are picked by size."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh, Model
from models3d.rings.solitaire import Solitaire
from viewer.render import detail
from viewer.render.detail import with_less_detail
from viewer.render.limb_pass import limb_bands
from viewer.render.limbs import Limbs, probe, reaching
from viewer.render.renderer import Renderer
from viewer.render.simplify import simplify
from viewer.render.types import Occluder


@pytest.fixture(scope="module")
def ring() -> Model:
    return Solitaire().build()


def blank(mesh: Mesh) -> Array:
    return np.zeros((len(mesh.positions), 1))


def outline(mesh: Mesh, directions: Array) -> Array:
    """How far the triangles that are left reach each way."""
    used = mesh.positions[np.unique(mesh.triangles)]
    return np.asarray((used @ directions.T).max(axis=0))


@pytest.mark.parametrize("part", [0, 1])
def test_a_coarser_mesh_keeps_its_outline(ring: Model, part: int) -> None:
    mesh = ring.parts[part].world_mesh()
    error = float(np.ptp(mesh.positions, axis=0).max()) / 800.0
    simple, _ = simplify(mesh, blank(mesh), error)
    assert len(simple.triangles) < 0.7 * len(mesh.triangles)
    directions = np.random.default_rng(1).normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    lost = outline(mesh, directions) - outline(simple, directions)
    assert lost.min() >= -1e-9  # what stays is in its place
    assert lost.max() < 2.0 * error
    assert np.sqrt(np.mean(lost**2)) < error


def test_a_flat_disc_needs_few_triangles_wherever_it_lies() -> None:
    rings, sides = 24, 144
    turn = 2.0 * np.pi * np.arange(sides) / sides
    circle = np.stack([np.cos(turn), np.sin(turn), np.zeros(sides)], axis=1)
    positions = np.concatenate([circle * r for r in np.linspace(0.1, 1.0, rings)]) * 0.02
    a = np.arange(rings * sides).reshape(rings, sides)
    b, c, d = np.roll(a, -1, axis=1)[:-1], a[1:], np.roll(a, -1, axis=1)[1:]
    a = a[:-1]
    triangles = np.stack([a, c, d, a, d, b], axis=-1).reshape(-1, 3)
    tilt = RigidTransform.from_axis_angle((1.0, 0.3, 0.2), 0.7)
    normals = np.tile(tilt.rotate(np.array([[0.0, 0.0, 1.0]])), (len(positions), 1))
    disc = Mesh(tilt.apply(positions), normals, triangles.astype(np.int32))
    simple, _ = simplify(disc, blank(disc), 5e-5)
    assert len(simple.triangles) < 5 * 2 * sides  # its edges stay whole
    areas = [
        np.linalg.norm(np.cross(*(m.positions[m.triangles[:, k]] - m.positions[m.triangles[:, 0]]
                                  for k in (1, 2))), axis=1).sum() / 2.0
        for m in (disc, simple)
    ]  # fmt: skip
    assert areas[1] == pytest.approx(areas[0], rel=1e-6)


def test_what_stays_keeps_its_normal_and_attribute(ring: Model) -> None:
    mesh = ring.parts[0].world_mesh()
    attribute = np.abs(mesh.normals)
    simple, kept = simplify(mesh, attribute, 5e-5)
    before = {tuple(row) for row in np.round(np.hstack([mesh.positions, mesh.normals]), 9)}
    after = {tuple(row) for row in np.round(np.hstack([simple.positions, simple.normals]), 9)}
    assert after <= before
    np.testing.assert_allclose(kept, np.abs(simple.normals))


@pytest.mark.parametrize("part", [0, 1])
def test_no_hole_opens(ring: Model, part: int) -> None:
    mesh = ring.parts[part].world_mesh()
    simple, _ = simplify(mesh, blank(mesh), 5e-5)
    _, place = np.unique(np.round(simple.positions, 8), axis=0, return_inverse=True)
    corners = place.reshape(-1)[simple.triangles]
    ways = corners[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    there, counts = np.unique(ways[:, 0] * 10**6 + ways[:, 1], return_counts=True)
    back = np.unique(ways[:, 1] * 10**6 + ways[:, 0])
    np.testing.assert_array_equal(there, back)  # every edge is met from its other side
    assert counts.max() == 1


def test_a_border_and_a_box_stay_as_they_are() -> None:
    x, y = np.meshgrid(np.arange(5.0), np.arange(5.0))
    positions = np.stack([x.ravel(), y.ravel(), 0.0 * x.ravel()], axis=-1)
    a = (np.arange(4)[:, None] * 5 + np.arange(4)).ravel()
    triangles = np.concatenate([np.stack([a, a + 1, a + 6], -1), np.stack([a, a + 6, a + 5], -1)])
    normals = np.tile([0.0, 0.0, 1.0], (25, 1))
    sheet = Mesh(positions, normals, triangles.astype(np.int32))
    simple, _ = simplify(sheet, blank(sheet), 0.1)
    assert len(simple.triangles) < len(triangles)
    border = positions[(positions[:, :2] % 4 == 0).any(axis=1)]
    assert cKDTree(simple.positions).query(border)[0].max() == 0.0


def test_huge_meshes_take_the_quick_way(ring: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh = ring.parts[0].world_mesh()
    monkeypatch.setattr(detail, "MOST_COLLAPSED", 100)
    size = float(np.ptp(mesh.positions, axis=0).max())
    simple, _ = with_less_detail(mesh, blank(mesh), size / 100.0)
    assert 100 < len(simple.triangles) < len(mesh.triangles)


@pytest.mark.gpu
def test_the_level_follows_the_size_in_the_picture(ring: Model) -> None:
    with Renderer() as renderer:
        for surface in renderer.uploaded(ring).surfaces:
            assert list(surface.levels) == [0.0]  # coarser meshes take time: only when asked for
            assert surface.level(0.0) is surface.levels[0.0]
            allowed = (5e-6, 1.5e-5, 3e-5, 1e-4, 0.5)
            assert surface.level(0.5) is surface.levels[0.0]  # not at hand yet
            for metres in allowed:
                surface.level(metres)
            surface.settle()
            chosen = [surface.level(metres) for metres in allowed]
            for level, metres in zip(chosen, allowed, strict=True):
                assert level.error <= metres
            errors = [level.error for level in chosen]
            assert errors == sorted(errors)
            assert errors[-1] > 0.0


def limb(start: tuple[float, ...], end: tuple[float, ...], radius: float = 0.008) -> Occluder:
    return Occluder(np.array(start), np.array(end), radius, radius)


def test_a_limb_far_aside_or_behind_does_not_reach(ring: Model) -> None:
    whole = ring.parts[0].world_mesh()
    asked = probe(whole.positions, whole.triangles)
    assert asked.gap < 0.15 * np.ptp(whole.positions, axis=0).max()
    assert cKDTree(asked.points).query(whole.positions)[0].max() <= asked.gap
    points = asked.points + np.array([0.0, 0.0, 0.3])
    limbs = [
        limb((0.0, -0.05, 0.25), (0.0, 0.05, 0.25)),  # in front
        limb((0.0, -0.05, 0.40), (0.0, 0.05, 0.40)),  # behind all of it
        limb((0.04, -0.05, 0.30), (0.04, 0.05, 0.30)),  # aside
        limb((0.015, -0.05, 0.28), (0.015, 0.05, 0.28)),  # over its edge
    ]
    reached = reaching(Limbs.of(limbs), points, asked.gap)
    assert reached.any(axis=1).tolist() == [True, False, False, True]
    assert reaching(Limbs.of([]), points, asked.gap).shape == (0, len(points))
    # a wearer through its middle hides its far half only
    wearer = Limbs.of([limb((0.0, -0.05, 0.3), (0.0, 0.05, 0.3))])
    worn = reaching(wearer, points, asked.gap, 0)[0]
    assert worn.any()
    assert (points[worn, 2] > 0.3 - 1.5 * asked.gap).all()


def test_bands_lie_inside_their_limbs_and_wearers_behind_their_axis() -> None:
    finger = limb((-0.01, -0.04, 0.3), (0.02, 0.05, 0.32))
    axis = (finger.end - finger.start) / np.linalg.norm(finger.end - finger.start)
    for wearers in ((), (0,)):
        corners = limb_bands(Limbs.of([finger]), wearers)
        assert corners.shape == (6, 3)
        offsets = corners - finger.start
        offsets -= np.outer(offsets @ axis, axis)
        assert np.linalg.norm(offsets, axis=1).max() < finger.start_radius
        rays = corners / np.linalg.norm(corners, axis=1, keepdims=True)
        behind = np.einsum("ij,ij->i", offsets, rays) / finger.start_radius
        assert behind.min() > (0.2 if wearers else -0.3)
    pointing = Limbs.of([limb((0.0, 0.0, 0.2), (0.0, 0.0, 0.4))])  # at the eye
    assert len(limb_bands(pointing, ())) == 0
    assert len(limb_bands(Limbs.of([]), ())) == 0
