"""A strap as it is worn: against the skin, its case where it was."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models3d.mesh import Model
from models3d.straps.strap import StrapKind
from models3d.watches.dress import DressWatch
from tryon.anchors.wrist import Section
from tryon.solvers.wrist_fit import PRESSED, closed_on

LEAST, MOST = 1.0e-3, 4.0e-3  # metres of strap that are seen beyond the wrist's own outline
KINDS = (StrapKind.LEATHER, StrapKind.THREE_LINK)


@cache
def watch(kind: StrapKind) -> Model:
    return DressWatch(strap=kind).build()


def section(model: Model) -> Section:
    breadth, depth = model.extras["section_mm"]
    return Section(1e-3 * breadth, 1e-3 * depth)


@pytest.mark.parametrize("kind", KINDS)
def test_a_strap_stands_out_from_the_wrist_by_no_more_than_its_thickness(kind: StrapKind) -> None:
    model = watch(kind)
    worn = closed_on(model, section(model))
    half = section(model).half_breadth
    for side in (-1.0, 1.0):
        beyond = side * worn.bounds()[int(side > 0.0), 0] - half
        assert LEAST < beyond < MOST
        assert side * model.bounds()[int(side > 0.0), 0] - half - beyond > PRESSED


@pytest.mark.parametrize("kind", KINDS)
def test_the_case_and_what_is_on_it_stay_and_links_keep_their_shape(kind: StrapKind) -> None:
    model = watch(kind)
    worn = closed_on(model, section(model))
    assert closed_on(model, section(model)) is worn
    for before, after in zip(model.parts, worn.parts, strict=True):
        assert np.isfinite(after.mesh.positions).all()
        here, there = before.world_mesh().positions, after.world_mesh().positions
        if here[:, 2].min() > section(model).half_depth - 1e-9:  # a case, its dial, its crown
            np.testing.assert_allclose(there, here, atol=1e-9)
        if len(before.model_from_part) > 1:
            assert after.mesh is before.mesh
            np.testing.assert_array_equal(
                after.model_from_part[:, :3, :3], before.model_from_part[:, :3, :3]
            )


def test_what_goes_round_no_wrist_stays_as_it_is() -> None:
    model = watch(StrapKind.LEATHER)
    case = Model("case", tuple(p for p in model.parts if p.name.startswith(("case", "dial"))))
    assert closed_on(case, section(model)) is case
