"""Convex bodies from half-spaces."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.facets import Planes, Polyhedron, facet_mesh, polyhedron

CUBE = Planes(np.concatenate([np.eye(3), -np.eye(3)]), np.ones(6))


def directed_edges(body: Polyhedron) -> list[tuple[int, int]]:
    return [
        (int(a), int(b))
        for facet in body.facets
        for a, b in zip(facet, np.roll(facet, -1), strict=True)
    ]


def assert_closed_convex_body(body: Polyhedron) -> None:
    edges = directed_edges(body)
    assert len(set(edges)) == len(edges)
    assert sorted(edges) == sorted((b, a) for a, b in edges)
    facets = sum(len(facet) > 0 for facet in body.facets)
    assert len(body.vertices) - len(edges) // 2 + facets == 2
    beyond = body.vertices @ body.planes.normals.T - body.planes.offsets
    assert beyond.max() < 1e-12 * np.ptp(body.vertices)
    for facet, normal, offset in zip(
        body.facets, body.planes.normals, body.planes.offsets, strict=True
    ):
        if len(facet):
            corners = body.vertices[facet]
            assert np.abs(corners @ normal - offset).max() < 1e-12 * np.ptp(body.vertices)
            turns = np.cross(
                np.roll(corners, -1, 0) - corners, np.roll(corners, -2, 0) - np.roll(corners, -1, 0)
            )
            assert (turns @ normal).min() > 0.0


def test_a_cube_has_eight_vertices_and_six_squares_wound_outwards():
    body = polyhedron(CUBE)
    assert_closed_convex_body(body)
    assert sorted(map(tuple, body.vertices.round(12).tolist())) == sorted(
        (x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)
    )
    assert [len(facet) for facet in body.facets] == [4] * 6
    assert body.volume() == pytest.approx(8.0, rel=1e-14)


def test_four_planes_through_one_point_give_one_vertex():
    slopes = np.array([[1, 0, 1], [-1, 0, 1], [0, 1, 1], [0, -1, 1]]) / np.sqrt(2)
    pyramid = Planes(
        np.concatenate([slopes, [[0.0, 0.0, -1.0]]]), np.append(np.full(4, np.sqrt(0.5)), 0.0)
    )
    body = polyhedron(pyramid, np.array([0.0, 0.0, 0.3]))
    assert_closed_convex_body(body)
    assert Counter(len(facet) for facet in body.facets) == {3: 4, 4: 1}
    assert body.volume() == pytest.approx(4.0 / 3.0, rel=1e-12)


def test_a_plane_that_only_touches_a_corner_has_no_facet_and_opens_no_gap():
    corner = np.ones(3) / np.sqrt(3)
    touching = Planes(np.vstack([CUBE.normals, corner]), np.append(CUBE.offsets, np.sqrt(3)))
    body = polyhedron(touching)
    assert_closed_convex_body(body)
    assert len(body.facets[6]) == 0
    assert len(body.vertices) == 8


def test_half_spaces_that_leave_the_body_open_are_refused():
    with pytest.raises(ValueError, match="do not close a body"):
        polyhedron(Planes(CUBE.normals[:5], CUBE.offsets[:5]))


def test_a_point_outside_the_half_spaces_is_refused():
    with pytest.raises(ValueError, match="not inside"):
        polyhedron(CUBE, np.array([2.0, 0.0, 0.0]))


def test_a_facet_mesh_is_flat_and_repeats_positions_exactly():
    body = polyhedron(CUBE)
    mesh = facet_mesh(body, 0.5)
    assert len(mesh.positions) == 24
    assert len(np.unique(mesh.positions, axis=0)) == 8
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    cross = np.cross(b - a, c - a)
    geometric = cross / np.linalg.norm(cross, axis=1, keepdims=True)
    for corner in range(3):
        np.testing.assert_allclose(mesh.normals[mesh.triangles[:, corner]], geometric, atol=1e-14)
    assert np.abs(mesh.positions).max() == 0.5


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.floats(1e-3, 1e3))
def test_any_cuts_of_a_cube_leave_a_closed_convex_body(seed: int, cuts: int, size: float):
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(cuts, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    body = polyhedron(
        Planes(
            np.concatenate([CUBE.normals, normals]),
            size * np.concatenate([CUBE.offsets, rng.uniform(0.5, 2.0, cuts)]),
        )
    )
    assert_closed_convex_body(body)
    assert 0.0 < body.volume() <= 8.0 * size**3 * (1 + 1e-12)
