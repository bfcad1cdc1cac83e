"""Instances, bounds and the optics of materials."""

import numpy as np
import pytest

from models3d.mesh import Material, Mesh, Model, Part, merge

TRIANGLE = Mesh(
    np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]),
    np.tile([0.0, 0, 1], (3, 1)),
    np.array([[0, 1, 2]], np.int32),
)


def facing(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.positions[mesh.triangles[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


def test_every_instance_lands_in_its_place_and_a_mirrored_one_still_faces_outwards() -> None:
    moved = np.eye(4)
    moved[:3, 3] = (0, 0, 5)
    mirrored = np.diag([-2.0, 1.0, 1.0, 1.0])
    part = Part("p", TRIANGLE, Material("m"), np.stack([moved, mirrored]))
    world = part.world_mesh()
    assert np.allclose(world.positions[:3], TRIANGLE.positions + np.array([0.0, 0, 5]))
    assert np.allclose(world.positions[3:], TRIANGLE.positions * (-2, 1, 1))
    assert np.all(np.einsum("ij,ij->i", facing(world), world.normals[[0, 3]]) > 0)
    assert np.allclose(Model("m", (part,)).bounds(), [[-2, 0, 0], [1, 1, 5]])


def test_merging_keeps_every_triangle() -> None:
    both = merge([TRIANGLE, TRIANGLE])
    assert both.triangles.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert both.triangles.dtype == np.int32


def test_the_dispersion_of_diamond_is_that_of_peter() -> None:
    diamond = Material("diamond", ior=2.4175, dispersion=0.3617, transmission=1.0)
    # Peter (1923), Sellmeier: n at 630, 530, 450 nm
    assert diamond.iors() == pytest.approx((2.4125, 2.4264, 2.4454), abs=1e-3)


def test_absorption_over_the_stated_distance_gives_the_stated_colour() -> None:
    ruby = Material("ruby", attenuation_color=(0.8, 0.05, 0.1), attenuation_distance=0.005)
    seen = np.exp(-np.array(ruby.absorption()) * 0.005)
    assert seen == pytest.approx(ruby.attenuation_color)
    assert Material("clear").absorption() == (0.0, 0.0, 0.0)
