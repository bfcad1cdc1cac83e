"""Sweeps and solids: closed skins whose normals are the surface's own."""

import numpy as np
import pytest

from models3d.errors import ModelError
from models3d.frames import RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import ellipse_outline
from models3d.solids import skin, solid, union
from models3d.sweep import SweepPath, revolve_path, sweep


def torus(big: float = 8e-3, small: float = 1e-3) -> Mesh:
    same = np.full(96, small)
    return sweep(revolve_path(big, 0.0, 96), ellipse_outline(same, same, 48))


def capsule(radius: float = 1e-3, length: float = 5e-3) -> Mesh:
    """A straight wire along z with round ends."""
    dome = np.linspace(0.0, np.pi / 2, 9)[1:-1]
    z = np.concatenate(
        [-radius * np.sin(dome[::-1]), [0.0, length], length + radius * np.sin(dome)]
    )
    radii = np.concatenate([radius * np.cos(dome[::-1]), [radius] * 2, radius * np.cos(dome)])
    taper = np.concatenate([-dome[::-1], [0.0, 0.0], dome])
    path = SweepPath(
        z[:, None] * (0.0, 0.0, 1.0),
        np.tile([1.0, 0.0, 0.0], (len(z), 1)),
        np.tile([0.0, 1.0, 0.0], (len(z), 1)),
    )
    poles = np.array([[0.0, 0.0, -radius], [0.0, 0.0, length + radius]])
    return sweep(path, ellipse_outline(radii, radii, 48), poles=poles, taper=taper)


def rod() -> Mesh:
    """A straight wire along z with flat ends."""
    z = np.array([0.0, 1e-3, 4e-3])
    path = SweepPath(
        z[:, None] * (0.0, 0.0, 1.0),
        np.tile([1.0, 0.0, 0.0], (3, 1)),
        np.tile([0.0, 1.0, 0.0], (3, 1)),
        station=z,
    )
    return sweep(path, ellipse_outline(np.full(3, 1e-3), np.full(3, 1e-3), 64))


def test_a_swept_circle_round_a_circle_is_a_torus() -> None:
    mesh = torus()
    rho = np.hypot(mesh.positions[:, 0], mesh.positions[:, 1])[:, None]
    center = mesh.positions * (1.0, 1.0, 0.0) / rho * 8e-3
    expected = (mesh.positions - center) / 1e-3
    assert mesh.normals == pytest.approx(expected, abs=1e-9)
    assert solid(mesh).volume() == pytest.approx(2 * np.pi**2 * 8.0, rel=5e-3)
    assert solid(mesh).genus() == 1


def test_a_wire_with_round_ends_is_a_capsule() -> None:
    mesh = capsule()
    nearest = np.clip(mesh.positions[:, 2], 0.0, 5e-3)[:, None] * (0.0, 0.0, 1.0)
    assert mesh.normals == pytest.approx((mesh.positions - nearest) / 1e-3, abs=1e-9)
    assert solid(mesh).genus() == 0
    assert solid(mesh).volume() == pytest.approx(np.pi * 5.0 + 4 / 3 * np.pi, rel=1e-2)


def test_a_wire_with_flat_ends_is_a_cylinder() -> None:
    mesh = rod()
    ends = np.abs(mesh.normals[:, 2]) > 0.5
    assert np.abs(mesh.normals[ends, 2]) == pytest.approx(1.0)
    assert mesh.normals[~ends, 2] == pytest.approx(0.0, abs=1e-12)
    assert solid(mesh).volume() == pytest.approx(np.pi * 4.0, rel=1e-2)


def test_a_boolean_keeps_the_normals_of_what_it_keeps() -> None:
    body = union([solid(torus()), solid(capsule())])  # the capsule stands in the hole: apart
    kept = skin(body)
    assert len(body.decompose()) == 2
    assert kept.positions.shape == kept.normals.shape
    assert sorted(map(tuple, kept.positions.round(9))) == sorted(
        map(tuple, np.concatenate([torus().positions, capsule().positions]).round(9))
    )


def test_a_carved_seat_faces_the_tool() -> None:
    lift = RigidTransform.from_translation([8e-3, 0.0, -2.5e-3])
    tool = capsule(0.5e-3).transformed(lift)
    cut = skin(solid(torus()) - solid(tool))
    edges = cut.positions[cut.triangles]
    faces = np.cross(edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0])
    area = np.linalg.norm(faces, axis=1)
    told = cut.normals[cut.triangles].mean(axis=1)
    agreement = np.einsum("ij,ij->i", faces / area[:, None], told)
    assert agreement[area > 1e-10].min() > 0.9
    from_axis = np.hypot(cut.positions[:, 0] - 8e-3, cut.positions[:, 1])
    assert from_axis.min() > 0.498e-3
    inside = (from_axis < 0.51e-3) & (np.abs(cut.positions[:, 2]) < 0.5e-3)
    toward_axis = (cut.positions - (8e-3, 0.0, 0.0))[inside] * (1.0, 1.0, 0.0)
    assert np.all(np.einsum("ij,ij->i", toward_axis, cut.normals[inside]) < 0.0)


def test_an_open_mesh_is_refused() -> None:
    mesh = torus()
    with pytest.raises(ModelError, match="does not enclose a volume"):
        solid(Mesh(mesh.positions, mesh.normals, mesh.triangles[:-3]))
