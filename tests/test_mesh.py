"""Instances, bounds, places that are one, and the optics of materials."""

import threading

import numpy as np
import pytest

from models3d.mesh import Material, Mesh, Model, Part, box_of, merge
from models3d.solids import weld
from models3d.threads import shared_out

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


def test_places_that_are_one_are_told_exactly_and_by_their_first_point() -> None:
    places = np.random.default_rng(0).integers(-2, 3, (400, 3)) * 0.1
    places[::7] *= -1.0  # no zero is less than another
    first, welded = weld(places)
    assert len({tuple(place) for place in (places + 0.0).tolist()}) == len(first)
    np.testing.assert_array_equal(places[first][welded] + 0.0, places + 0.0)
    assert all(first[k] == np.flatnonzero(welded == k)[0] for k in range(len(first)))
    np.testing.assert_array_equal(box_of(places), [places.min(axis=0), places.max(axis=0)])


def test_work_is_shared_out_in_order_and_an_error_comes_back() -> None:
    hands: set[str] = set()

    def tenfold(item: int) -> int:
        hands.add(threading.current_thread().name)
        if item == 13:
            raise ValueError("no thirteen")
        return 10 * item

    assert shared_out(tenfold, range(12)) == [10 * item for item in range(12)]
    assert 1 <= len(hands) <= 2
    with pytest.raises(ValueError, match="no thirteen"):
        shared_out(tenfold, range(20))
    assert shared_out(tenfold, ()) == []
