"""Straps and chains as they are worn: against the skin, hanging as gravity has it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models3d.bracelets.charm import CharmBracelet
from models3d.bracelets.tennis import TennisBracelet
from models3d.mesh import Model
from models3d.straps.strap import StrapKind
from models3d.watches.dress import DressWatch
from tryon.anchors.wrist import Section
from tryon.solvers.wrist_fit import PRESSED, closed_on, drawn_round
from tryon.solvers.wrist_pieces import Hanging, wrist_piece
from tryon.types import Wearable

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


@cache
def tennis() -> Model:
    return TennisBracelet().build()


def test_a_chain_drawn_round_is_as_far_from_the_skin_on_every_side_and_links_stay_linked() -> None:
    model = tennis()
    even = drawn_round(model, section(model))
    a, b = section(model).half_breadth, section(model).half_depth
    for before, after in zip(model.parts, even.parts, strict=True):
        if len(before.model_from_part) < 12:
            continue
        was, now = before.model_from_part[:, :3, :3], after.model_from_part[:, :3, :3]
        np.testing.assert_allclose(  # turned, no more
            now.transpose(0, 2, 1) @ now, was.transpose(0, 2, 1) @ was, atol=1e-12
        )
        steps = [
            np.linalg.norm(np.diff(part.model_from_part[:, :3, 3], axis=0), axis=1)
            for part in (before, after)
        ]
        assert np.median(np.abs(steps[1] - steps[0])) < 0.05e-3
        x, z = after.model_from_part[:, 0, 3], after.model_from_part[:, 2, 3]
        outside = np.hypot(x / a, z / b) - 1.0
        assert outside.min() > 0.0
        assert np.ptp(outside) < 0.06
        hung = np.hypot(before.model_from_part[:, 0, 3] / a, before.model_from_part[:, 2, 3] / b)
        assert np.ptp(hung) > 3.0 * np.ptp(outside)


def test_charms_hang_down_whether_the_hand_is_up_or_down() -> None:
    piece = wrist_piece(Wearable("charms", CharmBracelet().build()))
    for up in (1.0, -1.0):  # the hand above, below: camera's y points down
        rotation = np.array([[up, 0.0, 0.0], [0.0, -up, 0.0], [0.0, 0.0, -1.0]])
        form, hanging = piece.form(rotation, Hanging())
        again, _ = piece.form(rotation, hanging)
        assert again.model is form.model
        links = np.median(
            np.concatenate([part.model_from_part[:, 1, 3] for part in form.model.parts])
        )
        charms = form.loop.middle_y - links
        assert -up * charms > 0.0  # towards +y in the image


def test_what_is_no_chain_keeps_its_form() -> None:
    piece = wrist_piece(Wearable("watch", watch(StrapKind.LEATHER)))
    for rotation in (np.eye(3), np.diag([1.0, -1.0, -1.0])):
        assert piece.form(rotation, Hanging())[0].model is piece.model
