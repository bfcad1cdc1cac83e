"""Bangle and cuff: closed bodies of even metal round an oval opening."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.bracelets.bangle import OVAL, Bangle, Cuff
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, Array
from models3d.mesh import Mesh
from models3d.metals import METALS
from models3d.profiles import Profile
from models3d.solids import solid

MM = 1e-3


def oval_radius(points: Array, inside_mm: float) -> Array:
    """1 on the opening's oval, above 1 outside it."""
    half = inside_mm / 2.0 * MM
    return np.hypot(points[:, 0] / half, points[:, 2] / (OVAL * half))


def volume_mm3(mesh: Mesh) -> float:
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles] / MM, 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


BANGLES = st.builds(
    Bangle,
    profile=st.sampled_from(Profile),
    inside_mm=st.floats(54, 72),
    width_mm=st.floats(4, 12),
    thickness_mm=st.floats(1.5, 3),
)
CUFFS = st.builds(
    Cuff,
    profile=st.sampled_from(Profile),
    inside_mm=st.floats(54, 72),
    width_mm=st.floats(5, 30),
    thickness_mm=st.floats(1.5, 3),
    opening_mm=st.floats(24, 32),
    taper_pct=st.floats(0, 60),
)


@settings(max_examples=15, deadline=None)
@given(BANGLES)
def test_a_bangle_is_one_closed_hoop_round_its_opening(bangle: Bangle) -> None:
    model = bangle.build()
    (part,) = model.parts
    assert model.anchor is Anchor.WRIST
    assert solid(part.mesh).genus() == 1
    assert oval_radius(part.mesh.positions, bangle.inside_mm).min() == pytest.approx(1.0, abs=1e-3)
    assert np.ptp(part.mesh.positions[:, 1]) == pytest.approx(bangle.width_mm * MM, rel=1e-6)
    assert model.bill is not None
    (lot,) = model.bill.metals
    assert lot.volume_mm3 == pytest.approx(volume_mm3(part.mesh), rel=1e-6)
    assert lot.mass_g == pytest.approx(
        lot.volume_mm3 * 1e-3 * METALS[bangle.metal].density_g_cm3, rel=1e-9
    )


@settings(max_examples=15, deadline=None)
@given(CUFFS)
def test_a_cuff_is_open_at_the_palm_and_symmetric(cuff: Cuff) -> None:
    mesh = cuff.build().parts[0].mesh
    assert solid(mesh).genus() == 0
    assert oval_radius(mesh.positions, cuff.inside_mm).min() > 0.999
    low = mesh.positions[mesh.positions[:, 2] < 0]
    assert np.abs(low[:, 0]).min() == pytest.approx(cuff.opening_mm / 2.0 * MM, rel=0.06)
    mirrored = mesh.bounds() * (-1, 1, 1)
    assert np.sort(mirrored, axis=0) == pytest.approx(mesh.bounds(), abs=1e-9)
    faces = mesh.positions[mesh.triangles]
    flat = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    agree = np.einsum("ij,ij->i", flat, mesh.normals[mesh.triangles].mean(axis=1)) > 0
    assert agree[np.linalg.norm(flat, axis=1) > 1e-12].mean() > 0.999


def test_what_bends_or_turns_is_refused() -> None:
    with pytest.raises(Unbuildable, match="bends in wear"):
        Bangle(width_mm=2.5, thickness_mm=2.0)
    with pytest.raises(Unbuildable, match="turns on the arm"):
        Bangle(width_mm=2.5, thickness_mm=3.0)
    with pytest.raises(ModelError, match="opening_mm"):
        Cuff(opening_mm=60)
